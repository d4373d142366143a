import { Filters } from '../control/filters.js'
import { type DeviceFlags, type Features, readFeatures, readFlags } from '../control/flags.js'
import { indexOf, mtuOf } from '../control/link.js'
import { openNetns } from '../control/netns.js'
import * as settings from '../control/settings.js'
import { VnetHeader } from '../control/vnet-header.js'
import type { CreateOptions, TunTapOptions } from '../options.js'
import { createQueue, openQueue } from './create.js'
import type { Framing, Mode } from './framing.js'
import { openNode, TUN_NODE } from './open.js'
import type { Queue } from './queue.js'

/**
 * A descriptor attached to a tun or tap device: one queue of it. Configures the device; `TunTap` also reads and writes frames. The
 * caller that opens it closes it; otherwise it is closed when it is garbage-collected, or when its thread ends. A device that is not
 * persistent is deleted with its last descriptor.
 *
 * Each method makes one ioctl, and throws a `TunTapError` with its name if the kernel refuses it. A value of the wrong type or range, and
 * a call after `close`, is a `TypeError`.
 */
export class TunTapDevice implements Disposable {
  readonly #queue: Queue
  /** Selects the frames that the device delivers, and their queue. */
  readonly filters: Filters
  /** The virtio header before each frame. */
  readonly vnet: VnetHeader

  /** @internal */
  constructor(queue: Queue) {
    this.#queue = queue
    this.filters = new Filters(queue)
    this.vnet = new VnetHeader(queue)
  }

  /** Creates a device. See `TunTap.create`. */
  static create(options: CreateOptions): TunTapDevice {
    return new TunTapDevice(createQueue(options))
  }

  /** Attaches to an existing device. See `TunTap.attach`. */
  static attach(options: TunTapOptions & { readonly name: string }): TunTapDevice {
    return new TunTapDevice(openQueue(options))
  }

  /** Returns what the tun driver supports (TUNGETFEATURES). */
  static features(): Features {
    return readFeatures(openNode(TUN_NODE))
  }

  /**
   * Nonblocking descriptor for poll(2), and for `stdio` of a child process. Do not close it. It stays open as long as this object is
   * referenced.
   */
  get fd(): number {
    return this.#queue.fd
  }

  /** `tap` for Ethernet frames, `tun` for IP packets. */
  get mode(): Mode {
    return this.#queue.mode
  }

  /** The headers before each frame. */
  get framing(): Framing {
    return this.#queue.framing
  }

  /** The current name of the device, which is looked up (TUNGETIFF). The last one if the device was deleted or closed. */
  get name(): string {
    return this.#queue.name
  }

  /** The current index of the link, which is looked up in the namespace of the device (SIOCGIFINDEX). */
  get index(): number {
    return indexOf(this.#queue)
  }

  /** The current MTU of the link, which is looked up in the namespace of the device (SIOCGIFMTU). */
  get mtu(): number {
    return mtuOf(this.#queue)
  }

  /** MAC address of a tap; undefined for a tun (SIOCGIFHWADDR). */
  get address(): string | undefined {
    return settings.addressOf(this.#queue)
  }

  /** Sets the MAC address of a tap, which may be up (SIOCSIFHWADDR). */
  setAddress(address: string): void {
    settings.setAddress(this.#queue, address)
  }

  /** Link type, ARPHRD_* of linux/if_arp.h (SIOCGIFHWADDR). */
  get linkType(): number {
    return settings.linkTypeOf(this.#queue)
  }

  /** Sets the link type (TUNSETLINK). Fails with `EBUSY` while the link is up. */
  setLinkType(type: number): void {
    settings.setLinkType(this.#queue, type)
  }

  /** Bytes of written frames that may wait in the kernel (TUNGETSNDBUF). */
  get sendBuffer(): number {
    return settings.sendBufferOf(this.#queue)
  }

  /**
   * Sets {@link sendBuffer} for all queues that are attached (TUNSETSNDBUF). One that attaches later has the default of 2147483647, which is no
   * limit.
   */
  setSendBuffer(bytes: number): void {
    settings.setSendBuffer(this.#queue, bytes)
  }

  /** Returns the state of this queue and its device (TUNGETIFF). */
  flags(): DeviceFlags {
    return readFlags(this.#queue)
  }

  /** Sets if the device remains when its last descriptor is closed (TUNSETPERSIST). */
  setPersist(persist: boolean): void {
    settings.setPersist(this.#queue, persist)
  }

  /** Sets the only uid that may attach without CAP_NET_ADMIN (TUNSETOWNER). An owner can be replaced, but not removed. */
  setOwner(uid: number): void {
    settings.setOwner(this.#queue, uid)
  }

  /**
   * Sets the only gid whose members may attach without CAP_NET_ADMIN (TUNSETGROUP). If an owner is set too, both must match.
   */
  setGroup(gid: number): void {
    settings.setGroup(this.#queue, gid)
  }

  /** Turns the carrier of the link on or off (TUNSETCARRIER). Attaching turns it on, unless `carrier: false` is given. */
  setCarrier(carrier: boolean): void {
    settings.setCarrier(this.#queue, carrier)
  }

  /** Sets which kinds of kernel messages the driver logs: NETIF_MSG_* of linux/netdevice.h (TUNSETDEBUG). */
  setDebug(mask: number): void {
    settings.setDebug(this.#queue, mask)
  }

  /** Detaches this queue of a multi-queue device, which delivers no frames to it until it is attached again (TUNSETQUEUE). */
  detachQueue(): void {
    settings.detachQueue(this.#queue)
  }

  /** Attaches this queue again (TUNSETQUEUE). */
  attachQueue(): void {
    settings.attachQueue(this.#queue)
  }

  /**
   * Opens the network namespace of the device, wherever it was moved to (TUNGETDEVNETNS). The caller closes the descriptor, with
   * `closeSync` of `node:fs`. Fails with `EPERM` without CAP_NET_ADMIN there.
   */
  openNetns(): number {
    return openNetns(this.#queue)
  }

  /** Detaches from the device. Further calls have no effect. */
  close(): void {
    this.#queue.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }
}
