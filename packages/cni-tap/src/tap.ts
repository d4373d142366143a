import { type Connection, IFF, type LinkMessage } from '@netloom/netlink'
import { TunTap, TunTapError } from '@netloom/tuntap'
import { CniError, ErrorCode, kernelCall } from './error.js'
import { findNamed } from './links.js'

/** IFLA_TUN_TYPE of a tap: IFF_TAP, linux/if_tun.h */
export const IFF_TAP = 2

/** What the device is to be like, as far as that is known before it has addresses. */
export interface TapSettings {
  readonly multiQueue: boolean
  readonly owner: number | undefined
  readonly group: number | undefined
  readonly mtu: number | undefined
  readonly mac: string | undefined
  /** The index of the bridge whose port it becomes. */
  readonly master: number | undefined
  readonly alias: string
}

/** A device that is gone as soon as its descriptor is closed, unless it was kept. */
export interface PendingTap {
  readonly index: number
  readonly mac: string | undefined
  readonly mtu: number
  /** Makes the device stay: the last step of all. */
  keep(): void
}

/**
 * Makes a tap in the namespace, sets it up and calls `action` with it; afterwards it is gone unless `action` has kept it.
 * @throws {CniError} 100 where the name is taken, 101 where the kernel refuses
 */
export function withNewTap<T>(
  netns: number,
  nl: Connection,
  ifname: string,
  settings: TapSettings,
  action: (tap: PendingTap) => T,
): T {
  const tap = create(netns, ifname, settings)
  try {
    const { index, mac, mtu } = setUp(nl, ifname, settings)
    const keep = () => kernelCall(`failed to make tap ${JSON.stringify(ifname)} persistent`, () => tap.setPersist(true))
    return action({ index, mac, mtu, keep })
  } finally {
    tap.close()
  }
}

function create(netns: number, name: string, { multiQueue, owner, group }: TapSettings): TunTap {
  return kernelCall(`failed to create tap ${JSON.stringify(name)}`, () => {
    try {
      // No carrier: nobody reads from it yet.
      return TunTap.create({ mode: 'tap', name, netns, multiQueue, owner, group, carrier: false })
    } catch (error) {
      if (!isTaken(error)) throw error
      throw new CniError(ErrorCode.nameExists, `interface ${JSON.stringify(name)} already exists`)
    }
  })
}

/** Opening the device and entering the namespace may fail with EBUSY too. */
function isTaken(error: unknown): boolean {
  return error instanceof TunTapError && error.ioctl === 'TUNSETIFF' && ['EBUSY', 'EEXIST'].includes(error.code)
}

function setUp(nl: Connection, ifname: string, settings: TapSettings): Omit<PendingTap, 'keep'> {
  const { mtu, mac, master, alias } = settings
  return kernelCall(`failed to set up tap ${JSON.stringify(ifname)}`, () => {
    const { index, attrs } = existing(findNamed(nl, ifname), ifname)
    const changes = { mtu, address: mac, master, ifalias: alias }
    nl.requestSync('RTM_NEWLINK', { index, flags: IFF.UP, change: IFF.UP, attrs: changes })
    return { index, mac: mac ?? attrs.address, mtu: mtu ?? attrs.mtu ?? 0 }
  })
}

function existing(link: LinkMessage | undefined, ifname: string): LinkMessage {
  if (link !== undefined) return link
  throw new CniError(ErrorCode.kernelRefused, `tap ${JSON.stringify(ifname)} vanished while it was set up`)
}

/** Whether a device was made by the tun driver, and if it has an alias, then this one. */
export function isTunOf(link: LinkMessage, alias: string): boolean {
  const { linkinfo, ifalias } = link.attrs
  return linkinfo?.kind === 'tun' && (ifalias === undefined || ifalias === alias)
}
