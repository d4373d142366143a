import { mistakeIn } from 'native:json'

const parseLeniently = JSON.parse

/** How much of the text an error shows on either side of the mistake. */
const around = 10

/** JSON.parse of JSON alone. @throws {SyntaxError} that says where the text goes wrong, or that it is nested too deep */
export function parse(text: string): unknown {
  const at = mistakeIn(text)
  if (at === undefined) return parseLeniently(text)
  if (at < 0) throw new SyntaxError('Nested too deep')
  if (at === text.length) throw new SyntaxError('Unexpected end of JSON input')
  const [before, after] = [text.slice(Math.max(0, at - around), at), text.slice(at, at + around)]
  throw new SyntaxError(
    `Unexpected ${JSON.stringify(after)} behind ${JSON.stringify(before)} in JSON at position ${at}`,
  )
}
