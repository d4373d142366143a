import { mistakeIn } from 'native:json'

const parseLeniently = JSON.parse

/** Number of characters that an error shows on either side of the mistake. */
const around = 10

/**
 * Parses JSON without QuickJS's extensions.
 * @throws {SyntaxError} with the position of the mistake, or if the text is nested too deep
 */
export function parse(text: string): unknown {
  const at = mistakeIn(text)
  if (at === undefined) return parseLeniently(text)
  if (at < 0) throw new SyntaxError('Nested too deep')
  if (at === text.length) throw new SyntaxError('Unexpected end of JSON input')
  const [before, after] = [text.slice(Math.max(0, at - around), at), text.slice(at, at + around)]
  throw new SyntaxError(`Unexpected ${JSON.stringify(after)} after ${JSON.stringify(before)} in JSON at position ${at}`)
}
