import { isInterfaceName } from '../../codec/index.js'
import { NLM_F_NEW } from '../../core/index.js'
import { IFF, type LinkMessage } from '../../route/index.js'
import { hasCarrier, operstateOf, setDown, settleCarriers, setUp } from './carrier.js'
import { removeIPv4 } from './ipv4.js'
import { downIPv6 } from './ipv6.js'
import { ARPHRD, kindOf, type LinkKind, loopback, lowerOf } from './kinds.js'
import { linkMessageOf } from './messages.js'
import { flushNeighbours } from './neighbours.js'
import { expectModelled, notModelled, refuse } from './refused.js'
import type { Link, State } from './state.js'

type Attrs = LinkMessage['attrs']

const ALL_CHANGED = 0xffffffff

/** What the mock sets of a link. */
const settable = ['ifname', 'mtu', 'address', 'group', 'ifalias', 'txqlen', 'master', 'linkinfo', 'extMask', 'link']

const has = (flags: number, bit: number) => (flags & bit) !== 0

const byName = ({ links }: State, name: string) => [...links.values()].find((each) => each.name === name)

/** The link that a request names, by index or else by name; EINVAL where it names none. */
function named(state: State, { index, attrs }: LinkMessage): Link | undefined {
  expectShortName(attrs)
  if (index > 0) return state.links.get(index)
  const name = attrs.ifname ?? attrs.altIfname
  if (name === undefined) refuse('EINVAL')
  return byName(state, name)
}

/** The kernel's policy of IFLA_IFNAME is the first to look. */
function expectShortName({ ifname }: Attrs): void {
  if (ifname !== undefined && Buffer.byteLength(ifname) > 15)
    refuse('ERANGE', 'Attribute failed policy validation', 'ifname')
}

/** lo, as each namespace has it. */
export const makeLoopback = (): Link => ({
  ...linkOf(1, 'lo', undefined, loopback, undefined),
  ...{ address: '00:00:00:00:00:00', broadcast: '00:00:00:00:00:00' },
})

function linkOf(
  index: number,
  name: string,
  kind: string | undefined,
  settings: LinkKind,
  lower: number | undefined,
): Link {
  const last = [index >> 24, index >> 16, index >> 8, index].map((byte) => (byte & 0xff).toString(16).padStart(2, '0'))
  return {
    ...{ index, name, kind, up: false, carrier: true, linkdown: false, operstate: 0, qdisc: 'noop', group: 0 },
    ...{ alias: undefined, master: undefined, lower, data: undefined },
    ...{ address: `02:00:${last.join(':')}`, broadcast: 'ff:ff:ff:ff:ff:ff' },
    ...settings,
  }
}

/** RTM_GETLINK of one */
export function getLink(state: State, message: LinkMessage): object[] {
  const link = named(state, message)
  expectModelled(message.attrs, 'RTM_GETLINK', ['ifname', 'altIfname', 'extMask'])
  if (link === undefined) refuse('ENODEV')
  return [linkMessageOf(link, state)]
}

/** RTM_GETLINK of all */
export function dumpLinks(state: State, { index, type, flags, change, attrs }: LinkMessage): object[] {
  if (type !== 0 || flags !== 0 || change !== 0) refuse('EINVAL', 'Invalid values in header for link dump request')
  if (index !== 0) refuse('EINVAL', 'Filter by device index not supported for link dumps')
  expectModelled(attrs, 'RTM_GETLINK', ['master', 'linkinfo', 'extMask'])
  const { master, linkinfo } = attrs
  return [...state.links.values()]
    .sort((one, other) => one.index - other.index)
    .filter((each) => !master || each.master === master)
    .filter((each) => linkinfo?.kind === undefined || each.kind === linkinfo.kind)
    .map((each) => linkMessageOf(each, state))
}

/** RTM_NEWLINK */
export function newLink(state: State, message: LinkMessage, flags: number): void {
  const { attrs, index } = message
  expectShortName(attrs)
  expectModelled(attrs, 'RTM_NEWLINK', settable)
  const link = index > 0 ? state.links.get(index) : attrs.ifname === undefined ? undefined : byName(state, attrs.ifname)
  if (link) {
    if (has(flags, NLM_F_NEW.EXCL)) refuse('EEXIST')
    if (has(flags, NLM_F_NEW.REPLACE)) refuse('EOPNOTSUPP')
    if (attrs.linkinfo?.data !== undefined) notModelled('changing what is of the kind of a link (IFLA_INFO_DATA)')
    changeLink(state, link, message)
    return
  }
  if (!has(flags, NLM_F_NEW.CREATE)) {
    if (index === 0 && attrs.ifname === undefined && attrs.group !== undefined) notModelled('changing a group of links')
    refuse('ENODEV')
  }
  createLink(state, message)
}

/** RTM_SETLINK */
export function setLink(state: State, message: LinkMessage): void {
  const link = named(state, message)
  if (link === undefined) refuse('ENODEV')
  expectModelled(message.attrs, 'RTM_SETLINK', settable)
  changeLink(state, link, message)
}

/** RTM_DELLINK */
export function deleteLink(state: State, message: LinkMessage): void {
  expectModelled(message.attrs, 'RTM_DELLINK', ['ifname', 'altIfname'])
  const link = named(state, message)
  if (link === undefined) refuse('ENODEV')
  if (link.kind === undefined) refuse('EOPNOTSUPP')
  removeLinks(state, link)
}

function createLink(state: State, message: LinkMessage): void {
  const { attrs, index } = message
  const { linkinfo } = attrs
  const kind = linkinfo?.kind
  const settings = kindOf(kind)
  const below = lowerOf(kind ?? '', attrs)
  if (below !== undefined && !state.links.has(below)) refuse('ENODEV')
  if (linkinfo?.kind === 'veth') {
    const [peer, own] = [linkinfo.data?.peer, { ...message, attrs: { ...attrs } }]
    const other = make(state, peer?.index ?? 0, peer?.attrs ?? {}, 'veth', settings, 0)
    announce(state, other, peer?.flags ?? 0)
    try {
      const link = make(state, index, own.attrs, 'veth', settings, other.index)
      other.lower = link.index
      announce(state, link, message.flags)
    } catch (error) {
      removeLinks(state, other)
      throw error
    }
    return
  }
  const link = make(state, index, attrs, kind ?? '', settings, below)
  announce(state, link, message.flags)
}

/** Makes a link that nobody was told of. */
function make(
  state: State,
  index: number,
  attrs: Attrs,
  kind: string,
  settings: LinkKind,
  lower: number | undefined,
): Link {
  expectModelled(attrs, 'RTM_NEWLINK', settable)
  const name = freeName(state, attrs.ifname ?? `${kind}%d`)
  const used = index > 0 ? index : freeIndex(state)
  const { kind: _, data } = attrs.linkinfo ?? {}
  const link: Link = { ...linkOf(used, name, kind, settings, lower), data: kind === 'veth' ? undefined : data }
  // Carriers of their own are there from the start; of the others it is told once they come.
  state.links.set(used, link)
  link.carrier = hasCarrier(link, state)
  state.links.delete(used)
  if (attrs.mtu !== undefined) link.mtu = checkedMtu(link, attrs.mtu)
  if (attrs.address !== undefined) link.address = checkedAddress(link, attrs.address)
  link.txqlen = attrs.txqlen ?? link.txqlen
  link.group = attrs.group ?? 0
  state.links.set(used, link)
  return link
}

/** Tells of a new link, and sets it up if that was asked for. */
function announce(state: State, link: Link, flags: number): void {
  const below = link.kind === 'veth' ? undefined : state.links.get(link.lower ?? 0)
  if (below) state.tell('RTM_NEWLINK', linkMessageOf(below, state))
  if (has(flags, IFF.UP)) {
    setUp(state, link, ALL_CHANGED)
    return
  }
  if (!link.carrier) link.operstate = operstateOf(link)
  state.tell('RTM_NEWLINK', linkMessageOf(link, state, ALL_CHANGED))
  settleCarriers(state)
}

/** Makes a link as another program would, by other means than netlink. */
export function addLink(state: State, name: string, kind: string, settings: LinkKind): Link {
  const link = make(state, 0, { ifname: name }, kind === 'tap' ? 'tun' : kind, settings, undefined)
  announce(state, link, 0)
  return link
}

/** The next index, which no other link had so far. */
function freeIndex({ links, lastIndex }: State): number {
  let index = lastIndex.value
  do index++
  while (links.has(index))
  lastIndex.value = index
  return index
}

/** @throws {Refused} for what is no name, or is taken; `%d` becomes the first number that is free */
function freeName(state: State, name: string): string {
  const [before = '', after] = name.split('%d')
  if (after !== undefined) {
    for (let number = 0; ; number++) {
      const candidate = `${before}${number}${after}`
      if (!byName(state, candidate)) return candidate
    }
  }
  if (!isInterfaceName(name)) refuse('EINVAL')
  if (byName(state, name)) refuse('EEXIST')
  return name
}

function checkedMtu({ minMtu, maxMtu }: Link, mtu: number): number {
  if (mtu < minMtu) refuse('EINVAL', 'mtu less than device minimum')
  if (maxMtu > 0 && mtu > maxMtu) refuse('EINVAL', 'mtu greater than device maximum')
  return mtu
}

function checkedAddress({ address, type }: Link, wanted: string): string {
  if (wanted.split(':').length < address.split(':').length) refuse('EINVAL')
  const [first = 0, ...rest] = wanted.split(':').map((pair) => Number.parseInt(pair, 16))
  const isNone = first === 0 && rest.every((byte) => byte === 0)
  if (type === ARPHRD.ETHER && (has(first, 1) || isNone)) refuse('EADDRNOTAVAIL')
  if (type === ARPHRD.NONE) refuse('EOPNOTSUPP')
  return wanted
}

/** Changes a link, step by step: what came before a refusal stays done (`do_setlink`). */
function changeLink(state: State, link: Link, { flags, change, attrs }: LinkMessage): void {
  const tell = () => state.tell('RTM_NEWLINK', linkMessageOf(link, state))
  let quiet = false
  if (attrs.address !== undefined) {
    link.address = checkedAddress(link, attrs.address)
    tell()
  }
  if (attrs.mtu !== undefined && attrs.mtu !== link.mtu) {
    link.mtu = checkedMtu(link, attrs.mtu)
    tell()
  }
  if (attrs.group !== undefined) {
    link.group = attrs.group
    quiet = true
  }
  if (attrs.ifname !== undefined && attrs.ifname !== link.name) {
    link.name = freeName(state, attrs.ifname)
    tell()
  }
  if (attrs.ifalias !== undefined) {
    link.alias = attrs.ifalias || undefined
    quiet = true
  }
  changeFlags(state, link, flags, change)
  if (attrs.master !== undefined) setMaster(state, link, attrs.master)
  if (attrs.txqlen !== undefined && attrs.txqlen !== link.txqlen) {
    link.txqlen = attrs.txqlen
    tell()
  }
  // Of these only a link that is up tells (`netdev_state_change`).
  if (quiet && link.up) tell()
}

function changeFlags(state: State, link: Link, flags: number, change: number): void {
  if (flags === 0 && change === 0) return
  const wanted = change === 0 ? flags : flags & change
  const others = (change === 0 ? flags : change) & (IFF.PROMISC | IFF.ALLMULTI | IFF.NOARP | IFF.DEBUG | IFF.NOTRAILERS)
  if (others !== 0 && (others & wanted) !== (others & link.fixed)) notModelled('flags of a link beside IFF_UP')
  const isAbout = change === 0 || has(change, IFF.UP)
  if (!isAbout || has(wanted, IFF.UP) === link.up) return
  if (link.up) setDown(state, [link])
  else setUp(state, link)
}

/** Makes a link the port of a bridge, or ends that; an old bridge is left first, whatever becomes of the new one. */
function setMaster(state: State, link: Link, index: number): void {
  if (link.master === index) return
  release(state, link)
  if (index === 0) return
  const master = state.links.get(index)
  if (master === undefined) refuse('EINVAL')
  if (master.kind !== 'bridge') refuse('EOPNOTSUPP')
  if (link.type !== ARPHRD.ETHER) refuse('EINVAL')
  if (link.kind === 'bridge') refuse('ELOOP', 'Can not enslave a bridge to a bridge')
  link.master = index
  state.tell('RTM_NEWLINK', linkMessageOf(link, state))
  settleCarriers(state)
}

function release(state: State, link: Link): void {
  if (link.master === undefined) return
  link.master = undefined
  state.tell('RTM_NEWLINK', linkMessageOf(link, state))
  settleCarriers(state)
}

/** Removes a link, the other end of a pair, and all that is on top of it. */
function removeLinks(state: State, link: Link): void {
  const { links } = state
  const isPair = link.kind === 'veth'
  const peer = isPair ? links.get(link.lower ?? 0) : undefined
  const ends = peer ? [link, peer] : [link]
  const above = [...links.values()].filter(
    (each) => !ends.includes(each) && ends.some(({ index }) => each.lower === index),
  )
  const gone = [...above, ...ends]
  if (isPair) for (const each of ends) each.lower = 0
  setDown(
    state,
    gone.filter(({ up }) => up),
    IFF.UP | IFF.RUNNING,
  )
  for (const each of gone) {
    // What is on its way out tells no more of itself.
    each.master = undefined
    settleCarriers(state)
    for (const port of links.values()) if (port.master === each.index) release(state, port)
    removeIPv4(state, each)
    downIPv6(state, each)
    flushNeighbours(state, each, true)
    links.delete(each.index)
    each.qdisc = 'noop'
    state.tell('RTM_DELLINK', linkMessageOf(each, state, ALL_CHANGED))
  }
}
