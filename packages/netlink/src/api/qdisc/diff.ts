import { type QdiscMessage, TC_RED } from '../../route/index.js'
import { sizeOnLink } from '../tc/psched.js'
import { type Comparison, covers } from '../values/compare.js'
import { lastingOptions, reportedOptions } from './encode.js'

/** Times, by kind, that the kernel stores in its own units, and the largest difference of what it reports in microseconds. */
const codel = { target: 2, interval: 2, ceThreshold: 2 } // 1024 ns: CODEL_SHIFT, net/codel.h
const pie = { target: 1, tupdate: 10_000 } // 64 ns: PSCHED_SHIFT; jiffies
const coarse: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  ...{ codel, fq_codel: codel, pie, fq_pie: pie },
  fq: { flowRefillDelay: 10_000 }, // jiffies
}

/** True if an option has the desired value, or the nearest one that the kernel can store. */
function isOption(tolerance: number | undefined, wanted: unknown, actual: unknown): boolean {
  if (tolerance === undefined || typeof wanted !== 'number' || typeof actual !== 'number') return covers(wanted, actual)
  return Math.abs(wanted - actual) <= tolerance
}

/** Ticks of the packet scheduler (64 ns) in a microsecond, to which tc cuts off the time of a buffer. */
const MICROSECOND = 16

interface Rate {
  readonly rate: number
  readonly linklayer?: number
  readonly overhead?: number
  readonly mpu?: number
}
interface TbfParms {
  readonly rate: Rate
  readonly peakrate: Rate
  readonly buffer: number
  readonly mtu: number
}
interface TbfOptions {
  readonly parms: TbfParms
  readonly rate64?: bigint
  readonly prate64?: bigint
  readonly burst?: number
  readonly pburst?: number
}

/** Returns the reported ticks of a buffer if they are about those of the request. The kernel rounds them. */
function nearest(ticks: number, reported: number, bytes: number | undefined, perSecond: number): number {
  const wanted = bytes === undefined ? ticks : Math.trunc((bytes * 1e9) / perSecond / 64)
  return Math.abs(wanted - reported) <= MICROSECOND + reported * 1e-4 ? reported : ticks
}

/** Returns a rate without the cells of its table, which the kernel does not report. */
const withoutCells = (rate: Rate) => ({ ...rate, cellLog: undefined, cellAlign: undefined })

/** Returns the wanted parameters of a tbf in the kernel's rounding. */
function tbfParms({ parms, rate64, prate64, burst, pburst }: TbfOptions, reported: TbfParms): unknown {
  const [rate, peakrate] = [Number(rate64 ?? parms.rate?.rate), Number(prate64 ?? parms.peakrate?.rate ?? 0)]
  const bucket = burst === undefined ? undefined : sizeOnLink(burst + (parms.rate.overhead ?? 0), parms.rate)
  const wanted: Record<string, unknown> = { ...parms, buffer: nearest(parms.buffer, reported.buffer, bucket, rate) }
  if (parms.rate) wanted.rate = withoutCells(parms.rate)
  if (parms.peakrate) wanted.peakrate = withoutCells(parms.peakrate)
  if (peakrate > 0) wanted.mtu = nearest(parms.mtu, reported.mtu, pburst, peakrate)
  return wanted
}

interface RedOptions {
  readonly parms?: object
  readonly flags?: { readonly value: number }
}

/** Returns the options of a red as the kernel reports them: it stores `flags` in `parms` too, and adapts the probability. */
function redAsReported({ parms, flags, ...options }: RedOptions) {
  if (parms === undefined || flags === undefined) return { ...options, parms, flags }
  const isAdapted = (flags.value & TC_RED.ADAPTATIVE) !== 0
  return { ...options, ...(isAdapted && { maxP: undefined }), parms: { ...parms, flags: undefined }, flags }
}

/** Returns the options of a netem without its tables of random numbers, which the kernel does not report. */
const netemAsReported = ({ attrs, ...options }: { readonly attrs?: object }) => ({
  ...options,
  attrs: attrs && { ...attrs, delayDist: undefined, slotDist: undefined },
})

/** Number of priorities: TC_PRIO_MAX + 1, linux/pkt_sched.h */
const PRIORITIES = 16

interface EtsOptions {
  readonly nbands?: number
  readonly priomap?: { readonly priomapBand?: readonly number[] }
}

/** Returns the options of an ets as the kernel reports them: other priorities than those of the request have the last band. */
function etsAsReported({ priomap, ...options }: EtsOptions) {
  const given = priomap?.priomapBand ?? []
  const others = new Array(PRIORITIES - given.length).fill((options.nbands ?? 0) - 1)
  return { ...options, priomap: priomap && { priomapBand: [...given, ...others] } }
}

/** Returns the members of a sfq that a request sets: zero stands for the default, or for no change. */
const set = (options: object): object =>
  Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => {
      if (value === 0) return []
      return [[key, typeof value === 'object' && value !== null && !Array.isArray(value) ? set(value) : value]]
    }),
  )

/** Kinds that report the options of a request in another form. */
const forms: Readonly<Record<string, (options: object) => object>> = {
  ...{ red: redAsReported, netem: netemAsReported, ets: etsAsReported },
  // The kernel reports no limit of a flow in bytes: sfq_dump() leaves it out.
  sfq: (options) => ({ ...set(options), limit: undefined }),
}

/** Returns the options of a request as the kernel reports them. */
function asReported(
  kind: string,
  wanted: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
): object {
  if (kind === 'tbf' && wanted.parms !== undefined && actual.parms !== undefined)
    return { ...wanted, parms: tbfParms(wanted as never, actual.parms as TbfParms) }
  return Object.hasOwn(forms, kind) ? (forms[kind] as (options: object) => object)(wanted) : wanted
}

/** Compares the options of a request with a qdisc of the same kind. What the kernel does not report is not compared. */
export function compareQdisc(request: QdiscMessage, found: QdiscMessage): Comparison[] {
  const { kind = '', ingressBlock, egressBlock, stab } = request.attrs
  const actual = reportedOptions(found)
  const tolerances = Object.hasOwn(coarse, kind) ? coarse[kind] : undefined
  return [
    ...Object.entries(asReported(kind, lastingOptions(request), actual)).map(([key, wanted]) => ({
      ...{ key: `options.${key}`, wanted, actual: actual[key] },
      matches: actual[key] === undefined || isOption(tolerances?.[key], wanted, actual[key]),
    })),
    { key: 'stab', wanted: stab?.base, actual: found.attrs.stab?.base },
    { key: 'ingressBlock', wanted: ingressBlock, actual: found.attrs.ingressBlock },
    { key: 'egressBlock', wanted: egressBlock, actual: found.attrs.egressBlock },
  ]
}
