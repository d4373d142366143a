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
  createKeys,
  expectBoolean,
  expectId,
  expectName,
  expectOptions,
  type TunTapOptions,
} from './options.js'

const DEVICE = '/dev/net/tun'
const { ENODEV } = constants.errno
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000

/** The largest frame: an MTU of 65521, Ethernet with two VLAN tags, and the headers that may come before. */
const MAX_FRAME = 65536 + 64

function openDevice(): number {
  try {
    return openSync(DEVICE, fs.O_RDWR | fs.O_NONBLOCK)
  } catch (error) {
    throw new SystemError('open', -((error as NodeJS.ErrnoException).errno ?? 0), DEVICE)
  }
}

/** The index of a link in the calling thread's namespace. @throws {TunTapError} `ENODEV` */
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

/** Opens /dev/net/tun and attaches to a device, made if need be. Runs in the device's namespace, as that is fixed by open(2). */
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

/** Attaches to a device only if it is there: TUNSETIFF by itself would make it. */
function openExisting(options: TunTapOptions, name: string): number {
  const before = indexOf(name)
  const fd = openAttached(options, 0)
  try {
    // Gone in between, it was made anew, and goes with its descriptor.
    if (indexOf(name) !== before) throw new TunTapError('TUNSETIFF', ENODEV, name)
    return fd
  } catch (error) {
    closeFile(fd)
    throw error
  }
}

/** A descriptor that is closed once. It does not refer to the device, so that one that is forgotten can be collected. */
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
    this.name = getIff(fd, 'the device just attached').name
    this.#descriptor = descriptor(fd)
    forgotten.register(this, this.#descriptor.close, this.#descriptor.close)
  }

  /**
   * Makes a device, and fails with `EBUSY` where the name is taken, be it by another kind of link or as an alternative
   * name. Nothing is left where any of it fails.
   * @throws {TunTapError} naming the ioctl; `EPERM` without CAP_NET_ADMIN
   * @throws {SystemError} where /dev/net/tun cannot be opened, or the namespace not entered
   * @throws {TypeError} for a name or id that cannot be
   */
  static create(options: CreateOptions): TunTap {
    expectOptions(options, createKeys)
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
   * Attaches to a device that is there.
   * @throws {TunTapError} `ENODEV` where it is not, `EINVAL` where it is no such device or `multiQueue` differs, `EBUSY`
   * where it has its one descriptor already, `EPERM` where it is another's
   * @throws {SystemError} where /dev/net/tun cannot be opened, or the namespace not entered
   */
  static attach(options: TunTapOptions & { readonly name: string }): TunTap {
    expectOptions(options, attachKeys)
    expectName(options.name)
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

  /** TUNSETPERSIST: whether the device outlives its last descriptor. @throws {TunTapError} */
  setPersist(persist: boolean): void {
    expectBoolean('persist', persist)
    ioctlValue(this.#live(), 'TUNSETPERSIST', Number(persist), this.name)
  }

  /** TUNSETOWNER: only this uid may attach without CAP_NET_ADMIN. It can be changed, but not taken away. @throws {TunTapError} */
  setOwner(uid: number): void {
    expectId('owner', uid)
    ioctlValue(this.#live(), 'TUNSETOWNER', uid, this.name)
  }

  /** TUNSETGROUP: only its members may attach without CAP_NET_ADMIN. With an owner too, both must match. @throws {TunTapError} */
  setGroup(gid: number): void {
    expectId('group', gid)
    ioctlValue(this.#live(), 'TUNSETGROUP', gid, this.name)
  }

  /** TUNSETCARRIER: whether the link sees a carrier. It does from attaching on. @throws {TunTapError} */
  setCarrier(carrier: boolean): void {
    expectBoolean('carrier', carrier)
    ioctlInt(this.#live(), 'TUNSETCARRIER', Number(carrier), this.name)
  }

  /**
   * The next frame that the kernel sends out of the device, in a buffer of its own; undefined if none comes in time.
   * @param timeout milliseconds to wait for one; 0 by default, Infinity for ever
   * @throws {SystemError} `EBADFD` once the device is gone
   */
  read(timeout = 0): Buffer | undefined {
    if (!(typeof timeout === 'number' && timeout >= 0))
      throw new TypeError(`expected milliseconds from 0, got ${show(timeout)}`)
    const fd = this.#live()
    this.#frame ??= Buffer.allocUnsafeSlow(MAX_FRAME)
    const frame = this.#frame
    const length = whenReadable(fd, timeout, () => libc.read(fd, frame, frame.length))
    return length === undefined ? undefined : Buffer.from(frame.subarray(0, check('read', length, this.name)))
  }

  /**
   * Hands the kernel a frame, as if it came in on the device.
   * @throws {SystemError} `EIO` where the link is down, `EBADFD` once the device is gone, `EINVAL` where the frame is too
   * short for its headers
   */
  write(frame: Uint8Array): void {
    if (!(frame instanceof Uint8Array))
      throw new TypeError(`expected a frame of bytes (a Buffer or Uint8Array), got ${typeof frame}`)
    const fd = this.#live()
    check(
      'write',
      uninterrupted(() => libc.write(fd, frame, frame.length)),
      this.name,
    )
  }

  /** Detaches. A second time does nothing. */
  close(): void {
    forgotten.unregister(this.#descriptor.close)
    this.#descriptor.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #live(): number {
    if (!this.#descriptor.open) throw new TypeError(`expected an open ${this.name}, got one that was closed`)
    return this.fd
  }
}
