import { readlinkSync } from 'node:fs'
import { constants } from 'node:os'
import { libc, SystemError } from './libc.js'
import { makeSocket, socketTransport } from './netlink-socket.js'
import { type Netns, OWN_NETNS, openIn } from './netns.js'
import type { SocketFactory } from './transport.js'

const { EPERM } = constants.errno

/** SIOCGSKNS, linux/sockios.h: a descriptor of the namespace that a socket lives in */
const SIOCGSKNS = 0x894c

/**
 * The kernel puts up to 32 KiB into a datagram of a dump. A single message is larger than this only where several of its
 * attributes are nearly as long as attributes can be (a link with hundreds of names).
 */
const FIRST_BUFFER = 64 * 1024

/**
 * Opens netlink sockets to the kernel: the first in `netns`, or in the calling thread's namespace if that is undefined, all
 * others where the first one is, whatever the thread or the path is by then.
 */
export function kernelSockets(netns: Netns | undefined): SocketFactory {
  const size = { bytes: FIRST_BUFFER }
  let first: number | undefined
  return {
    open(protocol, options) {
      const make = () => makeSocket(protocol)
      const fd = first === undefined ? openIn(netns, make) : besides(first, make)
      const transport = socketTransport(fd, options, size)
      first ??= transport.fd
      return transport
    },
  }
}

/** Opens a descriptor in the namespace that a socket lives in. */
function besides(socket: number, open: () => number): number {
  const netns = libc.ioctlValue(socket, SIOCGSKNS, 0)
  // Who may not ask could not have gone to another namespace either.
  if (netns === -EPERM) return open()
  if (netns < 0) throw new SystemError('ioctl', -netns, 'SIOCGSKNS')
  try {
    return isOwn(netns) ? open() : openIn(netns, open)
  } finally {
    libc.close(netns)
  }
}

/**
 * True if the calling thread is in that namespace: entering it would need CAP_SYS_ADMIN even then. The links of nsfs have its
 * inode in their text (`net:[4026531840]`); Deno's fstat knows only descriptors of its own.
 */
const isOwn = (netns: number): boolean => readlinkSync(`/proc/thread-self/fd/${netns}`) === readlinkSync(OWN_NETNS)
