import type { QdiscMessage } from '../../route/index.js'
import { tcaQdiscAttrs } from '../../route/index.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { Link } from './state.js'

type Options = NonNullable<QdiscMessage['attrs']['options']>

/** Bytes of an Ethernet header */
const HEADER = 14

/** A kind of qdisc: how it treats its options. */
interface QdiscKind {
  /** Returns the options of a new qdisc. @throws {Refused} */
  create(link: Link, options: Options | undefined): object | undefined
  /** Returns the options after a change. Default: all are refused. */
  change?(options: Options, before: object | undefined): object | undefined
  /** Returns the limit that a queue which is attached to it gets with each change (`fifo_set_limit`). Default: none. */
  limitBelow?(options: object | undefined): number
  /** True if another qdisc can be attached to it. */
  readonly isParent?: boolean
}

/** Options of pfifo_fast, which cannot be changed. */
const bands = { bands: 3, priomap: [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1] }

const limitOf = (options: object | undefined, fallback: number) => ({
  limit: (options as { readonly limit?: number } | undefined)?.limit ?? fallback,
})
const changeLimit = (options: object, before: object | undefined) => ({ ...before, ...limitOf(options, 0) })

const noRate = { rate: 0, cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0 }

/** Returns the options of a tbf. Only rate, limit and buffer are modelled. */
function tbf(options: object | undefined): object {
  const { parms, ...others } = (options ?? {}) as { readonly parms?: Record<string, unknown> }
  if (parms === undefined) refuse('EINVAL')
  checkModelled(others, 'tbf options', [])
  const { rate = {}, peakrate, limit = 0, buffer = 0, mtu = 0 } = parms
  if (Object.values(peakrate ?? {}).some((value) => value !== 0)) notModelled('the peak rate of a tbf')
  const { rate: bytes = 0, overhead = 0, linklayer = 0 } = rate as Record<string, number>
  return { parms: { rate: { ...noRate, rate: bytes, overhead, linklayer }, peakrate: noRate, limit, buffer, mtu } }
}

const limitOfTbf = (options: object | undefined) =>
  (options as { readonly parms: { readonly limit: number } }).parms.limit

const bare: QdiscKind = { create: () => undefined }
const ingress: QdiscKind = { create: () => ({}) }

/** The kinds that are modelled. */
const kinds: Readonly<Record<string, QdiscKind>> = {
  bfifo: {
    create: ({ txqlen, mtu }, options) => limitOf(options, Math.max(txqlen, 1) * (mtu + HEADER)),
    change: changeLimit,
  },
  clsact: ingress,
  ingress,
  noqueue: bare,
  pfifo: { create: ({ txqlen }, options) => limitOf(options, Math.max(txqlen, 1)), change: changeLimit },
  pfifo_fast: { create: () => bands },
  tbf: { create: (_, options) => tbf(options), change: tbf, limitBelow: limitOfTbf, isParent: true },
}

/** Returns the options of a default qdisc. */
export const defaultOptions = (kind: string) => (kind === 'pfifo_fast' ? bands : undefined)

/** Returns a kind of qdisc. @throws {Refused} */
export function qdiscKind(kind: string | undefined): QdiscKind {
  const known = kind !== undefined && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (known) return known
  if (kind !== undefined && Object.hasOwn(tcaQdiscAttrs.table.options[1].cases, kind))
    notModelled(`qdiscs of kind ${kind}`)
  return refuse('ENOENT', 'Specified qdisc kind is unknown')
}

/** True for the kinds at the ingress of a link. */
export const isIngress = (kind: string | undefined) => kind === 'ingress' || kind === 'clsact'
