/**
 * Characters that act on a terminal, reorder its text or show nothing: controls (C0, DEL, C1), format characters (bidirectional
 * controls among them), line and paragraph separators, lone surrogates, and what a renderer may ignore (zero-width characters,
 * fillers, variation selectors, tags).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/**
 * Returns `text` with each such character as `\uXXXX`. Every text that leaves for a terminal, a log or an error's message passes
 * through here. In a JSON text the result means the same, since there such characters occur in strings only.
 */
export const printable = (text: string): string => text.replace(unprintable, escaped)

function escaped(character: string): string {
  let result = ''
  for (let at = 0; at < character.length; at++) result += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  return result
}
