import { constants } from 'node:os'
import { SystemError } from '@netloom/netlink/socket'
import { exists } from '../control/link.js'
import type { Queue } from '../device/queue.js'

/** asm-generic/errno.h. Node has no constant for it. */
const EBADFD = 77
const { ENOLINK } = constants.errno

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

  constructor(
    errno: number,
    device: string,
    /** Index of the first refused frame. */
    readonly index: number,
    /** Number of frames that the kernel has taken. */
    readonly written: number,
    /** Number of frames in the batch. */
    readonly total: number,
  ) {
    super('write', errno, `${device}, frame ${index} of ${total}`)
  }
}

/** Returns the error of a failed read(2) or write(2). */
export function failureOf(queue: Queue, syscall: 'read' | 'write', errno: number): SystemError {
  if (errno === EBADFD || errno === ENOLINK)
    return new DeviceDeletedError(syscall, errno, `${queue.name}, as the device was deleted`)
  return new SystemError(syscall, errno, queue.name)
}

/**
 * Throws if the device is a macvtap whose link was deleted. Its reads then find nothing, and its writes are discarded.
 * @throws {DeviceDeletedError}
 */
export function checkMacvtap(queue: Queue, syscall: 'read' | 'write'): void {
  if (queue.macvtap && !exists(queue)) throw failureOf(queue, syscall, ENOLINK)
}
