import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Covered, FamilyCoverage } from './coverage.js'

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const code = (names: readonly string[]) => names.map((name) => `\`${name}\``).join(', ')
const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Returns the version of the headers under `root`: `Linux 7.2`. */
export function versionOf(root: string): string {
  const text = readFileSync(join(root, 'linux/version.h'), 'utf8')
  const number = (name: string) => new RegExp(`LINUX_VERSION_${name} (\\d+)`).exec(text)?.[1]
  return `Linux ${number('MAJOR')}.${number('PATCHLEVEL')}`
}

/** Returns the longest prefix that all names share, up to an underscore. */
function commonPrefix(names: readonly string[]): string {
  const [first = '', ...others] = names
  const ends = [...first.matchAll(/_/g)].map(({ index }) => first.slice(0, index + 1)).reverse()
  return ends.find((start) => others.every((name) => name.startsWith(start))) ?? ''
}

function missingOf({ label, header, declared, names, missing }: Covered): string {
  const prefix = commonPrefix(names)
  const which =
    missing.length === names.length ? '' : `: ${missing.map((name) => name.slice(prefix.length)).join(', ')}`
  return `- \`${label}\` (${header}), ${declared} of ${names.length}; not ${prefix && `\`${prefix}\``}${which}`
}

const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', title, '', ...lines])

function familySection({ family, groups, untouched, loose, structs }: FamilyCoverage): string[] {
  const whole = groups.filter((group) => group.isWhole)
  const basics = groups.filter((group) => !group.isWhole)
  const complete = basics.filter(({ missing }) => missing.length === 0).length
  const except = Object.entries(family.except ?? {})
  const unnamed = family.unnamed ?? []
  return [
    '',
    `## ${family.name}`,
    '',
    `${family.headers.join(', ')}${family.also?.length ? `; names from ${family.also.join(', ')}` : ''}`,
    ...section(
      `Named whole: ${whole.length} groups with ${sum(whole.map(({ names }) => names.length))} names. Missing:`,
      whole.filter(({ missing }) => missing.length > 0).map(missingOf),
    ),
    ...section(
      `By the basics: ${basics.length} groups, of which ${complete} have all names. Missing of the others:`,
      basics.filter(({ missing }) => missing.length > 0).map(missingOf),
    ),
    ...section(
      'Left out for good:',
      except.sort(([a], [b]) => byCodePoint(a, b)).map(([name, reason]) => `- \`${name}\`: ${reason}`),
    ),
    ...section('In no header:', [...new Set(unnamed.map(([, reason]) => `- ${reason}`))]),
    ...section(
      'Enums of which nothing is declared:',
      untouched.map(({ header, label, names }) => `- \`${label}\` (${header}): ${names.length} names`),
    ),
    ...section('Defines of which nothing is declared:', loose.length > 0 ? [code(loose)] : []),
    ...section('Structs that are not declared:', structs.length > 0 ? [code(structs)] : []),
  ]
}

function row({ family, groups, untouched, structs }: FamilyCoverage): string {
  const count = (of: readonly Covered[]) => {
    const known = sum(of.map(({ names }) => names.length))
    return known === 0 ? '' : `${sum(of.map(({ declared }) => declared))} of ${known}`
  }
  const cells = [
    `[${family.name}](#${family.name
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-')})`,
    count(groups.filter((group) => group.isWhole)),
    count(groups.filter((group) => !group.isWhole)),
    String(family.structs.length),
    String(untouched.length),
    String(structs.length),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Returns the text of docs/coverage.md. */
export function coveragePage(coverage: readonly FamilyCoverage[], version: string): string {
  return `${[
    '# What of the kernel is declared',
    '',
    '`npm run coverage` writes this page; a test compares it with the headers. Numbers count names: attributes, messages,',
    'commands, flags and other constants. A name is known where the headers have it in an enum, or under a prefix, of which',
    'something is declared. A `#define` under no such prefix is listed, unless it is a version, a size or an ioctl. Names that only count or delimit others (`__X_MAX`, `X_UNSPEC`), and second names, are left out.',
    'What is not declared is not lost: it decodes raw and is written back as it came.',
    '',
    '| Family | Named whole: declared | By the basics: declared | Structs checked | Enums untouched | Structs not declared |',
    '| --- | --- | --- | --- | --- | --- |',
    ...coverage.map(row),
    ...coverage.flatMap(familySection),
    '',
    `Checked against the headers of ${version}.`,
  ].join('\n')}\n`
}
