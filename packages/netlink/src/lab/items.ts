import { add as addAddress } from '../api/address/write.js'
import { addLink } from '../api/link/operations.js'
import type { AnyNewLink } from '../api/link/types.js'
import { add as addNeighbour } from '../api/neighbour/write.js'
import { add as addNexthop } from '../api/nexthop/write.js'
import { add as addQdisc } from '../api/qdisc/write.js'
import { add as addRoute } from '../api/route/write.js'
import { add as addRule } from '../api/rule/write.js'
import type { Operation } from '../api/run/operation.js'
import { checkKeys } from '../api/values/objects.js'
import type { Netlink } from '../netlink.js'
import { type Impairment, impairmentKeys, toQdisc } from './impairment.js'
import type { LabLink, LabNamespaceSpec } from './types.js'

/** The lists of a namespace whose objects are added after the links, in this order. */
type List = Exclude<keyof LabNamespaceSpec, 'links' | 'forwarding' | 'sysctls'>

type ItemOf<L extends List> = NonNullable<LabNamespaceSpec[L]>[number]

interface Item<T> {
  /** The operation of `nl.….add`. Run up to its first request, it checks the object. */
  readonly operation: (item: T) => Operation<unknown>
  readonly add: (nl: Netlink, item: T) => unknown
}

function* addImpairment(impairment: Impairment): Operation<void> {
  checkKeys('impairment', impairment, impairmentKeys)
  yield* addQdisc(toQdisc(impairment))
}

/** The operations on the objects of each list. */
export const items: { readonly [L in List]-?: Item<ItemOf<L>> } = {
  addresses: { operation: addAddress, add: (nl, item) => nl.address.addSync(item) },
  neighbours: { operation: addNeighbour, add: (nl, item) => nl.neighbour.addSync(item) },
  nexthops: { operation: addNexthop, add: (nl, item) => nl.nexthop.addSync(item) },
  routes: { operation: addRoute, add: (nl, item) => nl.route.addSync(item) },
  rules: { operation: addRule, add: (nl, item) => nl.rule.addSync(item) },
  qdiscs: { operation: addQdisc, add: (nl, item) => nl.qdisc.addSync(item) },
  impairments: { operation: addImpairment, add: (nl, item) => nl.qdisc.addSync(toQdisc(item)) },
}

export const lists = Object.keys(items) as readonly List[]

/** Splits a link into what creates it, and what is set when all links exist. The kernel enslaves to a bond only what is down. */
export function splitLink(link: LabLink) {
  const { up = true, master, slaveKind, slaveData, ...created } = link as AnyNewLink & LabLink
  const { up: peerUp = true, netns, ...peer } = link.peer ?? { name: '' }
  return {
    created: (link.peer === undefined ? created : { ...created, peer }) as AnyNewLink,
    port: { master, slaveKind, slaveData },
    ends: [
      { name: link.name, isUp: up, netns: undefined },
      ...(link.peer === undefined ? [] : [{ name: peer.name, isUp: peerUp, netns }]),
    ],
  }
}

/** Checks a link: the operation of `nl.link.add` up to its first request. */
export const linkOperation = (link: LabLink): Operation<unknown> => addLink(splitLink(link).created)
