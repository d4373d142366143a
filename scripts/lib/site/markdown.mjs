// Small parts of Markdown.

/** Escapes text that is not Markdown. Text in backticks stays as it is. */
export const plain = (text) =>
  text
    .split(/(`[^`]*`)/)
    .map((part, index) => (index % 2 ? part : part.replaceAll(/[<*[\]]/g, (character) => `\\${character}`)))
    .join('')

export const code = (text) => `\`${text}\``

const cell = (text) => String(text).replaceAll('|', '\\|')

/** Returns a table without the columns that are empty in all rows; no lines if there are no rows. */
export function table(titles, rows) {
  const used = titles.map((_, column) => rows.some((row) => row[column] !== ''))
  const line = (cells) =>
    `| ${cells
      .filter((_, column) => used[column])
      .map(cell)
      .join(' | ')} |`
  return rows.length > 0 ? [line(titles), line(titles.map(() => '---')), ...rows.map(line), ''] : []
}

/** Returns a page for typedoc: its title, the files of the pages below it, and its lines. */
export const page = (file, title, lines, children = []) => ({
  file,
  text: [
    '---',
    `title: ${JSON.stringify(title)}`,
    ...(children.length > 0 ? ['children:', ...children.map((child) => `  - ${JSON.stringify(child)}`)] : []),
    '---',
    '',
    `# ${plain(title)}`,
    '',
    ...lines,
    '',
  ].join('\n'),
})
