import { attachQueue, createQueue, TunTapDevice } from './device/device.js'
import type { Queue } from './device/queue.js'
import { Reader } from './io/reader.js'
import { write } from './io/write.js'
import type { CreateOptions, TunTapOptions } from './options.js'

/**
 * A descriptor attached to a tun or tap device: one queue of it. Reads and writes frames, and configures the device. The caller
 * that opens it closes it; otherwise it is closed when it is garbage-collected. A device that is not persistent is deleted with its
 * last descriptor.
 *
 * ```ts
 * const tap = TunTap.create({ mode: 'tap', name: 'tap0', owner: 1000, persist: true })
 * tap.close()
 * ```
 */
export class TunTap extends TunTapDevice {
  readonly #queue: Queue
  readonly #reader: Reader

  private constructor(queue: Queue) {
    super(queue)
    this.#queue = queue
    this.#reader = new Reader(queue)
  }

  /**
   * Creates a device. If any step fails, no device remains.
   * @throws {TunTapError} with the name of the ioctl: `EBUSY` if the name or alternative name is taken by a link of any kind,
   * `EPERM` without CAP_NET_ADMIN
   * @throws {SystemError} if /dev/net/tun cannot be opened, or the namespace cannot be entered
   * @throws {TypeError} if an option is unknown or invalid
   */
  static override create(options: CreateOptions): TunTap {
    return new TunTap(createQueue(options))
  }

  /**
   * Attaches to an existing device.
   * @throws {TunTapError} `ENODEV` if it does not exist, `EINVAL` if it is another kind of link or `multiQueue` differs, `EBUSY` if
   * a descriptor is attached and it has only one queue, `EPERM` if it belongs to another owner or group
   * @throws {SystemError} if /dev/net/tun cannot be opened, or the namespace cannot be entered
   * @throws {TypeError} if an option is unknown or invalid
   */
  static override attach(options: TunTapOptions & { readonly name: string }): TunTap {
    return new TunTap(attachQueue(options))
  }

  /**
   * Returns the next frame that the kernel sends to the device, in a buffer of its own. Returns undefined if none arrives in time.
   * @param timeout milliseconds to wait; 0 by default, Infinity for no limit
   * @throws {SystemError} `EBADFD` if the device was deleted
   * @throws {TypeError} if the timeout is invalid or the device was closed
   */
  read(timeout = 0): Buffer | undefined {
    return this.#reader.read(timeout)
  }

  /**
   * Passes a frame to the kernel, as if the device had received it.
   * @throws {SystemError} `EIO` if the link is down, `EBADFD` if the device was deleted, `EINVAL` if the frame is too short for its
   * headers
   * @throws {TypeError} if `frame` is not a Uint8Array or the device was closed
   */
  write(frame: Uint8Array): void {
    write(this.#queue, frame)
  }
}
