import { constants } from 'node:os'
import { libc, SystemError } from './libc.js'
import { NetlinkSocket, openDescriptor } from './netlink-socket.js'
import { isOwnNetns, type Netns, openIn } from './netns.js'
import type { SocketFactory } from './transport.js'

const { EPERM } = constants.errno

/** SIOCGSKNS, linux/sockios.h: opens the namespace of a socket */
const SIOCGSKNS = 0x894c

/**
 * First size of the receive buffer, in bytes. The kernel puts up to 32 KiB into a datagram of a dump. A single message is larger
 * only if several of its attributes are nearly as long as possible (a link with hundreds of names).
 */
const FIRST_BUFFER = 64 * 1024

/**
 * Returns a factory of sockets to the kernel. It opens the first one in `netns`; if that is undefined, in the namespace of the calling
 * thread. All others are in the namespace of the first one, even if the thread is in another one by then, or the path leads elsewhere.
 */
export function kernelSockets(netns: Netns | undefined): SocketFactory {
  const size = { bytes: FIRST_BUFFER }
  let first: number | undefined
  return {
    open(protocol, options) {
      const open = () => openDescriptor(protocol)
      const fd = first === undefined ? openIn(netns, open) : openInNetnsOf(first, open)
      const socket = NetlinkSocket.adopt(fd, options, size)
      first ??= socket.fd
      return socket
    },
  }
}

/** Opens a descriptor in the namespace of a socket. */
function openInNetnsOf(socket: number, open: () => number): number {
  const netns = libc.ioctlValue(socket, SIOCGSKNS, 0)
  // Without CAP_NET_ADMIN, this process could not have entered another namespace either.
  if (netns === -EPERM) return open()
  if (netns < 0) throw new SystemError('ioctl', -netns, 'SIOCGSKNS')
  try {
    return isOwnNetns(netns) ? open() : openIn(netns, open)
  } finally {
    libc.close(netns)
  }
}
