import type { Declaration, Infer } from '../../codec/index.js'
import { encap, LWTUNNEL_ENCAP } from '../../route/index.js'
import { type NameOf, numberOf } from './names.js'
import { type InputOf, toWire } from './normalize.js'
import { checkKeys } from './objects.js'

type Values = (typeof LWTUNNEL_ENCAP)['values']
type Cases = (typeof encap)['cases']
type DataOf<N extends string> =
  Uppercase<N> extends keyof Values
    ? Values[Uppercase<N>] extends keyof Cases
      ? Infer<Cases[Values[Uppercase<N>]]>
      : never
    : never

/** LWTUNNEL_ENCAP_*: the encapsulations of routes and next hops. */
export type EncapType = Exclude<NameOf<typeof LWTUNNEL_ENCAP>, 'none'>

/** The encapsulation of packets; `data` is typed by `type`. */
export type Encap =
  | { [K in EncapType]: { readonly type: K; readonly data: DataOf<K> } }[EncapType]
  | { readonly type: number; readonly data?: undefined }

/** An encapsulation to write. */
export type NewEncap =
  | { [K in EncapType]: { readonly type: K; readonly data: InputOf<DataOf<K>> } }[EncapType]
  | { readonly type: number; readonly data?: undefined }

/** The attributes of an encapsulation in a route, a next hop or a next hop object. */
interface EncapAttrs {
  readonly encapType?: number | undefined
  readonly encap?: unknown
}

/** Decodes an encapsulation. */
export function decodeEncap({ encapType, encap: data }: EncapAttrs): Encap | undefined {
  if (encapType === undefined) return undefined
  const name = Object.keys(LWTUNNEL_ENCAP.values).find((key) => LWTUNNEL_ENCAP[key as keyof Values] === encapType)
  return (name === undefined ? { type: encapType } : { type: name.toLowerCase(), data }) as Encap
}

/** Encodes an encapsulation. @throws {TypeError} */
export function encodeEncap(given: NewEncap | undefined): EncapAttrs {
  if (given === undefined) return {}
  checkKeys('encap', given, { type: 1, data: 1 })
  const encapType = numberOf('type of encap', LWTUNNEL_ENCAP, given.type)
  const declaration = (encap.cases as Readonly<Record<number, Declaration<unknown>>>)[encapType]
  return { encapType, encap: toWire('encap.data', declaration, given.data) }
}
