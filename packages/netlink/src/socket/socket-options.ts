import { constants } from 'node:os'
import { decode, encode, i32, u64 } from '../codec/index.js'
import { check, libc } from './libc.js'

const { ENOPROTOOPT, EPERM } = constants.errno

export const SOL_SOCKET = 1
const SO_SNDBUF = 7
const SO_RCVBUF = 8
const SO_SNDBUFFORCE = 32
const SO_RCVBUFFORCE = 33
const SO_NETNS_COOKIE = 71
export const SOL_NETLINK = 270

/** NETLINK_* socket options, linux/netlink.h. With CAP_ACK, acks do not repeat the whole request. */
export const ADD_MEMBERSHIP = 1
export const DROP_MEMBERSHIP = 2
export const PKTINFO = 3
export const LISTEN_ALL_NSID = 8
export const CAP_ACK = 10
export const EXT_ACK = 11
export const GET_STRICT_CHK = 12

const names: Readonly<Record<number, string>> = {
  [ADD_MEMBERSHIP]: 'NETLINK_ADD_MEMBERSHIP',
  [DROP_MEMBERSHIP]: 'NETLINK_DROP_MEMBERSHIP',
  [PKTINFO]: 'NETLINK_PKTINFO',
  [LISTEN_ALL_NSID]: 'NETLINK_LISTEN_ALL_NSID',
  [CAP_ACK]: 'NETLINK_CAP_ACK',
  [EXT_ACK]: 'NETLINK_EXT_ACK',
  [GET_STRICT_CHK]: 'NETLINK_GET_STRICT_CHK',
}

/** Capabilities that options require, if it is not CAP_NET_ADMIN (`netlink_setsockopt`). */
const capabilities: Readonly<Record<number, string>> = { [LISTEN_ALL_NSID]: 'CAP_NET_BROADCAST' }

/** Sets a socket option whose value is an `int`. Returns the negated errno if it fails. */
export const setOption = (fd: number, level: number, option: number, value: number): number =>
  libc.setsockopt(fd, level, option, encode(i32, value), i32.size)

/** Sets a netlink socket option. Returns false if the kernel does not know the option. @throws {SystemError} */
export function setNetlinkOption(fd: number, option: number, value = 1): boolean {
  const result = setOption(fd, SOL_NETLINK, option, value)
  if (result === -ENOPROTOOPT) return false
  const name = names[option] ?? `SOL_NETLINK option ${option}`
  const needed = -result === EPERM ? `, which needs ${capabilities[option] ?? 'CAP_NET_ADMIN'}` : ''
  check('setsockopt', result, `${name} to ${value}${needed}`)
  return true
}

/** Largest size to request: the kernel doubles it, and stores it in an `int`. */
const MOST_HALF = 0x3fffffff

/**
 * Sets the size of a socket buffer, in bytes. Returns the size that the kernel granted. Only CAP_NET_ADMIN may exceed
 * net.core.rmem_max or net.core.wmem_max; without it, the kernel grants at most twice that limit.
 */
function resize(fd: number, name: string, force: number, plain: number, bytes: number): number {
  const half = Math.min(Math.ceil(bytes / 2), MOST_HALF)
  if (setOption(fd, SOL_SOCKET, force, half) < 0) check('setsockopt', setOption(fd, SOL_SOCKET, plain, half), name)
  return getOption(fd, SOL_SOCKET, plain)
}

/** Returns a socket option whose value is an `int`. @throws {SystemError} `ENOPROTOOPT` if the kernel does not know it */
export function getOption(fd: number, level: number, option: number): number {
  const value = encode(i32, 0)
  check('getsockopt', libc.getsockopt(fd, level, option, value, encode(i32, i32.size)))
  return decode(i32, value)
}

/** Returns the cookie of a socket's network namespace; undefined if the kernel is older than 5.14. */
export function netnsCookie(fd: number): bigint | undefined {
  const value = encode(u64, 0n)
  const result = libc.getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, value, encode(i32, u64.size))
  return result < 0 ? undefined : decode(u64, value)
}

/** Sets the size of the buffer for unread datagrams, in bytes. Returns the granted size. @throws {SystemError} */
export const resizeReceiveBuffer = (fd: number, bytes: number) =>
  resize(fd, 'SO_RCVBUF', SO_RCVBUFFORCE, SO_RCVBUF, bytes)

/** Sets the size of the buffer for unsent datagrams, in bytes. Returns the granted size. @throws {SystemError} */
export const resizeSendBuffer = (fd: number, bytes: number) => resize(fd, 'SO_SNDBUF', SO_SNDBUFFORCE, SO_SNDBUF, bytes)

/** The longest datagram that the kernel accepts is this much shorter than the send buffer (`netlink_sendmsg`). */
const SEND_OVERHEAD = 32

/** Sets the length of the longest datagram that can be sent, in bytes. Returns the granted length. @throws {SystemError} */
export const resizeLongestDatagram = (fd: number, bytes: number) =>
  resizeSendBuffer(fd, bytes + SEND_OVERHEAD) - SEND_OVERHEAD

/** Returns the length of the longest datagram that can be sent. */
export const longestDatagram = (fd: number) => getOption(fd, SOL_SOCKET, SO_SNDBUF) - SEND_OVERHEAD
