import { isRecord } from '../../codec/error.js'
import type { Declaration, Infer } from '../../codec/index.js'
import { encap, LWTUNNEL_ENCAP, type MplsIptunnelAttrs } from '../../route/index.js'
import { fromJson } from './from-json.js'
import { withJsonParts } from './json-parts.js'
import { labelStack, labelsText, type MplsLabels } from './mpls-labels.js'
import { type NameOf, named, numberOf } from './names.js'
import { type InputOf, toWire } from './normalize.js'
import { checkKeys } from './objects.js'
import { vocabularyOf } from './vocabulary.js'
import { type Readable, withWords } from './words.js'

type Values = (typeof LWTUNNEL_ENCAP)['values']
type Cases = (typeof encap)['cases']
type Words = (typeof LWTUNNEL_ENCAP)['words']
/** The numbers by their words. */
type Numbers = { [K in keyof Values as K extends keyof Words ? Words[K] : Lowercase<K>]: Values[K] }
type DataOf<N> = N extends keyof Numbers ? (Numbers[N] extends keyof Cases ? Infer<Cases[Numbers[N]]> : never) : never

/** LWTUNNEL_ENCAP_*: the encapsulations of routes and next hops. */
export type EncapType = Exclude<NameOf<typeof LWTUNNEL_ENCAP>, 'none'>

/** The labels that are put in front of packets. */
export interface MplsEncap {
  /** The stack of labels, outermost first: `300/301`. */
  readonly dst: string
  /** The time to live in the labels; 0 copies that of the packet. Left out: `net.mpls.ip_ttl_propagate` and `default_ttl` decide. */
  readonly ttl?: number | undefined
}
/** The labels to put in front of packets. */
export interface NewMplsEncap extends Omit<MplsEncap, 'dst'> {
  /** The stack of labels, outermost first: `300`, `'300/301'`, `[300, 'ipv6null']`. */
  readonly dst: MplsLabels
}

/** The encapsulation of packets; `data` is typed by `type`. */
export type Encap =
  | {
      [K in EncapType]: { readonly type: K; readonly data: K extends 'mpls' ? MplsEncap : Readable<DataOf<K>> }
    }[EncapType]
  | { readonly type: number; readonly data?: undefined }

/** An encapsulation to write. */
export type NewEncap =
  | {
      [K in EncapType]: { readonly type: K; readonly data: K extends 'mpls' ? NewMplsEncap : InputOf<DataOf<K>> }
    }[EncapType]
  | { readonly type: number; readonly data?: undefined }

/** The attributes of an encapsulation in a route, a next hop or a next hop object. */
interface EncapAttrs {
  readonly encapType?: number | undefined
  readonly encap?: unknown
}

const declarationOf = (encapType: number) => (encap.cases as Readonly<Record<number, Declaration<unknown>>>)[encapType]

const readData = (declaration: Declaration<unknown> | undefined, data: unknown) =>
  withJsonParts(declaration, withWords(declaration, data))

/** Returns the data of MPLS with the labels as text: the kernel has no traffic class and no time to live in each of them. */
const readMpls = ({ dst = [], ...data }: MplsIptunnelAttrs): MplsEncap => ({ dst: labelsText(dst), ...data })

/** Returns the data of MPLS with the labels as a stack. Other data stays: the encoder reports it. */
const writeMpls = (data: unknown): unknown =>
  isRecord(data) && data.dst !== undefined
    ? { ...data, dst: labelStack('encap.data.dst', data.dst as MplsLabels) }
    : data

/** Decodes an encapsulation. */
export function decodeEncap({ encapType, encap: data }: EncapAttrs): Encap | undefined {
  if (encapType === undefined) return undefined
  const type = named(LWTUNNEL_ENCAP, encapType)
  if (type === 'mpls') return { type, data: readMpls((data ?? {}) as MplsIptunnelAttrs) }
  return (typeof type === 'number' ? { type } : { type, data: readData(declarationOf(encapType), data) }) as Encap
}

const noEncap: EncapAttrs = { encapType: undefined, encap: undefined }

/** Encodes an encapsulation. @throws {TypeError} */
export function encodeEncap(given: NewEncap | undefined): EncapAttrs {
  if (given === undefined) return noEncap
  checkKeys('encap', given, { type: 1, data: 1 })
  const encapType = numberOf('type of encap', LWTUNNEL_ENCAP, given.type)
  const data = encapType === LWTUNNEL_ENCAP.MPLS ? writeMpls(given.data) : given.data
  return { encapType, encap: toWire('encap.data', declarationOf(encapType), data) }
}

/** Returns an encapsulation that was written as JSON: with bigints and bytes. Mistakes stay: {@link encodeEncap} reports them. */
export function encapFromJson(given: unknown): unknown {
  if (!isRecord(given) || given.data === undefined) return given
  const type =
    typeof given.type === 'string' ? vocabularyOf(LWTUNNEL_ENCAP).byWord.get(given.type.toLowerCase()) : given.type
  return typeof type === 'number' ? { ...given, data: fromJson(declarationOf(type), given.data) } : given
}
