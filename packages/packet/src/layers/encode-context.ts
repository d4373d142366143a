import { type Declaration, encode } from '@netloom/netlink/codec'
import { ETH_P, IPPROTO } from '@netloom/netlink/constants'
import { PacketError } from '../error.js'
import { IPPROTO_HOPOPTS } from '../numbers.js'
import { packetErrorOf } from './codec-error.js'
import type { LayerInput, LayerName } from './layer.js'

/** Layer to encode, and the layers around it. */
export interface Context {
  readonly layers: readonly LayerInput[]
  readonly index: number
  /** The encoded layers after it. */
  readonly payload: Uint8Array
}

/** Returns the place of a layer in errors: `[2].tcp`. */
export const nameOf = ({ layers, index }: Context) => `[${index}].${layers[index]?.layer}`

/** @throws {PacketError} `ERR_PACKET_BUILD` */
export const refuse = (context: Context, member: string, value: unknown, expected: string): never => {
  const field = `${nameOf(context)}.${member}`
  throw new PacketError({ code: 'ERR_PACKET_BUILD', field, value, offset: -1, expected })
}

const next = ({ layers, index }: Context): LayerInput | undefined => {
  const layer = layers[index + 1]
  return layer?.layer === 'padding' ? undefined : layer
}

/** EtherTypes by the layer that they announce. */
const etherTypes: { readonly [N in LayerName]?: number } = {
  vlan: ETH_P['8021Q'],
  arp: ETH_P.ARP,
  ipv4: ETH_P.IP,
  ipv6: ETH_P.IPV6,
}

/** Numbers of protocols by the layer that they announce. */
const protocols: { readonly [N in LayerName]?: number } = {
  ipv4: IPPROTO.IPIP,
  ipv6: IPPROTO.IPV6,
  hopByHop: IPPROTO_HOPOPTS,
  destinationOptions: IPPROTO.DSTOPTS,
  routing: IPPROTO.ROUTING,
  fragment: IPPROTO.FRAGMENT,
  authentication: IPPROTO.AH,
  icmp: IPPROTO.ICMP,
  icmpv6: IPPROTO.ICMPV6,
  tcp: IPPROTO.TCP,
  udp: IPPROTO.UDP,
}

/** Returns the EtherType that announces the next layer. @throws {PacketError} if it has none */
export function etherTypeAfter(context: Context): number {
  const { layers, index } = context
  const following = next(context)
  // IEEE 802.1ad: the outer tag of two is a service tag.
  const isService = following?.layer === 'vlan' && layers[index + 2]?.layer === 'vlan'
  if (isService && layers[index]?.layer === 'ethernet') return ETH_P['8021AD']
  const type = following && etherTypes[following.layer]
  return type ?? refuse(context, 'type', undefined, 'an EtherType, because the next layer has none')
}

/** Returns the number of the protocol of the next layer. @throws {PacketError} if it has none */
export function protocolAfter(context: Context, member: string): number {
  const following = next(context)
  if (!following && member === 'nextHeader') return IPPROTO.NONE
  const number = following && protocols[following.layer]
  return number ?? refuse(context, member, undefined, 'the number of a protocol, because the next layer has none')
}

/** Encodes a part of a layer. @throws {PacketError} `ERR_PACKET_BUILD` if a value does not fit */
export function part<T>(context: Context, declaration: Declaration<T>, value: unknown): Uint8Array {
  try {
    return encode(declaration as Declaration<unknown>, value as never, { order: 'BE' })
  } catch (error) {
    throw packetErrorOf(error, nameOf(context), -1, 'ERR_PACKET_BUILD')
  }
}

/** Returns the number of units of `unit` bytes. @throws {PacketError} if they are not whole */
export function units(context: Context, member: string, value: number, unit: number): number {
  if (value % unit !== 0) refuse(context, member, value, `a multiple of ${unit} bytes`)
  return value / unit
}
