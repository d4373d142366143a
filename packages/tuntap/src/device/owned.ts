import { ArgumentError } from '@netloom/netlink/codec'
import type { Descriptor } from '@netloom/netlink/socket'

/** Descriptors of devices that this thread has open, and will close. */
const owned = new Set<number>()

/** Records that this thread owns a descriptor of a device, until it is closed. */
export function own({ fd, close }: Descriptor): Descriptor {
  owned.add(fd)
  return {
    fd,
    close() {
      owned.delete(fd)
      close()
    },
  }
}

/**
 * Checks that a descriptor has no owner yet. The first one of two owners would close it, and the second one would use another file that has
 * got the same number.
 * @throws {TypeError}
 */
export function checkNotOwned(fd: number): void {
  if (owned.has(fd))
    throw new ArgumentError(`expected a descriptor without an owner, got ${fd}, which another TunTap closes`)
}
