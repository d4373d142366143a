import type { Infer } from '../../codec/index.js'
import type { TclassMessage, tcaClassAttrs } from '../../route/index.js'
import type { classWords, InEitherForm, WordsIn } from '../tc/kinds.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { InputOf } from '../values/normalize.js'
import type { Readable } from '../values/words.js'

type Cases = (typeof tcaClassAttrs)['table']['options'][1]['cases']

/** The kinds of qdiscs whose classes have declared options. */
export type ClassKind = string & keyof Cases

/** Members of a class of any kind. */
export interface ClassMembers {
  /** Index of a link. */
  readonly dev: number
  /** The class: `1:10`. */
  readonly handle: string
  /** `root`, or the class or qdisc above: `1:1`. */
  readonly parent: string
  /** Handle of the qdisc in the class: `10:`. */
  readonly leaf?: string
  /** The decoded message, with counters: `message.attrs.stats2`. Not enumerable. */
  readonly message: TclassMessage
}

/** A class of a qdisc; `options` are typed by `kind`, which is that of the qdisc. */
export type TrafficClass = ClassMembers &
  (
    | { [K in ClassKind]: { readonly kind: K; readonly options?: Readable<Infer<Cases[K]>> } }[ClassKind]
    | { readonly kind: ''; readonly options?: undefined }
  )

/** A class with the name of its link: the result of reading with `{ names: true }`. */
export type NamedTrafficClass = TrafficClass & DevName

/** Identifies a class. If other properties are given, they must match. */
export interface ClassKey {
  readonly dev: LinkRef
  readonly handle: string
  readonly kind?: string | undefined
  readonly parent?: string | undefined
}

/** Options of a kind: TCA_OPTIONS as they are read, or the words of tc, from which the library computes them. */
export type NewClassOptions<K extends ClassKind> = InEitherForm<InputOf<Infer<Cases[K]>>, WordsIn<typeof classWords, K>>

/** A class to write; `options` are typed by `kind`. */
export type NewTrafficClass = {
  readonly dev: LinkRef
  /** `1:10` */
  readonly handle: string
  /** `root`, or the class or qdisc above: `1:1`. Default: the qdisc of the handle. */
  readonly parent?: string | undefined
  /** Reported by the kernel; not sent. */
  readonly leaf?: string | undefined
} & { [K in ClassKind]: { readonly kind: K; readonly options?: NewClassOptions<K> | undefined } }[ClassKind]

/** Restricts a list of classes. */
export interface ClassFilter {
  /** By default the classes of all links are listed. */
  readonly dev?: LinkRef | undefined
  readonly kind?: ClassKind | undefined
  /** Classes directly below this class or qdisc; `root` for those of the first level. */
  readonly parent?: string | undefined
}
