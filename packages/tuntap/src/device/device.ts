import { ioctlInt, ioctlValue } from '../abi.js'
import {
  attachKeys,
  type CreateOptions,
  checkBoolean,
  checkId,
  checkName,
  checkOptions,
  createKeys,
  type TunTapOptions,
} from '../options.js'
import { openNamed, openNew } from './open.js'
import type { Queue } from './queue.js'

/** Creates a device. If any step fails, no device remains. */
export function createQueue(options: CreateOptions): Queue {
  checkOptions(options, createKeys)
  const { owner, group, persist, carrier } = options
  const device = new TunTapDevice(openNew(options))
  try {
    if (carrier !== undefined) device.setCarrier(carrier)
    if (owner !== undefined) device.setOwner(owner)
    if (group !== undefined) device.setGroup(group)
    if (persist !== undefined) device.setPersist(persist)
    return queueOf(device)
  } catch (error) {
    device.close()
    throw error
  }
}

/** Attaches to an existing device. */
export function attachQueue(options: TunTapOptions & { readonly name: string }): Queue {
  checkOptions(options, attachKeys)
  checkName(options.name)
  return openNamed(options)
}

let queueOf: (device: TunTapDevice) => Queue

/**
 * A descriptor attached to a tun or tap device: one queue of it. Configures the device; `TunTap` also reads and writes frames. The
 * caller that opens it closes it; otherwise it is closed when it is garbage-collected. A device that is not persistent is deleted
 * with its last descriptor.
 */
export class TunTapDevice implements Disposable {
  readonly #queue: Queue

  static {
    queueOf = (device) => device.#queue
  }

  /** @internal */
  constructor(queue: Queue) {
    this.#queue = queue
  }

  /** Creates a device. See `TunTap.create`. */
  static create(options: CreateOptions): TunTapDevice {
    return new TunTapDevice(createQueue(options))
  }

  /** Attaches to an existing device. See `TunTap.attach`. */
  static attach(options: TunTapOptions & { readonly name: string }): TunTapDevice {
    return new TunTapDevice(attachQueue(options))
  }

  /** Nonblocking descriptor for poll(2) and the like. Do not close it. It stays open as long as this object is referenced. */
  get fd(): number {
    return this.#queue.fd
  }

  /** The current name of the device, which another process may change. The last one if the device was deleted or closed. */
  get name(): string {
    return this.#queue.name
  }

  /** Sets if the device remains when its last descriptor is closed (TUNSETPERSIST). @throws {TunTapError} if the ioctl fails */
  setPersist(persist: boolean): void {
    checkBoolean('persist', persist)
    ioctlValue(this.#queue.openFd(), 'TUNSETPERSIST', Number(persist), this.name)
  }

  /**
   * Sets the only uid that may attach without CAP_NET_ADMIN (TUNSETOWNER). An owner can be replaced, but not removed. @throws
   * {TunTapError} if the ioctl fails
   */
  setOwner(uid: number): void {
    checkId('owner', uid)
    ioctlValue(this.#queue.openFd(), 'TUNSETOWNER', uid, this.name)
  }

  /**
   * Sets the only gid whose members may attach without CAP_NET_ADMIN (TUNSETGROUP). If an owner is set too, both must match.
   * @throws {TunTapError} if the ioctl fails
   */
  setGroup(gid: number): void {
    checkId('group', gid)
    ioctlValue(this.#queue.openFd(), 'TUNSETGROUP', gid, this.name)
  }

  /** Turns the carrier of the link on or off (TUNSETCARRIER). Attaching turns it on. @throws {TunTapError} if the ioctl fails */
  setCarrier(carrier: boolean): void {
    checkBoolean('carrier', carrier)
    ioctlInt(this.#queue.openFd(), 'TUNSETCARRIER', Number(carrier), this.name)
  }

  /** Detaches from the device. Further calls have no effect. */
  close(): void {
    this.#queue.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
