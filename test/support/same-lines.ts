import * as assert from 'uvu/assert'

/** Checks that lists are the same. For long lists: uvu would compare each character of each line with those of all others. */
export function sameLines(actual: readonly unknown[], expected: readonly unknown[]): void {
  const [ours = [], theirs = []] = [actual, expected].map((lines) => lines.map((line) => JSON.stringify(line)))
  const at = ours.findIndex((line, index) => line !== theirs[index])
  assert.ok(at < 0, `line ${at}: got\n${ours[at]}\nexpected\n${theirs[at]}`)
  assert.is(ours.length, theirs.length)
}
