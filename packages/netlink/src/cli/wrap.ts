/** Words on lines of at most `width` characters; all lines but the first are indented by `indent`. */
export function wrapped(words: Iterable<string>, width: number, indent: number): string {
  const lines = ['']
  for (const word of words) {
    const line = lines.at(-1) ?? ''
    if (line !== '' && indent + line.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
