import { constants as fs, openSync } from 'node:fs'
import { constants } from 'node:os'
import { AF, compile, encode, show } from '@netloom/netlink/codec'
import {
  check,
  closeFile,
  forgotten,
  libc,
  openIn,
  SystemError,
  uninterrupted,
  whenReadable,
} from '@netloom/netlink/socket'
import { getIff, IFF, ifreq, ifreqIndex, ioctl, ioctlInt, ioctlValue, TunTapError } from './abi.js'
import {
  attachKeys,
  type CreateOptions,
  checkBoolean,
  checkId,
  checkName,
  checkOptions,
  createKeys,
  type TunTapOptions,
} from './options.js'

const DEVICE = '/dev/net/tun'
const { ENODEV } = constants.errno
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000

/** Size of the largest frame: an MTU of 65521, Ethernet with two VLAN tags, and the optional headers. */
const MAX_FRAME = 65536 + 64

function openDevice(): number {
  try {
    return openSync(DEVICE, fs.O_RDWR | fs.O_NONBLOCK)
  } catch (error) {
    throw new SystemError('open', -((error as NodeJS.ErrnoException).errno ?? 0), DEVICE)
  }
}

/** Returns the index of a link in the calling thread's namespace. @throws {TunTapError} `ENODEV` if there is none */
function indexOf(name: string): number {
  const fd = check('socket', libc.socket(AF.INET, SOCK_DGRAM_CLOEXEC, 0))
  try {
    const argument = encode(ifreqIndex, { name })
    ioctl(fd, 'SIOCGIFINDEX', argument, name)
    return compile(ifreqIndex).read(argument, 0).index
  } finally {
    libc.close(fd)
  }
}

/**
 * Opens /dev/net/tun and attaches to a device, which TUNSETIFF creates if it does not exist. open(2) determines the namespace, so
 * the calling thread must be in the device's.
 */
function openAttached({ mode, name, multiQueue, vnetHdr, pi }: TunTapOptions, more: number): number {
  const flags =
    (mode === 'tap' ? IFF.TAP : IFF.TUN) |
    (multiQueue ? IFF.MULTI_QUEUE : 0) |
    (vnetHdr ? IFF.VNET_HDR : 0) |
    (pi ? 0 : IFF.NO_PI) |
    more
  const fd = openDevice()
  try {
    ioctl(fd, 'TUNSETIFF', encode(ifreq, { name: name ?? '', flags }), name ?? `${mode}%d`)
    return fd
  } catch (error) {
    closeFile(fd)
    throw error
  }
}

/** Attaches to an existing device. TUNSETIFF alone would create a missing one, so this compares the index before and after. */
function openExisting(options: TunTapOptions, name: string): number {
  const before = indexOf(name)
  const fd = openAttached(options, 0)
  try {
    // The device was deleted meanwhile, and TUNSETIFF created a new one. Closing the descriptor deletes it.
    if (indexOf(name) !== before) throw new TunTapError('TUNSETIFF', ENODEV, name)
    return fd
  } catch (error) {
    closeFile(fd)
    throw error
  }
}

/**
 * Creates a descriptor that is closed only once. It does not refer to the TunTap, so that an unused TunTap can be
 * garbage-collected.
 */
function descriptor(fd: number) {
  const state = {
    open: true,
    close() {
      if (state.open) closeFile(fd)
      state.open = false
    },
  }
  return state
}

/**
 * A descriptor attached to a tun or tap device: one queue of it. The caller that opens it closes it; otherwise it is
 * closed when it is garbage-collected. A device that is not persistent is deleted with its last descriptor.
 *
 * ```ts
 * const tap = TunTap.create({ mode: 'tap', name: 'tap0', owner: 1000, persist: true })
 * tap.close()
 * ```
 */
export class TunTap implements Disposable {
  /** Nonblocking descriptor for poll(2) and the like. Do not close it. It stays open as long as this object is referenced. */
  readonly fd: number
  /** The name of the device when it was attached. */
  readonly name: string
  readonly #descriptor: { open: boolean; close(): void }
  #frame: Buffer | undefined

  private constructor(fd: number) {
    this.fd = fd
    this.name = getIff(fd, 'new device').name
    this.#descriptor = descriptor(fd)
    forgotten.register(this, this.#descriptor.close, this.#descriptor.close)
  }

  /**
   * Creates a device. If any step fails, no device remains.
   * @throws {TunTapError} with the name of the ioctl: `EBUSY` if the name or alternative name is taken by a link of any kind,
   * `EPERM` without CAP_NET_ADMIN
   * @throws {SystemError} if /dev/net/tun cannot be opened, or the namespace cannot be entered
   * @throws {TypeError} if an option is unknown or invalid
   */
  static create(options: CreateOptions): TunTap {
    checkOptions(options, createKeys)
    const { owner, group, persist, carrier } = options
    const tap = TunTap.#attached(options, () => openAttached(options, IFF.TUN_EXCL))
    try {
      if (carrier !== undefined) tap.setCarrier(carrier)
      if (owner !== undefined) tap.setOwner(owner)
      if (group !== undefined) tap.setGroup(group)
      if (persist !== undefined) tap.setPersist(persist)
      return tap
    } catch (error) {
      tap.close()
      throw error
    }
  }

  /**
   * Attaches to an existing device.
   * @throws {TunTapError} `ENODEV` if it does not exist, `EINVAL` if it is another kind of link or `multiQueue` differs, `EBUSY` if
   * a descriptor is attached and it has only one queue, `EPERM` if it belongs to another owner or group
   * @throws {SystemError} if /dev/net/tun cannot be opened, or the namespace cannot be entered
   * @throws {TypeError} if an option is unknown or invalid
   */
  static attach(options: TunTapOptions & { readonly name: string }): TunTap {
    checkOptions(options, attachKeys)
    checkName(options.name)
    return TunTap.#attached(options, () => openExisting(options, options.name))
  }

  static #attached({ netns }: TunTapOptions, open: () => number): TunTap {
    const fd = openIn(netns, open)
    try {
      return new TunTap(fd)
    } catch (error) {
      closeFile(fd)
      throw error
    }
  }

  /** Sets if the device remains when its last descriptor is closed (TUNSETPERSIST). @throws {TunTapError} if the ioctl fails */
  setPersist(persist: boolean): void {
    checkBoolean('persist', persist)
    ioctlValue(this.#openFd(), 'TUNSETPERSIST', Number(persist), this.name)
  }

  /**
   * Sets the only uid that may attach without CAP_NET_ADMIN (TUNSETOWNER). An owner can be replaced, but not removed. @throws
   * {TunTapError} if the ioctl fails
   */
  setOwner(uid: number): void {
    checkId('owner', uid)
    ioctlValue(this.#openFd(), 'TUNSETOWNER', uid, this.name)
  }

  /**
   * Sets the only gid whose members may attach without CAP_NET_ADMIN (TUNSETGROUP). If an owner is set too, both must match.
   * @throws {TunTapError} if the ioctl fails
   */
  setGroup(gid: number): void {
    checkId('group', gid)
    ioctlValue(this.#openFd(), 'TUNSETGROUP', gid, this.name)
  }

  /** Turns the carrier of the link on or off (TUNSETCARRIER). Attaching turns it on. @throws {TunTapError} if the ioctl fails */
  setCarrier(carrier: boolean): void {
    checkBoolean('carrier', carrier)
    ioctlInt(this.#openFd(), 'TUNSETCARRIER', Number(carrier), this.name)
  }

  /**
   * Returns the next frame that the kernel sends to the device, in a buffer of its own. Returns undefined if none arrives in time.
   * @param timeout milliseconds to wait; 0 by default, Infinity for no limit
   * @throws {SystemError} `EBADFD` if the device was deleted
   * @throws {TypeError} if the timeout is invalid or the device was closed
   */
  read(timeout = 0): Buffer | undefined {
    if (!(typeof timeout === 'number' && timeout >= 0))
      throw new TypeError(`expected milliseconds from 0, got ${show(timeout)}`)
    const fd = this.#openFd()
    this.#frame ??= Buffer.allocUnsafeSlow(MAX_FRAME)
    const frame = this.#frame
    const length = whenReadable(fd, timeout, () => libc.read(fd, frame, frame.length))
    return length === undefined ? undefined : Buffer.from(frame.subarray(0, check('read', length, this.name)))
  }

  /**
   * Passes a frame to the kernel, as if the device had received it.
   * @throws {SystemError} `EIO` if the link is down, `EBADFD` if the device was deleted, `EINVAL` if the frame is too short for its
   * headers
   * @throws {TypeError} if `frame` is not a Uint8Array or the device was closed
   */
  write(frame: Uint8Array): void {
    if (!(frame instanceof Uint8Array))
      throw new TypeError(`expected a frame of bytes (a Buffer or Uint8Array), got ${typeof frame}`)
    const fd = this.#openFd()
    check(
      'write',
      uninterrupted(() => libc.write(fd, frame, frame.length)),
      this.name,
    )
  }

  /** Detaches from the device. Further calls have no effect. */
  close(): void {
    forgotten.unregister(this.#descriptor.close)
    this.#descriptor.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #openFd(): number {
    if (!this.#descriptor.open) throw new TypeError(`expected an open ${this.name}, got one that was closed`)
    return this.fd
  }
}
