import { type Styled, widthOf } from './styled.js'

/** Least width of a line. A narrower terminal breaks it. */
const LEAST = 24

/** Spaces, and a part behind them whose words have single spaces between them; a word of such a part. */
const [PARTS, WORDS] = [/ *[^ ]+(?: [^ ]+)*| +$/g, / *[^ ]+/g]

/**
 * Returns a line in lines of at most `width` characters. Parts with two spaces between them stay whole if one line has room. All lines but
 * the first one are indented.
 */
export function wrapped(line: readonly Styled[], width: number, indent: number): Styled[][] {
  const most = Math.max(LEAST, width)
  if (widthOf(line) <= most) return [[...line]]
  const margin = ' '.repeat(indent < most / 2 ? indent : 2)
  const lines: Styled[][] = []
  let current: Styled[] = []
  let used = 0
  let isBlank = true
  for (const { text, style } of line) {
    const parts = text.match(PARTS) ?? []
    for (const part of parts.flatMap((each) =>
      each.trim().length > most - margin.length ? (each.match(WORDS) ?? []) : each,
    )) {
      const word = part.trimStart()
      const start = used + part.length - word.length
      // Spaces at the end of a line are left out, and so is an indent that leaves too little room.
      const isNew = word !== '' && used + part.length > most && (!isBlank || start > margin.length)
      if (isNew) {
        if (!isBlank) lines.push(current)
        current = [{ text: margin, style: 'plain' }]
        used = margin.length
      }
      current.push({ text: isNew ? word : part, style })
      used += isNew ? word.length : part.length
      isBlank = isBlank && word === ''
    }
  }
  return [...lines, current]
}
