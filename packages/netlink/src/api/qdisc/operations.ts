import { ownOnly } from '../../codec/own.js'
import { NetlinkError } from '../../message/index.js'
import { type QdiscMessage, TC_H } from '../../route/index.js'
import { checkOptions, POSITIVE_U32 } from '../accepted.js'
import { ExplainedError } from '../explained-error.js'
import { indexOf } from '../link-ref.js'
import { defined, expectGiven, expectKeys } from '../objects.js'
import { change, dump, type Operation } from '../operation.js'
import { hasOptions, sizeTable, wiredOptions } from './options.js'
import {
  handleNumber,
  type NewQdisc,
  parentNumber,
  type Qdisc,
  type QdiscFilter,
  type QdiscKey,
  toQdisc,
} from './types.js'

const qdiscKeys = {
  ...{ dev: 1, parent: 1, handle: 1, kind: 1, options: 1, ingressBlock: 1, egressBlock: 1, stab: 1 },
} satisfies Record<keyof NewQdisc, unknown>
const accepted = { ingressBlock: POSITIVE_U32, egressBlock: POSITIVE_U32 }

/** Returns the link, handle and parent of a qdisc. `parent` is 0 if only the handle is given. */
function* placeOf(qdisc: QdiscKey) {
  expectKeys('qdisc', qdisc, qdiscKeys)
  expectGiven('qdisc', qdisc, 'dev')
  checkOptions(qdisc, accepted)
  const { kind, parent } = qdisc
  const handle = qdisc.handle === undefined ? 0 : handleNumber('handle', qdisc.handle)
  const isIngress = kind === 'ingress' || kind === 'clsact'
  const fallback = isIngress ? TC_H.INGRESS : handle === 0 ? TC_H.ROOT : 0
  const number = parent === undefined ? fallback : parentNumber(parent)
  return { ifindex: yield* indexOf('dev', qdisc.dev), handle, parent: number }
}

/** A qdisc to write. */
function* messageOf(qdisc: NewQdisc, isChange = false): Operation<QdiscMessage> {
  const { handle, ifindex, parent } = yield* placeOf(qdisc)
  expectGiven('qdisc', qdisc, 'kind')
  const { kind, ingressBlock, egressBlock, stab } = qdisc
  const attrs = { kind, options: wiredOptions(qdisc, isChange), ingressBlock, egressBlock, stab: sizeTable(stab) }
  return {
    ifindex,
    handle,
    parent: parent || TC_H.ROOT,
    attrs: defined(attrs) as QdiscMessage['attrs'],
  } as QdiscMessage
}

/** Lists all qdiscs, or those that the filter lets through; the kernel has no filter. */
function* list(filter?: QdiscFilter): Operation<Qdisc[]> {
  expectKeys('filter', filter ?? {}, { dev: 1, kind: 1 })
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

/** Finds the qdisc that a key names; undefined if there is none, or a different one. */
function* find(key: QdiscKey): Operation<QdiscMessage | undefined> {
  const { ifindex, handle, parent } = yield* placeOf(key)
  // A qdisc that was read without a handle has none.
  const isAnyHandle = handle === 0 && !('message' in key)
  return yield* ofLink(
    ifindex,
    (found) =>
      (parent === 0 || found.parent === parent) &&
      (isAnyHandle || found.handle === handle) &&
      (key.kind === undefined || found.attrs.kind === key.kind),
  )
}

/** Returns a qdisc; undefined if there is none, or one of a different handle or kind. */
function* get(key: QdiscKey): Operation<Qdisc | undefined> {
  const found = yield* find(key)
  return found && toQdisc(found)
}

/** EEXIST, asm-generic/errno-base.h */
const EEXIST = 17
const RTM_NEWQDISC = 'RTM_NEWQDISC'

/** Adds a qdisc to a link. @throws {NetlinkError} `EEXIST` if there is one that was added */
function* add(qdisc: NewQdisc): Operation<void> {
  const message = yield* messageOf(qdisc)
  // Without a handle the kernel replaces one of another kind, NLM_F_EXCL or not.
  const current =
    message.handle === 0 ? yield* ofLink(message.ifindex, ({ parent }) => parent === message.parent) : undefined
  if (current && current.handle !== 0) {
    const text = `${current.attrs.kind} is there already`
    throw new ExplainedError({ request: RTM_NEWQDISC, errno: EEXIST, attribute: 'parent', text })
  }
  yield* change(RTM_NEWQDISC, message, { create: true, excl: true })
}

/** Adds a qdisc to a link, or replaces the one of this parent. */
function* replace(qdisc: NewQdisc): Operation<void> {
  const message = yield* messageOf(qdisc)
  const options = { create: true, replace: true }
  try {
    yield* change(RTM_NEWQDISC, message, options)
  } catch (error) {
    if (!(error instanceof NetlinkError) || !/Change operation not supported/.test(String(error.kernelMessage)))
      throw error
    // Kinds without a change operation (htb, ingress) refuse their own options as well.
    const { dev, parent, handle, kind } = qdisc
    const current = yield* find(defined({ dev, parent, handle, kind }) as QdiscKey)
    if (current === undefined || !hasOptions(current, message)) throw error
    const { options: _, ...attrs } = message.attrs
    yield* change(RTM_NEWQDISC, { ...message, attrs } as QdiscMessage, options)
  }
}

/** Changes the options of a qdisc. @throws {NetlinkError} `ENOENT` if there is none of this handle and kind */
function* set(qdisc: NewQdisc): Operation<void> {
  const message = yield* messageOf(qdisc, true)
  const { dev, parent, handle, kind } = qdisc
  const current = yield* find(defined({ dev, parent, handle, kind }) as QdiscKey)
  if (current === undefined || current.handle === 0)
    throw new ExplainedError({ request: RTM_NEWQDISC, text: `no qdisc ${named(qdisc)}` })
  // Without a handle the kernel replaces one of another kind, instead of changing one.
  yield* change(RTM_NEWQDISC, { ...message, parent: current.parent, handle: current.handle })
}

const named = ({ kind, handle, parent }: QdiscKey) =>
  [kind, handle, parent].filter((each) => each !== undefined).join(' ')

/**
 * Deletes a qdisc.
 * @throws {NetlinkError} `ENOENT` if there is none, or one of a different handle or kind
 * @throws {TypeError} if the key has neither `parent` nor `handle` nor `kind`
 */
function* remove(key: QdiscKey): Operation<void> {
  expectKeys('qdisc', key, qdiscKeys)
  const { parent, handle, kind } = key
  if ((parent ?? handle ?? kind) === undefined)
    throw new TypeError(`expected qdisc to have 'parent', 'handle' or 'kind', got none`)
  const found = yield* find(key)
  const request = 'RTM_DELQDISC'
  if (found === undefined) throw new ExplainedError({ request, text: `no qdisc ${named(key)}` })
  // The kernel compares both again: another process may have been faster.
  yield* change(request, {
    ifindex: found.ifindex,
    parent: found.parent,
    handle: found.handle,
    attrs: { kind: found.attrs.kind },
  } as QdiscMessage)
}

/** Queueing disciplines. */
export const qdiscOperations = { list, get, add, replace, set, delete: remove }
