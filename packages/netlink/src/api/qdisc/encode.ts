import { isPlainObject } from '../../codec/error.js'
import { ArgumentError, type Declaration, show } from '../../codec/index.js'
import { type QdiscMessage, TC_LINKLAYER, tcaQdiscAttrs, tcSizespec } from '../../route/index.js'
import { qdiscWords, wordKind } from '../tc/kinds.js'
import { sizeOnLink } from '../tc/psched.js'
import { withDecay } from '../tc/red-words.js'
import { fromWords } from '../tc/words.js'
import { checkOptions, integers } from '../values/accepted.js'
import { covers } from '../values/compare.js'
import { fromJson } from '../values/from-json.js'
import { checkUndeclared, toWire } from '../values/normalize.js'
import type { NewSizeSpec } from './types.js'

type Options = Readonly<Record<string, unknown>>
type Attrs = QdiscMessage['attrs']

const cases = tcaQdiscAttrs.table.options[1].cases as Readonly<Record<string, Declaration<unknown>>>

/** Returns the declaration of the options of a kind. */
export const optionsOf = (kind: string) => (Object.hasOwn(cases, kind) ? cases[kind] : undefined)

/** Returns options that were written as JSON: with bigints and bytes. */
export const optionsFromJson = (kind: string, options: unknown) => fromJson(optionsOf(kind), options)

/** Options that the kernel requires, refusing without a text. It does not report `stab` of red and choke: see `withDecay`. */
const needed: Readonly<Record<string, readonly string[]>> = {
  choke: ['parms', 'stab'],
  htb: ['init'],
  red: ['parms', 'stab'],
  tbf: ['parms'],
}

/** Version of the request. The kernel reports it in the upper half, and its own in the lower half (`htb_dump`). */
const HTB_VERSION = 3

function htbOptions(options: Options): Options {
  const init = options.init as { readonly version?: number } | undefined
  if (init?.version === undefined) return options
  const version = init.version > 0xffff ? init.version >>> 16 : init.version
  checkOptions({ version }, { version: integers(HTB_VERSION, HTB_VERSION) }, 'options.init.')
  return { ...options, init: { ...init, version } }
}

/** Packets are sent in cells of 53 bytes, 48 of them data. */
const { ATM } = TC_LINKLAYER

interface Rate {
  readonly rate?: number
  readonly linklayer?: number
  readonly overhead?: number
}

interface TbfParms {
  readonly rate?: Rate
  readonly peakrate?: Rate
  readonly buffer?: number
  readonly mtu?: number
}

/** Nanoseconds in a tick (PSCHED_SHIFT, net/pkt_sched.h) */
const TICK = 64

/** Returns the bytes that are sent at a rate in some ticks (`psched_ns_t2l`). */
function bytesIn(ticks: number, perSecond: number, { linklayer, overhead = 0 }: Rate): number {
  const bytes = Math.floor((ticks * TICK * perSecond) / 1e9)
  return (linklayer === ATM ? Math.floor(bytes / 53) * 48 : bytes) - overhead
}

/** Checks that a bucket holds at least one byte. @throws {TypeError} */
function checkBucket(key: string, ticks: number, perSecond: number, rate: Rate): void {
  if (bytesIn(ticks, perSecond, rate) < 1)
    throw new ArgumentError(`expected options.parms.${key} to be ticks in which a byte is sent, got ${show(ticks)}`)
}

/** Checks the options of a tbf, like `tbf_change`, net/sched/sch_tbf.c. @throws {TypeError} */
function checkTbf({ parms, rate64, prate64, burst, pburst }: Options): void {
  const { rate = {}, peakrate = {}, buffer = 0, mtu = 0 } = (parms ?? {}) as TbfParms
  const [bytes, peak] = [Number(rate64 ?? rate.rate ?? 0), Number(prate64 ?? peakrate.rate ?? 0)]
  checkOptions({ rate: bytes }, { rate: integers(1, Number.MAX_SAFE_INTEGER) }, 'options.parms.rate.')
  if (peak > 0 && peak <= bytes)
    throw new ArgumentError(`expected options.parms.peakrate to be more than the rate ${bytes}, got ${peak}`)
  if (burst === undefined) checkBucket('buffer', buffer, bytes, rate)
  else checkOptions({ burst }, { burst: integers(1, 0xffffffff) }, 'options.')
  if (peak === 0) return
  if (pburst === undefined) checkBucket('mtu', mtu, peak, peakrate)
  else checkOptions({ pburst }, { pburst: integers(1, 0xffffffff) }, 'options.')
}

/** Kind and options of any qdisc. */
interface AnyOptions {
  readonly kind: string
  readonly options?: unknown
}

/** True if options have the members of the wire. */
const isRead = (options: unknown): options is object => isPlainObject(options) && isPlainObject(options.parms)

/** Use of options: for a new qdisc, for a change, which may leave them out, or next to a key: then they are only checked. */
export type OptionsUse = 'new' | 'change' | 'key'

/** Returns the options of a red that was read with the table that a request needs, and a key does not. @throws {TypeError} */
const redOptions = (options: object, use: OptionsUse) =>
  use === 'key' && !('avpkt' in options) ? options : withDecay('options', options as never)

/** Returns TCA_OPTIONS of a qdisc. @throws {TypeError} for options that the kernel refuses without a text */
export function optionsToWire({ kind, options }: AnyOptions, use: OptionsUse): Attrs['options'] {
  if (use !== 'new' && options === undefined) return undefined
  const declaration = optionsOf(kind)
  if (declaration === undefined) checkUndeclared('options', kind, options)
  const given = kind === 'red' && isRead(options) ? redOptions(options, use) : options
  const written = fromWords('options', wordKind(qdiscWords, kind), declaration, given)
  const sent = toWire('options', declaration, written) as Options | undefined
  const required = use !== 'key' && Object.hasOwn(needed, kind) ? needed[kind] : undefined
  const missing = required?.find((key) => sent?.[key] === undefined)
  if (missing !== undefined) throw new ArgumentError(`expected '${missing}' in options of a ${kind}, got none`)
  if (kind === 'tbf') checkTbf(sent as Options)
  return (kind === 'htb' ? htbOptions(sent as Options) : sent) as Attrs['options']
}

/** Returns the options of a request without what only the kernel changes: the packets that an htb has sent directly. */
export function lastingOptions({ attrs }: QdiscMessage): Options {
  const { init, ...options } = (attrs.options ?? {}) as Options
  return init ? { ...options, init: { ...init, directPkts: undefined } } : options
}

/** Returns the options of a qdisc that was read in the form of a request. */
export function reportedOptions({ attrs: { kind = '', options = {} } }: QdiscMessage): Options {
  const sent = toWire('options', optionsOf(kind), options) as Options
  return kind === 'htb' ? htbOptions(sent) : sent
}

/** True if a qdisc already has the options of a request. */
export const hasOptions = (found: QdiscMessage, request: QdiscMessage): boolean =>
  covers(lastingOptions(request), reportedOptions(found))

/** Returns TCA_STAB of a size specification, with the table that tc computes. The kernel reports only the specification. */
export function sizeTable(stab: NewSizeSpec | undefined): Attrs['stab'] {
  const base = toWire('stab', tcSizespec, stab) as NonNullable<Attrs['stab']>['base']
  if (base === undefined || base.tsize === 0) return base && { base }
  const data = Array.from({ length: base.tsize }, (_, at) => sizeOnLink((at + 1) << base.cellLog, base) >> base.sizeLog)
  if (data.some((size) => size > 0xffff))
    throw new ArgumentError(`expected stab to have sizes of 16 bits, got cellLog ${show(base.cellLog)}`)
  return { base, data }
}
