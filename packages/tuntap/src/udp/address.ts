import { AF, ArgumentError, decode, encode, parseAddress, show, sockaddrIn, sockaddrIn6 } from '@netloom/netlink/codec'
import { checkInteger } from '../options.js'

/** Size of the larger `struct sockaddr`, in words. */
export const ADDRESS_WORDS = sockaddrIn6.size / 4
const IPV4_WORDS = sockaddrIn.size / 4

/** The words of an IPv4-mapped address before the IPv4 address: ::ffff:0:0. */
const MAPPED = 0xffff0000

const isIPv4 = (words: Uint32Array) => words.length === IPV4_WORDS

let wordsIn: (address: UdpAddress) => Uint32Array
let create: (words: Uint32Array) => UdpAddress
let isAddress: (value: unknown) => value is UdpAddress

/**
 * Address and port of a UDP socket. It is immutable. Its text is created when it is read, so comparing addresses with {@link equals} is
 * cheap.
 */
export class UdpAddress {
  /** A `struct sockaddr_in` or `struct sockaddr_in6`. */
  readonly #words: Uint32Array
  #text: string | undefined
  #port: number | undefined

  static {
    wordsIn = (address) => address.#words
    create = (words) => new UdpAddress(words)
    isAddress = (value): value is UdpAddress => typeof value === 'object' && value !== null && #words in value
  }

  private constructor(words: Uint32Array) {
    this.#words = words
  }

  /**
   * Creates an address.
   * @param address Text of an IPv4 or IPv6 address.
   * @param port 0 to 65535.
   * @param scope Index of the link of a link-local IPv6 address; 0 for none.
   * @throws {TypeError} if a value is invalid
   */
  static of(address: string, port: number, scope = 0): UdpAddress {
    const bytes = parsed(address)
    checkInteger('port', port, 0, 0xffff)
    checkInteger('scope', scope, 0, 0x7fffffff)
    if (bytes.length === 4 && scope !== 0)
      throw new ArgumentError(`expected no scope with the IPv4 address ${address}, got ${scope}`)
    return new UdpAddress(
      wordsOfBytes(
        bytes.length === 4
          ? encode(sockaddrIn, { family: AF.INET, port, address })
          : encode(sockaddrIn6, { family: AF.INET6, port, address, scopeId: scope }),
      ),
    )
  }

  get family(): 'ipv4' | 'ipv6' {
    return isIPv4(this.#words) ? 'ipv4' : 'ipv6'
  }

  /** Text of the address: `10.0.0.1`, `fe80::1`. IPv4 on an IPv6 socket is mapped: `::ffff:10.0.0.1`. */
  get address(): string {
    this.#text ??= decode<{ address: string }>(isIPv4(this.#words) ? sockaddrIn : sockaddrIn6, this.#bytes()).address
    return this.#text
  }

  get port(): number {
    this.#port ??= (((this.#words[0] as number) >>> 8) & 0xff00) | ((this.#words[0] as number) >>> 24)
    return this.#port
  }

  /** Index of the link of a link-local IPv6 address; 0 for none. */
  get scope(): number {
    return isIPv4(this.#words) ? 0 : (this.#words[ADDRESS_WORDS - 1] as number)
  }

  /** True if family, address, port and scope are equal. */
  equals(other: UdpAddress): boolean {
    return this === other || (isAddress(other) && hasWords(other.#words, this.#words, 0))
  }

  /** Returns `10.0.0.1:53`, `[fe80::1%2]:53`. */
  toString(): string {
    if (isIPv4(this.#words)) return `${this.address}:${this.port}`
    return `[${this.address}${this.scope === 0 ? '' : `%${this.scope}`}]:${this.port}`
  }

  #bytes(): Buffer {
    return Buffer.from(this.#words.buffer, this.#words.byteOffset, this.#words.byteLength)
  }
}

function parsed(address: string): Buffer {
  try {
    return parseAddress(address)
  } catch {
    throw new ArgumentError(`expected an IPv4 or IPv6 address, got ${show(address)}`)
  }
}

const wordsOfBytes = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer)

/** True if the value is a UdpAddress. */
export const isUdpAddress = (value: unknown): value is UdpAddress => isAddress(value)

/** Returns the `struct sockaddr` of an address. It must not be changed. */
export const wordsOf = (address: UdpAddress): Uint32Array => wordsIn(address)

/** Returns the words of an IPv4 address as an IPv4-mapped IPv6 address. */
export function mappedWords(words: Uint32Array): Uint32Array {
  const mapped = new Uint32Array(ADDRESS_WORDS)
  mapped[0] = ((words[0] as number) & 0xffff0000) | AF.INET6
  mapped[4] = MAPPED
  mapped[5] = words[1] as number
  return mapped
}

/** True if the address at `at` equals `address`. */
function hasWords(address: Uint32Array, words: Uint32Array, at: number): boolean {
  for (let i = 0; i < address.length; i++) if (address[i] !== words[at + i]) return false
  return true
}

/** Number of cached addresses. A power of two. */
const CACHED = 256

/** Returns the same object for the same recent address, so that its text is created once. */
export class AddressCache {
  readonly #addresses = new Array<UdpAddress | undefined>(CACHED)
  #last: UdpAddress | undefined

  /** Returns the address whose `struct sockaddr` begins at `at`. */
  at(words: Uint32Array, at: number): UdpAddress {
    const last = this.#last
    if (last !== undefined && hasWords(wordsIn(last), words, at)) return last
    const length = ((words[at] as number) & 0xffff) === AF.INET ? IPV4_WORDS : ADDRESS_WORDS
    let hash = 0
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ (words[at + i] as number), 0x9e3779b1)
    const slot = hash >>> 24
    const cached = this.#addresses[slot]
    const address =
      cached !== undefined && hasWords(wordsIn(cached), words, at) ? cached : create(words.slice(at, at + length))
    this.#addresses[slot] = address
    this.#last = address
    return address
  }
}

/** Returns the address in the bytes of a `struct sockaddr`. */
export const addressIn = (sockaddr: Uint8Array): UdpAddress => new AddressCache().at(wordsOfBytes(sockaddr), 0)
