import { PACKET } from '../../constants/index.js'
import { type Call, resultOf } from './calls.js'
import type { Sockets, UsedSocket } from './sockets.js'

/** A system call on a netlink socket that transferred datagrams. Their bytes follow in the log. */
export interface Carrier {
  readonly call: Call
  /** Undefined if the log does not contain the protocol of the socket. */
  readonly protocol: number | undefined
  readonly isSend: boolean
  /** True for sendmmsg and recvmmsg, which transfer several datagrams. */
  readonly isMany: boolean
  /** Result of the call: the number of bytes, or of datagrams if there are several. */
  readonly returned: number
  /** True if the result can exceed the bytes that the caller received (MSG_TRUNC). */
  readonly mayExceed: boolean
}

const transfer = /^(send|sendto|sendmsg|sendmmsg|write|writev|recv|recvfrom|recvmsg|recvmmsg|read|readv)\(/
const peek = /[ |]MSG_PEEK[,|)]/
const truncated = /[ |=]MSG_TRUNC[,|)}]/

/** Returns the call as a carrier, or undefined if it transferred no datagram. */
export function carrierOf(call: Call, sockets: Sockets, pid: number | undefined): Carrier | undefined {
  const [begin, name] = transfer.exec(call.text) ?? []
  if (begin === undefined || name === undefined) return undefined
  const returned = resultOf(call.text) ?? 0
  const args = call.text.slice(begin.length)
  const socket = returned > 0 ? sockets.find(args, pid) : undefined
  // A peeked datagram is received again.
  if (socket === undefined || peek.test(args)) return undefined
  return {
    call,
    ...{ protocol: socket.protocol, returned },
    isSend: name.startsWith('send') || name.startsWith('write'),
    isMany: name.endsWith('mmsg'),
    mayExceed: truncated.test(args),
  }
}

const overrun = /^(?:recv|recvfrom|recvmsg|recvmmsg|read|readv)\((.*)\) *= -1 ENOBUFS \(/

/** Returns the socket of a call that reports lost messages: its receive buffer was full. */
export function overrunOf({ text }: Call, sockets: Sockets, pid: number | undefined): UsedSocket | undefined {
  const [, args] = overrun.exec(text) ?? []
  return args === undefined ? undefined : sockets.find(args, pid)
}

/** True for the first part of a call that sends a datagram. */
export const isUnfinishedSend = (begun: string, sockets: Sockets, pid: number | undefined) =>
  /^(?:send|write)/.test(begun) && sockets.find(begun.slice(begun.indexOf('(') + 1), pid) !== undefined

/** Returns the direction of a carrier's datagrams: PACKET_*. */
export const packetTypeOf = ({ isSend }: Carrier) => (isSend ? PACKET.KERNEL : PACKET.USER)
