import { ARPHRD, IFF, type LinkMessage } from '../../route/index.js'
import { setDown, settleCarriers, setUp } from './carrier.js'
import { changeAfSpec } from './devconf.js'
import { renameIPv4 } from './ipv4.js'
import { followPorts, isStacked, setAddress, setMtu } from './link-follow.js'
import { checkedAddress, checkedMtu, freeName } from './link-settings.js'
import { linkMessageOf } from './messages.js'
import { notModelled, refuse } from './refused.js'
import type { Link, State } from './state.js'

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** Changes a link step by step. The steps before a refusal stay in effect (`do_setlink`). `isDataChanged`: whether its IFLA_INFO_DATA was. */
export function changeLink(
  state: State,
  link: Link,
  { flags, change, attrs }: LinkMessage,
  isDataChanged = false,
): void {
  const notify = () => state.notify('RTM_NEWLINK', linkMessageOf(link, state))
  let quiet = isDataChanged
  if (attrs.afSpec !== undefined) {
    changeAfSpec(link, attrs.afSpec)
    quiet = true
  }
  if (attrs.address !== undefined) {
    const address = checkedAddress(link, attrs.address)
    link.isAddressSet = true
    setAddress(state, link, address)
  }
  if (attrs.mtu !== undefined && attrs.mtu !== link.mtu) {
    changeMtu(state, link, attrs.mtu)
  }
  if (attrs.group !== undefined) {
    link.group = attrs.group
    quiet = true
  }
  if (attrs.ifname !== undefined && attrs.ifname !== link.name) {
    link.name = freeName(state, attrs.ifname)
    notify()
    renameIPv4(state, link)
  }
  if (attrs.ifalias !== undefined) {
    link.alias = attrs.ifalias || undefined
    quiet = true
  }
  changeFlags(state, link, flags, change)
  if (attrs.master !== undefined) setMaster(state, link, attrs.master)
  if (attrs.txqlen !== undefined && attrs.txqlen !== link.txqlen) {
    link.txqlen = attrs.txqlen
    notify()
  }
  // The kernel announces these changes only if the link is up (`netdev_state_change`).
  if (quiet && link.up) notify()
}

function changeMtu(state: State, link: Link, wanted: number): void {
  const mtu = checkedMtu(link, wanted)
  const below = isStacked(link) ? state.links.get(link.lower ?? 0) : undefined
  if (below && mtu > below.mtu) refuse(link.kind === 'vlan' ? 'ERANGE' : 'EINVAL')
  link.isMtuSet = true
  setMtu(state, link, mtu)
}

function changeFlags(state: State, link: Link, flags: number, change: number): void {
  if (flags === 0 && change === 0) return
  const wanted = change === 0 ? flags : flags & change
  const others = (change === 0 ? flags : change) & (IFF.PROMISC | IFF.ALLMULTI | IFF.NOARP | IFF.DEBUG | IFF.NOTRAILERS)
  if (others !== 0 && (others & wanted) !== (others & link.fixed)) notModelled('flags of a link other than IFF_UP')
  const isAbout = change === 0 || has(change, IFF.UP)
  if (!isAbout || has(wanted, IFF.UP) === link.up) return
  if (link.up) setDown(state, [link])
  else setUp(state, link)
}

/** Makes a link the port of a bridge, or removes it from its bridge (0). It leaves its old bridge even if joining the new one fails. */
export function setMaster(state: State, link: Link, index: number): void {
  if (link.master === index) return
  const old = link.master
  release(state, link)
  followPorts(state, old)
  if (index === 0) return
  const master = state.links.get(index)
  if (master === undefined) refuse('EINVAL')
  if (master.kind !== 'bridge') refuse('EOPNOTSUPP')
  if (link.type !== ARPHRD.ETHER) refuse('EINVAL')
  if (link.kind === 'bridge') refuse('ELOOP', 'Can not enslave a bridge to a bridge')
  // A bridge and a macvlan cannot both receive the packets of a link.
  if ([...state.links.values()].some(({ kind, lower }) => kind === 'macvlan' && lower === link.index)) refuse('EBUSY')
  link.master = index
  state.notify('RTM_NEWLINK', linkMessageOf(link, state))
  followPorts(state, index)
  settleCarriers(state)
}

/** Removes a link from its bridge. */
export function release(state: State, link: Link): void {
  if (link.master === undefined) return
  link.master = undefined
  state.notify('RTM_NEWLINK', linkMessageOf(link, state))
  settleCarriers(state)
}
