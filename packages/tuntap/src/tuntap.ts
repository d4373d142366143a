import { ArgumentError, show } from '@netloom/netlink/codec'
import { createQueue, openQueue } from './device/create.js'
import { TunTapDevice } from './device/device.js'
import { adoptQueue, type FromFdOptions } from './device/from-fd.js'
import { createMacvtap, type MacvtapOptions, type NewMacvtap, openMacvtap } from './device/macvtap.js'
import type { Queue } from './device/queue.js'
import { EventIterator, type EventOptions } from './events.js'
import { FrameDuplex } from './io/duplex.js'
import { moveFrames } from './io/forward.js'
import { BatchIterator, FrameIterator } from './io/iterators.js'
import { FrameListener } from './io/listener.js'
import { type BatchMethod, OperationsFactory } from './io/operations-factory.js'
import type { BatchOptions, ReadOptions } from './io/read-options.js'
import { Reader } from './io/reader.js'
import { WebStreams } from './io/web-streams.js'
import { Writer } from './io/writer.js'
import type { CreateOptions, TunTapOptions } from './options.js'

let move: (from: TunTap, to: TunTap) => number

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
  readonly #writer: Writer
  #operations: OperationsFactory | undefined
  readonly #streams: WebStreams

  static {
    move = (from, to) => {
      if (!(from instanceof TunTap && to instanceof TunTap))
        throw new ArgumentError(`expected two TunTaps, got ${show(from)} and ${show(to)}`)
      return moveFrames(from.#reader, to.#writer)
    }
  }

  private constructor(queue: Queue, checkMtu = false) {
    super(queue)
    this.#queue = queue
    const operations = () => this.#operationsFactory()
    this.#reader = new Reader(queue, operations)
    this.#writer = new Writer(queue, operations, checkMtu)
    this.#streams = new WebStreams(this.#reader, this.#writer)
  }

  /**
   * Creates a device. If any step fails, no device remains.
   * @throws {TunTapError} with the name of the ioctl: `EBUSY` if the name or alternative name is taken by a link of any kind,
   * `EPERM` without CAP_NET_ADMIN
   * @throws {SystemError} if /dev/net/tun cannot be opened, or the namespace cannot be entered
   * @throws {TypeError} if an option is unknown or invalid
   */
  static override create(options: CreateOptions): TunTap {
    return new TunTap(createQueue(options), options.checkMtu)
  }

  /**
   * Attaches to an existing device.
   * @throws {TunTapError} `ENODEV` if it does not exist, `EINVAL` if it is another kind of link or `multiQueue` differs, `EBUSY` if
   * a descriptor is attached and it has only one queue, `EPERM` if it belongs to another owner or group
   * @throws {SystemError} if /dev/net/tun cannot be opened, or the namespace cannot be entered
   * @throws {TypeError} if an option is unknown or invalid
   */
  static override attach(options: TunTapOptions & { readonly name: string }): TunTap {
    return new TunTap(openQueue(options), options.checkMtu)
  }

  /**
   * Takes over a descriptor that is attached to a tun, tap or macvtap device: one that systemd passed, that was inherited from a parent
   * process (`stdio` of `spawn`), or received with SCM_RIGHTS. Makes it nonblocking, which also applies to copies in other processes, and
   * close-on-exec. Until this returns, the caller closes it. In a worker thread, `fd` may be another number afterwards.
   * @throws {TunTapError} `EBADF` if the descriptor is not open, `ENOTTY` if it is another kind of file, `EBADFD` if it is not attached
   * @throws {TypeError} if another TunTap of this thread owns the descriptor, or `pi` is needed or wrong
   */
  static fromFd(fd: number, options?: FromFdOptions): TunTap {
    return new TunTap(adoptQueue(fd, options))
  }

  /**
   * Opens a macvtap or ipvtap link: its character device `/dev/tapN`, which devtmpfs or udev creates. Its frames are Ethernet frames. The
   * link remains when it is closed. The driver lacks the ioctls of persistence, owner, group, carrier, link type and filters.
   * @throws {TunTapError} `ENODEV` if there is no such link
   * @throws {SystemError} `ENOENT` if there is no node, because the link is of another kind, or /dev is not the system's. `ENXIO` if the
   * node belongs to a link of another namespace.
   */
  static openMacvtap(options: MacvtapOptions): TunTap {
    return new TunTap(openMacvtap(options))
  }

  /**
   * Creates a macvtap or ipvtap link over netlink, and opens it. The options are those of `nl.link.add`, `netns` and `vnetHdr`. If opening
   * fails, the link is deleted. The link remains when this object is closed.
   *
   * ```ts
   * const tap = await TunTap.createMacvtap({ kind: 'macvtap', name: 'mv0', link: 'eth0', data: { mode: 'bridge' }, up: true })
   * ```
   * @throws {NetlinkError} if the kernel refuses the link
   */
  static async createMacvtap(options: NewMacvtap): Promise<TunTap> {
    return new TunTap(await createMacvtap(options))
  }

  /**
   * Returns the changes of the device from now on: set up or down, another MTU or name, moved to another namespace, deleted. Ends after the
   * deletion, and when this object is closed. Keeps the process alive while it is read.
   *
   * ```ts
   * for await (const event of tap.events()) console.log(event) // { type: 'mtu', before: 1500, after: 1400 }
   * ```
   */
  events(options?: EventOptions): EventIterator {
    return new EventIterator(this.#queue, options)
  }

  /**
   * Returns the next frame that the kernel sends to the device. The caller may keep it. Returns undefined if none arrives in time.
   * @param timeout Milliseconds to block the thread; 0 by default, Infinity for no limit.
   * @throws {DeviceDeletedError} if the device was deleted
   * @throws {TypeError} if the timeout is invalid, another reader is active, or the device was closed
   */
  read(timeout = 0): Buffer | undefined {
    return this.#reader.read(timeout)
  }

  /**
   * Reads the next frame into a buffer. Never waits. Returns the length of the frame, or 0 if there is none.
   * @throws {FrameError} if the frame is longer than the buffer; it remains the next one
   * @throws {DeviceDeletedError} if the device was deleted
   * @throws {TypeError} if another reader is active, or the device was closed
   */
  readInto(buffer: Uint8Array): number {
    return this.#reader.readInto(buffer)
  }

  /**
   * Returns the frames that are ready, at most 64; an empty array if there is none. Never waits. The frames are valid until the next
   * call.
   * @throws {DeviceDeletedError} if the device was deleted
   * @throws {TypeError} if another reader is active, or the device was closed
   */
  readBatch(): Buffer[] {
    return this.#reader.readBatch()
  }

  /**
   * Passes a frame to the kernel, as if the device had received it.
   * @throws {FrameError} if the frame does not fit the device
   * @throws {SystemError} `EIO` if the link is down, `EAGAIN` if the send buffer is full
   * @throws {DeviceDeletedError} if the device was deleted
   * @throws {TypeError} if `frame` is not a Uint8Array, or the device was closed
   */
  write(frame: Uint8Array): void {
    this.#writer.write(frame)
  }

  /**
   * Passes frames to the kernel, in order. The frames are not copied before that.
   * @throws {FrameError} if a frame does not fit the device; none was sent
   * @throws {WriteBatchError} if the kernel refused a frame; it has taken others
   * @throws {DeviceDeletedError} if the device was deleted
   * @throws {TypeError} if `frames` is not an array of Uint8Arrays, or the device was closed
   */
  writeBatch(frames: readonly Uint8Array[]): void {
    this.#writer.writeBatch(frames)
  }

  /** Reads frames: `for await (const frame of tap)`. See {@link frames}. */
  [Symbol.asyncIterator](): FrameIterator {
    return this.frames()
  }

  /**
   * Reads frames one after another. The receiver may keep them. Ends when the device is closed. While it is not ended, all other
   * ways of reading throw a TypeError.
   * @throws {DeviceDeletedError} from `next()`, if the device was deleted
   * @throws {TypeError} if an option is unknown or invalid; from `next()`, if another reader is active, or the device was closed
   */
  frames(options: ReadOptions = {}): FrameIterator {
    return new FrameIterator(this.#reader, 'frames()', options)
  }

  /** Reads batches of frames. The frames of a batch are valid until the next one is requested. Ends and throws like {@link frames}. */
  batches(options: BatchOptions = {}): BatchIterator {
    return new BatchIterator(this.#reader, 'batches()', options)
  }

  /**
   * Calls a function with each frame, without allocating memory. A frame is valid until the function returns. Errors reject `done` of
   * the returned object.
   * @throws {TypeError} if an option is unknown or invalid, another reader is active, or the device was closed
   */
  start(onFrame: (frame: Buffer) => void, options: ReadOptions = {}): FrameListener {
    return new FrameListener(this.#reader, onFrame, options)
  }

  /** A web stream that reads frames. It reads when a frame is requested. A new one after the last one has ended, failed or was cancelled. */
  get readable(): ReadableStream<Buffer> {
    return this.#streams.readable
  }

  /**
   * A web stream that writes frames. It waits while the send buffer of the device is full. A new one after the last one was closed or
   * aborted, or has failed.
   */
  get writable(): WritableStream<Uint8Array> {
    return this.#streams.writable
  }

  /**
   * Returns a stream of Node whose chunks are frames (object mode). Destroying it does not close the device.
   * @throws {TypeError} if an option is unknown or invalid
   */
  duplex(options: ReadOptions = {}): FrameDuplex {
    return new FrameDuplex(this.#reader, this.#writer, options)
  }

  /** Lets a waiting reader keep the process alive, which is the default. */
  ref(): this {
    this.#reader.ref()
    return this
  }

  /** Lets the process end although a reader waits. */
  unref(): this {
    this.#reader.unref()
    return this
  }

  /** Method by which this process reads and writes batches. */
  get batchMethod(): BatchMethod {
    return this.#operationsFactory().method
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
  }

  #operationsFactory(): OperationsFactory {
    this.#operations ??= new OperationsFactory(this.#queue)
    return this.#operations
  }
}

/**
 * Moves the frames that are ready from one device to another one, at most 64, without copying them. Returns their number. If this throws,
 * the frames that were not sent are the next ones of `from`: call it again, or take the frame that is refused with `from.read()`.
 * @throws {FrameError} if a frame does not fit `to`, e.g. its MTU with `checkMtu`; none was sent
 * @throws {WriteBatchError} if the kernel refused frames, e.g. `EAGAIN` while the send buffer is full, `EIO` if the link is down
 * @throws {DeviceDeletedError} if one of the devices was deleted
 * @throws {TypeError} if mode or headers differ, another reader is active, or a device was closed; none was read
 */
export function forward(from: TunTap, to: TunTap): number {
  return move(from, to)
}
