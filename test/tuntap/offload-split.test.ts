import { GsoSplitter } from '@netloom/tuntap/offload'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { below, dataOf, type SuperFrame, superFrame, timestamps, withSplittingKernel } from './super-frames.js'

// The kernel splits the same frames: written with a virtio header to one tap, they are read without from another one. The segments must be
// equal, byte for byte.

const test = suiteNeeding('GsoSplitter: as the kernel splits', 'netns', 'tun')

const { ethernet, ipv4, ipv6 } = below
const tcp = {
  layer: 'tcp',
  sourcePort: 40000,
  destinationPort: 80,
  sequence: 0xffffff00,
  acknowledgment: 5,
  window: 501,
} as const
const udp = { layer: 'udp', sourcePort: 40000, destinationPort: 53 } as const
const vlan = (id: number) => ({ layer: 'vlan', id, priority: 3, dropEligible: false }) as const
const all = dataOf(60_001)
const ACK = 0x10

const frames: Readonly<Record<string, SuperFrame>> = {
  'TCP over IPv4': { layers: [ethernet, ipv4, { ...tcp, flags: ACK }], data: all, size: 1460 },
  'TCP over IPv4 with timestamps, PSH and FIN': {
    layers: [ethernet, ipv4, { ...tcp, flags: ACK | 0x09, options: timestamps(77) }],
    data: all,
    size: 1448,
  },
  'TCP over IPv6': {
    layers: [ethernet, ipv6, { ...tcp, flags: ACK | 8, options: timestamps(1) }],
    data: all,
    size: 1428,
  },
  'CWR only in the first segment, ECE in all': {
    layers: [ethernet, ipv4, { ...tcp, flags: ACK | 0x88 | 0x40 }],
    data: dataOf(5000),
    size: 1000,
  },
  'TCP without DF, with IPv4 options and an odd size': {
    layers: [
      ethernet,
      { ...ipv4, dontFragment: false, tos: 0xb9, options: [{ type: 'routerAlert', value: 0 }] },
      { ...tcp, flags: ACK, options: timestamps(3) },
    ],
    data: dataOf(9_999),
    size: 333,
  },
  'TCP with extension headers': {
    layers: [
      ethernet,
      ipv6,
      { layer: 'hopByHop', options: [{ type: 'padN', value: new Uint8Array(4) }] },
      { layer: 'destinationOptions', options: [{ type: 'padN', value: new Uint8Array(12) }] },
      { ...tcp, flags: ACK },
    ],
    data: dataOf(20_000),
    size: 1401,
  },
  'TCP with SACK blocks': {
    layers: [
      ethernet,
      ipv4,
      {
        ...tcp,
        flags: ACK,
        options: [...timestamps(4), { type: 'nop' }, { type: 'nop' }, { type: 'sack', value: [{ left: 1, right: 9 }] }],
      },
    ],
    data: dataOf(8000),
    size: 1436,
  },
  'UDP over IPv4': { layers: [ethernet, { ...ipv4, dontFragment: false }, udp], data: dataOf(50_001), size: 1400 },
  'UDP over IPv6': { layers: [ethernet, ipv6, udp], data: dataOf(50_000), size: 1251 },
  'UDP whose last datagram has one byte': { layers: [ethernet, ipv4, udp], data: dataOf(2401), size: 1200 },
  VLAN: { layers: [ethernet, vlan(5), ipv4, { ...tcp, flags: ACK }], data: dataOf(9000), size: 1456 },
  QinQ: { layers: [{ ...ethernet, type: 0x88a8 }, vlan(7), vlan(5), ipv6, udp], data: dataOf(9000), size: 1400 },
  'a checksum alone, TCP': { layers: [ethernet, ipv4, { ...tcp, flags: ACK }], data: dataOf(1001), size: 0 },
  'a checksum alone, UDP over IPv6': { layers: [ethernet, ipv6, udp], data: dataOf(7), size: 0 },
  'data that fit into one segment': {
    layers: [ethernet, ipv4, { ...tcp, flags: ACK | 9 }],
    data: dataOf(900),
    size: 1000,
  },
  'a whole number of segments': { layers: [ethernet, ipv4, { ...tcp, flags: ACK | 8 }], data: dataOf(5000), size: 500 },
}

test('the segments of each kind of frame', () =>
  withSplittingKernel(async (from, to) => {
    const splitter = new GsoSplitter(from)
    for (const [name, description] of Object.entries(frames)) {
      const frame = superFrame(description)
      const count = splitter.split(frame)
      assert.is(splitter.fault, undefined, name)
      const { data, size } = description
      assert.is(count, size === 0 ? 1 : Math.ceil(data.length / size), name)
      from.write(frame)
      for (let index = 0; index < count; index++) {
        const expected = await until(`segment ${index} of ${name}`, () => to.read(100))
        assert.equal(Buffer.from(splitter.packet(index)).toString('hex'), expected.toString('hex'), `${name}, ${index}`)
      }
      assert.is(to.read(), undefined, name)
    }
  }))

test.run()
