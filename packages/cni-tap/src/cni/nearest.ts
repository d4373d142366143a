/** Largest allowed edit distance, as a share of the word's length. */
const tolerated = 1 / 3

/** Returns the most similar word, ignoring case, or undefined if none is similar enough. */
export function nearest(text: string, words: readonly string[]): string | undefined {
  const wanted = text.toLowerCase()
  const near = words
    .filter((word) => Math.abs(word.length - text.length) <= limitFor(text, word))
    .map((word) => ({ word, differences: distance(wanted, word.toLowerCase()) }))
    .filter(({ word, differences }) => differences <= limitFor(text, word))
  return near.sort((left, right) => left.differences - right.differences)[0]?.word
}

const limitFor = (text: string, word: string) => Math.round(Math.max(text.length, word.length) * tolerated)

/** Edit distance: the number of letters to insert, delete, replace or swap with the next one to turn `left` into `right`. */
function distance(left: string, right: string): number {
  let before: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const isSame = left[i - 1] === right[j - 1]
      const isSwapped = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      const swapped = isSwapped ? at(before, j - 2) + 1 : Number.POSITIVE_INFINITY
      next.push(Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + (isSame ? 0 : 1), swapped))
    }
    before = row
    row = next
  }
  return at(row, right.length)
}

const at = (row: readonly number[], column: number) => row[column] ?? Number.POSITIVE_INFINITY
