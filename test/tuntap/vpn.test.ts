import { UdpSocket } from '@netloom/tuntap/udp'
import * as assert from 'uvu/assert'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Running, startExample } from './example.js'
import { ping, runPing } from './ping.js'
import { type Family, inner, outer, transfer, twoHosts } from './tunnel.js'

const test = suiteNeeding('examples/vpn.ts and vpn-offload.ts', 'netns', 'tun', 'netTools')

const PORT = 5555
const OVERHEAD = { ipv4: 28, ipv6: 48 } as const

type Hosts = readonly [Namespace, Namespace]

/** Starts the end of a VPN on one of the hosts. */
async function startEnd(hosts: Hosts, index: 0 | 1, example: string, family: Family): Promise<Running> {
  const [local, remote] = index === 0 ? outer[family] : ([outer[family][1], outer[family][0]] as const)
  const end = startExample(hosts[index], example, 'tun0', local, remote)
  assert.is(await end.line(), 'ready')
  return end
}

/** Ends a program, and returns the number of packets that it dropped. */
async function stop(end: Running): Promise<number> {
  end.child.kill('SIGTERM')
  const count = Number(/^(\d+) dropped$/.exec(await end.line())?.[1])
  await end.exit
  return count
}

interface Vpn {
  readonly hosts: Hosts
  readonly ends: [Running, Running]
}

/** Connects two hosts by a VPN over IPv4 or IPv6, and calls `use`. */
async function withVpn(examples: readonly [string, string], family: Family, use: (vpn: Vpn) => Promise<void>) {
  using link = twoHosts()
  const ends: Running[] = []
  try {
    for (const index of [0, 1] as const) ends.push(await startEnd(link.hosts, index, examples[index], family))
    const vpn = { hosts: link.hosts, ends: ends as [Running, Running] }
    await use(vpn)
    ends.splice(0, 2, ...vpn.ends)
  } finally {
    for (const end of ends) await end.end('SIGKILL')
  }
}

/** Number of packets that a device has dropped. */
const droppedBy = (host: Namespace, device: string): number => {
  const { rx, tx } = host.ip('-s', 'link', 'show', 'dev', device)[0].stats64
  return rx.dropped + tx.dropped
}

const pairs: readonly (readonly [string, string])[] = [
  ['vpn.ts', 'vpn.ts'],
  ['vpn-offload.ts', 'vpn-offload.ts'],
  ['vpn.ts', 'vpn-offload.ts'],
]

for (const examples of pairs)
  for (const family of ['ipv4', 'ipv6'] as const)
    test(`${examples.join(' and ')} over ${family}: ping up to the MTU, and TCP in both directions`, () =>
      withVpn(examples, family, async ({ hosts, ends }) => {
        const mtu = 1500 - OVERHEAD[family]
        for (const host of hosts) assert.is(host.ip('link', 'show', 'tun0')[0].mtu, mtu)
        for (const [inside, address] of Object.entries({ [mtu - 28]: inner.ipv4[1], [mtu - 48]: inner.ipv6[1] })) {
          for (const size of [0, 56, Number(inside)]) await ping(hosts[0], address, 3, '-M', 'do', '-s', size)
          // A longer packet is refused before it enters the tunnel.
          assert.throws(
            () => runPing(hosts[0], '-c', 1, '-M', 'do', '-s', Number(inside) + 1, address),
            /message too long/,
          )
          // Without that, the kernel sends it in fragments.
          await ping(hosts[0], address, 3, '-M', 'dont', '-s', 4000)
        }

        const plain = await transfer(hosts, outer[family][1], '-n', '50M')
        for (const [way, address] of Object.entries({ over4: inner.ipv4[1], over6: inner.ipv6[1] })) {
          const through = await transfer(hosts, address, '-n', '50M', ...(way === 'over6' ? ['--reverse'] : []))
          assert.ok(through.bytes >= 50e6)
          // No packet was lost. A few are sent again although they arrive: under load, an answer is late.
          const segments = through.bytes / (mtu - 52)
          assert.ok(through.retransmits <= plain.retransmits + segments / 100, `${way}: ${through.retransmits}`)
        }
        for (const host of hosts) for (const device of ['tun0', 'eth0']) assert.is(droppedBy(host, device), 0, device)
        for (const end of ends) assert.is(await stop(end), 0)
      }))

for (const example of ['vpn.ts', 'vpn-offload.ts']) {
  test(`${example}: garbage is counted and dropped, and one end may restart`, () =>
    withVpn([example, example], 'ipv4', async (vpn) => {
      const { hosts } = vpn
      await ping(hosts[0], inner.ipv4[1], 3)
      await stop(vpn.ends[1])

      // The first end ignores strangers, and counts what is not a packet.
      const remote = { address: outer.ipv4[0], port: PORT }
      const garbage = [Buffer.alloc(0), Buffer.alloc(1), Buffer.alloc(1400, 0xff), Buffer.from('45', 'hex')]
      {
        using peer = UdpSocket.open({ netns: hosts[1].path, local: { address: outer.ipv4[1], port: PORT }, remote })
        using other = UdpSocket.open({ netns: hosts[1].path, remote })
        for (const socket of [peer, other]) for (const datagram of garbage) assert.ok(socket.send(datagram))
      }
      vpn.ends[1] = await startEnd(hosts, 1, example, 'ipv4')
      await ping(hosts[0], inner.ipv4[1], 3)
      await ping(hosts[1], inner.ipv6[0], 3)
      assert.is(await stop(vpn.ends[0]), garbage.length)
    }))
}

test.run()
