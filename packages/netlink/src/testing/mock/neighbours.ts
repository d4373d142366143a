import { AF } from '../../codec/index.js'
import { anyAddress } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { IFF, type NeighbourMessage, NUD, RT_TABLE, RTN } from '../../route/index.js'
import { lookUp } from './fib.js'
import { hasIPv6 } from './ipv6.js'
import { MIN_MTU_IPV4 } from './kinds.js'
import { neighbourMessageOf } from './messages.js'
import { expectModelled, notModelled, refuse } from './refused.js'
import { type Link, type Neighbour, type State, takeOut } from './state.js'

const hasAll = (flags: number, wanted: number) => (flags & wanted) === wanted

/** The link and the address that a request is about; the link is optional to a get of none. */
function place(state: State, { family, ifindex, flags, attrs }: NeighbourMessage): { link: Link; dst: string } {
  if (family === AF.BRIDGE) notModelled('forwarding databases (AF_BRIDGE)')
  if (family !== AF.INET && family !== AF.INET6) notModelled(`neighbours of family ${family}`)
  if (flags !== 0) notModelled('neighbour flags')
  const { dst } = attrs
  if (dst === undefined) refuse('EINVAL', 'Network address not specified')
  const link = state.links.get(ifindex)
  if (link === undefined) refuse('ENODEV')
  return { link, dst }
}

const find = ({ neighbours }: State, { index }: Link, dst: string) =>
  neighbours.find((each) => each.ifindex === index && each.dst === dst)

/** What kind of address it is, as far as the local table tells (`arp_constructor`, `ndisc_constructor`). */
function typeOf(state: State, { fixed }: Link, family: number, dst: string): number {
  if (family === AF.INET6) {
    if (dst.startsWith('ff')) return RTN.MULTICAST
    return (fixed & IFF.LOOPBACK) !== 0 ? RTN.LOCAL : RTN.UNICAST
  }
  if (!state.tables.has(`${AF.INET} ${RT_TABLE.LOCAL}`)) return RTN.BROADCAST
  return lookUp(state, family, dst, ({ table }) => table === RT_TABLE.LOCAL)?.type ?? RTN.UNICAST
}

/** RTM_NEWNEIGH */
export function newNeighbour(state: State, message: NeighbourMessage, flags: number): void {
  const { link, dst } = place(state, message)
  const { family, attrs, state: nud } = message
  expectModelled(attrs, 'RTM_NEWNEIGH', ['dst', 'lladdr', 'protocol'])
  const isShort = attrs.lladdr !== undefined && attrs.lladdr.split(':').length < link.address.split(':').length
  if (isShort) refuse('EINVAL', 'Invalid link address')
  const isKnown = [NUD.PERMANENT, NUD.NOARP, NUD.STALE, NUD.REACHABLE].some((each) => each === nud)
  if (!isKnown) notModelled(`neighbours in state 0x${nud.toString(16)}`)
  const hasProtocol = family === AF.INET ? link.mtu >= MIN_MTU_IPV4 : hasIPv6(link)
  let found = find(state, link, dst)
  if (found === undefined) {
    if (!hasAll(flags, NLM_F_NEW.CREATE)) refuse('ENOENT')
    if (!hasProtocol) refuse('EINVAL', family === AF.INET6 ? 'IPv6 is disabled on this device' : undefined)
    if (family === AF.INET && (link.fixed & (IFF.LOOPBACK | IFF.POINTOPOINT)) !== 0) {
      newOnly(state, link, message)
      return
    }
    const type = typeOf(state, link, family, dst)
    const lladdr = attrs.lladdr ?? (type === RTN.BROADCAST ? link.broadcast : undefined)
    if (lladdr === undefined) notModelled('neighbours without a link-layer address')
    found = { family, ifindex: link.index, dst, lladdr, state: nud, flags: 0, type, protocol: attrs.protocol }
    state.neighbours.push(found)
  } else {
    if (hasAll(flags, NLM_F_NEW.EXCL)) refuse('EEXIST')
    if (!hasAll(flags, NLM_F_NEW.REPLACE)) notModelled('changing a neighbour without NLM_F_REPLACE')
    found.lladdr = attrs.lladdr ?? found.lladdr
    found.state = nud
    found.protocol = attrs.protocol ?? found.protocol
  }
  state.tell('RTM_NEWNEIGH', neighbourMessageOf(found))
}

/** Links to nowhere else have one IPv4 neighbour, whatever it is called (`arp_constructor`). */
function newOnly(state: State, link: Link, { attrs: { lladdr, protocol }, state: nud }: NeighbourMessage): void {
  if (lladdr === undefined) notModelled('neighbours without a link-layer address')
  const dst = anyAddress(AF.INET)
  const found = find(state, link, dst)
  if (found && found.lladdr === lladdr && found.state === nud && protocol === undefined) return
  const only: Neighbour = found ?? {
    ...{ family: AF.INET, ifindex: link.index, dst, lladdr, state: nud, flags: 0, type: RTN.BROADCAST, protocol },
  }
  if (found === undefined) state.neighbours.push(only)
  only.lladdr = lladdr
  only.state = nud
  only.protocol = protocol ?? only.protocol
  state.tell('RTM_NEWNEIGH', neighbourMessageOf(only))
}

/** RTM_DELNEIGH: it fails first, and is told so. */
export function deleteNeighbour(state: State, message: NeighbourMessage): void {
  const { link, dst } = place(state, message)
  expectModelled(message.attrs, 'RTM_DELNEIGH', ['dst', 'lladdr'])
  const found = find(state, link, dst)
  if (found === undefined) refuse('ENOENT')
  takeOut(state.neighbours, (each) => each === found)
  const failed: Neighbour = { ...found, state: NUD.FAILED, lladdr: undefined }
  state.tell('RTM_NEWNEIGH', neighbourMessageOf(failed))
  state.tell('RTM_DELNEIGH', neighbourMessageOf(failed))
}

/** RTM_GETNEIGH of one */
export function getNeighbour(state: State, message: NeighbourMessage): object[] {
  const { link, dst } = place(state, message)
  expectModelled(message.attrs, 'RTM_GETNEIGH', ['dst'])
  const found = find(state, link, dst)
  if (found === undefined) refuse('ENOENT', 'Neighbour entry not found')
  return [neighbourMessageOf(found)]
}

/** RTM_GETNEIGH of all */
export function dumpNeighbours(state: State, { family, ifindex, state: nud, flags, type, attrs }: NeighbourMessage) {
  if (family === AF.BRIDGE) notModelled('forwarding databases (AF_BRIDGE)')
  if (flags !== 0) notModelled('proxied neighbours')
  if (ifindex !== 0 || nud !== 0 || type !== 0) refuse('EINVAL', 'Invalid values in header for neighbor dump request')
  expectModelled(attrs, 'RTM_GETNEIGH', ['ifindex', 'master'])
  const { ifindex: wanted, master } = attrs
  return state.neighbours
    .filter((each) => family === AF.UNSPEC || each.family === family)
    .filter((each) => !wanted || each.ifindex === wanted)
    .filter((each) => !master || state.links.get(each.ifindex)?.master === master)
    .map(neighbourMessageOf)
}

/** A link has lost its carrier, or has gone down, which also takes what is permanent (`neigh_flush_dev`). */
export function flushNeighbours(state: State, { index }: Link, isDown: boolean, family?: number): void {
  const gone = takeOut(
    state.neighbours,
    (each) =>
      each.ifindex === index && (isDown || each.state !== NUD.PERMANENT) && (family ?? each.family) === each.family,
  )
  for (const each of gone) state.tell('RTM_DELNEIGH', neighbourMessageOf(each))
}
