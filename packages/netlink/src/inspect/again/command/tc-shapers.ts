import { areZero } from '../call.js'
import type { Bag } from '../members.js'
import { type Compute, type Numbers, nothingLost, unless } from './tc-compute.js'
import { burstText, isTicks, overheadWords, type RateSpec, rate, rateSpecOf, sizeOf } from './tc-rates.js'
import type { Word } from './words.js'

/** `struct tc_tbf_qopt` and the tables of tbf. */
export const tbf: Compute = (options, { isSent }) => {
  const parms = options.take('parms') as Bag | undefined
  options.ignore('rtab', 'ptab')
  if (parms === undefined) return undefined
  const spec = rateSpecOf(parms.rate as Bag, options.take('rate64'), isSent)
  const burst = options.number('burst') ?? (spec && burstOf(spec, parms.buffer, isSent))
  // tc writes the burst as bytes and as ticks.
  if (spec === undefined || burst === undefined) return undefined
  if (isSent && !isTicks(spec.bytesPerSecond, burst, parms.buffer)) return undefined
  const limit = ['limit', String(parms.limit)]
  const peak = parms.peakrate as Bag
  if (areZero(peak, 'rate') && parms.mtu === 0) {
    if (isSent && !areZero(peak, 'cellLog', 'linklayer', 'overhead', 'cellAlign', 'mpu')) return undefined
    const words = ['rate', rate(spec.bytesPerSecond), 'burst', burstText(burst, spec), ...limit, ...overheadWords(spec)]
    return nothingLost(words, options)
  }
  const peakSpec = rateSpecOf(peak, options.take('prate64'), isSent)
  const mtu = options.number('pburst') ?? (peakSpec && burstOf(peakSpec, parms.mtu, isSent))
  if (peakSpec === undefined || mtu === undefined) return undefined
  if (isSent && !isTicks(peakSpec.bytesPerSecond, mtu, parms.mtu)) return undefined
  if (peakSpec.mpu !== spec.mpu || peakSpec.overhead !== spec.overhead) return undefined
  // The size of the largest packet decides about the default of the cells.
  const cells = ({ cellLog }: { cellLog: number }) => (isSent ? `/${2 ** cellLog}` : '')
  const words = [
    ...['rate', rate(spec.bytesPerSecond), 'burst', `${burst}${cells(spec)}`, ...limit],
    ...['peakrate', rate(peakSpec.bytesPerSecond), 'mtu', `${mtu}${cells(peakSpec)}`],
  ]
  return nothingLost([...words, ...overheadWords(spec)], options)
}

/** Returns a burst in bytes: the kernel reports only its ticks. */
const burstOf = ({ bytesPerSecond }: RateSpec, ticks: unknown, isSent: boolean): number | undefined =>
  isSent || typeof ticks !== 'number' ? undefined : sizeOf(bytesPerSecond, ticks, false)

/** `struct tc_htb_opt` and the tables of a class of htb. */
export const htbClass: Compute = (options, { isSent }) => {
  const parms = options.take('parms') as Bag | undefined
  options.ignore('rtab', 'ctab')
  if (parms === undefined) return undefined
  const spec = rateSpecOf(parms.rate as Bag, options.take('rate64'), isSent)
  const ceil = rateSpecOf(parms.ceil as Bag, options.take('ceil64'), isSent)
  if (spec === undefined || ceil === undefined || (isSent && parms.level !== 0)) return undefined
  if (ceil.mpu !== spec.mpu || ceil.overhead !== spec.overhead) return undefined
  const burst = sizeOf(spec.bytesPerSecond, parms.buffer as number, isSent)
  const cburst = sizeOf(ceil.bytesPerSecond, parms.cbuffer as number, isSent)
  if (burst === undefined || cburst === undefined) return undefined
  const { prio, quantum } = parms as Numbers
  const words = [
    ...unless(0, 'prio', prio),
    ...(isSent ? unless(0, 'quantum', quantum) : []),
    ...['rate', rate(spec.bytesPerSecond), 'burst', burstText(burst, spec)],
    ...['ceil', rate(ceil.bytesPerSecond), 'cburst', burstText(cburst, ceil)],
    ...overheadWords(spec),
  ]
  return nothingLost(words, options)
}

/** The curves of a class of hfsc. */
export const hfscClass: Compute = (options) => {
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
