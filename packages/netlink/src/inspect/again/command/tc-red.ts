import { TC_RED } from '../../../route/index.js'
import { areZero } from '../call.js'
import { type Bag, isBag, type Members } from '../members.js'
import { type Compute, type Numbers, nothingLost } from './tc-compute.js'
import { fraction, rate } from './tc-rates.js'
import { bandwidthsFor, burstFor, probabilityLog } from './tc-red-tables.js'
import type { Word } from './words.js'

const flagWords = [
  [TC_RED.ECN, 'ecn'],
  [TC_RED.HARDDROP, 'harddrop'],
  [TC_RED.ADAPTATIVE, 'adaptive'],
  [TC_RED.NODROP, 'nodrop'],
] as const

/** Returns the words of flags; undefined if a flag has none for a kind. */
function wordsOfFlags(flags: number, known: number): Word[] | undefined {
  if ((flags & ~known) !== 0) return undefined
  return flagWords.flatMap(([bit, word]) => ((flags & bit) === 0 ? [] : [word]))
}

/** Probability of 1. */
const CERTAIN = 2 ** 32

/** Returns the limits, and what tc computes the weight, the table and the probability from; undefined if it would compute others. */
function redWords(
  parms: Numbers,
  { table, maxP, unit }: { table: unknown; maxP: unknown; unit?: 'packets' },
): Word[] | undefined {
  const { limit = 0, qthMin = 0, qthMax = 0, wlog = 0, plog = 0, scellLog = 0 } = parms
  const probability = typeof maxP === 'number' ? fraction(maxP, (value) => Math.trunc(value * CERTAIN)) : undefined
  if (probability === undefined || !(table instanceof Uint8Array) || limit === 0 || qthMin === 0 || qthMax === 0)
    return undefined
  // The limits of choke are packets of the average size.
  const sizeOf = (packet: number) => (unit === 'packets' ? packet : 1)
  for (const { packet, bytesPerSecond } of bandwidthsFor(wlog, scellLog, table)) {
    const [min, max] = [qthMin * sizeOf(packet), qthMax * sizeOf(packet)]
    const burst = burstFor(wlog, min, max, packet)
    if (burst === null || probabilityLog(min, max, Number(probability)) !== plog) continue
    return [
      ...['limit', String(limit), 'min', String(qthMin), 'max', String(qthMax), 'avpkt', String(packet)],
      ...(burst === undefined ? [] : ['burst', String(burst)]),
      ...['bandwidth', rate(bytesPerSecond), 'probability', probability],
    ]
  }
  return undefined
}

/** Words of what the kernel reports, which has no table. */
function reportedWords({ limit, qthMin, qthMax }: Numbers, maxP: unknown): Word[] {
  const limits = ['limit', String(limit), 'min', String(qthMin), 'max', String(qthMax)]
  return typeof maxP === 'number' ? [...limits, 'probability', String(Number((maxP / CERTAIN).toPrecision(6)))] : limits
}

/** Returns the words of `struct tc_red_qopt` with its table and probability, and its flags. */
function parameters(options: Members, isSent: boolean, unit?: 'packets') {
  const parms = options.take('parms')
  const [table, maxP] = [options.take('stab'), options.take('maxP')]
  if (!isBag(parms)) return undefined
  const words = isSent
    ? redWords(parms as Numbers, { table, maxP, ...(unit && { unit }) })
    : reportedWords(parms as Numbers, maxP)
  return words && { words, flags: Number(parms.flags ?? 0) }
}

/** TCA_RED_*. tc writes the flags as an attribute, with a mask of all that it knows. */
export const red: Compute = (options, { isSent }) => {
  const found = parameters(options, isSent)
  const flags = options.take('flags') as Numbers | undefined
  const all = TC_RED.ECN | TC_RED.HARDDROP | TC_RED.ADAPTATIVE | TC_RED.NODROP
  if (found === undefined || (isSent && (found.flags !== 0 || flags?.selector !== all))) return undefined
  const words = wordsOfFlags(flags?.value ?? found.flags, all)
  const [drop, mark] = [options.number('earlyDropBlock'), options.number('markBlock')]
  if (words === undefined) return undefined
  return nothingLost(
    [
      ...[...found.words, ...words],
      ...(drop ? ['qevent', 'early_drop', 'block', String(drop)] : []),
      ...(mark ? ['qevent', 'mark', 'block', String(mark)] : []),
    ],
    options,
  )
}

/** TCA_CHOKE_* */
export const choke: Compute = (options, { isSent }) => {
  const found = parameters(options, isSent, 'packets')
  const words = found && wordsOfFlags(found.flags, TC_RED.ECN)
  return found && words && nothingLost([...found.words, ...words], options)
}

const gredFlags = TC_RED.ECN | TC_RED.HARDDROP

/** TCA_GRED_*: the setup, or one virtual queue. The kernel reports all of them in a form that no command has. */
export const gred: Compute = (options, { isSent }) => {
  if (!isSent) return undefined
  const setup = options.take('dps')
  if (isBag(setup)) return gredSetup(setup as Numbers, options)
  const [parms, ...more] = (options.take('parms') ?? []) as readonly Bag[]
  const [maxP, ...moreP] = (options.take('maxP') ?? []) as readonly number[]
  const { entry: [queue, ...queues] = [], ...rest } = (options.take('vqList') ?? {}) as { entry?: readonly Numbers[] }
  if (parms === undefined || more.length + moreP.length + queues.length > 0 || Object.keys(rest).length > 0)
    return undefined
  const { dp, flags, ...others } = queue ?? {}
  const counts = ['backlog', 'qave', 'forced', 'early', 'other', 'pdrop', 'packets', 'bytesin']
  if (dp !== parms.dp || flags === undefined || Object.keys(others).length > 0 || !areZero(parms, ...counts))
    return undefined
  const words = redWords(parms as Numbers, { table: options.take('stab'), maxP })
  const flagged = wordsOfFlags(flags, gredFlags)
  const prio = parms.prio === 0 ? [] : ['prio', String(parms.prio)]
  return words && flagged && nothingLost(['vq', String(dp), ...words, ...prio, ...flagged], options)
}

/** `struct tc_gred_sopt` */
function gredSetup({ dps = 0, defDp = 0, grio, flags = 0 }: Numbers, options: Members) {
  const words = wordsOfFlags(flags, gredFlags)
  const limit = options.number('limit')
  // tc refuses others.
  if (words === undefined || dps === 0 || defDp >= dps || limit === 0) return undefined
  return nothingLost(
    [
      ...['setup', 'vqs', String(dps), 'default', String(defDp)],
      ...(grio === 1 ? ['grio'] : []),
      ...(limit === undefined ? [] : ['limit', String(limit)]),
      ...words,
    ],
    options,
  )
}
