import type { Connection } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import { TunTapDevice, TunTapError } from '@netloom/tuntap/device'
import { CniError, ErrorCode, kernelCall } from '../cni/error.js'
import { deleteLink, findNamed, type Link } from './links.js'

/** IFLA_TUN_TYPE of a tap: IFF_TAP, linux/if_tun.h */
export const IFF_TAP = 2

const UP = { flags: IFF.UP, change: IFF.UP }

/** Returns the RTM_NEWLINK that sets up a device. */
export const upRequest = ({ index }: Pick<Device, 'index'>) => ({ index, ...UP })

/** Properties of a tap that can be set only when it is created. */
export interface TapOptions {
  readonly multiQueue: boolean | undefined
  readonly owner: number | undefined
  readonly group: number | undefined
  /** True to give it a carrier, as if a process had opened it for reading. */
  readonly carrier: boolean
}

/** Name for the first free one of `tap0`, `tap1`, …: the kernel replaces `%d`. */
export const firstFree = 'tap%d'

/** A new tap. The kernel deletes it when this object is disposed, unless `keep()` was called. */
export class NewTap implements Disposable {
  readonly #tap: TunTapDevice

  private constructor(tap: TunTapDevice) {
    this.#tap = tap
  }

  /**
   * Creates a tap in the namespace. It is down. `name` may be `firstFree`.
   * @throws {CniError} 100 if the name is taken, 101 if the kernel refuses
   */
  static create(netns: number, name: string, { multiQueue, owner, group, carrier }: TapOptions): NewTap {
    return kernelCall(`failed to create tap ${JSON.stringify(name)}`, () => {
      try {
        return new NewTap(TunTapDevice.create({ mode: 'tap', name, netns, multiQueue, owner, group, carrier }))
      } catch (error) {
        if (!isNameTaken(error)) throw error
        throw new CniError(ErrorCode.nameExists, `interface ${JSON.stringify(name)} already exists`)
      }
    })
  }

  get name(): string {
    return this.#tap.name
  }

  get #quoted(): string {
    return JSON.stringify(this.name)
  }

  dropCarrier(): void {
    kernelCall(`failed to take the carrier off tap ${this.#quoted}`, () => this.#tap.setCarrier(false))
  }

  /** Makes the device persistent (TUNSETPERSIST). */
  keep(): void {
    kernelCall(`failed to make tap ${this.#quoted} persistent`, () => this.#tap.setPersist(true))
  }

  /** Deletes the device, even if a process in the pod has attached to another queue of it or made it persistent. */
  remove(nl: Connection, link: Link): void {
    this.#tap.close()
    deleteLink(nl, link)
  }

  [Symbol.dispose](): void {
    this.#tap.close()
  }
}

/** True if EBUSY means that the name is taken. Opening /dev/net/tun and entering the namespace can fail with EBUSY, too. */
function isNameTaken(error: unknown): boolean {
  return error instanceof TunTapError && error.ioctl === 'TUNSETIFF' && ['EBUSY', 'EEXIST'].includes(error.code)
}

/** Properties of a link to set. Undefined ones keep their value. */
export interface LinkSettings {
  readonly mtu: number | undefined
  readonly mac: string | undefined
  readonly txQueueLen: number | undefined
  readonly alias: string
  /** Index of its bridge. */
  readonly master: number | undefined
}

/** The device of an attachment. */
export interface Device {
  readonly name: string
  readonly index: number
  readonly mac: string
  readonly mtu: number
}

export const setUpFailed = (name: string) => `failed to set up tap ${JSON.stringify(name)}`

/** Finds the tap that was just created. @throws {CniError} 101 if it no longer exists */
export function findCreated(nl: Connection, name: string): Link {
  const link = kernelCall(setUpFailed(name), () => findNamed(nl, name))
  if (link !== undefined) return link
  throw new CniError(ErrorCode.kernelRefused, `tap ${JSON.stringify(name)} vanished while it was set up`)
}

/** Returns the device as it will be with these settings. */
export function deviceOf({ index, attrs }: Link, { mac, mtu }: Pick<LinkSettings, 'mac' | 'mtu'>): Device {
  return { name: attrs.ifname ?? '', index, mac: mac ?? attrs.address ?? '', mtu: mtu ?? attrs.mtu ?? 0 }
}

/** Returns the RTM_NEWLINK that applies settings to a device, and sets it up. */
export function settingsRequest({ index }: Device, { mtu, mac, master, txQueueLen, alias }: LinkSettings) {
  return { index, ...UP, attrs: { mtu, address: mac, master, txqlen: txQueueLen, ifalias: alias } }
}

/** Applies settings to a device. With `up`, also sets it up. */
export function configureLink(nl: Connection, device: Device, settings: LinkSettings, up: boolean): void {
  const { flags, change, ...request } = settingsRequest(device, settings)
  kernelCall(setUpFailed(device.name), () =>
    nl.requestSync('RTM_NEWLINK', { ...request, ...(up && { flags, change }) }),
  )
}

export function setUp(nl: Connection, device: Device): void {
  kernelCall(setUpFailed(device.name), () => nl.requestSync('RTM_NEWLINK', upRequest(device)))
}

/** True if the link is a tun or tap device with this alias or without an alias. */
export function isTunOf(link: Link, alias: string): boolean {
  const { linkinfo, ifalias } = link.attrs
  return linkinfo?.kind === 'tun' && (ifalias === undefined || ifalias === alias)
}
