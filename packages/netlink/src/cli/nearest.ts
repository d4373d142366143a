/** Returns the number of letters to insert, delete or replace to make one text from the other. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let at = 1; at <= one.length; at++) {
    const next = [at]
    for (let to = 1; to <= other.length; to++) {
      const replaced = (row[to - 1] as number) + (one[at - 1] === other[to - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[to] as number) + 1, (next[to - 1] as number) + 1))
    }
    row = next
  }
  return row[other.length] as number
}

/** Longest text that is compared: the time grows with its length. */
const LONGEST = 64

/** Returns the known text that is most like the given one. Returns undefined if none is similar. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (given.length > LONGEST) return undefined
  const rated = known.map((text) => ({ text, wrong: text.startsWith(given) ? 0.5 : distance(given, text) }))
  const [best] = rated.sort((one, other) => one.wrong - other.wrong)
  return best !== undefined && given !== '' && best.wrong <= Math.ceil(best.text.length / 3) ? best.text : undefined
}
