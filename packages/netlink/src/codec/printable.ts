/**
 * Characters that control a terminal, reorder its text, or are invisible: controls (C0, DEL, C1), format characters,
 * including bidirectional controls, line and paragraph separators, lone surrogates, and ignorable characters (zero-width
 * characters, fillers, variation selectors, tags).
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu

/** Text of ASCII characters that a terminal prints as they are. Testing for it takes a fraction of the time. */
const harmless = /^[ -~]*$/

/**
 * Returns `text` with every such character escaped as `\uXXXX`. Use it for all foreign text in terminal output, logs and
 * error messages. JSON text keeps its meaning, because JSON allows such characters only inside strings.
 */
export const printable = (text: string): string => (harmless.test(text) ? text : text.replace(unprintable, escaped))

function escaped(character: string): string {
  let result = ''
  for (let at = 0; at < character.length; at++) result += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  return result
}
