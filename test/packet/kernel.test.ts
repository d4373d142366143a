import {
  decodePacket,
  encodePacket,
  formatPacket,
  ICMPV6,
  type LayerInput,
  PacketView,
  transportChecksumState,
} from '@netloom/packet'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('packets that the kernel answers', 'netns', 'tun')

const OURS = '02:00:00:00:00:01'
const KERNEL = '02:00:00:00:00:02'

/** Creates a tap whose kernel side has addresses, calls `use`, and removes it. */
const withTap = (use: (tap: TunTap, namespace: Namespace) => Promise<void>) =>
  inScratch(async (namespace) => {
    using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns: namespace.path, address: KERNEL })
    namespace.ip('address', 'add', '192.0.2.2/24', 'dev', 'tap0')
    namespace.ip('address', 'add', '2001:db8::2/64', 'dev', 'tap0', 'nodad')
    namespace.ip('link', 'set', 'tap0', 'up')
    namespace.ip('neighbour', 'add', '192.0.2.1', 'lladdr', OURS, 'dev', 'tap0')
    namespace.ip('neighbour', 'add', '2001:db8::1', 'lladdr', OURS, 'dev', 'tap0')
    // The kernel joins the group of its address in a work item. Before that, it ignores solicitations.
    await until(
      'the group of the address',
      () => namespace.exec('ip', ['maddr']).includes('ff02::1:ff00:2') || undefined,
    )
    await use(tap, namespace)
  })

/** Writes a packet, and waits for one whose line contains `expected`. Checks its checksums. Returns its layers. */
async function answerTo(tap: TunTap, layers: readonly LayerInput[], expected: string, to = KERNEL) {
  tap.write(Buffer.from(encodePacket([{ layer: 'ethernet', source: OURS, destination: to }, ...layers])))
  const frame = await until(`a packet ${expected}`, () => {
    const received = tap.read(10)
    return received && formatPacket(received).includes(expected) ? received : undefined
  })
  const packet = new PacketView().parse(frame)
  assert.is(packet.ipv4?.hasValidChecksum() ?? true, true)
  if (packet.protocol >= 0) assert.is(transportChecksumState(packet), 'valid')
  const decoded = decodePacket(frame)
  assert.equal(Buffer.from(encodePacket(decoded)), Buffer.from(frame))
  return decoded
}

const ipv4 = { layer: 'ipv4', source: '192.0.2.1', destination: '192.0.2.2' } as const
const ipv6 = { layer: 'ipv6', source: '2001:db8::1', destination: '2001:db8::2' } as const
const data = { layer: 'payload', bytes: Uint8Array.from({ length: 33 }, (_, index) => index) } as const

test('ARP, echo, UDP and TCP', () =>
  withTap(async (tap) => {
    const request = {
      layer: 'arp',
      operation: 1,
      senderMac: OURS,
      senderIp: '192.0.2.1',
      targetIp: '192.0.2.2',
    } as const
    await answerTo(tap, [request], `ARP, Reply 192.0.2.2 is-at ${KERNEL}`)

    const echo = await answerTo(
      tap,
      [ipv4, { layer: 'icmp', type: 8, id: 7, sequence: 1 }, data],
      'ICMP echo reply, id 7, seq 1',
    )
    assert.equal(Buffer.from((echo.at(-1) as typeof data).bytes), Buffer.from(data.bytes))

    const udp = { layer: 'udp', sourcePort: 50000, destinationPort: 9 } as const
    await answerTo(tap, [ipv4, udp, data], 'ICMP 192.0.2.2 udp port 9 unreachable')
    await answerTo(
      tap,
      [ipv4, { layer: 'tcp', sourcePort: 50000, destinationPort: 9, flags: 2, sequence: 5 }],
      'Flags [R.], seq 0, ack 6',
    )
  }))

test('neighbour discovery, echo with extension headers, UDP and TCP over IPv6', () =>
  withTap(async (tap) => {
    const solicitation: LayerInput[] = [
      { ...ipv6, destination: 'ff02::1:ff00:2', hopLimit: 255 },
      {
        layer: 'icmpv6',
        type: ICMPV6.NEIGHBOUR_SOLICITATION,
        target: '2001:db8::2',
        options: [{ type: 'sourceLinkLayer', value: OURS }],
      },
    ]
    const line = 'neighbor advertisement, tgt is 2001:db8::2'
    const advertised = await answerTo(tap, solicitation, line, '33:33:ff:00:00:02')
    const message = advertised.at(-1)
    assert.is(message?.layer, 'icmpv6')
    if (message?.layer === 'icmpv6') {
      assert.equal(message.options, [{ type: 'targetLinkLayer', value: KERNEL }])
      assert.equal([message.solicited, message.override], [true, true])
    }

    const layers: LayerInput[] = [
      ipv6,
      { layer: 'destinationOptions', options: [{ type: 'padN', value: new Uint8Array(4) }] },
      { layer: 'icmpv6', type: 128, id: 7, sequence: 1 },
      data,
    ]
    await answerTo(tap, layers, 'ICMP6, echo reply, id 7, seq 1')
    await answerTo(
      tap,
      [ipv6, { layer: 'udp', sourcePort: 50000, destinationPort: 9 }, data],
      'destination unreachable, code 4',
    )
    await answerTo(
      tap,
      [ipv6, { layer: 'tcp', sourcePort: 50000, destinationPort: 9, flags: 2, sequence: 5 }],
      'Flags [R.], seq 0, ack 6',
    )
  }))

test('the kernel reassembles fragments', () =>
  withTap(async (tap) => {
    const whole = encodePacket([ipv4, { layer: 'icmp', type: 8, id: 9, sequence: 1 }, data]).subarray(20)
    const part = (from: number, to: number, moreFragments: boolean): LayerInput[] => [
      { layer: 'ethernet', source: OURS, destination: KERNEL },
      { ...ipv4, id: 77, protocol: 1, fragmentOffset: from, moreFragments },
      { layer: 'payload', bytes: whole.subarray(from, to) },
    ]
    tap.write(Buffer.from(encodePacket(part(24, whole.length, false))))
    await answerTo(tap, part(0, 24, true).slice(1), 'ICMP echo reply, id 9, seq 1')
  }))

test.run()
