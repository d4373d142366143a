import { distance } from './distance.js'

/** Longest text that is compared: the time grows with its length. */
const LONGEST = 64

/** Returns the known text that is most like the given one. Returns undefined if none is similar. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (given.length > LONGEST) return undefined
  const rated = known.map((text) => ({ text, wrong: text.startsWith(given) ? 0.5 : distance(given, text) }))
  const [best] = rated.sort((one, other) => one.wrong - other.wrong)
  return best !== undefined && given !== '' && best.wrong <= Math.ceil(best.text.length / 3) ? best.text : undefined
}
