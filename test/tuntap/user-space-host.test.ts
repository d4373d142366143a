import { encodePacket, formatPacket, ICMP, ICMPV6, type LayerInput } from '@netloom/packet'
import * as assert from 'uvu/assert'
import { UserSpaceHost } from '../../examples/user-space-host.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { addTaps, startExample } from './example.js'
import { ping } from './ping.js'

const test = suiteNeeding('examples/user-space-host.ts', 'netns', 'tun', 'netTools')

const MAC = '02:00:00:00:ec:40'
const targets = { '10.0.0.2': 1500 - 28, 'fd00::2': 1500 - 48 }

/** Starts the host on a tap whose kernel side has addresses. */
const withHost = (use: (namespace: Namespace) => void | Promise<void>) =>
  inScratch(async (namespace) => {
    addTaps(namespace, 'tap0')
    namespace.exec('sh', ['-c', 'echo 0 > /proc/sys/net/ipv6/conf/tap0/disable_ipv6'])
    namespace.ip('address', 'add', '10.0.0.1/24', 'dev', 'tap0')
    namespace.ip('address', 'add', 'fd00::1/64', 'dev', 'tap0', 'nodad')
    const host = startExample(namespace, 'user-space-host.ts', 'tap0', '10.0.0.2', 'fd00::2')
    try {
      assert.is(await host.line(), 'ready')
      await use(namespace)
    } finally {
      await host.end('SIGTERM')
    }
  })

test('ARP, neighbour discovery, and pings of all sizes up to the MTU', () =>
  withHost(async (namespace) => {
    for (const [address, most] of Object.entries(targets)) {
      for (const size of [0, 1, 56, 577, most]) {
        await ping(namespace, address, 3, '-M', 'do', '-s', size)
      }
      const [neighbour] = namespace.ip('neighbour', 'show', address)
      assert.is(neighbour.lladdr, MAC)
    }
  }))

test('floods of pings: each one is answered', () =>
  withHost(async (namespace) => {
    for (const address of Object.keys(targets)) await ping(namespace, address, 3000, '-f', '-i', 0)
  }))

test('the kernel does not take the address of the host: the host answers the check for duplicates', () =>
  withHost(async (namespace) => {
    namespace.ip('address', 'add', 'fd00::2/64', 'dev', 'tap0')
    await until('the kernel to find the duplicate', () =>
      namespace
        .ip('address', 'show', 'dev', 'tap0')[0]
        .addr_info.some(
          ({ local, dadfailed }: { local: string; dadfailed?: boolean }) => local === 'fd00::2' && dadfailed,
        ),
    )
  }))

const ethernet: LayerInput = { layer: 'ethernet', source: '02:00:00:00:00:01', destination: MAC }
const ipv4 = { layer: 'ipv4', source: '10.0.0.1', destination: '10.0.0.2' } as const
const ipv6 = { layer: 'ipv6', source: 'fd00::1', destination: 'fd00::2', hopLimit: 255 } as const
const echo = { layer: 'icmp', type: ICMP.ECHO, id: 7, sequence: 1 } as const
const echo6 = { layer: 'icmpv6', type: ICMPV6.ECHO_REQUEST, id: 7, sequence: 1 } as const
const solicitation = { layer: 'icmpv6', type: ICMPV6.NEIGHBOUR_SOLICITATION, target: 'fd00::2' } as const
const data: LayerInput = { layer: 'payload', bytes: new Uint8Array(33).fill(7) }
const arp = { layer: 'arp', operation: 1, senderMac: MAC, senderIp: '10.0.0.1', targetIp: '10.0.0.2' } as const

const answerTo = (...layers: LayerInput[]) =>
  new UserSpaceHost('10.0.0.2', 'fd00::2').answer(Buffer.from(encodePacket([ethernet, ...layers])))

test('frames that are not for the host, or have a wrong checksum, are ignored', () => {
  const answered: Readonly<Record<string, LayerInput[]>> = {
    'ICMP echo reply, id 7, seq 1': [ipv4, echo, data],
    'ICMP6, echo reply, id 7, seq 1': [ipv6, echo6, data],
    'neighbor advertisement, tgt is fd00::2': [ipv6, solicitation],
    'ARP, Reply 10.0.0.2': [arp],
  }
  for (const [line, layers] of Object.entries(answered)) {
    const answer = answerTo(...layers)
    assert.ok(answer && formatPacket(answer).includes(line), line)
  }
  const ignored: Readonly<Record<string, LayerInput[]>> = {
    'checksum of IPv4': [{ ...ipv4, checksum: 1 }, echo, data],
    'checksum of ICMP': [ipv4, { ...echo, checksum: 1 }, data],
    'checksum of ICMPv6': [ipv6, { ...echo6, checksum: 1 }, data],
    'checksum of a solicitation': [ipv6, { ...solicitation, checksum: 1 }],
    'another IPv4 address': [{ ...ipv4, destination: '10.0.0.3' }, echo],
    'another IPv6 address': [{ ...ipv6, destination: 'fd00::3' }, echo6],
    'another target': [ipv6, { ...solicitation, target: 'fd00::3' }],
    'a solicitation from behind a router': [{ ...ipv6, hopLimit: 254 }, solicitation],
    'an echo reply': [ipv4, { ...echo, type: ICMP.ECHOREPLY }],
    'an ARP reply': [{ ...arp, operation: 2 }],
    'another ARP target': [{ ...arp, targetIp: '10.0.0.3' }],
    'a first fragment': [{ ...ipv4, moreFragments: true }, echo, data],
    UDP: [ipv4, { layer: 'udp', sourcePort: 1, destinationPort: 2 }, data],
  }
  for (const [what, layers] of Object.entries(ignored)) assert.is(answerTo(...layers), undefined, what)
})

test('no part of a frame is answered, and none causes an error', () => {
  const host = new UserSpaceHost('10.0.0.2', 'fd00::2')
  for (const layers of [[ipv4, echo, data], [ipv6, echo6, data], [ipv6, solicitation], [arp]]) {
    const frame = Buffer.from(encodePacket([ethernet, ...layers]))
    for (let length = 0; length < frame.length; length++) {
      assert.is(host.answer(Buffer.from(frame.subarray(0, length))), undefined, `${length} bytes`)
    }
  }
})

test.run()
