import { readFileSync } from 'node:fs'
import { capture, path } from './repo.mjs'

/** Files with text that we write. Recorded and generated data is not ours to word. */
const sources = ['*.ts', '*.mjs', '*.c', '*.h', '*.md']
const notProse = [':!docs/coverage.md', ':!scripts/lib/prose-words.mjs', ':!test/tooling/prose.test.ts']

/** Lists the tracked files whose text is checked; `operands` are paths that narrow them. */
export function proseFiles(operands = []) {
  const tracked = capture('git', ['ls-files', ...sources, ...notProse]).split('\n')
  return operands.length ? tracked.filter((file) => operands.some((part) => file.includes(part))) : tracked
}

/**
 * Matches an expression as words of a text, and as words of a name in camel case or with hyphens: `told` is found in
 * `toldData`, `route-told` and `routeTold`, and not in `untoldly`.
 */
function patternOf(expression) {
  const capital = expression.replace(/(^|[|(:?])([a-z])/g, (_, before, letter) => before + letter.toUpperCase())
  const lower = `(?<![A-Za-z])(?:${expression})(?![a-z])`
  const upper = `(?<![A-Z])(?:${capital})(?![a-z])`
  return new RegExp(`${lower}|${upper}`, 'g')
}

function lineOf(text, index) {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < index; at = text.indexOf('\n', at + 1)) line++
  return line
}

const matchesOf = (text, pattern) => [...text.matchAll(pattern)]

/** Finds the odd words of one text: `{ line, text, advice }`. An expression may go on in the next line. */
export function oddWords(text, words) {
  return Object.entries(words).flatMap(([expression, advice]) => {
    const pattern = patternOf(expression.replaceAll(' ', '(?:\\s|\\n\\s*(?:\\*|//) )+'))
    return matchesOf(text, pattern).map((match) => ({
      line: lineOf(text, match.index),
      text: match[0].replace(/\s+(?:\*|\/\/)?\s*/g, ' '),
      advice,
    }))
  })
}

/** Finds the doc comments that begin with one of `openings`: `{ line, text, advice }`. */
export function oddOpenings(text, openings) {
  const pattern = new RegExp(`/\\*\\*(?:\\s*\\*)?\\s*(${openings.join('|')})\\b[^\\n]*`, 'g')
  return matchesOf(text, pattern).map((match) => ({
    line: lineOf(text, match.index),
    text: match[1],
    advice: 'begin a doc comment with a verb or with the name of the thing; a boolean may say "True if"',
  }))
}

/** Reads one file's findings, sorted by line. `name` is checked like its text. */
function findingsOf(file, { words, openings }) {
  const text = readFileSync(path(file), 'utf8')
  const name = oddWords(file.replace(/.*\//, ''), words).map((finding) => ({ ...finding, line: 0 }))
  const isCode = /\.(ts|mjs|c|h)$/.test(file)
  const all = [
    ...[...name, ...oddWords(text, words)].map((finding) => ({ ...finding, kind: 'words' })),
    ...(isCode ? oddOpenings(text, openings) : []).map((finding) => ({ ...finding, kind: 'openings' })),
  ]
  return all.map((finding) => ({ ...finding, file })).sort((a, b) => a.line - b.line)
}

/** Checks `files`. Returns the findings without an exception, and what is wrong with the list of exceptions. */
export function checkProse(files, rules) {
  const { exceptions, limits } = rules
  const found = files.flatMap((file) => findingsOf(file, rules))
  const fits = (row, { file, text, kind }) =>
    row.file === file && row.text.toLowerCase() === text.toLowerCase() && (row.kind ?? 'words') === kind
  const findings = found.filter((finding) => !exceptions.some((row) => fits(row, finding)))
  const checked = exceptions.filter(({ file }) => files.includes(file))
  const complaints = [
    ...checked
      .filter((row) => !found.some((finding) => fits(row, finding)))
      .map(({ file, text }) => `${file}: exception for ${JSON.stringify(text)}, which does not occur any more`),
    ...exceptions.filter(({ reason }) => !reason).map(({ file }) => `${file}: exception without a reason`),
    ...Object.entries(limits)
      .filter(([kind, limit]) => exceptions.filter((row) => (row.kind ?? 'words') === kind).length > limit)
      .map(([kind, limit]) => `more than ${limit} exceptions for ${kind}`),
  ]
  return { findings, complaints }
}

/** Prints the outcome of {@link checkProse}; true if it found nothing. */
export function reportProse({ findings, complaints }) {
  for (const { file, line, text, advice } of findings)
    console.error(`${file}${line ? `:${line}` : ' (name)'}: ${JSON.stringify(text)}: ${advice}`)
  for (const complaint of complaints) console.error(complaint)
  const of = (kind) => findings.filter((finding) => finding.kind === kind).length
  console.log(`${of('words')} odd words and ${of('openings')} odd openings of doc comments`)
  return findings.length + complaints.length === 0
}
