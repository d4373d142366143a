import { ArgumentError, show } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'
import { parseText } from '../values/ip-text.js'
import { numberOf } from '../values/names.js'
import { fieldBytes } from './header-fields.js'
import { count, objectOf } from './words.js'

// Functions that read the keys of flower, and return their attributes with the mask.

/** Members of the options of flower on the wire. */
export type Pairs = Readonly<Record<string, unknown>>

/** Reads an Ethernet address with a mask. */
export const mac =
  (name: string) =>
  (option: string, value: string): Pairs => {
    fieldBytes(option, { at: 0, size: 6, form: 'mac' }, value)
    const [address, mask = 'ff:ff:ff:ff:ff:ff'] = value.split('/')
    return { [`key${name}`]: address, [`key${name}Mask`]: mask }
  }

/** Returns the mask of a prefix as an address. */
function maskText(length: number, isV4: boolean): string {
  const size = isV4 ? 4 : 16
  const bits = (at: number) => (0xff00 >> Math.min(8, Math.max(0, length - at * 8))) & 0xff
  const all = Array.from({ length: size }, (_, at) => bits(at))
  if (isV4) return all.join('.')
  return Array.from({ length: 8 }, (_, at) => (((all[at * 2] ?? 0) << 8) | (all[at * 2 + 1] ?? 0)).toString(16)).join(
    ':',
  )
}

export const ip =
  (name: (family: 'Ipv4' | 'Ipv6') => string) =>
  (option: string, value: string): Pairs => {
    const { address, length, family } = parseText(option, value)
    const isV4 = family === 'inet'
    const key = name(isV4 ? 'Ipv4' : 'Ipv6')
    return { [key]: address, [`${key}Mask`]: maskText(length ?? (isV4 ? 32 : 128), isV4) }
  }

/** A number, of which only some bits may be compared. */
export type Masked =
  | number
  | {
      /** The number. */
      readonly value: number
      /** Bits that are compared. Default: all. */
      readonly mask: number
    }

/** Reads a number with a mask. */
export const masked =
  (key: string, all: number) =>
  (option: string, value: Masked): Pairs => {
    if (typeof value === 'number') return { [key]: value, [`${key}Mask`]: all }
    const { value: number, mask = all } = objectOf({ value: count, mask: count })(option, value)
    return { [key]: number, [`${key}Mask`]: mask }
  }

export const one =
  (key: string) =>
  (_option: string, value: number): Pairs => ({ [key]: value })
export const ether =
  (key: string) =>
  (option: string, value: string | number): Pairs => ({ [key]: numberOf(option, ETH_P, value, 0xffff) })

/** Reads a protocol address of ARP, with a prefix length. */
export const arpIp = (key: string) => (option: string, value: string) => {
  const { address, length, family } = parseText(option, value)
  if (family !== 'inet') throw new ArgumentError(`expected ${option} to be an IPv4 address, got ${show(value)}`)
  return { [key]: address, [`${key}Mask`]: maskText(length ?? 32, true) }
}

/** A key whose attributes depend on the protocol. */
export interface OfProtocol {
  readonly field: 'src' | 'dst' | 'icmpType' | 'icmpCode'
  readonly value: unknown
}
export const ofProtocol =
  <T>(field: OfProtocol['field']) =>
  (_option: string, value: T): OfProtocol => ({ field, value })

/** A port, or a range of ports. */
export type Ports =
  | number
  | {
      /** Lowest port. */
      readonly min: number
      /** Highest port. */
      readonly max: number
    }
