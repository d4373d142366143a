import { addressKeys } from '../api/address/encode.js'
import { find as findAddress } from '../api/address/read.js'
import type { Address, NewAddress } from '../api/address/types.js'
import { addressTarget, knownAddress } from '../api/address/write.js'
import { bridgeGlobalVlanKeys } from '../api/bridge-global-vlan/encode.js'
import type { NewBridgeGlobalVlan } from '../api/bridge-global-vlan/types.js'
import { bridgeGlobalVlanTarget, type FoundGlobalVlans, findGlobalVlans } from '../api/bridge-global-vlan/write.js'
import { bridgeMdbKeys } from '../api/bridge-mdb/encode.js'
import { get as getMdb } from '../api/bridge-mdb/read.js'
import type { BridgeMdbEntry, NewBridgeMdbEntry } from '../api/bridge-mdb/types.js'
import { bridgeMdbTarget, remove as removeMdb } from '../api/bridge-mdb/write.js'
import { bridgeVlanKeys } from '../api/bridge-vlan/encode.js'
import type { NewBridgeVlan } from '../api/bridge-vlan/types.js'
import { bridgeVlanTarget, type FoundVlans, findVlans, remove as removeVlans } from '../api/bridge-vlan/write.js'
import { bridgeVniKeys } from '../api/bridge-vni/encode.js'
import type { NewBridgeVni } from '../api/bridge-vni/types.js'
import { bridgeVniTarget, type FoundVnis, findVnis, remove as removeVnis } from '../api/bridge-vni/write.js'
import { newLinkKeys } from '../api/link/encode.js'
import { linkTarget } from '../api/link/operations.js'
import { get as getLink } from '../api/link/read.js'
import type { AnyNewLink, Link } from '../api/link/types.js'
import { neighbourKeys } from '../api/neighbour/encode.js'
import { knownNeighbour, neighbourTarget } from '../api/neighbour/ensure.js'
import { get as getNeighbour } from '../api/neighbour/read.js'
import type { Neighbour, NewNeighbour } from '../api/neighbour/types.js'
import { nexthopKeys } from '../api/nexthop/encode.js'
import { get as getNexthop } from '../api/nexthop/read.js'
import type { Nexthop, NexthopKey } from '../api/nexthop/types.js'
import { nexthopTarget } from '../api/nexthop/write.js'
import { get as getQdisc, qdiscKeys } from '../api/qdisc/read.js'
import type { NewQdisc, Qdisc } from '../api/qdisc/types.js'
import { qdiscTarget } from '../api/qdisc/write.js'
import { routeKeys } from '../api/route/encode.js'
import { knownRoute } from '../api/route/known.js'
import { get as getRoute } from '../api/route/read.js'
import type { NewRoute, Route } from '../api/route/types.js'
import { remove as removeRoute, routeTarget } from '../api/route/write.js'
import { ruleKeys } from '../api/rule/encode.js'
import { get as getRule } from '../api/rule/read.js'
import type { NewRule, Rule } from '../api/rule/types.js'
import { knownRule, remove as removeRule, ruleTarget } from '../api/rule/write.js'
import type { Target } from '../api/run/ensure.js'
import type { KnownObjects, KnownTarget } from '../api/run/known.js'
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
import {
  restorationOfVlans,
  restorationOfVnis,
  reversalOfGlobalVlans,
  reversalOfVlans,
  reversalOfVnis,
} from './bridge-undo.js'
import type { DesiredObjects, PlannedObject, Step } from './types.js'
import { deletionsOf, type UndoRequest } from './undo.js'

/** An object that was read, of any kind. */
export interface Found {
  readonly message: object
}

/** A spec of any kind, without `absent` and `recreate`. */
export type Spec = Readonly<Record<string, unknown>>

/**
 * A kind of object: its options and operations, as plans need them. `S` is the type of its specs, which the operations check, and `T`
 * that of its objects.
 */
interface Kind<S extends object, T extends Found> {
  readonly object: PlannedObject
  readonly keys: Keys
  readonly describe: Describe
  /** The option that contains the number of the program that created the object. */
  readonly mark?: 'protocol' | 'proto'
  /** The verb of a step that changes the object. */
  readonly verb: Step['verb']
  /** True if `recreate` is allowed. */
  readonly isRecreatable?: boolean
  /** Returns the object of a spec if that is clear without a request, as that of most specs is. */
  known?(spec: S, known: KnownObjects): KnownTarget | undefined
  /** Returns the target of `ensure`. */
  target(spec: S): Operation<Target<Found>>
  /** Finds an object that must not exist. */
  find(spec: S): Operation<T | undefined>
  /** Removes an object that was found. Left out for objects that no request removes: they cannot be absent. */
  remove?(found: T, spec: S): Operation<unknown>
  /** Returns the requests that undo a step which adds or changes the object, for kinds whose steps change more than one message. */
  reversal?(spec: S): Operation<UndoRequest[]>
  /** Returns the requests that restore an object that is to be removed, for the same kinds. */
  restoration?(spec: S): Operation<UndoRequest[]>
}

/** A kind of any object. */
export type PlannedKind = Kind<object, Found>

/** Returns a kind. The types of its specs and objects are those of its operations. */
const kind = <S extends object, T extends Found>(own: Kind<S, T>): PlannedKind => own

/** Sends the request that deletes an object. `name` is that of the request that would create it. */
function* deleteAs(name: string, { message }: Found): Operation<void> {
  const [request] = deletionsOf({ name, value: message })
  if (request) yield { kind: 'change', name: request.name, value: request.value, options: {} }
}

/** The kinds of objects, by the list of a desired state. */
export const plannedKinds: Readonly<Record<keyof DesiredObjects, PlannedKind>> = {
  links: kind<AnyNewLink, Link>({
    ...{ object: 'link', keys: newLinkKeys, describe: describeLink, verb: 'change', isRecreatable: true },
    target: (spec) => linkTarget(spec, true),
    find: ({ name }) => getLink(name),
    remove: ({ index }) => change('RTM_DELLINK', { index }),
  }),
  addresses: kind<NewAddress, Address>({
    ...{ object: 'address', keys: addressKeys, describe: describeAddress, mark: 'proto', verb: 'change' },
    known: knownAddress,
    target: addressTarget,
    find: findAddress,
    remove: (found) => deleteAs('RTM_NEWADDR', found),
  }),
  nexthops: kind<NexthopKey, Nexthop>({
    ...{ object: 'nexthop', keys: nexthopKeys, describe: describeNexthop, mark: 'protocol', verb: 'replace' },
    target: nexthopTarget,
    find: (spec) => getNexthop(spec),
    remove: (found) => deleteAs('RTM_NEWNEXTHOP', found),
  }),
  routes: kind<NewRoute, Route>({
    ...{ object: 'route', keys: routeKeys, describe: describeRoute, mark: 'protocol', verb: 'replace' },
    known: knownRoute,
    target: routeTarget,
    find: getRoute,
    remove: (found) => removeRoute(found),
  }),
  rules: kind<NewRule, Rule>({
    ...{ object: 'rule', keys: ruleKeys, describe: describeRule, mark: 'protocol', verb: 'replace' },
    known: knownRule,
    // biome-ignore lint/correctness/useYield: the targets of other kinds need requests
    *target(spec) {
      return ruleTarget(spec)
    },
    find: getRule,
    remove: (found) => removeRule(found),
  }),
  neighbours: kind<NewNeighbour, Neighbour>({
    ...{ object: 'neighbour', keys: neighbourKeys, describe: describeNeighbour, verb: 'change' },
    known: knownNeighbour,
    target: neighbourTarget,
    find: getNeighbour,
    remove: (found) => deleteAs('RTM_NEWNEIGH', found),
  }),
  bridgeVlans: kind<NewBridgeVlan, FoundVlans>({
    ...{ object: 'vlan', keys: bridgeVlanKeys, describe: describeBridgeVlan, verb: 'change' },
    target: bridgeVlanTarget,
    find: findVlans,
    remove: (_found, spec) => removeVlans(spec),
    reversal: reversalOfVlans,
    restoration: restorationOfVlans,
  }),
  bridgeGlobalVlans: kind<NewBridgeGlobalVlan, FoundGlobalVlans>({
    ...{ object: 'globalVlan', keys: bridgeGlobalVlanKeys, describe: describeBridgeVlan, verb: 'change' },
    target: bridgeGlobalVlanTarget,
    find: findGlobalVlans,
    reversal: reversalOfGlobalVlans,
  }),
  bridgeVnis: kind<NewBridgeVni, FoundVnis>({
    ...{ object: 'vni', keys: bridgeVniKeys, describe: describeBridgeVni, verb: 'change' },
    target: bridgeVniTarget,
    find: findVnis,
    remove: (_found, spec) => removeVnis(spec),
    reversal: reversalOfVnis,
    restoration: restorationOfVnis,
  }),
  bridgeMdb: kind<NewBridgeMdbEntry, BridgeMdbEntry>({
    ...{ object: 'mdb', keys: bridgeMdbKeys, describe: describeBridgeMdb, verb: 'change' },
    target: bridgeMdbTarget,
    find: getMdb,
    remove: (_found, spec) => removeMdb(spec),
  }),
  qdiscs: kind<NewQdisc, Qdisc>({
    ...{ object: 'qdisc', keys: qdiscKeys, describe: describeQdisc, verb: 'change', isRecreatable: true },
    target: qdiscTarget,
    *find(spec) {
      const found = yield* getQdisc(spec)
      // Without a handle, it is the default qdisc of the link.
      return found?.handle === undefined ? undefined : found
    },
    remove: (found) => deleteAs('RTM_NEWQDISC', found),
  }),
}
