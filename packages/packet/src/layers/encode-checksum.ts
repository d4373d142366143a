import { type Declaration, encode, ipv4, ipv6 } from '@netloom/netlink/codec'
import { IPPROTO } from '@netloom/netlink/constants'
import { concat, setU16 } from '../bytes.js'
import { addSums, checksumSum, foldSum } from '../checksum.js'
import { packetErrorOf } from './codec-error.js'
import { type Context, nameOf, refuse } from './encode-context.js'
import type { LayerInput } from './layer.js'

/** Returns the bytes of an address of another layer. @throws {PacketError} if it is not one */
function addressBytes(context: Context, member: string, declaration: Declaration<string>, value: unknown): Uint8Array {
  try {
    return encode(declaration, value as string)
  } catch (error) {
    throw packetErrorOf(error, `${nameOf(context)}.${member}`, -1, 'ERR_PACKET_BUILD')
  }
}

/** Returns the sum of the pseudo-header for a layer of TCP, UDP or ICMPv6, or undefined without an IP layer before it. */
function pseudoSum({ layers, index, payload }: Context, protocol: number, length: number): number | undefined {
  const before = layers.slice(0, index)
  const at = before.findLastIndex(({ layer }) => layer === 'ipv4' || layer === 'ipv6')
  const below = before[at]
  if (below?.layer !== 'ipv4' && below?.layer !== 'ipv6') return undefined
  const [declaration, none] = below.layer === 'ipv4' ? ([ipv4, '0.0.0.0'] as const) : ([ipv6, '::'] as const)
  const context = { layers, index: at, payload }
  const route = before.findLast(({ layer }) => layer === 'routing')
  const final = route?.layer === 'routing' && route.segmentsLeft ? finalOf(route) : undefined
  const addresses = concat(
    addressBytes(context, 'source', declaration, below.source ?? none),
    addressBytes(context, 'destination', declaration, final ?? below.destination ?? none),
  )
  return foldSum(checksumSum(addresses) + protocol + (length & 0xffff) + (length >>> 16))
}

/** RFC 8754, section 2: in type 4 the first address is the last one of the route. */
const finalOf = ({ type, addresses = [] }: LayerInput<'routing'>) => (type === 4 ? addresses[0] : addresses.at(-1))

/** Appends the payload to a header, and fills its checksum in. `initial`: the sum of the pseudo-header. */
export function withChecksum(
  header: Uint8Array,
  payload: Uint8Array,
  at: number,
  initial: number,
  isUdp = false,
): Uint8Array {
  const all = concat(header, payload)
  const sum = ~addSums(checksumSum(all), initial) & 0xffff
  setU16(all, at, sum === 0 && isUdp ? 0xffff : sum)
  return all
}

/** Returns a header with its payload. Fills the checksum in if it was left out. */
export function transport(
  context: Context,
  header: Uint8Array,
  at: number,
  checksum: number | undefined,
  protocol: number,
) {
  const { payload } = context
  if (checksum !== undefined) return concat(header, payload)
  const sum = protocol === IPPROTO.ICMP ? 0 : pseudoSum(context, protocol, header.length + payload.length)
  if (sum === undefined) return refuse(context, 'checksum', undefined, 'a number, or a layer ipv4 or ipv6 before')
  return withChecksum(header, payload, at, sum, protocol === IPPROTO.UDP)
}
