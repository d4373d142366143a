import { printable } from '../../codec/index.js'
import { type Styled, styled } from '../../inspect/styled.js'

const GAP = '  '

/** Cuts a text to a width, and marks that with `…`. */
const cut = (text: string, width: number) => (text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`)

/** Styles of cells that matter at a glance. */
const good = new Set(['up', 'reachable', 'established'])
const bad = new Set(['down', 'lowerlayerdown', 'failed', 'noconf'])

const styleOf = (text: string, column: number) =>
  column === 0
    ? ('strong' as const)
    : good.has(text)
      ? ('good' as const)
      : bad.has(text)
        ? ('bad' as const)
        : ('plain' as const)

/**
 * Yields the lines of a table: titles and rows, aligned. Empty columns are left out. With `width`, the last columns are cut or left
 * out, so that no line is longer.
 */
export function* table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  width?: number,
): Generator<Styled[]> {
  const cells = rows.map((row) => row.map(printable))
  const used = titles.flatMap((title, index) =>
    cells.some((row) => row[index] !== '') || rows.length === 0 ? [{ title, index }] : [],
  )
  let left = width ?? Number.POSITIVE_INFINITY
  const columns = used.flatMap(({ title, index }) => {
    const longest = cells.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), title.length)
    const granted = Math.min(longest, left)
    left -= granted + GAP.length
    return granted < Math.min(4, longest) ? [] : [{ title, index, width: granted }]
  })
  const lineOf = (texts: readonly string[], style: (text: string, column: number) => Styled['style']) =>
    columns.map(({ width: most }, place) => {
      const text = cut(texts[place] ?? '', most)
      return styled(place === columns.length - 1 ? text : text.padEnd(most) + GAP, style(text, place))
    })
  if (columns.length === 0) return
  yield lineOf(
    columns.map(({ title }) => title),
    () => 'faint',
  )
  for (const row of cells)
    yield lineOf(
      columns.map(({ index }) => row[index] ?? ''),
      styleOf,
    )
}
