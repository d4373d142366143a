import type { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import type { Word } from './words.js'

type Numbers = Readonly<Record<string, number>>

/** Returns the words after the kind of an action. `verdict` are the words of its verdict, undefined if tc has none. */
export type ActionWords = (
  parms: Numbers,
  options: Members,
  verdict: readonly Word[] | undefined,
  request: SaidRequest,
) => readonly Word[] | undefined

/** Returns the index of an action; 0 stands for one that the kernel chooses. */
export const indexWords = ({ index = 0 }: Numbers): Word[] => (index === 0 ? [] : ['index', String(index)])
