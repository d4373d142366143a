import { ArgumentError, show } from '@netloom/netlink/codec'
import { checkBytes, checkNotDetached, lengthOf } from '../io/bytes.js'
import { isUdpAddress, mappedWords, type UdpAddress, wordsOf } from './address.js'
import { DatagramError } from './errors.js'
import type { UdpHandle } from './handle.js'

/** A message to send: one or more datagrams. */
export interface OutgoingMessage {
  /** The bytes of all datagrams. The kernel copies them during the call. */
  readonly data: Uint8Array
  /**
   * Length of each datagram but the last one, which may be shorter, from 1. If left out, `data` is one datagram. The kernel segments the data
   * (UDP_SEGMENT), or the library does if the kernel cannot.
   */
  readonly segmentSize?: number | undefined
  /** Destination. Default: the remote address of the socket. */
  readonly to?: UdpAddress | undefined
  /** Type of service of IPv4, traffic class of IPv6, 0 to 255. Default: the socket's. Its last two bits are ECN. */
  readonly tos?: number | undefined
  /** Local address from which it is sent: `local` of a received message. Its port has no effect. Default: what the kernel chooses. */
  readonly from?: UdpAddress | undefined
}

/** Longest datagram: 65535 bytes without the headers. IPv6 does not count its own. */
const LONGEST = { ipv4: 65535 - 20 - 8, ipv6: 65535 - 8 } as const

/** Returns the bytes of a message. */
export const dataOf = (message: Uint8Array | OutgoingMessage): Uint8Array =>
  message instanceof Uint8Array ? message : message.data

/** Returns the `struct sockaddr` of an address for a socket. An IPv6 socket reaches IPv4 by mapped addresses. */
export const wordsFor = (address: UdpAddress, isIPv6: boolean): Uint32Array =>
  isIPv6 && address.family === 'ipv4' ? mappedWords(wordsOf(address)) : wordsOf(address)

/** True for an IPv4-mapped address on an IPv6 socket: the kernel sends IPv4. */
export const isMapped = (words: Uint32Array): boolean =>
  words.length > 4 && words[2] === 0 && words[3] === 0 && words[4] === 0xffff0000

/** Checks messages before any of them is passed to the kernel. */
export class MessageChecker {
  readonly #handle: UdpHandle
  readonly #v6only: boolean
  readonly #longest: number
  /** The last address that was valid: most messages of a batch have the same. */
  #valid: UdpAddress | undefined

  constructor(handle: UdpHandle, v6only: boolean) {
    this.#handle = handle
    this.#v6only = v6only
    this.#longest = LONGEST[handle.local.family]
  }

  /** @throws {TypeError} or {DatagramError} if one of the messages from `from` on is invalid */
  checkAll(messages: readonly (Uint8Array | OutgoingMessage)[], from: number, offset: number): void {
    if (!Array.isArray(messages)) throw new ArgumentError(`expected an array of messages, got ${show(messages)}`)
    if (!(Number.isInteger(from) && from >= 0 && from <= messages.length))
      throw new ArgumentError(`expected an index of a message from 0 to ${messages.length}, got ${show(from)}`)
    for (let i = from; i < messages.length; i++) this.#check(messages[i] as Uint8Array | OutgoingMessage, i)
    if (offset !== 0) checkOffset(offset, messages[from])
  }

  #check(message: Uint8Array | OutgoingMessage, index: number): void {
    if (message instanceof Uint8Array && ArrayBuffer.isView(message)) {
      this.#checkLength(lengthOf(message), index)
      if (lengthOf(message) === 0) checkNotDetached(`message ${index}`, message)
      this.#checkTo(undefined, index)
      return
    }
    if (typeof message !== 'object' || message === null)
      throw new ArgumentError(
        `expected message ${index} to be a Uint8Array or an object with data, got ${show(message)}`,
      )
    const { data, segmentSize, to, tos, from } = message as OutgoingMessage
    checkBytes(`data of message ${index}`, data)
    if (lengthOf(data) === 0) checkNotDetached(`data of message ${index}`, data)
    if (segmentSize === undefined) this.#checkLength(lengthOf(data), index)
    else if (!(Number.isInteger(segmentSize) && segmentSize >= 1 && segmentSize <= this.#longest))
      throw new DatagramError('segmentSize', show(segmentSize), `from 1 to ${this.#longest}`, index)
    if (to !== this.#valid || to === undefined) this.#checkTo(to, index)
    if (tos !== undefined && !(Number.isInteger(tos) && tos >= 0 && tos <= 0xff))
      throw new DatagramError('tos', show(tos), 'from 0 to 255', index)
    if (from !== undefined) this.#checkAddress('from', from, index)
  }

  #checkLength(length: number, index: number): void {
    if (length > this.#longest)
      throw new DatagramError('data.length', length, `at most ${this.#longest} without segmentSize`, index)
  }

  #checkTo(to: UdpAddress | undefined, index: number): void {
    if (to === undefined) {
      if (this.#handle.remote === undefined)
        throw new ArgumentError(`expected message ${index} to have a destination, as the socket has no remote address`)
      return
    }
    this.#checkAddress('to', to, index)
    if (to.port === 0) throw new DatagramError('to.port', 0, 'from 1 to 65535', index)
    this.#valid = to
  }

  #checkAddress(what: string, address: UdpAddress, index: number): void {
    if (!isUdpAddress(address))
      throw new ArgumentError(`expected ${what} of message ${index} to be a UdpAddress, got ${show(address)}`)
    const { family } = this.#handle.local
    if (family === 'ipv6' ? this.#v6only && isIPv4(address) : address.family !== 'ipv4')
      throw new DatagramError(what, address, `to be an ${family === 'ipv4' ? 'IPv4' : 'IPv6'} address`, index)
  }
}

/** Checks that a datagram of the message begins at the offset. */
function checkOffset(offset: number, message: Uint8Array | OutgoingMessage | undefined): void {
  const length = message === undefined ? 0 : lengthOf(dataOf(message))
  const segmentSize = message === undefined || message instanceof Uint8Array ? undefined : message.segmentSize
  if (segmentSize !== undefined && Number.isInteger(offset / segmentSize) && offset > 0 && offset < length) return
  const expected = segmentSize === undefined ? '0' : `a multiple of segmentSize ${segmentSize} below ${length}`
  throw new ArgumentError(`expected an offset in the first message of ${expected}, got ${show(offset)}`)
}

const isIPv4 = (address: UdpAddress) => address.family === 'ipv4' || isMapped(wordsOf(address))
