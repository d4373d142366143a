import { AF } from '../../codec/index.js'
import { anyAddress } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { IFF, type NeighbourMessage, NUD, RT_TABLE, RTN } from '../../route/index.js'
import { lookUp } from './fib.js'
import { hasIPv6 } from './ipv6.js'
import { MIN_MTU_IPV4 } from './kinds.js'
import { neighbourMessageOf } from './messages.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import { type Link, type Neighbour, removeWhere, type State } from './state.js'

const hasAll = (flags: number, wanted: number) => (flags & wanted) === wanted

/** Returns the link and the address of a request. */
function targetOf(state: State, { family, ifindex, flags, attrs }: NeighbourMessage): { link: Link; dst: string } {
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

/** Returns the type of an address, from the local table (`arp_constructor`, `ndisc_constructor`). */
function typeOf(state: State, { fixed }: Link, family: number, dst: string): number {
  if (family === AF.INET6) {
    if (dst.startsWith('ff')) return RTN.MULTICAST
    return (fixed & IFF.LOOPBACK) !== 0 ? RTN.LOCAL : RTN.UNICAST
  }
  if (!state.tables.has(`${AF.INET} ${RT_TABLE.LOCAL}`)) return RTN.BROADCAST
  return lookUp(state, family, dst, ({ table }) => table === RT_TABLE.LOCAL)?.type ?? RTN.UNICAST
}

/** Handles RTM_NEWNEIGH. */
export function newNeighbour(state: State, message: NeighbourMessage, flags: number): void {
  const { link, dst } = targetOf(state, message)
  const { family, attrs, state: nud } = message
  checkModelled(attrs, 'RTM_NEWNEIGH', ['dst', 'lladdr', 'protocol'])
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
      setOnlyNeighbour(state, link, message)
      return
    }
    const type = typeOf(state, link, family, dst)
    const lladdr = attrs.lladdr ?? (type === RTN.BROADCAST ? link.broadcast : undefined)
    if (lladdr === undefined) notModelled('neighbours without a link-layer address')
    found = {
      family,
      ifindex: link.index,
      dst,
      lladdr,
      state: nud,
      flags: 0,
      type,
      protocol: attrs.protocol,
      confirmed: 0,
    }
    state.neighbours.push(found)
  } else {
    if (hasAll(flags, NLM_F_NEW.EXCL)) refuse('EEXIST')
    if (!hasAll(flags, NLM_F_NEW.REPLACE)) notModelled('changing a neighbour without NLM_F_REPLACE')
    found.lladdr = attrs.lladdr ?? found.lladdr
    found.state = nud
    found.protocol = attrs.protocol ?? found.protocol
  }
  found.confirmed = state.clock.now
  state.notify('RTM_NEWNEIGH', neighbourMessageOf(found))
}

/** Handles RTM_NEWNEIGH for lo and point-to-point links, which have a single IPv4 neighbour (`arp_constructor`). */
function setOnlyNeighbour(
  state: State,
  link: Link,
  { attrs: { lladdr, protocol }, state: nud }: NeighbourMessage,
): void {
  if (lladdr === undefined) notModelled('neighbours without a link-layer address')
  const dst = anyAddress(AF.INET)
  const found = find(state, link, dst)
  if (found && found.lladdr === lladdr && found.state === nud && protocol === undefined) return
  const only: Neighbour = found ?? {
    ...{
      family: AF.INET,
      ifindex: link.index,
      dst,
      lladdr,
      state: nud,
      flags: 0,
      type: RTN.BROADCAST,
      protocol,
      confirmed: 0,
    },
  }
  if (found === undefined) state.neighbours.push(only)
  only.lladdr = lladdr
  only.state = nud
  only.confirmed = state.clock.now
  only.protocol = protocol ?? only.protocol
  state.notify('RTM_NEWNEIGH', neighbourMessageOf(only))
}

/** Handles RTM_DELNEIGH. The neighbour is announced as failed first. */
export function deleteNeighbour(state: State, message: NeighbourMessage): void {
  const { link, dst } = targetOf(state, message)
  checkModelled(message.attrs, 'RTM_DELNEIGH', ['dst', 'lladdr'])
  const found = find(state, link, dst)
  if (found === undefined) refuse('ENOENT')
  removeWhere(state.neighbours, (each) => each === found)
  const failed: Neighbour = { ...found, state: NUD.FAILED, lladdr: undefined }
  state.notify('RTM_NEWNEIGH', neighbourMessageOf(failed))
  state.notify('RTM_DELNEIGH', neighbourMessageOf(failed))
}

/** Handles RTM_GETNEIGH. */
export function getNeighbour(state: State, message: NeighbourMessage): object[] {
  const { link, dst } = targetOf(state, message)
  checkModelled(message.attrs, 'RTM_GETNEIGH', ['dst'])
  const found = find(state, link, dst)
  if (found === undefined) refuse('ENOENT', 'Neighbour entry not found')
  return [neighbourMessageOf(found)]
}

/** Handles a dump of RTM_GETNEIGH. */
export function dumpNeighbours(state: State, { family, ifindex, state: nud, flags, type, attrs }: NeighbourMessage) {
  if (family === AF.BRIDGE) notModelled('forwarding databases (AF_BRIDGE)')
  if (flags !== 0) notModelled('proxied neighbours')
  if (ifindex !== 0 || nud !== 0 || type !== 0) refuse('EINVAL', 'Invalid values in header for neighbor dump request')
  checkModelled(attrs, 'RTM_GETNEIGH', ['ifindex', 'master'])
  const { ifindex: wanted, master } = attrs
  return state.neighbours
    .filter((each) => family === AF.UNSPEC || each.family === family)
    .filter((each) => !wanted || each.ifindex === wanted)
    .filter((each) => !master || state.links.get(each.ifindex)?.master === master)
    .map(neighbourMessageOf)
}

/** Removes the neighbours of a link without a carrier; if it is down, permanent ones too (`neigh_flush_dev`). */
export function flushNeighbours(state: State, { index }: Link, isDown: boolean, family?: number): void {
  const gone = removeWhere(
    state.neighbours,
    (each) =>
      each.ifindex === index && (isDown || each.state !== NUD.PERMANENT) && (family ?? each.family) === each.family,
  )
  for (const each of gone) state.notify('RTM_DELNEIGH', neighbourMessageOf(each))
}
