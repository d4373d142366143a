import { libc, uninterrupted } from '@netloom/netlink/socket'
import type { Queue } from '../device/queue.js'

/** Passes a frame to the kernel. */
export function write(queue: Queue, frame: Uint8Array): void {
  if (!(frame instanceof Uint8Array))
    throw new TypeError(`expected a frame of bytes (a Buffer or Uint8Array), got ${typeof frame}`)
  const fd = queue.openFd()
  queue.check(
    'write',
    uninterrupted(() => libc.write(fd, frame, frame.length)),
  )
}
