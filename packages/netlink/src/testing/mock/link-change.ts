import { IFF, type LinkMessage } from '../../route/index.js'
import { setDown, settleCarriers, setUp } from './carrier.js'
import { ARPHRD } from './kinds.js'
import { checkedAddress, checkedMtu, freeName } from './link-settings.js'
import { linkMessageOf } from './messages.js'
import { notModelled, refuse } from './refused.js'
import type { Link, State } from './state.js'

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** Changes a link, step by step: what came before a refusal stays done (`do_setlink`). */
export function changeLink(state: State, link: Link, { flags, change, attrs }: LinkMessage): void {
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
export function setMaster(state: State, link: Link, index: number): void {
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

/** Ends that a link is the port of a bridge. */
export function release(state: State, link: Link): void {
  if (link.master === undefined) return
  link.master = undefined
  state.tell('RTM_NEWLINK', linkMessageOf(link, state))
  settleCarriers(state)
}
