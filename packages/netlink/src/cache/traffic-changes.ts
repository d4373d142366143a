import { AF } from '../codec/index.js'
import type { LinkMessage } from '../route/link.js'
import { IFF } from '../route/link-header.js'
import { TC_H } from '../route/tc/constants.js'
import type { QdiscMessage, TclassMessage } from '../route/tc/index.js'
import type { ObjectKind } from './kinds.js'
import type { Difference } from './store.js'
import type { StaleObjects, Stores } from './stores.js'
import { placeReference } from './traffic-kinds.js'

const all = (...kinds: ObjectKind[]): StaleObjects[] => kinds.map((kind) => ({ kind, family: AF.UNSPEC }))

/** The properties of a link on which its qdiscs depend. */
const qdiscsOf = (link: LinkMessage | undefined) =>
  link && [link.flags & IFF.UP, link.attrs.qdisc, link.attrs.txqlen, link.attrs.numTxQueues].join(' ')

/** Returns the qdiscs as stale after a change of a link: a link gets its default qdisc silently (`attach_default_qdiscs`). */
export const qdiscsAfterLink = ({
  before,
  after,
}: Pick<Difference<LinkMessage>, 'before' | 'after'>): StaleObjects[] =>
  qdiscsOf(before) !== qdiscsOf(after) || before === after ? all('qdisc') : []

const isTop = (parent: number) => parent === TC_H.ROOT || parent === TC_H.INGRESS

/**
 * Returns the objects that a change of a qdisc may have changed silently: the kernel removes what is in a qdisc without an event
 * (`qdisc_put`), creates classes and qdiscs with some, and a class reports the qdisc in it.
 */
export function staleAfterQdisc(_: Stores, { before, after }: Difference<QdiscMessage>, late: boolean): StaleObjects[] {
  if (late || before !== undefined || after === undefined) return all('qdisc', 'class', 'filter', 'chain')
  return isTop(after.parent) ? all('qdisc', 'class') : all('class')
}

/**
 * Returns the objects that a change of a class may have changed silently: its parent is no leaf any more, or becomes one. What is
 * in a class ends with it.
 */
export function staleAfterClass(
  { qdisc, filter, chain }: Stores,
  { before, after }: Difference<TclassMessage>,
  late: boolean,
): StaleObjects[] {
  const one = after ?? before
  if (one === undefined || !(late || before === undefined || after === undefined)) return []
  const isNested = !isTop(one.parent) && (one.parent & 0xffff) !== 0
  const places = [one.parent, one.handle].map((parent) => placeReference({ ifindex: one.ifindex, parent }))
  const isIn = (store: Stores['qdisc' | 'filter' | 'chain']) => places.some((place) => store.refers(place))
  return [
    ...(isNested ? all('class') : []),
    ...(isIn(qdisc) ? all('qdisc') : []),
    ...(isIn(filter) || isIn(chain) ? all('filter', 'chain') : []),
  ]
}
