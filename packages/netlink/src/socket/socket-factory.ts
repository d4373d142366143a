import { constants } from 'node:os'
import { ArgumentError } from '../codec/error.js'
import { type Descriptor, openAdopted, SystemError } from './libc.js'
import { NetlinkSocket, openDescriptor } from './netlink-socket.js'
import { isOwnNetns, type NetnsRef, openIn } from './netns.js'
import { netnsCookie } from './socket-options.js'
import type { SocketFactory } from './transport.js'

const { EPERM } = constants.errno

/** SIOCGSKNS, linux/sockios.h: opens the namespace of a socket */
const SIOCGSKNS = 0x894c

/**
 * Initial size of the receive buffer, in bytes. The kernel puts up to 32 KiB into a datagram of a dump. Only a message with
 * several attributes of nearly the maximum length is larger, e.g. a link with hundreds of names.
 */
const FIRST_BUFFER = 64 * 1024

/**
 * Returns a factory of kernel sockets. The first socket is opened in `netns`, or in the namespace of the calling thread if
 * that is undefined. All others are opened in the namespace of the first one, even if the thread has moved or the path refers
 * to another namespace meanwhile.
 */
export function kernelSockets(netns: NetnsRef | undefined): SocketFactory {
  const size = { bytes: FIRST_BUFFER }
  let first: number | undefined
  return {
    open(protocol, options) {
      const open = () => openDescriptor(protocol)
      const descriptor = first === undefined ? openIn(netns, open) : openInNetnsOf(first, open)
      const socket = NetlinkSocket.adopt(descriptor, options, size)
      first ??= socket.fd
      return socket
    },
    openNetns() {
      if (first === undefined) throw new ArgumentError('expected an open socket, got none')
      return { ...openNetnsOf(first), cookie: netnsCookie(first) }
    },
  }
}

/** Opens the network namespace of a socket. @throws {SystemError} */
function openNetnsOf(socket: number): Descriptor {
  const netns = openAdopted('ioctlValue', socket, SIOCGSKNS, 0)
  if (netns.fd < 0) throw new SystemError('ioctl', -netns.fd, 'SIOCGSKNS')
  return netns
}

/** Runs `open` in the network namespace of a socket. */
function openInNetnsOf(socket: number, open: () => Descriptor): Descriptor {
  const netns = openAdopted('ioctlValue', socket, SIOCGSKNS, 0)
  // Without CAP_NET_ADMIN, the process cannot have entered another namespace.
  if (netns.fd === -EPERM) return open()
  if (netns.fd < 0) throw new SystemError('ioctl', -netns.fd, 'SIOCGSKNS')
  try {
    return isOwnNetns(netns.fd) ? open() : openIn(netns.fd, open)
  } finally {
    netns.close()
  }
}
