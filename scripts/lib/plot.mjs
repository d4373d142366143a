// Draws the results of benchmarks as bars.

const ROW = 22
const LABEL = 300
const UNIT = 180
/** Longest bar, in units. Longer ones are cut: read their number. */
const LONGEST = 4

const escaped = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)

/** Returns group, name and measured time of a row, as CPU time if it has that. Rows of tables name their contender. Other lines have no time. */
const barOf = ({ group, name, contender, unit, value, cpu, milliseconds, nanoseconds }) =>
  contender === undefined
    ? { group, name, time: cpu ?? milliseconds ?? nanoseconds }
    : { group: `${name} (${unit})`, name: contender, time: value }

/** Returns the bars of a benchmark by their group, with ratios to the first one of the group. */
function groupsOf(rows) {
  const groups = new Map()
  for (const { group: title, name, time } of rows.map(barOf)) {
    if (time === undefined) continue
    const group = groups.get(title) ?? []
    groups.set(title, group)
    group.push({ name, time, ratio: time / (group[0]?.time ?? time) })
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
      const width = Math.min(ratio, LONGEST) * UNIT
      parts.push(`<text x="${LABEL - 8}" y="${y + 16}" text-anchor="end">${escaped(name)}</text>`)
      parts.push(`<rect x="${LABEL}" y="${y + 3}" width="${width.toFixed(1)}" height="${ROW - 6}" fill="#4a7ab5"/>`)
      parts.push(`<text x="${(LABEL + width + 6).toFixed(1)}" y="${y + 16}">${ratio.toFixed(2)}</text>`)
      y += ROW
    }
    y += ROW / 2
  }
  return { parts, height: y }
}

/** Returns an SVG drawing of the JSON lines of a benchmark: the time of each row relative to the first one of its group. */
export function plot(text) {
  const rows = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
  const { parts, height } = draw(groupsOf(rows))
  const width = LABEL + (LONGEST + 0.5) * UNIT
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="13">
<title>Time relative to the first row of each group</title>
<rect width="100%" height="100%" fill="white"/>
<line x1="${LABEL + UNIT}" y1="0" x2="${LABEL + UNIT}" y2="${height}" stroke="#999" stroke-dasharray="4"/>
${parts.join('\n')}
</svg>
`
}
