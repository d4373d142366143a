import { type Infer, show } from '../../codec/index.js'
import { type QdiscMessage, TC_H, type tcaQdiscAttrs } from '../../route/index.js'
import type { LinkRef } from '../link-ref.js'
import type { Wished } from '../normalize.js'
import { defined } from '../objects.js'
import { withMessage } from '../with-message.js'

type Cases = (typeof tcaQdiscAttrs)['table']['options'][1]['cases']

/** The kinds of qdisc whose options are declared. */
export type QdiscKind = string & keyof Cases
/** TCA_OPTIONS of a kind. */
export type QdiscOptions<K extends QdiscKind> = Infer<Cases[K]>

/** `struct tc_sizespec` */
export type SizeSpec = NonNullable<NonNullable<QdiscMessage['attrs']['stab']>['base']>

/** `root`, `ingress` (which is `clsact` too), or a class: `1:10` */
export type QdiscParent = 'root' | 'ingress' | 'clsact' | `${string}:${string}`

interface QdiscMembers {
  /** The index of a link. */
  readonly dev: number
  readonly parent: QdiscParent
  /** `8001:`; undefined for one that the kernel made. */
  readonly handle?: string
  readonly ingressBlock?: number
  readonly egressBlock?: number
  /** TCA_STAB_BASE: how the size of a packet is computed. */
  readonly stab?: SizeSpec
  /** What the kernel told, with counters: `message.attrs.stats2`. Not enumerable. */
  readonly message: QdiscMessage
}

/** A queueing discipline of a link, as it was told; `options` are those of its `kind`. */
export type Qdisc = QdiscMembers &
  (
    | { [K in QdiscKind]: { readonly kind: K; readonly options?: QdiscOptions<K> } }[QdiscKind]
    | { readonly kind: string; readonly options?: undefined }
  )

/** Identifies a qdisc by its parent, or by its handle. If other properties are given, they must match. */
export interface QdiscKey {
  readonly dev: LinkRef
  /** If left out: that of the qdisc with this `handle`; without one `ingress` for the kinds `ingress` and `clsact`, else `root`. */
  readonly parent?: QdiscParent | undefined
  readonly handle?: string | undefined
  readonly kind?: string | undefined
}

/** What a qdisc can be given. */
export type NewQdisc = Omit<QdiscKey, 'kind'> & {
  readonly stab?: SizeSpec | undefined
  readonly ingressBlock?: number | undefined
  readonly egressBlock?: number | undefined
} & (
    | { [K in QdiscKind]: { readonly kind: K; readonly options?: Wished<QdiscOptions<K>> | undefined } }[QdiscKind]
    | { readonly kind: string; readonly options?: undefined }
  )

/** Which qdiscs to list. */
export interface QdiscFilter {
  readonly dev?: LinkRef | undefined
  readonly kind?: string | undefined
}

/** A handle as tc writes it, both halves in hexadecimal: `1:10`, `8001:` */
const handleText = (handle: number) => {
  const minor = handle & 0xffff
  return `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

/** @throws {TypeError} naming `key` */
export function handleNumber(key: string, text: string): number {
  const [, major, minor = ''] = (typeof text === 'string' && /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{0,4})$/.exec(text)) || []
  if (major === undefined) throw new TypeError(`expected ${key} to be a handle like 1:10 or 8001:, got ${show(text)}`)
  return ((Number.parseInt(major, 16) << 16) | (minor === '' ? 0 : Number.parseInt(minor, 16))) >>> 0
}

const parentText = (parent: number): QdiscParent =>
  parent === TC_H.ROOT ? 'root' : parent === TC_H.INGRESS ? 'ingress' : (handleText(parent) as QdiscParent)

export function parentNumber(parent: QdiscParent): number {
  if (parent === 'root') return TC_H.ROOT
  return parent === 'ingress' || parent === 'clsact' ? TC_H.INGRESS : handleNumber('parent', parent)
}

/** A qdisc of its message. */
export function toQdisc(message: QdiscMessage): Qdisc {
  const { ifindex: dev, handle, parent, attrs } = message
  const { kind = '', options, ingressBlock, egressBlock } = attrs
  const told = { dev, kind, options, parent: parentText(parent), ingressBlock, egressBlock, stab: attrs.stab?.base }
  return withMessage(
    defined({ ...told, handle: handle === 0 ? undefined : handleText(handle) }),
    message,
  ) as unknown as Qdisc
}
