import { TC_DUALPI2_DROP_EARLY, TC_DUALPI2_DROP_OVERLOAD, TC_DUALPI2_ECN_MASK, TCQ_PLUG } from '../../../route/index.js'
import { type Compute, type Numbers, nothingLost } from './tc-compute.js'
import { fraction, microseconds } from './tc-rates.js'
import { type Format, noOr, type Options, option } from './words.js'

/** Qdiscs with a struct of plain numbers, or with attributes that have a word each. */

/** Probability of 1 in `struct tc_sfb_qopt`. */
const SFB_MAX_PROB = 0xffff

/** `struct tc_sfb_qopt` */
export const sfb: Compute = (options, { isSent }) => {
  const parms = options.take('parms') as Numbers | undefined
  if (parms === undefined) return undefined
  const {
    rehashInterval,
    warmupTime,
    limit,
    max,
    binSize,
    increment = 0,
    decrement = 0,
    penaltyRate,
    penaltyBurst,
  } = parms
  const share = (value: number) => fraction(value, (text) => Math.trunc(text * SFB_MAX_PROB + 0.5))
  const [more, less] = [share(increment), share(decrement)]
  // tc computes one of these from the other.
  if (more === undefined || less === undefined || (isSent && (max === 0 || binSize === 0))) return undefined
  const numbers = { rehash: rehashInterval, db: warmupTime, limit, max, target: binSize }
  return nothingLost(
    [
      ...Object.entries(numbers).flatMap(([word, value]) => [word, String(value)]),
      ...['increment', more, 'decrement', less],
      ...['penalty_rate', String(penaltyRate), 'penalty_burst', String(penaltyBurst)],
    ],
    options,
  )
}

/** `struct tc_plug_qopt` */
export const plug: Compute = (options) => {
  const [action, limit] = [options.number('action'), options.number('limit')]
  if (action === TCQ_PLUG.LIMIT) return nothingLost(['limit', String(limit)], options)
  const words: Readonly<Record<number, string>> = {
    [TCQ_PLUG.BUFFER]: 'block',
    [TCQ_PLUG.RELEASE_ONE]: 'release',
    [TCQ_PLUG.RELEASE_INDEFINITE]: 'release_indefinite',
  }
  const word = words[action ?? -1]
  return word === undefined || limit !== 0 ? undefined : nothingLost([word], options)
}

/** `struct tc_multiq_qopt`, which the kernel fills in. */
export const multiq: Compute = (options, { isSent }) => {
  const [bands, most] = [options.number('bands'), options.number('maxBands')]
  if (isSent) return bands === 0 && most === 0 ? nothingLost([], options) : undefined
  return nothingLost(['bands', `${bands}/${most}`], options)
}

const micros =
  (word: string): Format =>
  (value: number) => [word, microseconds(value)]
/** A factor in units of 1/256. */
const factor =
  (word: string): Format =>
  (value: number) => [word, String(value / 256)]
const either =
  (words: Readonly<Record<number, string>>): Format =>
  (value: number) => {
    const word = words[value]
    return word === undefined ? undefined : [word]
  }

/** TCA_DUALPI2_* */
export const dualpi2: Options = {
  limit: option('limit'),
  memoryLimit: option('memlimit'),
  target: micros('target'),
  tupdate: micros('tupdate'),
  alpha: factor('alpha'),
  beta: factor('beta'),
  coupling: option('coupling_factor'),
  stepThreshUs: micros('step_thresh'),
  stepThreshPkts: (packets: number) => ['step_thresh', `${packets}p`],
  minQlenStep: option('min_qlen_step'),
  dropOverload: either({
    [TC_DUALPI2_DROP_OVERLOAD.OVERFLOW]: 'overflow',
    [TC_DUALPI2_DROP_OVERLOAD.DROP]: 'drop_on_overload',
  }),
  dropEarly: either({
    [TC_DUALPI2_DROP_EARLY.DROP_DEQUEUE]: 'drop_dequeue',
    [TC_DUALPI2_DROP_EARLY.DROP_ENQUEUE]: 'drop_enqueue',
  }),
  cProtection: (percent: number) => ['classic_protection', `${percent}%`],
  ecnMask: either({ [TC_DUALPI2_ECN_MASK.L4S_ECT]: 'l4s_ect', [TC_DUALPI2_ECN_MASK.ANY_ECT]: 'any_ect' }),
  splitGso: noOr('split_gso', 'no_split_gso'),
}
