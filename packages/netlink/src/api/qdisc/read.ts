import { ownOnly } from '../../codec/own.js'
import { type QdiscMessage, TC_H } from '../../route/index.js'
import { indexOf } from '../run/link-lookup.js'
import { dump, type Operation } from '../run/operation.js'
import { POSITIVE_U32, shortText } from '../values/accepted.js'
import { handleNumber } from '../values/handle.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, defined, messageOf, requireKeys } from '../values/objects.js'
import { toQdisc } from './decode.js'
import { type OptionsUse, optionsToWire, sizeTable } from './encode.js'
import { parentNumber } from './handle.js'
import type { NewQdisc, Qdisc, QdiscFilter, QdiscKey } from './types.js'

/** TCA_KIND, IFNAMSIZ with the NUL (rtm_tca_policy, net/sched/sch_api.c) */
const KIND = shortText(15)

export const qdiscKeys = {
  ...{ dev: 1, parent: 1, handle: 1, kind: KIND, options: 1, stab: 1 },
  ...{ ingressBlock: POSITIVE_U32, egressBlock: POSITIVE_U32 },
} satisfies Record<keyof NewQdisc, unknown>

/** The options of a filter. */
export const filterKeys = { dev: 1, kind: KIND } satisfies Record<keyof QdiscFilter, unknown>

/** `ffff:` */
const INGRESS_HANDLE = 0xffff0000

const isIngressKind = (kind: string | undefined) => kind === 'ingress' || kind === 'clsact'

/** Returns the handle and the parent of a qdisc. `parent` is 0 if only the handle is given. @throws {TypeError} for any wrong option */
function locate(qdisc: QdiscKey) {
  checkKeys('qdisc', qdisc, qdiscKeys)
  requireKeys('qdisc', qdisc, 'dev')
  checkLinkRef('dev', qdisc.dev)
  const { kind, parent, options, stab } = qdisc as QdiscKey & Pick<NewQdisc, 'stab'> & { readonly options?: unknown }
  if (kind !== undefined) optionsToWire({ kind, options }, 'key')
  sizeTable(stab)
  const handle = qdisc.handle === undefined ? 0 : handleNumber('handle', qdisc.handle)
  const fallback = isIngressKind(kind) ? TC_H.INGRESS : handle === 0 ? TC_H.ROOT : 0
  const number = parent === undefined ? fallback : parentNumber(parent)
  return { handle, parent: number }
}

/** Returns the message of a qdisc. A change may leave out the options that the kernel requires of a new one. */
export function* encodeQdisc(qdisc: NewQdisc, use: OptionsUse = 'new'): Operation<QdiscMessage> {
  const { handle, parent } = locate(qdisc)
  requireKeys('qdisc', qdisc, 'kind')
  const { kind, ingressBlock, egressBlock, stab } = qdisc
  const attrs = { kind, options: optionsToWire(qdisc, use), ingressBlock, egressBlock, stab: sizeTable(stab) }
  const ifindex = yield* indexOf('dev', qdisc.dev)
  // The kernel gives all qdiscs below `ingress` this handle, whatever a request contains. tc sends it.
  const own = handle === 0 && isIngressKind(kind) ? INGRESS_HANDLE : handle
  return { ifindex, handle: own, parent: parent || TC_H.ROOT, attrs: defined(attrs) } as QdiscMessage
}

/** Lists the qdiscs that match the filter. */
export function* list(filter: QdiscFilter = {}): Operation<Qdisc[]> {
  checkKeys('filter', filter, filterKeys)
  const { dev, kind } = ownOnly(filter)
  const ifindex = dev === undefined ? undefined : yield* indexOf('dev', dev)
  const found = yield* dump('RTM_GETQDISC', {})
  const fits = (message: QdiscMessage) =>
    (ifindex === undefined || message.ifindex === ifindex) && (kind === undefined || message.attrs.kind === kind)
  return found.filter(fits).map(toQdisc)
}

/**
 * Returns the first qdisc of a link for which a condition is true. The kernel does not filter this dump, but its request for a
 * single qdisc has side effects: the reply is a notification to all listeners of RTNLGRP_TC (`qdisc_get_notify`), so a program
 * that reads a qdisc when it receives one would never end. It also needs NLM_F_ECHO, lacks the parent if the qdisc is
 * requested by its handle, and does not come at all for noop, the qdisc of a link that is down.
 */
export function* ofLink(
  ifindex: number,
  fits: (message: QdiscMessage) => boolean,
): Operation<QdiscMessage | undefined> {
  const found = yield* dump('RTM_GETQDISC', { ifindex })
  return found.find((message) => message.ifindex === ifindex && fits(message))
}

/** Finds the qdisc with this key; undefined if there is none, or a different one. */
export function* find(key: QdiscKey): Operation<QdiscMessage | undefined> {
  const { handle, parent } = locate(key)
  const ifindex = yield* indexOf('dev', key.dev)
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
export const findTarget = ({ dev, parent, handle, kind }: NewQdisc) =>
  find(defined({ dev, parent, handle, kind }) as QdiscKey)

/** Returns the qdisc with this key; undefined if there is none, or a different one. */
export function* get(key: QdiscKey): Operation<Qdisc | undefined> {
  const found = yield* find(key)
  return found && toQdisc(found)
}
