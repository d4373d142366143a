import type { Infer } from '../../codec/index.js'
import type { ETH_P } from '../../constants/index.js'
import type { TfilterMessage, tcaFilterAttrs } from '../../route/index.js'
import type { Action, NewAction } from '../action/types.js'
import type { filterWords, InEitherForm, WordsIn } from '../tc/kinds.js'
import type { DevName } from '../values/link-names.js'
import type { LinkRef } from '../values/link-ref.js'
import type { Named } from '../values/names.js'
import type { InputOf } from '../values/normalize.js'
import type { Readable } from '../values/words.js'

type Cases = (typeof tcaFilterAttrs)['table']['options'][1]['cases']

/** The kinds of filters whose options are declared. */
export type FilterKind = string & keyof Cases

/** `root`: the root qdisc. `ingress` and `egress`: the hooks of `clsact` and `ingress`. Or a qdisc or class: `1:`. */
export type FilterParent = 'root' | 'ingress' | 'egress' | `${string}:${string}`

/** Members of a filter of any kind. */
export interface FilterMembers {
  /** Index of a link; undefined for a filter of a shared block. */
  readonly dev?: number
  /** Number of a shared block. */
  readonly block?: number
  readonly parent?: FilterParent
  /** ETH_P_*: `ip`, `ipv6`, `all`. */
  readonly protocol: Named<typeof ETH_P>
  /** Filters with a lower one are tried first. */
  readonly priority: number
  readonly chain?: number
  /** Number of the filter among those of its priority. */
  readonly handle?: number
  readonly actions?: readonly Action[]
  /** The decoded message. Not enumerable. */
  readonly message: TfilterMessage
}

/** A filter; `options` are typed by `kind`. */
export type TrafficFilter = FilterMembers &
  { [K in FilterKind]: { readonly kind: K; readonly options?: Readable<Omit<Infer<Cases[K]>, 'act'>> } }[FilterKind]

/** A filter with the name of its link: the result of reading with `{ names: true }`. */
export type NamedTrafficFilter = TrafficFilter & DevName

/** Options of a kind: TCA_OPTIONS as they are read, or the words of tc, from which the library computes them. */
export type NewFilterOptions<K extends FilterKind> = InEitherForm<
  InputOf<Infer<Cases[K]>>,
  WordsIn<typeof filterWords, K>
>

/** The place of filters: a link with a parent, or a shared block. */
export interface FilterPlace {
  readonly dev?: LinkRef | undefined
  /** Number of a block that several links share. */
  readonly block?: number | undefined
  /** Default: `root`, the root qdisc of the link. */
  readonly parent?: FilterParent | undefined
}

/** Identifies a filter. */
export interface FilterKey extends FilterPlace {
  readonly protocol?: Named<typeof ETH_P> | undefined
  /** Without it, `delete` refuses to delete all filters of the place. */
  readonly priority?: number | undefined
  readonly chain?: number | undefined
  readonly handle?: number | undefined
  readonly kind?: FilterKind | undefined
}

/** A filter to write; `options` are typed by `kind`. */
export type NewTrafficFilter = Omit<FilterKey, 'kind'> & {
  readonly actions?: readonly (NewAction | Action)[] | undefined
} & { [K in FilterKind]: { readonly kind: K; readonly options?: NewFilterOptions<K> | undefined } }[FilterKind]

/** Selects filters to list. */
export interface FilterFilter extends FilterPlace {
  readonly kind?: FilterKind | undefined
  readonly chain?: number | undefined
}
