import { type Declaration, type Infer, show } from '../codec/index.js'
import { encap, LWTUNNEL_ENCAP } from '../route/index.js'
import { type NameOf, numberOf } from './names.js'
import { type Wished, wired } from './normalize.js'
import { expectKeys } from './objects.js'

type Values = (typeof LWTUNNEL_ENCAP)['values']
type Cases = (typeof encap)['cases']
type DataOf<N extends string> =
  Uppercase<N> extends keyof Values
    ? Values[Uppercase<N>] extends keyof Cases
      ? Infer<Cases[Values[Uppercase<N>]]>
      : never
    : never

/** LWTUNNEL_ENCAP_*: what routes and nexthops can wrap packets in. */
export type EncapType = Exclude<NameOf<typeof LWTUNNEL_ENCAP>, 'none'>

/** What packets are wrapped in; `data` as its declaration has it. */
export type Encap =
  | { [K in EncapType]: { readonly type: K; readonly data: DataOf<K> } }[EncapType]
  | { readonly type: number; readonly data?: undefined }

/** What packets are to be wrapped in. */
export type NewEncap =
  | { [K in EncapType]: { readonly type: K; readonly data: Wished<DataOf<K>> } }[EncapType]
  | { readonly type: number; readonly data?: undefined }

/** What says it in a route, a next hop or a nexthop object. */
interface EncapAttrs {
  readonly encapType?: number | undefined
  readonly encap?: unknown
}

/** An encapsulation of its attributes. */
export function toEncap({ encapType, encap: data }: EncapAttrs): Encap | undefined {
  if (encapType === undefined) return undefined
  const name = Object.keys(LWTUNNEL_ENCAP.values).find((key) => LWTUNNEL_ENCAP[key as keyof Values] === encapType)
  return (name === undefined ? { type: encapType } : { type: name.toLowerCase(), data }) as Encap
}

/** The attributes of an encapsulation. @throws {TypeError} */
export function encapAttrs(wish: NewEncap | undefined): EncapAttrs {
  if (wish === undefined) return {}
  if (typeof wish !== 'object' || wish === null)
    throw new TypeError(`expected encap to be an object, got ${show(wish)}`)
  expectKeys('encap', wish, { type: 1, data: 1 })
  const encapType = numberOf('type of encap', LWTUNNEL_ENCAP, wish.type)
  const declaration = (encap.cases as Readonly<Record<number, Declaration<unknown>>>)[encapType]
  return { encapType, encap: wired(declaration, wish.data) }
}
