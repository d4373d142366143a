import { AF, formatAddress, parseAddress, show } from '../codec/index.js'

/** The families of addresses, as the kernel calls them. */
export type IpFamily = 'inet' | 'inet6'

const families = { inet: AF.INET, inet6: AF.INET6 } as const

/** AF_* of a family. @throws {TypeError} */
export function familyNumber(family: IpFamily): number {
  if (Object.hasOwn(families, family)) return families[family]
  throw new TypeError(`expected family to be inet or inet6, got ${show(family)}`)
}

export const familyName = (family: number): IpFamily => (family === AF.INET6 ? 'inet6' : 'inet')

/** The family that an address is of. */
export const familyOf = (address: string): IpFamily => (String(address).includes(':') ? 'inet6' : 'inet')

/** How many bits an address of a family has. */
export const bitsOfFamily = (family: IpFamily) => (family === 'inet6' ? 128 : 32)

/** An address and, where there is one, its length. */
export interface AddressText {
  readonly address: string
  readonly length: number | undefined
  readonly family: IpFamily
}

/** Reads `10.0.0.1/24` or `10.0.0.1`. @throws {TypeError} naming `key` */
export function parseText(key: string, text: string): AddressText {
  const expected = `expected ${key} to be an address like 10.0.0.1/24 or 2001:db8::1/64, got ${show(text)}`
  if (typeof text !== 'string') throw new TypeError(expected)
  const [, address, digits] = /^([0-9a-fA-F.:]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? []
  if (address === undefined) throw new TypeError(expected)
  const family = familyOf(address)
  const length = digits === undefined ? undefined : Number(digits)
  if ((length ?? 0) > bitsOfFamily(family)) throw new TypeError(expected)
  return { address: canonical(key, address), length, family }
}

/** An address in the form in which the kernel's are read. @throws {TypeError} naming `key` */
export function canonical(key: string, address: string): string {
  try {
    return formatAddress(parseAddress(address))
  } catch {
    throw new TypeError(`expected ${key} to be an IPv4 or IPv6 address, got ${show(address)}`)
  }
}

/** An address of this family. @throws {TypeError} naming `key` */
export function addressOf(key: string, text: string, family: IpFamily): string {
  const address = canonical(key, text)
  if (familyOf(address) !== family) throw new TypeError(`expected ${key} to be of ${family}, got ${show(text)}`)
  return address
}

/** Reads a network: `default`, or as {@link parseText} does; a bare address is a network of one. */
export function parseNetwork(
  key: string,
  text: string,
  family: IpFamily,
): { address: string | undefined; length: number } {
  if (text === 'default') return { address: undefined, length: 0 }
  const { address, length = bitsOfFamily(family), family: own } = parseText(key, text)
  if (own !== family) throw new TypeError(`expected ${key} to be of ${family}, got ${show(text)}`)
  return { address, length }
}

/** A network without the bits of a host in it. */
export function maskedNetwork({ address, length }: { readonly address?: string | undefined; readonly length: number }) {
  if (address === undefined) return { address, length }
  const bytes = parseAddress(address)
  const kept = (at: number) => Math.min(Math.max(length - at * 8, 0), 8)
  return { address: formatAddress(bytes.map((byte, at) => byte & (0xff00 >> kept(at))) as Buffer), length }
}

/** A network as people write it: `default`, `10.9.0.0/16`, a host without its length. */
export function networkText(address: string | undefined, length: number, family: IpFamily): string {
  if (address === undefined) return length === 0 ? 'default' : `${family === 'inet6' ? '::' : '0.0.0.0'}/${length}`
  return length === bitsOfFamily(family) ? address : `${address}/${length}`
}
