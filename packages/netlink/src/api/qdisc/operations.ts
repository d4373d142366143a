import { ownOnly } from '../../codec/own.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { NetlinkError } from '../../message/index.js'
import { type QdiscMessage, TC_H } from '../../route/index.js'
import { bind } from '../run/bind.js'
import { indexOf } from '../run/link-lookup.js'
import { type AnyConnection, change, dump, type Operation } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { refusal } from '../run/selection.js'
import { checkOptions, POSITIVE_U32 } from '../values/accepted.js'
import { describeQdisc } from '../values/describe.js'
import { checkKeys, defined, messageOf, requireKeys } from '../values/objects.js'
import { toQdisc } from './decode.js'
import { hasOptions, optionsToWire, sizeTable } from './encode.js'
import { handleNumber, parentNumber } from './handle.js'
import type { NewQdisc, Qdisc, QdiscFilter, QdiscKey } from './types.js'

/** Operations on queueing disciplines: `nl.qdisc`. Those that end with `Sync` block the thread until the kernel has answered. */
export interface QdiscOperations {
  /**
   * Lists qdiscs, like `tc qdisc show`. The library filters, because the kernel does not.
   * @param filter restricts the list; by default the qdiscs of all links are listed
   * @throws {NetlinkError} `ENODEV` if `filter.dev` does not exist
   */
  list(filter?: QdiscFilter, options?: WaitOptions): Promise<Qdisc[]>

  /** Lists qdiscs, like `tc qdisc show`. Synchronous form of {@link QdiscOperations.list}. */
  listSync(filter?: QdiscFilter, options?: TimeoutOptions): Qdisc[]

  /**
   * Returns a qdisc, like `tc qdisc show dev eth0 root`; `undefined` if there is none, or one of a different handle or kind.
   * @throws {NetlinkError} `ENODEV` if the link does not exist
   */
  get(key: QdiscKey, options?: WaitOptions): Promise<Qdisc | undefined>

  /** Returns a qdisc; `undefined` if there is none. Synchronous form of {@link QdiscOperations.get}. */
  getSync(key: QdiscKey, options?: TimeoutOptions): Qdisc | undefined

  /**
   * Adds a qdisc to a link, like `tc qdisc add`.
   * @throws {NetlinkError} `EEXIST` if the parent has a qdisc that was added
   */
  add(qdisc: NewQdisc, options?: WaitOptions): Promise<void>

  /** Adds a qdisc to a link, like `tc qdisc add`. Synchronous form of {@link QdiscOperations.add}. */
  addSync(qdisc: NewQdisc, options?: TimeoutOptions): void

  /** Adds a qdisc to a link, or replaces the one of its parent, like `tc qdisc replace`. */
  replace(qdisc: NewQdisc, options?: WaitOptions): Promise<void>

  /** Adds a qdisc to a link, or replaces the one of its parent. Synchronous form of {@link QdiscOperations.replace}. */
  replaceSync(qdisc: NewQdisc, options?: TimeoutOptions): void

  /**
   * Changes the options of a qdisc, like `tc qdisc change`.
   * @throws {NetlinkError} `ENOENT` if there is none of this parent, handle and kind
   */
  set(qdisc: NewQdisc, options?: WaitOptions): Promise<void>

  /** Changes the options of a qdisc, like `tc qdisc change`. Synchronous form of {@link QdiscOperations.set}. */
  setSync(qdisc: NewQdisc, options?: TimeoutOptions): void

  /**
   * Deletes a qdisc, like `tc qdisc delete`.
   * @param key `parent`, `handle` or `kind`; every given one must match
   * @throws {NetlinkError} `ENOENT` if there is none, or one of a different handle or kind
   * @throws {TypeError} if the key has neither `parent` nor `handle` nor `kind`
   */
  delete(key: QdiscKey, options?: WaitOptions): Promise<void>

  /** Deletes a qdisc, like `tc qdisc delete`. Synchronous form of {@link QdiscOperations.delete}. */
  deleteSync(key: QdiscKey, options?: TimeoutOptions): void
}

/** Creates the operations on one connection. */
export const qdiscOperations = (connection: AnyConnection) =>
  bind<QdiscOperations>(new Runner(() => connection, 'qdisc', describeQdisc), {
    list: { arguments: 1, run: list },
    get: { arguments: 1, run: get },
    add: { arguments: 1, run: add },
    replace: { arguments: 1, run: replace },
    set: { arguments: 1, run: set },
    delete: { arguments: 1, run: remove },
  })

const qdiscKeys = {
  ...{ dev: 1, parent: 1, handle: 1, kind: 1, options: 1, ingressBlock: 1, egressBlock: 1, stab: 1 },
} satisfies Record<keyof NewQdisc, unknown>

/** Returns the link, handle and parent of a qdisc. `parent` is 0 if only the handle is given. */
function* locate(qdisc: QdiscKey) {
  checkKeys('qdisc', qdisc, qdiscKeys)
  requireKeys('qdisc', qdisc, 'dev')
  checkOptions(qdisc, { ingressBlock: POSITIVE_U32, egressBlock: POSITIVE_U32 })
  const { kind, parent } = qdisc
  const handle = qdisc.handle === undefined ? 0 : handleNumber('handle', qdisc.handle)
  const isIngress = kind === 'ingress' || kind === 'clsact'
  const fallback = isIngress ? TC_H.INGRESS : handle === 0 ? TC_H.ROOT : 0
  const number = parent === undefined ? fallback : parentNumber(parent)
  return { ifindex: yield* indexOf('dev', qdisc.dev), handle, parent: number }
}

/** Returns the message of a qdisc. A change may leave out the options that the kernel requires of a new one. */
function* encodeQdisc(qdisc: NewQdisc, isChange = false): Operation<QdiscMessage> {
  const { handle, ifindex, parent } = yield* locate(qdisc)
  requireKeys('qdisc', qdisc, 'kind')
  const { kind, ingressBlock, egressBlock, stab } = qdisc
  const attrs = { kind, options: optionsToWire(qdisc, isChange), ingressBlock, egressBlock, stab: sizeTable(stab) }
  return { ifindex, handle, parent: parent || TC_H.ROOT, attrs: defined(attrs) } as QdiscMessage
}

function* list(filter?: QdiscFilter): Operation<Qdisc[]> {
  checkKeys('filter', filter ?? {}, { dev: 1, kind: 1 })
  const { dev, kind } = ownOnly(filter ?? {})
  const ifindex = dev === undefined ? undefined : yield* indexOf('dev', dev)
  const found = yield* dump('RTM_GETQDISC', {})
  const fits = (message: QdiscMessage) =>
    (ifindex === undefined || message.ifindex === ifindex) && (kind === undefined || message.attrs.kind === kind)
  return found.filter(fits).map(toQdisc)
}

/**
 * Returns the first qdisc of a link for which a condition is true. A request for a single qdisc is not reliable. The kernel does not
 * answer at all for noop, the qdisc of a link that is down. If a qdisc is requested by its handle, the answer lacks its parent.
 */
function* ofLink(ifindex: number, fits: (message: QdiscMessage) => boolean): Operation<QdiscMessage | undefined> {
  const found = yield* dump('RTM_GETQDISC', { ifindex })
  return found.find((message) => message.ifindex === ifindex && fits(message))
}

/** Finds the qdisc of a key; undefined if there is none, or a different one. */
function* find(key: QdiscKey): Operation<QdiscMessage | undefined> {
  const { ifindex, handle, parent } = yield* locate(key)
  // A qdisc that was read without a handle has none.
  const isAnyHandle = handle === 0 && messageOf(key) === undefined
  return yield* ofLink(
    ifindex,
    (found) =>
      (parent === 0 || found.parent === parent) &&
      (isAnyHandle || found.handle === handle) &&
      (key.kind === undefined || found.attrs.kind === key.kind),
  )
}

/** Finds the qdisc that a request would change. */
const findTarget = ({ dev, parent, handle, kind }: NewQdisc) => find(defined({ dev, parent, handle, kind }) as QdiscKey)

function* get(key: QdiscKey): Operation<Qdisc | undefined> {
  const found = yield* find(key)
  return found && toQdisc(found)
}

const RTM_NEWQDISC = 'RTM_NEWQDISC'

function* add(qdisc: NewQdisc): Operation<void> {
  const message = yield* encodeQdisc(qdisc)
  // Without a handle the kernel replaces one of another kind, NLM_F_EXCL or not.
  const current =
    message.handle === 0 ? yield* ofLink(message.ifindex, ({ parent }) => parent === message.parent) : undefined
  if (current && current.handle !== 0) {
    const explanation = `the parent has a qdisc already, ${current.attrs.kind}`
    throw refusal({ request: RTM_NEWQDISC, code: 'EEXIST', attribute: 'parent', explanation })
  }
  yield* change(RTM_NEWQDISC, message, { create: true, excl: true })
}

function* replace(qdisc: NewQdisc): Operation<void> {
  const message = yield* encodeQdisc(qdisc)
  const options = { create: true, replace: true }
  try {
    yield* change(RTM_NEWQDISC, message, options)
  } catch (error) {
    if (!(error instanceof NetlinkError) || !/Change operation not supported/.test(String(error.kernelMessage)))
      throw error
    // Kinds without a change operation (htb, ingress) refuse options even if they are the current ones.
    const current = yield* findTarget(qdisc)
    if (current === undefined || !hasOptions(current, message)) throw error
    const { options: _, ...attrs } = message.attrs
    yield* change(RTM_NEWQDISC, { ...message, attrs }, options)
  }
}

function* set(qdisc: NewQdisc): Operation<void> {
  const message = yield* encodeQdisc(qdisc, true)
  const current = yield* findTarget(qdisc)
  if (current === undefined || current.handle === 0)
    throw refusal({ request: RTM_NEWQDISC, code: 'ENOENT', explanation: 'no such qdisc' })
  // Without a handle the kernel replaces one of another kind, instead of changing one.
  yield* change(RTM_NEWQDISC, { ...message, parent: current.parent, handle: current.handle })
}

function* remove(key: QdiscKey): Operation<void> {
  checkKeys('qdisc', key, qdiscKeys)
  if ((key.parent ?? key.handle ?? key.kind) === undefined)
    throw new TypeError(`expected qdisc to have 'parent', 'handle' or 'kind', got none`)
  const found = yield* find(key)
  if (found === undefined) throw refusal({ request: 'RTM_DELQDISC', code: 'ENOENT', explanation: 'no such qdisc' })
  const { ifindex, parent, handle, attrs } = found
  // The kernel compares both again: another process may have changed the qdisc.
  yield* change('RTM_DELQDISC', { ifindex, parent, handle, attrs: { kind: attrs.kind } })
}
