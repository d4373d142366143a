import {
  formatPacket,
  type HeaderView,
  type PacketOptions,
  PacketView,
  toJson,
  transportChecksumState,
  tryDecodePacket,
} from '@netloom/packet'

/** Names of the getters of a view, those of its base classes included. */
function gettersOf(view: object): string[] {
  const names: string[] = []
  for (let each = Object.getPrototypeOf(view); each !== Object.prototype; each = Object.getPrototypeOf(each))
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(each))) if (get) names.push(name)
  return [...new Set(names)].sort()
}

/** Returns every property of a view: numbers and text, and bytes as text. */
export const readAll = (view: HeaderView): Record<string, unknown> =>
  Object.fromEntries(gettersOf(view).map((name) => [name, toJson(Reflect.get(view, name))]))

const views = ['ethernet', 'arp', 'ipv4', 'ipv6', 'tcp', 'udp', 'icmp', 'icmpv6'] as const

/** Returns everything that the accessors report about the packet in `bytes[start, end)`, as text. */
export function outcomeOfViews(bytes: Uint8Array, start: number, end: number, options?: PacketOptions): string {
  const packet = new PacketView(options)
  const isValid = packet.tryParse(bytes, start, end)
  const { fault, extensions } = packet
  const found = views.map((name) => packet[name] && readAll(packet[name]))
  const tags = Array.from({ length: packet.ethernet?.vlanCount ?? 0 }, (_, index) => [
    packet.ethernet?.vlanId(index),
    packet.ethernet?.vlanPriority(index),
    packet.ethernet?.vlanProtocol(index),
  ])
  const headers = Array.from({ length: extensions.count }, (_, index) => [
    ...[extensions.type(index), extensions.offset(index), extensions.headerLength(index)],
  ])
  const kinds = Array.from({ length: 256 }, (_, kind) => packet.tcp?.findOption(kind))
  const checksums = [packet.ipv4?.hasValidChecksum(), transportChecksumState(packet)]
  const problem = isValid ? undefined : { ...fault, message: fault.error().message }
  return JSON.stringify([isValid, problem, found, tags, headers, kinds, checksums, toJson(packet.payload)])
}

/** Returns everything that decoding and printing return for a packet, as text. */
export const outcomeOfLayers = (bytes: Uint8Array, options?: PacketOptions): string =>
  JSON.stringify([toJson(tryDecodePacket(bytes, options)), formatPacket(bytes, options)])
