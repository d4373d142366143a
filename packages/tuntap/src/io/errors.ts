import { constants } from 'node:os'
import { SystemError } from '@netloom/netlink/socket'
import { exists } from '../control/link.js'
import type { Queue } from '../device/queue.js'

/** asm-generic/errno.h. Node has no constant for it. */
export const EBADFD = 77
const { EAGAIN, EIO, ENOLINK } = constants.errno

/** Reasons for which write(2) fails, in words. */
const WRITE_REASONS: Readonly<Record<number, string>> = {
  [EAGAIN]: ', as the send buffer is full',
  [EIO]: ', as the link is down',
}
const reasonOf = (errno: number) => WRITE_REASONS[errno] ?? ''

/** A frame that the kernel refused. */
export interface WriteFailure {
  /** Index of the frame in its batch. */
  readonly index: number
  /** Name of the errno. */
  readonly code: string
}

/** Thrown by reading and writing after the device was deleted. The `code` is `EBADFD`, or `ENOLINK` for a macvtap. */
export class DeviceDeletedError extends SystemError {
  override readonly name = 'DeviceDeletedError'
}

/** A field of a frame, or of a buffer for frames, has a value that does not fit. Nothing was sent. */
export class FrameError extends RangeError {
  override readonly name = 'FrameError'
  readonly code = 'ERR_TUNTAP_FRAME'

  constructor(
    /** e.g. `length` or `gso_size` */
    readonly field: string,
    readonly value: number,
    expected: string,
    /** Index of the frame in its batch. */
    readonly index?: number,
  ) {
    super(`${index === undefined ? 'frame' : `frame ${index}`}: expected ${field} ${expected}, got ${value}`)
  }
}

/** Thrown if the kernel refused frames of a batch. It has taken the other ones. The `code` is that of the first refused frame. */
export class WriteBatchError extends SystemError {
  override readonly name = 'WriteBatchError'
  /** Index of the first refused frame. */
  readonly index: number
  /** Number of frames that the kernel has taken. */
  readonly written: number

  constructor(
    errno: number,
    device: string,
    /** All refused frames, in order. */
    readonly failures: readonly WriteFailure[],
    /** Number of frames in the batch. */
    readonly total: number,
  ) {
    const index = failures[0]?.index ?? 0
    super('write', errno, `${device}, frame ${index} of ${total}${reasonOf(errno)}`)
    this.index = index
    this.written = total - failures.length
  }
}

/** Returns the error of a failed read(2) or write(2). */
export function failureOf(queue: Queue, syscall: 'read' | 'write', errno: number): SystemError {
  if (errno === EBADFD || errno === ENOLINK)
    return new DeviceDeletedError(syscall, errno, `${queue.name}, as the device was deleted`)
  return new SystemError(syscall, errno, `${queue.name}${syscall === 'write' ? reasonOf(errno) : ''}`)
}

/**
 * Throws if the device is a macvtap whose link was deleted. Its reads then find nothing, and its writes are discarded.
 * @throws {DeviceDeletedError}
 */
export function checkMacvtap(queue: Queue, syscall: 'read' | 'write'): void {
  if (queue.macvtap && !exists(queue)) throw failureOf(queue, syscall, ENOLINK)
}
