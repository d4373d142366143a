import { ARPHRD, IFF, type LinkMessage } from '../../route/index.js'
import { hasCarrier, operstateOf, settleCarriers, setUp } from './carrier.js'
import { kindOf, type LinkKind, loopback, lowerOf } from './kinds.js'
import { setMaster } from './link-change.js'
import { initialData } from './link-data.js'
import { removeLinks } from './link-remove.js'
import { checkedAddress, checkedMtu, checkSettable, freeIndex, freeName } from './link-settings.js'
import { ALL_CHANGED, linkMessageOf } from './messages.js'
import { refuse } from './refused.js'
import type { Link, State } from './state.js'

type Attrs = LinkMessage['attrs']

const has = (flags: number, bit: number) => (flags & bit) !== 0

/** Returns lo as it is in a new namespace. */
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
    ...{ hasIngress: false, altNames: [], promotes: false },
    ...{ alias: undefined, master: undefined, isMtuSet: false, isAddressSet: false, lower, data: undefined },
    ...{ address: `06:00:${last.join(':')}`, broadcast: 'ff:ff:ff:ff:ff:ff' },
    ...settings,
  }
}

/** Creates the link of a RTM_NEWLINK. */
export function createLink(state: State, message: LinkMessage): void {
  const { attrs, index } = message
  const { linkinfo } = attrs
  const kind = linkinfo?.kind
  const settings = kindOf(kind)
  const below = checkedLower(state, kind, lowerOf(kind ?? '', attrs))
  if (linkinfo?.kind === 'veth') {
    const peer = linkinfo.data?.peer
    const other = make(state, peer?.index ?? 0, peer?.attrs ?? {}, 'veth', settings, 0)
    announce(state, other, peer?.flags ?? 0, peer?.attrs.master)
    try {
      const link = make(state, index, attrs, 'veth', settings, other.index)
      other.lower = link.index
      announce(state, link, message.flags, attrs.master)
    } catch (error) {
      removeLinks(state, other)
      throw error
    }
    return
  }
  const link = make(state, index, attrs, kind ?? '', settings, below)
  announce(state, link, message.flags, attrs.master)
}

/** Returns the lower link of a new one. For a macvlan on a macvlan, that is the lower link of both (`macvlan_common_newlink`). */
function checkedLower(state: State, kind: string | undefined, index: number | undefined): number | undefined {
  if (index === undefined) return undefined
  const named = state.links.get(index)
  const below = kind === 'macvlan' && named?.kind === 'macvlan' ? state.links.get(named.lower ?? 0) : named
  if (below === undefined) refuse('ENODEV')
  if (kind !== 'macvlan') return below.index
  if (below.type !== ARPHRD.ETHER) refuse('EINVAL')
  if (below.master !== undefined) refuse('EBUSY')
  return below.index
}

/** Creates a link without a notification. */
function make(
  state: State,
  index: number,
  attrs: Attrs,
  kind: string,
  settings: LinkKind,
  lower: number | undefined,
): Link {
  checkSettable(attrs, 'RTM_NEWLINK')
  const name = freeName(state, attrs.ifname ?? `${kind}%d`)
  const below = lower !== undefined && kind !== 'veth' ? state.links.get(lower) : undefined
  const mtu = attrs.mtu === undefined ? (below?.mtu ?? settings.mtu) : checkedMtu(settings, attrs.mtu)
  if (below && mtu > below.mtu) refuse('EINVAL')
  const address = attrs.address && checkedAddress(settings, attrs.address)
  // Only a valid request uses up an index.
  const used = index > 0 ? index : freeIndex(state)
  const initial = linkOf(used, name, kind, settings, lower)
  const link: Link = {
    ...initial,
    ...{ data: initialData(kind, attrs), mtu, isAddressSet: address !== undefined },
    ...{ address: address ?? initial.address, txqlen: attrs.txqlen ?? settings.txqlen, group: attrs.group ?? 0 },
  }
  state.links.set(used, link)
  // Links with their own carrier have it from the start. The others are announced when they get one.
  link.carrier = hasCarrier(link, state)
  return link
}

/** Announces a new link, and sets it up if the request contains IFF_UP. */
function announce(state: State, link: Link, flags: number, master = 0): void {
  const below = link.kind === 'veth' ? undefined : state.links.get(link.lower ?? 0)
  if (below) state.notify('RTM_NEWLINK', linkMessageOf(below, state))
  if (has(flags, IFF.UP)) setUp(state, link, ALL_CHANGED)
  else {
    if (!link.carrier) link.operstate = operstateOf(link)
    state.notify('RTM_NEWLINK', linkMessageOf(link, state, ALL_CHANGED))
    settleCarriers(state)
  }
  if (master !== 0) masterOrNone(state, link, master)
}

/** Adds a new link to its bridge. Removes the link if that fails. */
function masterOrNone(state: State, link: Link, master: number): void {
  try {
    setMaster(state, link, master)
  } catch (error) {
    removeLinks(state, link)
    throw error
  }
}

/** Creates a link as another program would by other means than netlink. */
export function addLink(state: State, name: string, kind: string, settings: LinkKind): Link {
  const link = make(state, 0, { ifname: name }, kind === 'tap' ? 'tun' : kind, settings, undefined)
  announce(state, link, 0)
  return link
}
