import type { NexthopMessage } from '../route/index.js'
import { PHASE } from './planning.js'
import type { PlannedObject } from './types.js'

const putPhases: Readonly<Record<string, number>> = {
  ...{ address: PHASE.address, neighbour: PHASE.neighbour, rule: PHASE.rule, qdisc: PHASE.qdisc },
  ...{ globalVlan: PHASE.globalVlan, vlan: PHASE.vlan, vni: PHASE.vni, mdb: PHASE.mdb },
}

/** Returns the phase in which an object is added or changed. */
export function phaseOf(object: PlannedObject, message: object): number {
  const { attrs } = message as { readonly attrs: Readonly<Record<string, unknown>> }
  if (object === 'nexthop') return attrs.group === undefined ? PHASE.nexthop : PHASE.group
  if (object !== 'route') return putPhases[object] ?? PHASE.address
  const isOnLink = [attrs.gateway, attrs.via, attrs.multipath, attrs.nhId].every((each) => each === undefined)
  return isOnLink ? PHASE.onLink : PHASE.route
}

const removePhases: Readonly<Record<string, number>> = {
  ...{
    address: PHASE.removeAddress,
    neighbour: PHASE.removeNeighbour,
    rule: PHASE.removeRule,
    qdisc: PHASE.removeQdisc,
  },
  ...{ route: PHASE.removeRoute, vlan: PHASE.removeVlan, vni: PHASE.removeVni, mdb: PHASE.removeMdb },
}

/** Returns the phase in which an object is removed. */
export function removePhaseOf(object: PlannedObject, message: object): number {
  if (object !== 'nexthop') return removePhases[object] ?? PHASE.removeAddress
  return (message as NexthopMessage).attrs.group === undefined ? PHASE.removeNexthop : PHASE.removeGroup
}
