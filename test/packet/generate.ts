import { DNS_TYPE, ICMP, ICMPV6, type LayerInput } from '@netloom/packet'
import fc from 'fast-check'

/** Generates packets as layers, for the tests that compare decoding with encoding and with tshark. */

const u8 = fc.nat(0xff)
const u16 = fc.nat(0xffff)
const u32 = fc.nat(0xffffffff)
const bytes = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength })

const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((parts) =>
  Buffer.from(parts)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1:'),
)
const ipv4Address = fc.tuple(u8, u8, u8, u8).map((parts) => parts.join('.'))
const ipv6Address = fc
  .array(fc.oneof({ weight: 2, arbitrary: u16 }, fc.constant(0)), { minLength: 8, maxLength: 8 })
  .map((groups) => new URL(`http://[${groups.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1))
  // URL writes IPv4-mapped addresses in hexadecimal groups, unlike RFC 5952, section 5.
  .filter((text) => !/^::(ffff:)?[0-9a-f]+:[0-9a-f]+$/.test(text))

/** A name of letters, so that no escapes occur: other programs write them differently. */
const label = fc.string({
  unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-'),
  minLength: 1,
  maxLength: 12,
})
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'))

type Payload = fc.Arbitrary<LayerInput[]>
const payload = (least = 0): Payload =>
  bytes(64, least).map((data) => (data.length === 0 ? [] : [{ layer: 'payload', bytes: data }]))

/** Ports that no protocol uses, so that other programs do not decode the payload. */
const port = fc.integer({ min: 51_000, max: 51_900 })

const tcpOption = fc.oneof(
  fc.record({ type: fc.constant('mss' as const), value: u16 }),
  fc.record({ type: fc.constant('windowScale' as const), value: fc.nat(14) }),
  fc.constant({ type: 'sackPermitted', value: true } as const),
  fc.record({
    type: fc.constant('sack' as const),
    value: fc.array(fc.record({ left: u32, right: u32 }), { minLength: 1, maxLength: 2 }),
  }),
  fc.record({ type: fc.constant('timestamps' as const), value: fc.record({ value: u32, echo: u32 }) }),
  fc.constant({ type: 'nop' } as const),
)

const tcp: Payload = fc
  .tuple(
    fc.record({
      sourcePort: port,
      destinationPort: port,
      sequence: u32,
      acknowledgment: u32,
      flags: fc.nat(0x1ff),
      window: u16,
      urgentPointer: u16,
      // At most 40 bytes.
      options: fc.array(tcpOption, { maxLength: 2 }),
    }),
    payload(),
  )
  .map(([members, data]) => [{ layer: 'tcp', ...members }, ...data])

const udp: Payload = fc
  .tuple(fc.record({ sourcePort: port, destinationPort: port }), payload())
  .map(([members, data]) => [{ layer: 'udp', ...members }, ...data])

const question = fc.record({
  name,
  type: fc.constantFrom(DNS_TYPE.A, DNS_TYPE.AAAA, DNS_TYPE.NS),
  class: fc.constant(1),
})
const record = fc.oneof(
  fc.record({ name, type: fc.constant(DNS_TYPE.A), class: fc.constant(1), ttl: u16, data: ipv4Address }),
  fc.record({ name, type: fc.constant(DNS_TYPE.AAAA), class: fc.constant(1), ttl: u16, data: ipv6Address }),
  fc.record({ name, type: fc.constantFrom(DNS_TYPE.CNAME, DNS_TYPE.PTR), class: fc.constant(1), ttl: u16, data: name }),
)
const dns: Payload = fc
  .record({
    id: u16,
    response: fc.boolean(),
    recursionDesired: fc.boolean(),
    questions: fc.array(question, { minLength: 1, maxLength: 2 }),
    answers: fc.array(record, { maxLength: 2 }),
  })
  .chain((members) =>
    port.map((sourcePort): LayerInput[] => [
      { layer: 'udp', sourcePort, destinationPort: 53 },
      { layer: 'dns', authorities: [], additionals: [], ...members },
    ]),
  )

const dhcp: Payload = fc
  .record({ op: fc.constantFrom(1, 2), xid: u32, secs: u16, broadcast: fc.boolean(), yiaddr: ipv4Address, chaddr: mac })
  .chain((members) =>
    fc
      .record({ address: ipv4Address, lease: u32, type: fc.integer({ min: 1, max: 8 }), host: label })
      .map(({ address, lease, type, host }): LayerInput[] => [
        {
          layer: 'udp',
          ...(members.op === 1 ? { sourcePort: 68, destinationPort: 67 } : { sourcePort: 67, destinationPort: 68 }),
        },
        {
          layer: 'dhcp',
          ...members,
          options: [
            { type: 'messageType', value: type },
            { type: 'requestedAddress', value: address },
            { type: 'leaseTime', value: lease },
            { type: 'hostName', value: host },
            { type: 'parameterRequest', value: [1, 3, 6] },
          ],
        },
      ]),
  )

/** Echo messages, and errors that quote nothing that is a packet. */
const icmp: Payload = fc.oneof(
  fc
    .tuple(fc.record({ type: fc.constantFrom(ICMP.ECHO, ICMP.ECHOREPLY), id: u16, sequence: u16 }), payload())
    .map(([members, data]): LayerInput[] => [{ layer: 'icmp', ...members }, ...data]),
  fc.tuple(u16, quoted()).map(([mtu, data]): LayerInput[] => [{ layer: 'icmp', type: 3, code: 4, mtu }, data]),
  fc
    .tuple(ipv4Address, quoted())
    .map(([gateway, data]): LayerInput[] => [{ layer: 'icmp', type: 5, code: 1, gateway }, data]),
)

/** The header of an IPv4 packet of UDP, and its first 8 bytes. */
function quoted(): fc.Arbitrary<LayerInput> {
  return fc.tuple(ipv4Address, port).map(([address, number]) => {
    const packet = Buffer.from('4500001c0000000040110000c0000201c000020200000000 00080000'.replace(' ', ''), 'hex')
    packet.set(address.split('.').map(Number), 16)
    packet.writeUInt16BE(number, 20)
    packet.writeUInt16BE(number, 22)
    return { layer: 'payload', bytes: packet }
  })
}

const u1 = fc.boolean()
const linkLayer = fc.constantFrom('sourceLinkLayer' as const, 'targetLinkLayer' as const)
const neighbourOption = fc.oneof(
  fc.record({ type: linkLayer, value: mac }),
  fc.record({ type: fc.constant('mtu' as const), value: fc.record({ reserved: fc.constant(0), mtu: u32 }) }),
  fc.record({
    type: fc.constant('prefix' as const),
    value: fc.record({
      prefixLength: fc.nat(128),
      onLink: u1,
      autonomous: u1,
      reserved: fc.constant(0),
      validLifetime: u32,
      preferredLifetime: u32,
      reservedNumber: fc.constant(0),
      prefix: ipv6Address,
    }),
  }),
  fc.record({
    type: fc.constant('dnsServers' as const),
    value: fc.record({
      reserved: fc.constant(0),
      lifetime: u32,
      addresses: fc.array(ipv6Address, { minLength: 1, maxLength: 2 }),
    }),
  }),
)
const neighbourOptions = fc.array(neighbourOption, { maxLength: 3 })

const icmpv6: Payload = fc.oneof(
  fc
    .tuple(
      fc.record({ type: fc.constantFrom(ICMPV6.ECHO_REQUEST, ICMPV6.ECHO_REPLY), id: u16, sequence: u16 }),
      payload(),
    )
    .map(([members, data]): LayerInput[] => [{ layer: 'icmpv6', ...members }, ...data]),
  fc
    .record({ target: ipv6Address, options: neighbourOptions })
    .map((members): LayerInput[] => [{ layer: 'icmpv6', type: ICMPV6.NEIGHBOUR_SOLICITATION, ...members }]),
  fc
    .record({ target: ipv6Address, router: u1, solicited: u1, override: u1, options: neighbourOptions })
    .map((members): LayerInput[] => [{ layer: 'icmpv6', type: ICMPV6.NEIGHBOUR_ADVERTISEMENT, ...members }]),
  fc
    .record({
      hopLimit: u8,
      managed: u1,
      otherConfiguration: u1,
      preference: fc.constantFrom(0, 1, 3),
      routerLifetime: u16,
      reachableTime: u32,
      retransmitTimer: u32,
      options: neighbourOptions,
    })
    .map((members): LayerInput[] => [{ layer: 'icmpv6', type: ICMPV6.ROUTER_ADVERTISEMENT, ...members }]),
)

const ipv4Options: readonly NonNullable<LayerInput<'ipv4'>['options']>[] = [
  [],
  [],
  [{ type: 'routerAlert', value: 0 }],
  [{ type: 'nop' }, { type: 'recordRoute', value: Buffer.from('0400000000', 'hex') }],
]

const ipv4: Payload = fc
  .tuple(
    fc.record({
      tos: u8,
      id: u16,
      dontFragment: u1,
      ttl: fc.integer({ min: 1, max: 255 }),
      source: ipv4Address,
      destination: ipv4Address,
      options: fc.constantFrom(...ipv4Options),
    }),
    fc.oneof(tcp, udp, dns, dhcp, icmp),
  )
  .map(([members, upper]) => [{ layer: 'ipv4', ...members }, ...upper])

/** A later part of a datagram. */
const ipv4Fragment: Payload = fc
  .record({
    id: u16,
    source: ipv4Address,
    destination: ipv4Address,
    position: fc.integer({ min: 1, max: 4000 }),
    more: u1,
  })
  .chain(({ position, more, ...members }) =>
    bytes(64, 8).map((data): LayerInput[] => [
      { layer: 'ipv4', ...members, protocol: 17, fragmentOffset: position * 8, moreFragments: more },
      { layer: 'payload', bytes: data },
    ]),
  )

const extension: fc.Arbitrary<LayerInput> = fc.oneof(
  fc.constant<LayerInput>({ layer: 'destinationOptions', options: [{ type: 'padN', value: Buffer.alloc(4) }] }),
  fc
    .array(ipv6Address, { minLength: 1, maxLength: 2 })
    .map((addresses): LayerInput => ({ layer: 'routing', type: 0, segmentsLeft: 0, addresses })),
)

const ipv6: Payload = fc
  .tuple(
    fc.record({
      trafficClass: u8,
      flowLabel: fc.nat(0xfffff),
      hopLimit: fc.integer({ min: 1, max: 255 }),
      source: ipv6Address,
      destination: ipv6Address,
    }),
    fc.option(
      fc.constant<LayerInput>({
        layer: 'hopByHop',
        options: [
          { type: 'routerAlert', value: 0 },
          { type: 'padN', value: Buffer.alloc(0) },
        ],
      }),
    ),
    fc.option(extension),
    fc.oneof(tcp, udp, dns, icmpv6),
  )
  .map(([members, hopByHop, more, upper]) => [
    { layer: 'ipv6', ...members },
    ...(hopByHop ? [hopByHop] : []),
    ...(more ? [more] : []),
    ...upper,
  ])

const arp: Payload = fc
  .record({
    operation: fc.constantFrom(1, 2),
    senderMac: mac,
    senderIp: ipv4Address,
    targetMac: mac,
    targetIp: ipv4Address,
  })
  .map((members) => [{ layer: 'arp', ...members }])

const tag = fc.record({ layer: fc.constant('vlan' as const), priority: fc.nat(7), dropEligible: u1, id: fc.nat(4095) })

/** A packet in an Ethernet frame, with up to two VLAN tags. */
export const packets: fc.Arbitrary<LayerInput[]> = fc
  .tuple(
    fc.record({ layer: fc.constant('ethernet' as const), destination: mac, source: mac }),
    fc.array(tag, { maxLength: 2 }),
    fc.oneof({ weight: 4, arbitrary: ipv4 }, { weight: 4, arbitrary: ipv6 }, arp, ipv4Fragment),
  )
  .map(([ethernet, tags, network]) => [ethernet, ...tags, ...network])
