import {
  type ChecksumState,
  decodePacket,
  ETH_P,
  encodePacket,
  formatPacket,
  type Layer,
  type LayerName,
  PacketView,
  transportChecksumState,
} from '@netloom/packet'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { packets } from './generate.js'
import { fieldsOfTshark } from './tshark.js'

const test = suiteNeeding('packets compared with tshark', 'tshark')

const COUNT = 500
const SEED = 1

/** A generated frame. A third of them have a wrong byte in the checksums or in the payload. */
function generated(): Uint8Array[] {
  const damage = fc.option(fc.tuple(fc.nat(200), fc.integer({ min: 1, max: 255 })), { freq: 2 })
  const both = fc.sample(fc.tuple(packets, damage), { numRuns: COUNT, seed: SEED })
  return both.map(([layers, change]) => {
    const bytes = encodePacket(layers)
    if (change && layers.some(({ layer }) => layer === 'payload')) {
      // In the payload, so that only checksums change.
      const index = bytes.length - 1
      bytes[index] = (bytes[index] as number) ^ change[1]
    }
    return bytes
  })
}

type Values = readonly (string | number | bigint | boolean)[]
type Read<N extends LayerName> = (layer: Layer<N>) => string | number | boolean | Values | undefined

/** A field of tshark, and the same value of a decoded layer. */
interface Row {
  readonly field: string
  valuesOf(layers: readonly Layer[]): Values
}

const row = <N extends LayerName>(name: N, field: string, read: Read<N>): Row => ({
  field,
  valuesOf: (layers) =>
    layers.flatMap((layer) => {
      const value = layer.layer === name ? read(layer as never) : undefined
      return value === undefined ? [] : Array.isArray(value) ? value : [value as string]
    }),
})

/** Returns the values of the options of a type. */
const optionsOf = <O extends { readonly type: string | number }>(
  options: readonly O[] | undefined,
  type: string,
): unknown[] => (options ?? []).flatMap((option) => (option.type === type && 'value' in option ? [option.value] : []))

const tcpOption = (field: string, type: string, read: (value: never) => Values) =>
  row('tcp', field, ({ options }) => optionsOf(options, type).flatMap((value) => read(value as never)))
const neighbourOption = (field: string, type: string, read: (value: never) => Values) =>
  row('icmpv6', field, ({ options }) => optionsOf(options, type).flatMap((value) => read(value as never)))
const dhcpOption = (field: string, type: string, read: (value: never) => Values = (value) => [value]) =>
  row('dhcp', field, ({ options }) => optionsOf(options, type).flatMap((value) => read(value as never)))

const rows: readonly Row[] = [
  row('ethernet', 'eth.dst', ({ destination }) => destination),
  row('ethernet', 'eth.src', ({ source }) => source),
  row('ethernet', 'eth.type', ({ type }) => type),
  row('vlan', 'vlan.id', ({ type, id }) => (type === ETH_P['8021Q'] ? undefined : id)),
  row('vlan', 'vlan.priority', ({ type, priority }) => (type === ETH_P['8021Q'] ? undefined : priority)),
  row('vlan', 'vlan.dei', ({ type, dropEligible }) => (type === ETH_P['8021Q'] ? undefined : dropEligible)),
  row('vlan', 'vlan.etype', ({ type }) => (type === ETH_P['8021Q'] ? undefined : type)),
  // tshark has other fields for the outer tag, which is one of IEEE 802.1ad.
  row('vlan', 'ieee8021ad.id', ({ type, id }) => (type === ETH_P['8021Q'] ? id : undefined)),
  row('vlan', 'ieee8021ad.priority', ({ type, priority }) => (type === ETH_P['8021Q'] ? priority : undefined)),
  row('vlan', 'ieee8021ad.dei', ({ type, dropEligible }) => (type === ETH_P['8021Q'] ? dropEligible : undefined)),
  row('arp', 'arp.hw.type', ({ hardwareType }) => hardwareType),
  row('arp', 'arp.proto.type', ({ protocolType }) => protocolType),
  row('arp', 'arp.opcode', ({ operation }) => operation),
  row('arp', 'arp.src.hw_mac', ({ senderMac }) => senderMac),
  row('arp', 'arp.src.proto_ipv4', ({ senderIp }) => senderIp),
  row('arp', 'arp.dst.hw_mac', ({ targetMac }) => targetMac),
  row('arp', 'arp.dst.proto_ipv4', ({ targetIp }) => targetIp),
  row('ipv4', 'ip.dsfield', ({ tos }) => tos),
  row('ipv4', 'ip.len', ({ totalLength }) => totalLength),
  row('ipv4', 'ip.id', ({ id }) => id),
  row('ipv4', 'ip.flags.df', ({ dontFragment }) => dontFragment),
  row('ipv4', 'ip.flags.mf', ({ moreFragments }) => moreFragments),
  row('ipv4', 'ip.frag_offset', ({ fragmentOffset }) => fragmentOffset / 8),
  row('ipv4', 'ip.ttl', ({ ttl }) => ttl),
  row('ipv4', 'ip.proto', ({ protocol }) => protocol),
  row('ipv4', 'ip.checksum', ({ checksum }) => checksum),
  row('ipv4', 'ip.src', ({ source }) => source),
  row('ipv4', 'ip.dst', ({ destination }) => destination),
  row('ipv4', 'ip.opt.ra', ({ options }) => optionsOf(options, 'routerAlert') as Values),
  row('ipv6', 'ipv6.tclass', ({ trafficClass }) => trafficClass),
  row('ipv6', 'ipv6.flow', ({ flowLabel }) => flowLabel),
  row('ipv6', 'ipv6.plen', ({ payloadLength }) => payloadLength),
  row('ipv6', 'ipv6.nxt', ({ nextHeader }) => nextHeader),
  row('ipv6', 'ipv6.hlim', ({ hopLimit }) => hopLimit),
  row('ipv6', 'ipv6.src', ({ source }) => source),
  row('ipv6', 'ipv6.dst', ({ destination }) => destination),
  row('hopByHop', 'ipv6.hopopts.nxt', ({ nextHeader }) => nextHeader),
  row('destinationOptions', 'ipv6.dstopts.nxt', ({ nextHeader }) => nextHeader),
  row('routing', 'ipv6.routing.nxt', ({ nextHeader }) => nextHeader),
  row('routing', 'ipv6.routing.type', ({ type }) => type),
  row('tcp', 'tcp.srcport', ({ sourcePort }) => sourcePort),
  row('tcp', 'tcp.dstport', ({ destinationPort }) => destinationPort),
  row('tcp', 'tcp.seq', ({ sequence }) => sequence),
  row('tcp', 'tcp.ack', ({ acknowledgment }) => acknowledgment),
  row('tcp', 'tcp.flags', ({ flags }) => flags),
  row('tcp', 'tcp.window_size_value', ({ window }) => window),
  row('tcp', 'tcp.checksum', ({ checksum }) => checksum),
  row('tcp', 'tcp.urgent_pointer', ({ urgentPointer }) => urgentPointer),
  tcpOption('tcp.options.mss_val', 'mss', (value) => [value]),
  tcpOption('tcp.options.wscale.shift', 'windowScale', (value) => [value]),
  tcpOption('tcp.options.timestamp.tsval', 'timestamps', ({ value }: { value: number }) => [value]),
  tcpOption('tcp.options.timestamp.tsecr', 'timestamps', ({ echo }: { echo: number }) => [echo]),
  tcpOption('tcp.options.sack_le', 'sack', (ranges: { left: number }[]) => ranges.map(({ left }) => left)),
  tcpOption('tcp.options.sack_re', 'sack', (ranges: { right: number }[]) => ranges.map(({ right }) => right)),
  row('udp', 'udp.srcport', ({ sourcePort }) => sourcePort),
  row('udp', 'udp.dstport', ({ destinationPort }) => destinationPort),
  row('udp', 'udp.length', ({ length }) => length),
  row('udp', 'udp.checksum', ({ checksum }) => checksum),
  row('icmp', 'icmp.type', ({ type }) => type),
  row('icmp', 'icmp.code', ({ code }) => code),
  row('icmp', 'icmp.checksum', ({ checksum }) => checksum),
  row('icmp', 'icmp.ident', ({ id }) => id),
  row('icmp', 'icmp.mtu', ({ mtu }) => mtu),
  row('icmp', 'icmp.redir_gw', ({ gateway }) => gateway),
  row('icmpv6', 'icmpv6.type', ({ type }) => type),
  row('icmpv6', 'icmpv6.code', ({ code }) => code),
  row('icmpv6', 'icmpv6.checksum', ({ checksum }) => checksum),
  row('icmpv6', 'icmpv6.echo.identifier', ({ id }) => id),
  row('icmpv6', 'icmpv6.echo.sequence_number', ({ sequence }) => sequence),
  row('icmpv6', 'icmpv6.nd.ns.target_address', ({ type, target }) => (type === 135 ? target : undefined)),
  row('icmpv6', 'icmpv6.nd.na.target_address', ({ type, target }) => (type === 136 ? target : undefined)),
  row('icmpv6', 'icmpv6.nd.na.flag.r', ({ router }) => router),
  row('icmpv6', 'icmpv6.nd.na.flag.s', ({ solicited }) => solicited),
  row('icmpv6', 'icmpv6.nd.na.flag.o', ({ override }) => override),
  row('icmpv6', 'icmpv6.nd.ra.cur_hop_limit', ({ hopLimit }) => hopLimit),
  row('icmpv6', 'icmpv6.nd.ra.flag.m', ({ managed }) => managed),
  row('icmpv6', 'icmpv6.nd.ra.flag.o', ({ otherConfiguration }) => otherConfiguration),
  row('icmpv6', 'icmpv6.nd.ra.flag.prf', ({ preference }) => preference),
  row('icmpv6', 'icmpv6.nd.ra.router_lifetime', ({ routerLifetime }) => routerLifetime),
  row('icmpv6', 'icmpv6.nd.ra.reachable_time', ({ reachableTime }) => reachableTime),
  row('icmpv6', 'icmpv6.nd.ra.retrans_timer', ({ retransmitTimer }) => retransmitTimer),
  neighbourOption('icmpv6.opt.src_linkaddr', 'sourceLinkLayer', (value) => [value]),
  neighbourOption('icmpv6.opt.target_linkaddr', 'targetLinkLayer', (value) => [value]),
  neighbourOption('icmpv6.opt.mtu', 'mtu', ({ mtu }: { mtu: number }) => [mtu]),
  neighbourOption('icmpv6.opt.prefix', 'prefix', ({ prefix }: { prefix: string }) => [prefix]),
  neighbourOption('icmpv6.opt.prefix.length', 'prefix', ({ prefixLength }: { prefixLength: number }) => [prefixLength]),
  neighbourOption('icmpv6.opt.prefix.flag.l', 'prefix', ({ onLink }: { onLink: boolean }) => [onLink]),
  neighbourOption('icmpv6.opt.prefix.flag.a', 'prefix', ({ autonomous }: { autonomous: boolean }) => [autonomous]),
  neighbourOption('icmpv6.opt.prefix.valid_lifetime', 'prefix', (each: { validLifetime: number }) => [
    each.validLifetime,
  ]),
  neighbourOption('icmpv6.opt.rdnss', 'dnsServers', ({ addresses }: { addresses: string[] }) => addresses),
  row('dns', 'dns.id', ({ id }) => id),
  row('dns', 'dns.flags.response', ({ response }) => response),
  row('dns', 'dns.flags.recdesired', ({ recursionDesired }) => recursionDesired),
  row('dns', 'dns.count.queries', ({ questions }) => questions.length),
  row('dns', 'dns.count.answers', ({ answers }) => answers.length),
  row('dns', 'dns.qry.name', ({ questions }) => questions.map(({ name }) => name)),
  row('dns', 'dns.qry.type', ({ questions }) => questions.map(({ type }) => type)),
  row('dns', 'dns.resp.name', ({ answers }) => answers.map(({ name }) => name)),
  row('dns', 'dns.resp.ttl', ({ answers }) => answers.map(({ ttl }) => ttl)),
  row('dns', 'dns.a', ({ answers }) => answers.flatMap(({ type, data }) => (type === 1 ? [data as string] : []))),
  row('dns', 'dns.aaaa', ({ answers }) => answers.flatMap(({ type, data }) => (type === 28 ? [data as string] : []))),
  row('dns', 'dns.cname', ({ answers }) => answers.flatMap(({ type, data }) => (type === 5 ? [data as string] : []))),
  row('dhcp', 'dhcp.type', ({ op }) => op),
  row('dhcp', 'dhcp.id', ({ xid }) => xid),
  row('dhcp', 'dhcp.secs', ({ secs }) => secs),
  row('dhcp', 'dhcp.ip.your', ({ yiaddr }) => yiaddr),
  row('dhcp', 'dhcp.hw.mac_addr', ({ chaddr }) => chaddr),
  dhcpOption('dhcp.option.dhcp', 'messageType'),
  dhcpOption('dhcp.option.requested_ip_address', 'requestedAddress'),
  dhcpOption('dhcp.option.ip_address_lease_time', 'leaseTime'),
  dhcpOption('dhcp.option.hostname', 'hostName'),
]

/** Fields that tshark also prints for a packet that an ICMP message quotes. Only the first value is ours. */
const quoted = /^(ip|udp)\./

/** Values of `…checksum.status`. */
const states: Readonly<Record<string, ChecksumState>> = { 0: 'invalid', 1: 'valid', 2: 'unverified', 3: 'absent' }
const transports = ['tcp', 'udp', 'icmp', 'icmpv6'] as const
const statusFields = transports.map((name) => `${name}.checksum.status`)

/** Returns a value of either side in one notation. tshark writes some numbers in hexadecimal, and flags as True or 1. */
function normal(value: string | number | bigint | boolean): string {
  if (typeof value === 'boolean') return value ? '1' : '0'
  const text = String(value)
  if (text === 'True' || text === 'False') return text === 'True' ? '1' : '0'
  return /^0x[0-9a-f]+$/.test(text) ? String(BigInt(text)) : text
}

const frames = generated()
const decoded = frames.map((frame) => decodePacket(frame))
const fields = [...new Set(rows.map(({ field }) => field)), 'ip.checksum.status', ...statusFields, '_ws.malformed']
let found: Map<string, string[]>[] = []

test.before(() => {
  found = fieldsOfTshark(frames, fields)
})

test('tshark decodes every packet, and finds none malformed', () => {
  assert.is(found.length, COUNT)
  assert.equal(
    found.flatMap((values, index) =>
      values.get('_ws.malformed')?.length ? [formatPacket(frames[index] as Uint8Array)] : [],
    ),
    [],
  )
})

for (const { field, valuesOf } of rows) {
  test(`${field} is the same`, () => {
    let compared = 0
    for (const [index, frame] of frames.entries()) {
      const ours = valuesOf(decoded[index] as Layer[]).map(normal)
      const all = (found[index]?.get(field) ?? []).map(normal)
      const theirs = quoted.test(field) && ours.length > 0 ? all.slice(0, ours.length) : all
      if (ours.length === 0 && quoted.test(field)) continue
      assert.equal(ours, theirs, `packet ${index}: ${formatPacket(frame)}`)
      compared += ours.length
    }
    assert.ok(compared > 0, 'no packet has the field')
  })
}

test('checksums have the same state', () => {
  const counts = new Map<string, number>()
  for (const [index, frame] of frames.entries()) {
    const packet = new PacketView().parse(frame)
    const values = found[index] as Map<string, string[]>
    if (packet.ipv4) assert.is(packet.ipv4.hasValidChecksum(), values.get('ip.checksum.status')?.[0] === '1')
    const name = transports.find((each) => packet[each])
    const status = name && values.get(`${name}.checksum.status`)?.[0]
    const state = transportChecksumState(packet)
    counts.set(state, (counts.get(state) ?? 0) + 1)
    assert.is(state, status === undefined ? 'absent' : states[status], formatPacket(frame))
  }
  assert.ok((counts.get('valid') ?? 0) > 100 && (counts.get('invalid') ?? 0) > 10, JSON.stringify([...counts]))
})

test.run()
