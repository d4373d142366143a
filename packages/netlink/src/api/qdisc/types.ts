import type { Infer } from '../../codec/index.js'
import type { QdiscMessage, tcaQdiscAttrs, tcSizespec } from '../../route/index.js'
import type { InEitherForm, qdiscWords, WordsIn } from '../tc/kinds.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { InputOf } from '../values/normalize.js'
import type { Readable } from '../values/words.js'

type Cases = (typeof tcaQdiscAttrs)['table']['options'][1]['cases']

/** The kinds of qdiscs whose options are declared. */
export type QdiscKind = string & keyof Cases
/** The kinds of qdiscs without options. A program that uses a kind of another module adds it, as to {@link BareLinkKinds}. */
export interface BareQdiscKinds extends Record<'blackhole' | 'noop' | 'teql0', true> {}
export type BareQdiscKind = string & keyof BareQdiscKinds
/** TCA_OPTIONS of a kind, with words for the numbers of enumerations and for flags. */
export type QdiscOptions<K extends QdiscKind> = Readable<Infer<Cases[K]>>

/** `struct tc_sizespec` */
export type SizeSpec = Readable<Infer<typeof tcSizespec>>
/** A `struct tc_sizespec` to write. */
export type NewSizeSpec = InputOf<Infer<typeof tcSizespec>>

/** `root`, `ingress` (the same as `clsact`), or a class: `1:10`. */
export type QdiscParent = 'root' | 'ingress' | 'clsact' | `${string}:${string}`

/** Members of a qdisc of any kind. */
export interface QdiscMembers {
  /** Index of a link. */
  readonly dev: number
  readonly parent: QdiscParent
  /** `8001:`; undefined for the default qdisc of a link. */
  readonly handle?: string
  readonly ingressBlock?: number
  readonly egressBlock?: number
  /** TCA_STAB_BASE: how the kernel computes the size of a packet. */
  readonly stab?: SizeSpec
  /** The decoded message, with counters: `message.attrs.stats2`. Not enumerable. */
  readonly message: QdiscMessage
}

/** A queueing discipline of a link; `options` are typed by `kind`. */
export type Qdisc = QdiscMembers &
  (
    | { [K in QdiscKind]: { readonly kind: K; readonly options?: QdiscOptions<K> } }[QdiscKind]
    | { readonly kind: BareQdiscKind; readonly options?: undefined }
  )

/** A qdisc with the name of its link: the result of reading with `{ names: true }`. */
export type NamedQdisc = Qdisc & DevName

/** Identifies a qdisc by its parent, or by its handle. If other properties are given, they must match. */
export interface QdiscKey {
  readonly dev: LinkRef
  /** By default the parent of the qdisc with this `handle`. Without `handle`, `ingress` for the kinds `ingress` and `clsact`, and `root` for others. */
  readonly parent?: QdiscParent | undefined
  readonly handle?: string | undefined
  readonly kind?: QdiscKind | BareQdiscKind | undefined
}

/** Options of a kind: TCA_OPTIONS as they are read, or the words of tc, from which the library computes them. */
export type NewQdiscOptions<K extends QdiscKind> = InEitherForm<InputOf<Infer<Cases[K]>>, WordsIn<typeof qdiscWords, K>>

/** A qdisc to write; `options` are typed by `kind`. */
export type NewQdisc = Omit<QdiscKey, 'kind'> & {
  readonly stab?: NewSizeSpec | undefined
  readonly ingressBlock?: number | undefined
  readonly egressBlock?: number | undefined
} & (
    | { [K in QdiscKind]: { readonly kind: K; readonly options?: NewQdiscOptions<K> | undefined } }[QdiscKind]
    | { readonly kind: BareQdiscKind }
  )

/** Restricts a list of qdiscs. */
export interface QdiscFilter {
  readonly dev?: LinkRef | undefined
  readonly kind?: QdiscKind | BareQdiscKind | undefined
}
