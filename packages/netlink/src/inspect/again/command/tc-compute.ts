import type { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import type { Word } from './words.js'

export type Numbers = Readonly<Record<string, number>>

/** Options of a kind, with what the command cannot express. */
export interface Computed {
  readonly words: readonly Word[]
  readonly lost: readonly string[]
}

/** Returns options that tc computes a structure from; undefined if it would compute another one. */
export type Compute = (options: Members, request: SaidRequest) => Computed | undefined

/** Returns options of which nothing is lost but what was not read. */
export const nothingLost = (words: readonly Word[], options: Members): Computed => ({ words, lost: options.left })
/** Returns a word with its number, or nothing if that is the default. */
export const unless = (fallback: number | undefined, word: string, value: number | undefined): Word[] =>
  value === undefined || value === fallback ? [] : [word, String(value)]
