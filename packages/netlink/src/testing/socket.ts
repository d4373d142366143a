import { constants } from 'node:os'
import { SystemError } from '../socket/error.js'
import type { SocketFactory, SocketOptions, Transport } from '../socket/transport.js'
import { type Inbox, openInbox } from './inbox.js'

/** A socket to what stands in for the kernel. */
export interface Socket {
  readonly protocol: number
  readonly port: number
  readonly strict: boolean
  readonly inbox: Inbox
  readonly groups: ReadonlySet<number>
  /** Bytes of unread datagrams that it was promised room for. */
  readonly room: number
}

/** What stands in for the kernel. */
export interface Peer {
  /** Takes a datagram, and puts what it answers into the socket's inbox. */
  send(socket: Socket, datagram: Buffer): void
  /** @throws where it has no such protocol */
  opened?(socket: Socket): void
  /** Whether it has such a group; all, if left out. */
  hasGroup?(socket: Socket, group: number): boolean
  joined?(socket: Socket): void
}

/** What a peer is given: where it is reached, and who has opened sockets to it. */
export interface Host {
  readonly socketFactory: SocketFactory
  /** Those that are open, in the order in which they were opened. */
  readonly sockets: ReadonlySet<Socket>
}

/** What net.core.rmem_default is on most machines. */
const ROOM = 212_992

/** Opens sockets to a peer. */
export function hostOf(peer: Peer): Host {
  const sockets = new Set<Socket>()
  let ports = 0
  const open = (protocol: number, options: SocketOptions) => {
    const inbox = openInbox()
    const groups = new Set<number>()
    const socket = { protocol, port: ++ports, strict: options.strict !== false, inbox, groups, room: ROOM }
    peer.opened?.(socket)
    sockets.add(socket)
    return transportOf(peer, socket, () => sockets.delete(socket))
  }
  return { socketFactory: { open }, sockets }
}

function transportOf(
  peer: Peer,
  socket: Socket & { groups: Set<number>; room: number },
  closed: () => void,
): Transport {
  const { inbox, groups } = socket
  let open = true
  const expectOpen = () => {
    if (!open) throw new TypeError('expected an open netlink socket, got one that was closed')
  }
  const transport: Transport = {
    port: socket.port,
    strict: socket.strict,
    send(datagram) {
      expectOpen()
      peer.send(socket, Buffer.from(datagram))
    },
    receive() {
      expectOpen()
      return inbox.receive()
    },
    wait(timeout) {
      expectOpen()
      return inbox.wait(timeout)
    },
    watch(onReadable) {
      expectOpen()
      return inbox.watch(onReadable)
    },
    join(group) {
      expectOpen()
      if (peer.hasGroup?.(socket, group) === false)
        throw new SystemError('setsockopt', constants.errno.EINVAL, `NETLINK_ADD_MEMBERSHIP of ${group}`)
      groups.add(group)
      peer.joined?.(socket)
    },
    leave(group) {
      expectOpen()
      groups.delete(group)
    },
    reserve(bytes) {
      expectOpen()
      socket.room = bytes
      return bytes
    },
    close() {
      if (!open) return
      open = false
      inbox.clear()
      closed()
    },
    [Symbol.dispose]: () => transport.close(),
  }
  return transport
}
