import * as fair from './fair-words.js'
import { netem } from './netem-words.js'
import * as queues from './queue-words.js'
import { red, sfq } from './red-words.js'
import * as shapers from './shaper-words.js'
import type { WordKind, WordsOf, WordTable } from './words.js'

/** The kinds of qdiscs whose options can be written in the words of tc. */
export const qdiscWords = {
  ...{ pfifo: fair.pfifo, bfifo: fair.bfifo, codel: fair.codel, fq_codel: fair.fqCodel, pie: fair.pie, fq: fair.fq },
  ...{ cake: fair.cake, netem, red, sfq, prio: queues.prio, ets: queues.ets, mqprio: queues.mqprio },
  ...{ taprio: queues.taprio, htb: shapers.htb, hfsc: shapers.hfsc, tbf: shapers.tbf },
}

/** The kinds of qdiscs whose classes have options in the words of tc. */
export const classWords = {
  ...{ htb: shapers.htbClass, hfsc: shapers.hfscClass, drr: queues.drrClass, ets: queues.etsClass },
  ...{ qfq: queues.qfqClass },
}

/** The options of a kind in the words of tc; `never` for kinds without. */
export type WordsIn<Kinds, K> = K extends keyof Kinds
  ? Kinds[K] extends { readonly table: infer T extends WordTable }
    ? WordsOf<T>
    : never
  : never

/** Returns how a kind's words are read; undefined if it has none. */
export const wordKind = (kinds: Readonly<Record<string, WordKind>>, kind: string): WordKind | undefined =>
  Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
