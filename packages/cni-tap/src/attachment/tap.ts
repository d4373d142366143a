import type { Connection, LinkMessage } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import { TunTap, TunTapError } from '@netloom/tuntap'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
import { findNamed } from './links.js'

/** IFLA_TUN_TYPE of a tap: IFF_TAP, linux/if_tun.h */
export const IFF_TAP = 2

const UP = { flags: IFF.UP, change: IFF.UP }

/** What the device is to be like, as far as that is known before it has addresses. */
export interface TapSettings {
  readonly multiQueue: boolean | undefined
  readonly owner: number | undefined
  readonly group: number | undefined
  readonly mtu: number | undefined
  readonly mac: string | undefined
  readonly txQueueLen: number | undefined
  /** The index of the bridge whose port it becomes. */
  readonly master: number | undefined
  readonly alias: string
  /** Whether it begins up; it costs a request less. */
  readonly up: boolean
  /** Whether it has a carrier, as if somebody were attached who reads from it. */
  readonly carrier: boolean
  /** Makes the settings that must be in force before the device is up, and before it has its MTU. */
  prepare(link: LinkMessage, mtu: number): void
}

/** A device that is gone as soon as its descriptor is closed, unless it was kept. */
export interface PendingTap {
  readonly index: number
  readonly mac: string
  readonly mtu: number
  setUp(): void
  dropCarrier(): void
  /** Makes the device stay: the last step of all. */
  keep(): void
}

/**
 * Makes a tap in the namespace and calls `action` with it; afterwards it is gone unless `action` has kept it.
 * @throws {CniError} 100 where the name is taken, 101 where the kernel refuses
 */
export async function withNewTap<T>(
  netns: number,
  nl: Connection,
  ifname: string,
  settings: TapSettings,
  action: (tap: PendingTap) => Promise<T>,
): Promise<T> {
  const tap = create(netns, ifname, settings)
  const name = JSON.stringify(ifname)
  const setUpFailed = `failed to set up tap ${name}`
  try {
    const created = kernelCall(setUpFailed, () => existing(findNamed(nl, ifname), ifname))
    settings.prepare(created, settings.mtu ?? created.attrs.mtu ?? 0)
    const link = kernelCall(setUpFailed, () => configureLink(nl, created, settings))
    return await action({
      ...link,
      setUp: () => kernelCall(setUpFailed, () => nl.requestSync('RTM_NEWLINK', { index: link.index, ...UP })),
      dropCarrier: () => kernelCall(`failed to take the carrier off tap ${name}`, () => tap.setCarrier(false)),
      keep: () => kernelCall(`failed to make tap ${name} persistent`, () => tap.setPersist(true)),
    })
  } finally {
    tap.close()
  }
}

function create(netns: number, name: string, { multiQueue, owner, group, carrier }: TapSettings): TunTap {
  return kernelCall(`failed to create tap ${JSON.stringify(name)}`, () => {
    try {
      return TunTap.create({ mode: 'tap', name, netns, multiQueue, owner, group, carrier })
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

function configureLink(
  nl: Connection,
  { index, attrs }: LinkMessage,
  settings: TapSettings,
): Pick<PendingTap, 'index' | 'mac' | 'mtu'> {
  const { mtu, mac, master, txQueueLen: txqlen, alias: ifalias, up } = settings
  nl.requestSync('RTM_NEWLINK', { index, ...(up && UP), attrs: { mtu, address: mac, master, txqlen, ifalias } })
  return { index, mac: mac ?? attrs.address ?? '', mtu: mtu ?? attrs.mtu ?? 0 }
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
