import { ARPHRD } from '../../../constants/index.js'
import { NFPROTO, type NftTraceMessage } from '../../../netfilter/index.js'
import { windowOf } from '../compile/wire.js'
import { asValue, plain } from '../elements.js'
import { type Field, type Header, headers } from '../expression/fields.js'
import { bytesOf, lengthOf, numberIn } from '../types/data-types.js'
import type { NftPacket } from './types.js'

/** Returns the value of a field; undefined if the bytes end before it. */
function fieldIn(bytes: Buffer, [start, type]: Field): string | number | undefined {
  const { offset, length, shift } = windowOf(start, type)
  if (offset + length > bytes.length) return undefined
  const bits = (numberIn(bytes.subarray(offset, offset + length)) >> BigInt(shift)) & ((1n << BigInt(type.bits)) - 1n)
  return asValue(type, plain(type, bytesOf(bits, lengthOf(type))))
}

function fieldsIn(bytes: Buffer, { fields }: Header): Record<string, string | number> {
  const entries = Object.entries(fields).map(([name, field]) => [name, fieldIn(bytes, field)] as const)
  return Object.fromEntries(entries.filter((entry): entry is [string, string | number] => entry[1] !== undefined))
}

const networks = { [NFPROTO.IPV4]: 'ip', [NFPROTO.IPV6]: 'ip6', [NFPROTO.ARP]: 'arp' } as const
const isNetwork = (number: number | undefined): number is keyof typeof networks =>
  number !== undefined && Object.hasOwn(networks, number)

/** Returns the header of a transport protocol, with its name. */
const transportOf = (number: number) =>
  Object.entries(headers as Readonly<Record<string, Header>>).find(([, { needs }]) => needs.transport === number)

/** Returns the headers in a trace; undefined if it has none: only the first one of a packet has. */
export function packetIn({ attrs }: NftTraceMessage): NftPacket | undefined {
  const { llHeader, networkHeader, transportHeader, iiftype, oiftype, nfproto } = attrs
  if (networkHeader === undefined) return undefined
  const packet: Record<string, Record<string, string | number>> = {}
  const isEthernet = (iiftype ?? oiftype) === ARPHRD.ETHER
  if (llHeader !== undefined && isEthernet) packet.ether = fieldsIn(Buffer.from(llHeader), headers.ether)
  if (!isNetwork(nfproto)) return packet
  const bytes = Buffer.from(networkHeader)
  packet[networks[nfproto]] = fieldsIn(bytes, headers[networks[nfproto]])
  const next = nfproto === NFPROTO.IPV4 ? bytes[9] : nfproto === NFPROTO.IPV6 ? bytes[6] : undefined
  const transport = next === undefined ? undefined : transportOf(next)
  if (transport !== undefined && transportHeader !== undefined)
    packet[transport[0]] = fieldsIn(Buffer.from(transportHeader), transport[1])
  return packet
}
