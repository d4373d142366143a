import { AF, ArgumentError, show } from '../../codec/index.js'
import { anyAddress, bitsOf, canonicalAddress, networkOf, familyOf as numberOf, parsePrefix } from '../../ip/index.js'

/** The families of addresses, as iproute2 names them. */
export type IpFamily = 'inet' | 'inet6'

const families = { inet: AF.INET, inet6: AF.INET6 } as const

/** Returns AF_* of a family. @throws {TypeError} */
export function familyNumber(family: IpFamily): number {
  if (family === 'inet') return AF.INET
  if (family === 'inet6') return AF.INET6
  throw new ArgumentError(`expected family to be inet or inet6, got ${show(family)}`)
}

export const familyName = (family: number): IpFamily => (family === AF.INET6 ? 'inet6' : 'inet')

/** Returns the family of an address; `inet` for another value, which is refused later. */
export const familyOf = (address: unknown): IpFamily => familyName(numberOf(typeof address === 'string' ? address : ''))

/** Returns the number of bits of a family's addresses. */
export const bitsOfFamily = (family: IpFamily) => bitsOf(families[family])

/** An address and its prefix length, if there is one. */
export interface AddressText {
  readonly address: string
  readonly length: number | undefined
  readonly family: IpFamily
}

/** Parses `10.0.0.1/24` or `10.0.0.1`. @throws {TypeError} naming `key` */
export function parseText(key: string, text: string): AddressText {
  const refused = () =>
    new ArgumentError(`expected ${key} to be an address like 10.0.0.1/24 or 2001:db8::1/64, got ${show(text)}`)
  // A length with a leading zero could be meant as octal.
  if (typeof text !== 'string' || /\/0./.test(text)) throw refused()
  const found = text.includes('/') ? parsePrefix(text) : { address: canonicalAddress(text), length: undefined }
  if (found?.address === undefined) throw refused()
  return { address: found.address, length: found.length, family: familyOf(found.address) }
}

/** Returns an address in the form that the decoder uses. @throws {TypeError} naming `key` */
export function canonical(key: string, address: string): string {
  const found = typeof address === 'string' ? canonicalAddress(address) : undefined
  if (found !== undefined) return found
  throw new ArgumentError(`expected ${key} to be an IPv4 or IPv6 address, got ${show(address)}`)
}

/** Returns an address of this family. @throws {TypeError} naming `key` */
export function addressOf(key: string, text: string, family: IpFamily): string {
  const address = canonical(key, text)
  if (familyOf(address) !== family) throw new ArgumentError(`expected ${key} to be of ${family}, got ${show(text)}`)
  return address
}

/** Parses a network: `default`, `10.9.0.0/16`, or an address, which is a network of one host. @throws {TypeError} naming `key` */
export function parseNetwork(
  key: string,
  text: string,
  family: IpFamily,
): { address: string | undefined; length: number } {
  if (text === 'default') return { address: undefined, length: 0 }
  const { address, length = bitsOfFamily(family), family: own } = parseText(key, text)
  if (own !== family) throw new ArgumentError(`expected ${key} to be of ${family}, got ${show(text)}`)
  return { address, length }
}

/** Returns a network without host bits. */
export const maskedNetwork = ({ address, length }: { address: string | undefined; length: number }) =>
  address === undefined ? { address, length } : networkOf({ address, length })

/** Returns a network as iproute2 prints it: `default`, `10.9.0.0/16`, a host without its length. */
export function networkText(address: string | undefined, length: number, family: IpFamily): string {
  if (address === undefined) return length === 0 ? 'default' : `${anyAddress(families[family])}/${length}`
  return length === bitsOfFamily(family) ? address : `${address}/${length}`
}
