import { AF } from '../../../codec/index.js'
import type { SaidRequest } from '../request-of.js'
import { addressCommand } from './address-command.js'
import { fdbCommand } from './fdb-command.js'
import { linkCommand } from './link-command.js'
import { mdbCommand } from './mdb-command.js'
import { neighbourCommand } from './neighbour-command.js'
import { nexthopCommand } from './nexthop-command.js'
import { otherCommand } from './other-commands.js'
import { portCommand } from './port-command.js'
import { routeCommand } from './route-command.js'
import { ruleCommand } from './rule-command.js'
import { trafficControlCommand } from './tc-commands.js'
import { vlanCommand } from './vlan-command.js'
import { vniCommand } from './vni-command.js'
import type { Command } from './words.js'

type CommandOf = (request: SaidRequest) => Command | undefined

/** Functions that return a request as a command, by the object in its name. */
const commands: Readonly<Record<string, CommandOf>> = {
  ...{ LINK: linkCommand, LINKPROP: linkCommand, ADDR: addressCommand, ROUTE: routeCommand, RULE: ruleCommand },
  ...{ NEIGH: neighbourCommand, NEXTHOP: nexthopCommand },
  ...{ VLAN: vlanCommand, MDB: mdbCommand, TUNNEL: vniCommand },
  ...{ QDISC: trafficControlCommand, TCLASS: trafficControlCommand, TFILTER: trafficControlCommand },
  ...{ CHAIN: trafficControlCommand, ACTION: trafficControlCommand },
}

/** Those of the family AF_BRIDGE. */
const bridgeCommands: Readonly<Record<string, CommandOf>> = { LINK: portCommand, NEIGH: fdbCommand }

const own = (table: Readonly<Record<string, CommandOf>>, key: string) =>
  Object.hasOwn(table, key) ? table[key] : undefined

/** Returns a request as a command of iproute2; undefined if there is none. */
export function commandOf(request: SaidRequest): Command | undefined {
  const [, object] = /^RTM_(?:NEW|SET|DEL|GET)([A-Z]+)$/.exec(request.type) ?? []
  if (request.protocol === 'NETLINK_ROUTE' && object !== undefined) {
    const found = (request.value.family === AF.BRIDGE && own(bridgeCommands, object)) || own(commands, object)
    if (found !== undefined) return found(request)
  }
  return otherCommand(request)
}
