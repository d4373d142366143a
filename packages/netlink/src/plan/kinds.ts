import { addressKeys } from '../api/address/encode.js'
import { find as findAddress } from '../api/address/read.js'
import type { NewAddress } from '../api/address/types.js'
import { addressTarget } from '../api/address/write.js'
import { bridgeMdbKeys } from '../api/bridge-mdb/encode.js'
import { get as getMdb } from '../api/bridge-mdb/read.js'
import type { NewBridgeMdbEntry } from '../api/bridge-mdb/types.js'
import { bridgeMdbTarget, remove as removeMdb } from '../api/bridge-mdb/write.js'
import { bridgeVlanKeys } from '../api/bridge-vlan/encode.js'
import type { NewBridgeVlan } from '../api/bridge-vlan/types.js'
import { bridgeVlanTarget, findVlans, remove as removeVlans } from '../api/bridge-vlan/write.js'
import { bridgeVniKeys } from '../api/bridge-vni/encode.js'
import type { NewBridgeVni } from '../api/bridge-vni/types.js'
import { bridgeVniTarget, findVnis, remove as removeVnis } from '../api/bridge-vni/write.js'
import { newLinkKeys } from '../api/link/encode.js'
import { linkTarget } from '../api/link/operations.js'
import { get as getLink } from '../api/link/read.js'
import type { AnyNewLink } from '../api/link/types.js'
import { neighbourKeys } from '../api/neighbour/encode.js'
import { neighbourTarget } from '../api/neighbour/ensure.js'
import { get as getNeighbour } from '../api/neighbour/read.js'
import type { NewNeighbour } from '../api/neighbour/types.js'
import { nexthopKeys } from '../api/nexthop/encode.js'
import { get as getNexthop } from '../api/nexthop/read.js'
import type { NexthopKey } from '../api/nexthop/types.js'
import { nexthopTarget } from '../api/nexthop/write.js'
import { get as getQdisc, qdiscKeys } from '../api/qdisc/read.js'
import type { NewQdisc, QdiscKey } from '../api/qdisc/types.js'
import { qdiscTarget } from '../api/qdisc/write.js'
import { routeKeys } from '../api/route/encode.js'
import { get as getRoute } from '../api/route/read.js'
import type { NewRoute } from '../api/route/types.js'
import { remove as removeRoute, routeTarget } from '../api/route/write.js'
import { ruleKeys } from '../api/rule/encode.js'
import { get as getRule } from '../api/rule/read.js'
import type { NewRule } from '../api/rule/types.js'
import { remove as removeRule, ruleTarget } from '../api/rule/write.js'
import type { Target } from '../api/run/ensure.js'
import { change, type Operation } from '../api/run/operation.js'
import {
  type Describe,
  describeAddress,
  describeBridgeMdb,
  describeBridgeVlan,
  describeBridgeVni,
  describeLink,
  describeNeighbour,
  describeNexthop,
  describeQdisc,
  describeRoute,
  describeRule,
} from '../api/values/describe.js'
import type { Keys } from '../api/values/objects.js'
import { restorationOfVlans, restorationOfVnis, reversalOfVlans, reversalOfVnis } from './bridge-undo.js'
import type { DesiredObjects, PlannedObject, Step } from './types.js'
import { deletionsOf, type UndoRequest } from './undo.js'

/** An object that was read, of any kind. */
export interface Found {
  readonly message: object
}

/** A spec of any kind, without `absent` and `recreate`. */
export type Spec = Readonly<Record<string, unknown>>

/** A kind of object: its options and operations, as plans need them. */
export interface PlannedKind {
  readonly object: PlannedObject
  readonly keys: Keys
  readonly describe: Describe
  /** The option that contains the number of the program that created the object. */
  readonly mark?: 'protocol' | 'proto'
  /** The verb of a step that changes the object. */
  readonly verb: Step['verb']
  /** True if `recreate` is allowed. */
  readonly isRecreatable?: boolean
  /** Returns the target of `ensure`. */
  target(spec: Spec): Operation<Target<Found>>
  /** Finds an object that must not exist. */
  find(spec: Spec): Operation<Found | undefined>
  /** Removes an object that was found. */
  remove(found: Found, spec: Spec): Operation<unknown>
  /** Returns the requests that undo a step which adds or changes the object, for kinds whose steps change more than one message. */
  reversal?(spec: Spec): Operation<UndoRequest[]>
  /** Returns the requests that restore an object that is to be removed, for the same kinds. */
  restoration?(spec: Spec): Operation<UndoRequest[]>
}

/** Sends the request that deletes an object. `name` is that of the request that would create it. */
function* deleteAs(name: string, { message }: Found): Operation<void> {
  const [request] = deletionsOf({ name, value: message })
  if (request) yield { kind: 'change', name: request.name, value: request.value, options: {} }
}

/** Forgets the type of a target: the values come from the target itself. */
const anyTarget = <T>(target: Operation<Target<T>>) => target as unknown as Operation<Target<Found>>

/** The kinds of objects, by the list of a desired state. */
export const plannedKinds: Readonly<Record<keyof DesiredObjects, PlannedKind>> = {
  links: {
    ...{ object: 'link', keys: newLinkKeys, describe: describeLink, verb: 'change', isRecreatable: true },
    target: (spec) => anyTarget(linkTarget(spec as unknown as AnyNewLink, true)),
    find: ({ name }) => getLink(name as string),
    remove: ({ message }) => change('RTM_DELLINK', { index: (message as { readonly index: number }).index }),
  },
  addresses: {
    ...{ object: 'address', keys: addressKeys, describe: describeAddress, mark: 'proto', verb: 'change' },
    target: (spec) => anyTarget(addressTarget(spec as unknown as NewAddress)),
    find: (spec) => findAddress(spec as unknown as NewAddress),
    remove: (found) => deleteAs('RTM_NEWADDR', found),
  },
  nexthops: {
    ...{ object: 'nexthop', keys: nexthopKeys, describe: describeNexthop, mark: 'protocol', verb: 'replace' },
    target: (spec) => anyTarget(nexthopTarget(spec as unknown as NexthopKey)),
    find: (spec) => getNexthop(spec as unknown as NexthopKey),
    remove: (found) => deleteAs('RTM_NEWNEXTHOP', found),
  },
  routes: {
    ...{ object: 'route', keys: routeKeys, describe: describeRoute, mark: 'protocol', verb: 'replace' },
    target: (spec) => anyTarget(routeTarget(spec as unknown as NewRoute)),
    find: (spec) => getRoute(spec as unknown as NewRoute),
    remove: (found) => removeRoute(found as unknown as NewRoute),
  },
  rules: {
    ...{ object: 'rule', keys: ruleKeys, describe: describeRule, mark: 'protocol', verb: 'replace' },
    // biome-ignore lint/correctness/useYield: the targets of other kinds need requests
    *target(spec) {
      return ruleTarget(spec as unknown as NewRule) as unknown as Target<Found>
    },
    find: (spec) => getRule(spec as unknown as NewRule),
    remove: (found) => removeRule(found as unknown as NewRule),
  },
  neighbours: {
    ...{ object: 'neighbour', keys: neighbourKeys, describe: describeNeighbour, verb: 'change' },
    target: (spec) => anyTarget(neighbourTarget(spec as unknown as NewNeighbour)),
    find: (spec) => getNeighbour(spec as unknown as NewNeighbour),
    remove: (found) => deleteAs('RTM_NEWNEIGH', found),
  },
  bridgeVlans: {
    ...{ object: 'vlan', keys: bridgeVlanKeys, describe: describeBridgeVlan, verb: 'change' },
    target: (spec) => anyTarget(bridgeVlanTarget(spec as unknown as NewBridgeVlan)),
    find: (spec) => findVlans(spec as unknown as NewBridgeVlan),
    remove: (_found, spec) => removeVlans(spec as unknown as NewBridgeVlan),
    reversal: (spec) => reversalOfVlans(spec as unknown as NewBridgeVlan),
    restoration: (spec) => restorationOfVlans(spec as unknown as NewBridgeVlan),
  },
  bridgeVnis: {
    ...{ object: 'vni', keys: bridgeVniKeys, describe: describeBridgeVni, verb: 'change' },
    target: (spec) => anyTarget(bridgeVniTarget(spec as unknown as NewBridgeVni)),
    find: (spec) => findVnis(spec as unknown as NewBridgeVni),
    remove: (_found, spec) => removeVnis(spec as unknown as NewBridgeVni),
    reversal: (spec) => reversalOfVnis(spec as unknown as NewBridgeVni),
    restoration: (spec) => restorationOfVnis(spec as unknown as NewBridgeVni),
  },
  bridgeMdb: {
    ...{ object: 'mdb', keys: bridgeMdbKeys, describe: describeBridgeMdb, verb: 'change' },
    target: (spec) => anyTarget(bridgeMdbTarget(spec as unknown as NewBridgeMdbEntry)),
    find: (spec) => getMdb(spec as unknown as NewBridgeMdbEntry),
    remove: (_found, spec) => removeMdb(spec as unknown as NewBridgeMdbEntry),
  },
  qdiscs: {
    ...{ object: 'qdisc', keys: qdiscKeys, describe: describeQdisc, verb: 'change', isRecreatable: true },
    target: (spec) => anyTarget(qdiscTarget(spec as unknown as NewQdisc)),
    *find(spec) {
      const found = yield* getQdisc(spec as unknown as QdiscKey)
      // Without a handle, it is the default qdisc of the link.
      return found?.handle === undefined ? undefined : found
    },
    remove: (found) => deleteAs('RTM_NEWQDISC', found),
  },
}
