import { ArgumentError, show, wordOfName } from '../../codec/index.js'
import type { AnyConstants } from '../../codec/names.js'
import type { NameFile } from './name-files.js'

/** The words of a family of constants, in both directions. */
export interface Vocabulary {
  readonly byNumber: ReadonlyMap<number | bigint, string>
  /** Under the words in lower case, because words are accepted in any case. */
  readonly byWord: ReadonlyMap<string, number | bigint>
}

/** Returns a function that calls `build` at most once per key. */
export function cached<K extends object, V>(build: (key: K) => V): (key: K) => V {
  const made = new WeakMap<K, { readonly value: V }>()
  return (key) => {
    const known = made.get(key)
    if (known !== undefined) return known.value
    const value = build(key)
    made.set(key, { value })
    return value
  }
}

/** Returns the words of a family. The first of several names of a number is its word. */
export const vocabularyOf: (family: AnyConstants) => Vocabulary = cached((family) => {
  const byNumber = new Map<number | bigint, string>()
  const byWord = new Map<string, number | bigint>()
  for (const [name, number] of Object.entries(family.values)) {
    const word = wordOfName(family, name)
    if (!byNumber.has(number)) byNumber.set(number, word)
    byWord.set(word.toLowerCase(), number)
  }
  return { byNumber, byWord }
})

/** Returns the number of a word of one of the families, or of a name in the file. @throws {TypeError} naming `key` and all words */
export function numberOfWord(
  key: string,
  families: readonly AnyConstants[],
  word: unknown,
  file?: NameFile,
): number | bigint {
  if (typeof word === 'string') {
    for (const family of families) {
      const number = vocabularyOf(family).byWord.get(word.toLowerCase())
      if (number !== undefined) return number
    }
    const named = file?.numberOf(word)
    if (named !== undefined) return named
  }
  const more = file === undefined ? '' : `, or a name in ${file.paths}`
  throw new ArgumentError(`expected ${key} to be a number or one of ${allWords(families)}${more}, got ${show(word)}`)
}

/** Returns the words of some families, for errors. */
export function allWords(families: readonly AnyConstants[]): string {
  const all = families.flatMap((family) => Object.keys(family.values).map((name) => wordOfName(family, name)))
  return [...new Set(all)].join(', ')
}

/** Returns the bits of a flag, whose name may be in upper or lower case, or `0x…`. @throws {TypeError} naming `key` and all flags */
export function bitsOfFlag(key: string, families: readonly AnyConstants[], flag: unknown): number | bigint {
  if (typeof flag === 'string') {
    if (/^0x[0-9a-f]{1,16}$/.test(flag)) return BigInt(flag)
    const name = flag.toUpperCase()
    for (const { values } of families) if (Object.hasOwn(values, name)) return values[name] as number | bigint
  }
  const all = families.flatMap(({ values }) => Object.keys(values))
  throw new ArgumentError(`expected ${key} to be of the flags ${all.join(', ')}, got ${show(flag)}`)
}
