import { areZero } from '../call.js'
import { type Bag, isBag } from '../members.js'
import { type Compute, type Numbers, unless } from './tc-compute.js'

/** `struct tc_sfq_qopt_v1`, without the parameters of random early detection, from which tc computes others. */
export const sfq: Compute = (options) => {
  const all = Object.fromEntries(options.left.map((key) => [key, options.take(key)]))
  const { v0, depth, headdrop, stats } = all as { v0?: Numbers; depth?: number; headdrop?: number; stats?: Bag }
  if (v0 === undefined || depth === undefined || !isBag(stats) || !Object.values(stats).every((one) => one === 0))
    return undefined
  if (!areZero(all, 'limit', 'qthMin', 'qthMax', 'wlog', 'plog', 'scellLog', 'flags', 'maxP')) return undefined
  const words = [
    ...[
      ...unless(0, 'quantum', v0.quantum),
      ...unless(0, 'perturb', v0.perturbPeriod),
      ...unless(0, 'limit', v0.limit),
    ],
    ...[...unless(0, 'divisor', v0.divisor), ...unless(0, 'flows', v0.flows), ...unless(0, 'depth', depth)],
    ...(headdrop === 1 ? ['headdrop'] : []),
  ]
  return headdrop === 0 || headdrop === 1 ? { words, lost: [] } : undefined
}
