import { type Declaration, type Infer, show } from '../codec/index.js'
import { type QdiscMessage, TC_H, tcaQdiscAttrs } from '../route/index.js'
import { type Wished, wired } from './data.js'
import { ifThere, indexOf, indexOrNone, type LinkRef } from './device.js'
import { defined, expectGiven, expectKeys } from './keys.js'
import { change, dump, type Operation, read } from './operation.js'
import { withMessage } from './with-message.js'

type Cases = (typeof tcaQdiscAttrs)['table']['options'][1]['cases']

/** The kinds of qdisc whose options are declared. */
export type QdiscKind = string & keyof Cases
/** TCA_OPTIONS of a kind. */
export type QdiscOptions<K extends QdiscKind> = Infer<Cases[K]>

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
  /** What the kernel told, with counters: `message.attrs.stats2`. Not enumerable. */
  readonly message: QdiscMessage
}

/** A queueing discipline of a link, as it was told; `options` are those of its `kind`. */
export type Qdisc = QdiscMembers &
  (
    | { [K in QdiscKind]: { readonly kind: K; readonly options?: QdiscOptions<K> } }[QdiscKind]
    | { readonly kind: string; readonly options?: undefined }
  )

/** Which qdisc: the one below `parent`. */
export interface QdiscKey {
  readonly dev: LinkRef
  /** `root`, if left out. */
  readonly parent?: QdiscParent | undefined
  readonly handle?: string | undefined
}

/** What a qdisc can be given. */
export type NewQdisc = QdiscKey & {
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

const qdiscKeys = {
  ...{ dev: 1, parent: 1, handle: 1, kind: 1, options: 1, ingressBlock: 1, egressBlock: 1 },
} satisfies Record<keyof NewQdisc, unknown>

/** A handle as tc writes it, both halves in hexadecimal: `1:10`, `8001:` */
const handleText = (handle: number) => {
  const minor = handle & 0xffff
  return `${(handle >>> 16).toString(16)}:${minor === 0 ? '' : minor.toString(16)}`
}

/** @throws {TypeError} naming `key` */
function handleNumber(key: string, text: string): number {
  const [, major, minor = ''] = /^([0-9a-fA-F]{1,4}):([0-9a-fA-F]{0,4})$/.exec(text) ?? []
  if (major === undefined) throw new TypeError(`expected ${key} to be a handle like 1:10 or 8001:, got ${show(text)}`)
  return ((Number.parseInt(major, 16) << 16) | (minor === '' ? 0 : Number.parseInt(minor, 16))) >>> 0
}

const parentText = (parent: number): QdiscParent =>
  parent === TC_H.ROOT ? 'root' : parent === TC_H.INGRESS ? 'ingress' : (handleText(parent) as QdiscParent)

function parentNumber(parent: QdiscParent): number {
  if (parent === 'root') return TC_H.ROOT
  return parent === 'ingress' || parent === 'clsact' ? TC_H.INGRESS : handleNumber('parent', parent)
}

/** A qdisc of its message. */
export function toQdisc(message: QdiscMessage): Qdisc {
  const { ifindex: dev, handle, parent, attrs } = message
  const { kind = '', options, ingressBlock, egressBlock } = attrs
  const told = { dev, kind, options, parent: parentText(parent), ingressBlock, egressBlock }
  return withMessage(
    defined({ ...told, handle: handle === 0 ? undefined : handleText(handle) }),
    message,
  ) as unknown as Qdisc
}

function* messageOf(qdisc: Partial<NewQdisc> & QdiscKey): Operation<QdiscMessage> {
  expectKeys('qdisc', qdisc, qdiscKeys)
  expectGiven('qdisc', qdisc, 'dev')
  const { kind, options, handle, ingressBlock, egressBlock } = qdisc
  const fallback = kind === 'ingress' || kind === 'clsact' ? 'ingress' : 'root'
  const declaration = (tcaQdiscAttrs.table.options[1].cases as Readonly<Record<string, Declaration<unknown>>>)[
    kind ?? ''
  ]
  const ifindex = yield* indexOf('dev', qdisc.dev)
  return {
    ...{ family: 0, ifindex, info: 0, parent: parentNumber(qdisc.parent ?? fallback) },
    handle: handle === undefined ? 0 : handleNumber('handle', handle),
    attrs: defined({ kind, options: wired(declaration, options), ingressBlock, egressBlock }) as QdiscMessage['attrs'],
  }
}

/** All qdiscs, or those that the filter lets through; the kernel has none, so that they are sorted out here. */
function* list(filter?: QdiscFilter): Operation<Qdisc[]> {
  expectKeys('filter', filter ?? {}, { dev: 1, kind: 1 })
  const { dev, kind } = filter ?? {}
  const ifindex = yield* indexOrNone('dev', dev)
  const found = yield* dump('RTM_GETQDISC', {})
  const fits = (message: QdiscMessage) =>
    (ifindex === undefined || message.ifindex === ifindex) && (kind === undefined || message.attrs.kind === kind)
  return found.filter(fits).map(toQdisc)
}

/** The qdisc below a parent; undefined where there is none. */
function* get(key: QdiscKey): Operation<Qdisc | undefined> {
  const { attrs: _, ...wanted } = yield* messageOf(key)
  // Who asks is answered as a member of the group is told: with an echo only.
  const asked = read('RTM_GETQDISC', wanted, { echo: true })
  const [found] = (yield* ifThere(asked, 'ENOENT')) ?? []
  return found && toQdisc(found)
}

/** Gives a link a qdisc. @throws {NetlinkError} `EEXIST` where there is one that was given */
function* add(qdisc: NewQdisc): Operation<void> {
  expectGiven('qdisc', qdisc, 'kind')
  yield* change('RTM_NEWQDISC', yield* messageOf(qdisc), { create: true, excl: true })
}

/** Gives a link a qdisc, in the place of the one that is there. */
function* replace(qdisc: NewQdisc): Operation<void> {
  expectGiven('qdisc', qdisc, 'kind')
  yield* change('RTM_NEWQDISC', yield* messageOf(qdisc), { create: true, replace: true })
}

/** Changes the options of a qdisc. Of another kind, the kernel may put it in the place of the one that is there. */
function* set(qdisc: NewQdisc): Operation<void> {
  expectGiven('qdisc', qdisc, 'kind')
  yield* change('RTM_NEWQDISC', yield* messageOf(qdisc))
}

/** Takes a qdisc away. @throws {NetlinkError} `ENOENT` where none was given */
function* remove(key: QdiscKey & { readonly kind?: string | undefined }): Operation<void> {
  yield* change('RTM_DELQDISC', yield* messageOf(key as QdiscKey))
}

/** Queueing disciplines. */
export const qdiscOperations = { list, get, add, replace, set, delete: remove }
