import { areZero } from '../call.js'
import { type Bag, isBag, Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { isTicks, nanoseconds, overheadWords, percent, rate, rateSpecOf, sizeOf, ticksToTime } from './tc-rates.js'
import type { Word } from './words.js'

type Numbers = Readonly<Record<string, number>>

/** Options of a kind, with what the command cannot express. */
export interface Computed {
  readonly words: readonly Word[]
  readonly lost: readonly string[]
}

/** Returns options that tc computes a structure from; undefined if it would compute another one. */
export type Compute = (options: Members, request: SaidRequest) => Computed | undefined

const nothingLost = (words: readonly Word[], options: Members): Computed => ({ words, lost: options.left })
const unless = (fallback: number | undefined, word: string, value: number | undefined): Word[] =>
  value === undefined || value === fallback ? [] : [word, String(value)]

/** `struct tc_tbf_qopt` and the tables of tbf. */
const tbf: Compute = (options) => {
  const parms = options.take('parms') as Bag | undefined
  const burst = options.number('burst')
  options.ignore('rtab', 'ptab')
  if (parms === undefined || burst === undefined) return undefined
  const spec = rateSpecOf(parms.rate as Bag, options.take('rate64'))
  // tc writes the burst as bytes and as ticks.
  if (spec === undefined || !isTicks(spec.bytesPerSecond, burst, parms.buffer)) return undefined
  const words = [
    ...['rate', rate(spec.bytesPerSecond), 'burst', `${burst}/${2 ** spec.cellLog}`],
    ...['limit', String(parms.limit)],
  ]
  const peak = parms.peakrate as Bag
  if (areZero(peak, 'cellLog', 'linklayer', 'overhead', 'cellAlign', 'mpu', 'rate') && parms.mtu === 0)
    return nothingLost([...words, ...overheadWords(spec)], options)
  const peakSpec = rateSpecOf(peak, options.take('prate64'))
  const mtu = options.number('pburst')
  if (peakSpec === undefined || mtu === undefined) return undefined
  if (!isTicks(peakSpec.bytesPerSecond, mtu, parms.mtu)) return undefined
  if (peakSpec.mpu !== spec.mpu || peakSpec.overhead !== spec.overhead) return undefined
  const more = ['peakrate', rate(peakSpec.bytesPerSecond), 'mtu', `${mtu}/${2 ** peakSpec.cellLog}`]
  return nothingLost([...words, ...more, ...overheadWords(spec)], options)
}

/** `struct tc_htb_opt` and the tables of a class of htb. */
const htbClass: Compute = (options) => {
  const parms = options.take('parms') as Bag | undefined
  options.ignore('rtab', 'ctab')
  if (parms === undefined) return undefined
  const spec = rateSpecOf(parms.rate as Bag, options.take('rate64'))
  const ceil = rateSpecOf(parms.ceil as Bag, options.take('ceil64'))
  if (spec === undefined || ceil === undefined || parms.level !== 0) return undefined
  if (ceil.mpu !== spec.mpu || ceil.overhead !== spec.overhead) return undefined
  const burst = sizeOf(spec.bytesPerSecond, parms.buffer as number)
  const cburst = sizeOf(ceil.bytesPerSecond, parms.cbuffer as number)
  if (burst === undefined || cburst === undefined) return undefined
  const { prio, quantum } = parms as Numbers
  const words = [
    ...unless(0, 'prio', prio),
    ...unless(0, 'quantum', quantum),
    ...['rate', rate(spec.bytesPerSecond), 'burst', `${burst}/${2 ** spec.cellLog}`],
    ...['ceil', rate(ceil.bytesPerSecond), 'cburst', `${cburst}/${2 ** ceil.cellLog}`],
    ...overheadWords(spec),
  ]
  return nothingLost(words, options)
}

/** The curves of a class of hfsc. */
const hfscClass: Compute = (options) => {
  const words: Word[] = []
  for (const [key, word] of [
    ['rsc', 'rt'],
    ['fsc', 'ls'],
    ['usc', 'ul'],
  ] as const) {
    const curve = options.take(key) as Numbers | undefined
    if (curve === undefined) continue
    const { m1 = 0, d = 0, m2 = 0 } = curve
    if (m1 === 0 && m2 === 0) return undefined
    const first = m1 === 0 && d === 0 ? [] : ['m1', rate(m1), 'd', `${d}us`]
    words.push(word, ...first, 'm2', rate(m2))
  }
  return words.length === 0 ? undefined : nothingLost(words, options)
}

/** `struct tc_netem_qopt` and the attributes after it. */
const netem: Compute = (options) => {
  const header = options.take.bind(options) as (key: string) => number
  const attrs = new Members(options.take('attrs'))
  const [latency, limit, loss, gap] = [header('latency'), header('limit'), header('loss'), header('gap')]
  const [duplicate, jitter] = [header('duplicate'), header('jitter')]
  const delay64 = (attrs.take('latency64') as bigint | undefined) ?? ticksToTime(latency)
  const jitter64 = (attrs.take('jitter64') as bigint | undefined) ?? ticksToTime(jitter)
  // The kernel takes the attribute if there are both.
  if ((latency !== 0 && ticksToTime(latency) !== delay64) || (jitter !== 0 && ticksToTime(jitter) !== jitter64))
    return undefined
  const corr = (attrs.take('corr') ?? {}) as Numbers
  const { delayCorr = 0, lossCorr = 0, dupCorr = 0 } = corr
  const correlation = (value: number) => (value === 0 ? [] : [percent(value)])
  if (delay64 === undefined ? jitter64 !== undefined || delayCorr !== 0 : jitter64 === undefined && delayCorr !== 0)
    return undefined
  if ((loss === 0 && lossCorr !== 0) || (duplicate === 0 && dupCorr !== 0)) return undefined
  const reorder = attrs.take('reorder') as Numbers | undefined
  const corrupt = attrs.take('corrupt') as Numbers | undefined
  if ((gap !== 0) !== (reorder !== undefined)) return undefined
  const {
    rate: bytesPerSecond,
    packetOverhead = 0,
    cellSize = 0,
    cellOverhead = 0,
  } = (attrs.take('rate') ?? {}) as Numbers
  const wide = attrs.take('rate64') as bigint | undefined
  const words = [
    ...unless(undefined, 'limit', limit),
    ...(delay64 === undefined
      ? []
      : ['delay', nanoseconds(delay64), ...(jitter64 === undefined ? [] : [nanoseconds(jitter64)])]),
    ...correlation(delayCorr),
    ...(loss === 0 ? [] : ['loss', 'random', percent(loss), ...correlation(lossCorr)]),
    ...(duplicate === 0 ? [] : ['duplicate', percent(duplicate), ...correlation(dupCorr)]),
    ...(corrupt === undefined
      ? []
      : ['corrupt', percent(corrupt.probability ?? 0), ...correlation(corrupt.correlation ?? 0)]),
    ...(reorder === undefined
      ? []
      : ['reorder', percent(reorder.probability ?? 0), ...correlation(reorder.correlation ?? 0), 'gap', String(gap)]),
    ...(bytesPerSecond === undefined
      ? []
      : ['rate', rate(wide ?? bytesPerSecond), ...[packetOverhead, cellSize, cellOverhead].map(String)]),
    ...(attrs.number('ecn') === 1 ? ['ecn'] : []),
  ]
  return { words, lost: [...options.left, ...attrs.left.map((key) => `attrs.${key}`)] }
}

/** `struct tc_sfq_qopt_v1`, without the parameters of random early detection, from which tc computes others. */
const sfq: Compute = (options) => {
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

/** `struct tc_mqprio_qopt` and the attributes after it. */
const mqprio: Compute = (options) => {
  const { numTc = 0, hw } = { numTc: options.number('numTc'), hw: options.number('hw') }
  const [map, count, offset] = ['prioTcMap', 'count', 'offset'].map((key) => options.take(key) as readonly number[])
  const attrs = new Members(options.take('attrs'))
  if (map === undefined || count === undefined || offset === undefined || numTc === 0) return undefined
  if ([...count.slice(numTc), ...offset.slice(numTc)].some((one) => one !== 0)) return undefined
  const [mode, shaper] = [attrs.number('mode'), attrs.number('shaper')]
  const rates = (['minRate64', 'maxRate64'] as const).map((key) => {
    const list = (attrs.take(key) as Record<string, readonly bigint[]> | undefined)?.[key]
    return list?.slice(numTc).every((one) => one === 0n) === true && list.length === 16
      ? list.slice(0, numTc)
      : list && null
  })
  if (rates.includes(null)) return undefined
  const [least, most] = rates
  const words = [
    ...['num_tc', String(numTc), 'map', ...map.map(String)],
    ...['queues', ...count.slice(0, numTc).map((queues, at) => `${queues}@${offset[at]}`)],
    ...['hw', String(hw)],
    ...(mode === undefined ? [] : ['mode', ['dcb', 'channel'][mode] ?? String(mode)]),
    ...(shaper === undefined ? [] : ['shaper', ['dcb', 'bw_rlimit'][shaper] ?? String(shaper)]),
    ...(least ? ['min_rate', ...least.map(rate)] : []),
    ...(most ? ['max_rate', ...most.map(rate)] : []),
  ]
  return { words, lost: [...options.left, ...attrs.left.map((key) => `attrs.${key}`)] }
}

/** `struct tc_etf_qopt` */
const etf: Compute = (options) => {
  const { delta, clockid, flags = 0 } = (options.take('parms') ?? {}) as Numbers
  // CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, linux/time.h
  const clock = ({ 0: 'CLOCK_REALTIME', 1: 'CLOCK_MONOTONIC', 7: 'CLOCK_BOOTTIME', 11: 'CLOCK_TAI' } as const)[
    clockid as 0 | 1 | 7 | 11
  ]
  if (delta === undefined || clock === undefined || flags > 7) return undefined
  const bits = [
    [1, 'deadline_mode'],
    [2, 'offload'],
    [4, 'skip_sock_check'],
  ] as const
  return nothingLost(
    ['clockid', clock, 'delta', String(delta), ...bits.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))],
    options,
  )
}

/** `struct tc_cbs_qopt` */
const cbs: Compute = (options) => {
  const parms = options.take('parms') as Numbers | undefined
  if (parms === undefined) return undefined
  const words = ['hicredit', 'locredit', 'sendslope', 'idleslope', 'offload'].flatMap((key) => [
    key,
    String(parms[key]),
  ])
  return nothingLost(words, options)
}

/** Kinds of qdiscs whose options tc computes. */
export const computedQdiscs: Readonly<Record<string, Compute>> = { tbf, netem, sfq, mqprio, etf, cbs }

/** Kinds of qdiscs whose classes have options that tc computes. */
export const computedClasses: Readonly<Record<string, Compute>> = { htb: htbClass, hfsc: hfscClass }
