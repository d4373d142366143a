import { encode } from '@netloom/netlink/codec'
import { encodePacket, type LayerInput, type Layers, PacketView, writePartialChecksum } from '@netloom/packet'
import { TunTap } from '@netloom/tuntap'
import { VIRTIO_NET_HDR_GSO as GSO, VIRTIO_NET_HDR_F, virtioNetHeader } from '@netloom/tuntap/offload'
import { inScratch } from '../support/netns.js'
import { until } from '../support/until.js'

/** Data whose bytes differ, so that misplaced ones are found. */
export const dataOf = (length: number, seed = 0): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8) + seed) & 0xff)

export type Tcp = Partial<Layers['tcp']>

/** Layers of an Ethernet frame, up to the IP header. */
export const below = {
  ethernet: { layer: 'ethernet', destination: '02:00:00:00:00:02', source: '02:00:00:00:00:01' },
  ipv4: { layer: 'ipv4', source: '192.0.2.1', destination: '192.0.2.2', id: 0xfffe, ttl: 64, dontFragment: true },
  ipv6: { layer: 'ipv6', source: '2001:db8::1', destination: '2001:db8::2', hopLimit: 64, flowLabel: 0x12345 },
} as const satisfies Record<string, LayerInput>

/** Options of TCP as Linux sends them. */
export const timestamps = (value: number, echo = 9): NonNullable<Tcp['options']> => [
  { type: 'nop' },
  { type: 'nop' },
  { type: 'timestamps', value: { value, echo } },
]

export interface SuperFrame {
  /** Layers without payload. */
  readonly layers: readonly LayerInput[]
  readonly data: Uint8Array
  /** Bytes of data in each segment; 0 for a packet that is not split. */
  readonly size: number
}

/** Returns a frame with a virtio header of 10 bytes, as a device with offloads delivers it. */
export function superFrame({ layers, data, size }: SuperFrame, link: 'ethernet' | 'ip' = 'ethernet'): Buffer {
  const bytes = Buffer.from(encodePacket([...layers, { layer: 'payload', bytes: data }]))
  const packet = new PacketView({ link }).parse(bytes)
  writePartialChecksum(packet)
  const { tcp, ipv4, transportOffset, payloadOffset } = packet
  const type = tcp ? (ipv4 ? GSO.TCPV4 : GSO.TCPV6) : GSO.UDP_L4
  const hasCwr = ((tcp?.flags ?? 0) & 0x80) !== 0
  const header = encode(virtioNetHeader, {
    flags: VIRTIO_NET_HDR_F.NEEDS_CSUM,
    gsoType: size === 0 ? GSO.NONE : type | (hasCwr ? GSO.ECN : 0),
    headerLength: payloadOffset,
    gsoSize: size,
    csumStart: transportOffset,
    csumOffset: tcp ? 16 : 6,
  })
  return Buffer.concat([header, bytes])
}

/**
 * Calls `use` with two taps that are connected by a bridge. The kernel splits frames that are written with a virtio header to the first one, and
 * they are read as packets from the second one.
 */
export const withSplittingKernel = (use: (from: TunTap, to: TunTap) => Promise<void>) =>
  inScratch(async (namespace) => {
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
    namespace.ip('link', 'set', 'br0', 'up')
    using from = TunTap.create({ mode: 'tap', name: 'from', netns: namespace.path, vnetHdr: true })
    using to = TunTap.create({ mode: 'tap', name: 'to', netns: namespace.path })
    for (const name of ['from', 'to']) namespace.ip('link', 'set', name, 'master', 'br0', 'txqueuelen', 4000, 'up')
    const probe = superFrame({ layers: [below.ethernet, below.ipv4, { layer: 'udp' }], data: dataOf(1), size: 0 })
    await until('the bridge forwards', () => {
      from.write(probe)
      return to.read(10) !== undefined
    })
    // All probes were written before.
    while (to.read() !== undefined);
    await use(from, to)
  })
