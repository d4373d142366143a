import { IFE } from '../../../route/index.js'
import { isBag, type Members } from '../members.js'
import { type ActionWords, indexWords } from './tc-action.js'
import { clockWord } from './tc-queues.js'
import type { Word } from './words.js'

type Numbers = Readonly<Record<string, number>>

const digits = (number: number) => `0x${number.toString(16)}`

/** True for a mask of six bits in a row, as tc demands for a DSCP. */
const isSixBits = (mask: number) => mask !== 0 && mask / (mask & -mask) === 0x3f

/** `struct tc_ctinfo`. tc writes the zone each time, and masks unless they are zero. */
export const ctinfo: ActionWords = (parms, options, verdict) => {
  const zone = options.number('zone')
  const [dscp, state] = [options.number('parmsDscpMask'), options.number('parmsDscpStatemask')]
  const mark = options.number('parmsCpmarkMask')
  if (zone === undefined || verdict === undefined || mark === 0 || state === 0) return undefined
  if (dscp === undefined ? state !== undefined : !isSixBits(dscp >>> 0) || ((state ?? 0) & dscp) !== 0) return undefined
  return [
    ...(dscp === undefined ? [] : ['dscp', digits(dscp), ...(state === undefined ? [] : [digits(state)])]),
    ...(mark === undefined ? [] : ['cpmark', digits(mark)]),
    ...['zone', String(zone), ...verdict, ...indexWords(parms)],
  ]
}

type GateEntry = { readonly gate?: boolean } & Readonly<Record<'interval' | 'ipv' | 'maxOctets', number>>

/** Returns the words of an entry; undefined if it has others than those of tc, or misses one. */
function gateEntry(entry: GateEntry): Word[] | undefined {
  const { gate = false, interval, ipv, maxOctets, ...others } = entry
  if (interval === undefined || ipv === undefined || maxOctets === undefined) return undefined
  // A closed gate has neither.
  if (Object.keys(others).length > 0 || (!gate && (ipv !== -1 || maxOctets !== -1))) return undefined
  return ['sched-entry', gate ? 'open' : 'close', String(interval), String(ipv), String(maxOctets)]
}

/** `struct tc_gate` */
export const gate: ActionWords = (parms, options, verdict) => {
  const { entry = [], ...rest } = (options.take('entryList') ?? {}) as { entry?: readonly GateEntry[] }
  const entries = entry.map(gateEntry)
  const clock = options.number('clockid')
  const clockName = clock === undefined ? undefined : clockWord(clock)
  if (verdict === undefined || Object.keys(rest).length > 0 || entries.includes(undefined)) return undefined
  if ((clock !== undefined && clockName === undefined) || (entries.length === 0 && parms.index === 0)) return undefined
  // tc leaves out what is zero, and the priority -1.
  const words: Word[] = []
  for (const [word, key] of gateOptions) {
    const value = options.take(key) as number | bigint | undefined
    if (value === undefined) continue
    if (Number(value) === (key === 'priority' ? -1 : 0)) return undefined
    words.push(word, String(value))
  }
  return [
    ...[...words, ...(clockName === undefined ? [] : ['clockid', clockName])],
    ...[...(entries as Word[][]).flat(), ...indexWords(parms), ...verdict],
  ]
}

const gateOptions = [
  ['priority', 'priority'],
  ['base-time', 'baseTime'],
  ['cycle-time', 'cycleTime'],
  ['cycle-time-ext', 'cycleTimeExt'],
  ['flags', 'flags'],
] as const

/** Words of the values that a header may carry, by the key of IFE_META_*. */
const metadata = [
  ['skbmark', 'mark'],
  ['prio', 'prio'],
  ['tcindex', 'tcindex'],
] as const

/** Returns the words of the values in the header: that of the packet, or a fixed one. */
function metadataWords(options: Members): Word[] | undefined {
  if (!isBag(options.peek('metalst'))) return undefined
  const list = options.nest('metalst')
  const words: Word[] = []
  for (const [key, word] of metadata) {
    const values = list.take(key) as readonly number[] | undefined
    if (values === undefined) continue
    if (values.length > 1 || values[0] === 0) return undefined
    words.push(...(values.length === 0 ? ['allow', word] : ['use', word, String(values[0])]))
  }
  return list.left.length > 0 ? undefined : words
}

/** `struct tc_ife` */
export const ife: ActionWords = (parms: Numbers, options, verdict) => {
  if (verdict === undefined) return undefined
  if (parms.flags === IFE.DECODE) return ['decode', ...verdict, ...indexWords(parms)]
  const values = metadataWords(options)
  const [dst, src, type] = [options.text('dmac'), options.text('smac'), options.number('type')]
  if (parms.flags !== IFE.ENCODE || values === undefined) return undefined
  return [
    ...['encode', ...values],
    ...(dst === undefined ? [] : ['dst', dst]),
    ...(src === undefined ? [] : ['src', src]),
    ...(type === undefined ? [] : ['type', digits(type)]),
    ...[...verdict, ...indexWords(parms)],
  ]
}
