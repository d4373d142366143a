import { readFileSync, writeFileSync } from 'node:fs'
import { readCommand } from './lib/command.mjs'

const { positionals } = readCommand({
  name: 'run plot',
  description: `Reads the JSON lines of \`npm run --silent bench -- tuntap --json\` from standard input, and draws the time of each way
relative to the first one of its group: \`… | npm run plot -- docs/tuntap-cpu.svg\`.`,
  operands: { usage: 'FILE.svg', help: 'the file to write' },
  options: {},
})

const ROW = 22
const LABEL = 300
const UNIT = 180
const escaped = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Returns the rows by their group, with ratios to the first row. */
function groupsOf(lines) {
  const groups = new Map()
  for (const { group, name, milliseconds } of lines.map((line) => JSON.parse(line))) {
    if (milliseconds === undefined) continue
    const rows = groups.get(group) ?? []
    groups.set(group, rows)
    rows.push({ name, ratio: milliseconds / (rows[0]?.milliseconds ?? milliseconds), milliseconds })
  }
  return groups
}

/** Returns the elements of a chart, and its height. */
function draw(groups) {
  let y = 0
  const parts = []
  for (const [group, rows] of groups) {
    parts.push(`<text x="4" y="${y + 16}" font-weight="bold">${escaped(group)}</text>`)
    y += ROW
    for (const { name, ratio } of rows) {
      parts.push(`<text x="${LABEL - 8}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>`)
      parts.push(
        `<rect x="${LABEL}" y="${y + 3}" width="${(ratio * UNIT).toFixed(1)}" height="${ROW - 6}" fill="#4a7ab5"/>`,
      )
      parts.push(`<text x="${(LABEL + ratio * UNIT + 6).toFixed(1)}" y="${y + 16}">${ratio.toFixed(2)}</text>`)
      y += ROW
    }
    y += ROW / 2
  }
  return { parts, height: y }
}

const [file] = positionals
if (!file) throw new Error('expected the name of the file to write')
const lines = readFileSync(0, 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('{'))
const { parts, height } = draw(groupsOf(lines))
const width = LABEL + 4 * UNIT
writeFileSync(
  file,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<title>Time relative to the first row of each group</title>
<rect width="100%" height="100%" fill="white"/>
<line x1="${LABEL + UNIT}" y1="0" x2="${LABEL + UNIT}" y2="${height}" stroke="#999" stroke-dasharray="4"/>
${parts.join('\n')}
</svg>
`,
)
