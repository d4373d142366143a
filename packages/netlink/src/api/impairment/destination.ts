import { ETH_P } from '../../constants/index.js'
import type { TfilterMessage } from '../../route/index.js'
import { bitsOfFamily, type IpFamily, maskedNetwork, networkText, parseText } from '../values/ip-text.js'

/** A network without host bits. */
export interface Destination {
  readonly family: IpFamily
  readonly address: string
  readonly length: number
  /** As it is printed: a host without its length. */
  readonly text: string
}

/** Parses the destination of an impairment. @throws {TypeError} */
export function destinationOf(to: string): Destination {
  const { address, family, length = bitsOfFamily(family) } = parseText('to', to)
  const masked = maskedNetwork({ address, length }).address ?? address
  return { family, address: masked, length, text: networkText(masked, length, family) }
}

/** Priorities from which the length of a network is subtracted, so that longer networks are compared first. */
const priorities = { inet: 0x100, inet6: 0x200 } as const

/** The properties of a filter that selects the packets to a destination. */
export const selectorOf = ({ family, length, address }: Destination) => {
  const dst = `${address}/${length}`
  return {
    protocol: family === 'inet' ? 'ip' : 'ipv6',
    priority: priorities[family] - length,
    match:
      length === 0 ? { u32: [{ at: 0, value: 0, mask: 0 }] } : family === 'inet' ? { ip: { dst } } : { ip6: { dst } },
  } as const
}

interface Selector {
  readonly sel?: { readonly keys: readonly { readonly off: number; readonly val: number; readonly mask: number }[] }
  readonly classid?: number
}

/** Offsets of the destination's address in the headers of IPv4 and IPv6. */
const offsets = { inet: 16, inet6: 24 } as const

const hex = (value: number) => (value >>> 0).toString(16)

/** Returns the destination that a filter selects, and its class; undefined for a filter of another form. */
export function selectedBy({ info, attrs: { kind, options } }: TfilterMessage) {
  const { sel, classid } = (options ?? {}) as Selector
  if (kind !== 'u32' || sel === undefined || classid === undefined) return undefined
  const protocol = ((info & 0xff) << 8) | ((info >>> 8) & 0xff)
  const family: IpFamily = protocol === ETH_P.IPV6 ? 'inet6' : 'inet'
  const words = Array.from({ length: family === 'inet' ? 1 : 4 }, (_, at) =>
    sel.keys.find(({ off }) => off === offsets[family] + 4 * at),
  )
  const length = words.reduce((sum, word) => sum + (word === undefined ? 0 : ones(word.mask)), 0)
  const values = words.map((word) => word?.val ?? 0)
  const address =
    family === 'inet'
      ? [24, 16, 8, 0].map((shift) => ((values[0] as number) >>> shift) & 0xff).join('.')
      : values.map((value) => `${hex(value >>> 16)}:${hex(value & 0xffff)}`).join(':')
  return { destination: destinationOf(`${address}/${length}`), classid }
}

/** Returns the number of bits of a mask. */
const ones = (mask: number) => [...(mask >>> 0).toString(2)].filter((digit) => digit === '1').length
