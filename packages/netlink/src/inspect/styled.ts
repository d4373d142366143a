import { printable } from '../codec/printable.js'

/** Style of a part of a line. A terminal shows it as a colour. */
export type Style = 'plain' | 'faint' | 'strong' | 'good' | 'bad' | 'mark' | 'kind'

/** A part of a line. Its text contains no control characters. */
export interface Styled {
  readonly text: string
  readonly style: Style
}

/** Returns a part of a line. Escapes the text, which may come from a capture. */
export const styled = (text: string, style: Style = 'plain'): Styled => ({ text: printable(text), style })

export const widthOf = (parts: readonly Styled[]): number => parts.reduce((sum, { text }) => sum + text.length, 0)

/** Returns the text of a line, without styles. */
export function plainText(parts: readonly Styled[]): string {
  let line = ''
  for (const { text } of parts) line += text
  return line.trimEnd()
}
