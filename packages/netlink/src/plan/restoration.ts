import { reportedOptions } from '../api/qdisc/encode.js'
import type { Operation } from '../api/run/operation.js'
import type {
  AddressMessage,
  MdbMessage,
  NeighbourMessage,
  NexthopMessage,
  QdiscMessage,
  RouteMessage,
  RuleMessage,
} from '../route/index.js'
import type { Found } from './kinds.js'
import type { PlannedObject } from './types.js'
import {
  additionOfAddress,
  additionOfMdb,
  additionOfNeighbour,
  additionOfNexthop,
  additionOfQdisc,
  additionOfRoute,
  additionOfRule,
  type UndoRequest,
  unknownAttributes,
} from './undo.js'

/** Returns the requests that restore an object as it was: one that was removed, or with `isChange` one that was changed. */
export function* restorationOf(object: PlannedObject, { message }: Found, isChange = false): Operation<UndoRequest[]> {
  switch (object) {
    case 'address':
      return [additionOfAddress(message as AddressMessage, isChange)]
    case 'route':
      return [yield* additionOfRoute(message as RouteMessage, isChange)]
    case 'rule':
      return [additionOfRule(message as RuleMessage)]
    case 'nexthop':
      return [additionOfNexthop(message as NexthopMessage, isChange)]
    case 'neighbour':
      return [additionOfNeighbour(message as NeighbourMessage, isChange)]
    case 'qdisc':
      return [qdisc(message as QdiscMessage, isChange)]
    case 'mdb':
      return [additionOfMdb(message as MdbMessage, isChange)]
    // These have requests of their own: `reversal` and `restoration` of their kind.
    case 'vlan':
    case 'globalVlan':
    case 'vni':
    case 'link':
      return []
  }
}

function qdisc(message: QdiscMessage, isChange: boolean): UndoRequest {
  const { kind, stab, ingressBlock, egressBlock } = message.attrs
  const options = reportedOptions(message)
  const attrs = {
    ...unknownAttributes(message.attrs),
    kind,
    ...(Object.keys(options).length > 0 && { options }),
    stab,
    ingressBlock,
    egressBlock,
  }
  return additionOfQdisc(message, attrs as QdiscMessage['attrs'], isChange)
}
