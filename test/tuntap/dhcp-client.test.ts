import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DHCP_MESSAGE, type Layer, optionValue, tryDecodePacket } from '@netloom/packet'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { netTool } from '../support/net-tools.js'
import { type Namespace, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { addTaps, type Running, startExample, startIn } from './example.js'
import { ping } from './ping.js'

const test = suiteNeeding('examples/dhcp-client.ts', 'netns', 'tun', 'netTools')

const LEASE_SECONDS = 6

interface Scene {
  /** Contains the client's tap and another one, `spy`, as ports of a bridge. */
  readonly clients: Namespace
  /** Is connected to the bridge, with the address 10.9.0.1. */
  readonly servers: Namespace
  /** Starts a DHCP server. */
  serve(...lines: string[]): Running
}

async function withScene(use: (scene: Scene) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-dhcp-'))
  const [clients, servers] = [scratch(), scratch()]
  const running: Running[] = []
  try {
    addTaps(clients, 'tap0', 'spy')
    clients.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
    clients.ip('link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', servers.name)
    for (const port of ['tap0', 'spy', 'veth0']) clients.ip('link', 'set', port, 'master', 'br0', 'up')
    clients.ip('link', 'set', 'br0', 'up')
    servers.ip('address', 'add', '10.9.0.1/24', 'dev', 'eth0')
    servers.ip('link', 'set', 'eth0', 'up')
    await use({
      clients,
      servers,
      serve(...lines) {
        const config = join(folder, `udhcpd-${running.length}.conf`)
        const files = [`lease_file ${config}.leases`, `pidfile ${config}.pid`, 'interface eth0', 'auto_time 0']
        writeFileSync(config, [...files, ...lines].join('\n'))
        writeFileSync(`${config}.leases`, '')
        // It asks by ARP for 10 milliseconds whether an address is free, instead of two seconds.
        const server = startIn(servers, netTool('busybox', 'udhcpd', '-f', '-a', 10, config), 'ignore')
        running.push(server)
        return server
      },
    })
  } finally {
    for (const server of running) await server.end('SIGKILL')
    for (const namespace of [clients, servers]) namespace.remove()
    rmSync(folder, { recursive: true })
  }
}

const pool = (last: number) => [
  ...[`start 10.9.0.${last}`, `end 10.9.0.${last}`, `option lease ${LEASE_SECONDS}`],
  ...['option subnet 255.255.255.0', 'option router 10.9.0.1', 'option dns 10.9.0.53 10.9.0.54'],
]

/** Returns the address and the options of a lease that the client printed. */
async function leaseOf(client: Running): Promise<{ address: string; options: Record<string, unknown> }> {
  const [, address = '', json = ''] = /^(\S+) (.*)$/.exec(await client.line()) ?? []
  const options = JSON.parse(json) as { type: string; value: unknown }[]
  return { address, options: Object.fromEntries(options.map(({ type, value }) => [type, value])) }
}

/** Reads the DHCP messages of clients that pass the bridge as broadcasts. */
function broadcastsOf(spy: TunTap): Layer<'dhcp'>[] {
  return spy
    .readBatch()
    .flatMap((frame) => tryDecodePacket(frame).layers)
    .filter((layer) => layer.layer === 'dhcp' && layer.op === 1) as Layer<'dhcp'>[]
}

test('gets a lease, answers for its address, and renews it', () =>
  withScene(async ({ clients, servers, serve }) => {
    const server = serve(...pool(100))
    const client = startExample(clients, 'dhcp-client.ts', 'tap0')
    try {
      const lease = await leaseOf(client)
      assert.is(lease.address, '10.9.0.100')
      const { messageType, subnetMask, routers, dnsServers, leaseTime, serverId } = lease.options
      assert.equal(
        [messageType, subnetMask, routers, dnsServers, leaseTime, serverId],
        [DHCP_MESSAGE.ACK, '255.255.255.0', ['10.9.0.1'], ['10.9.0.53', '10.9.0.54'], LEASE_SECONDS, '10.9.0.1'],
      )
      await ping(servers, lease.address, 3)

      // Two renewals, for whose unicasts the server must find the client by ARP.
      for (let i = 0; i < 2; i++) assert.equal(await leaseOf(client), lease)

      // Without a server the address is given up, and a new server is found.
      await server.end('SIGKILL')
      serve(...pool(101))
      const addresses = [(await leaseOf(client)).address]
      while (addresses.at(-1) === lease.address) addresses.push((await leaseOf(client)).address)
      assert.is(addresses.at(-1), '10.9.0.101')
    } finally {
      await client.end('SIGTERM')
    }
  }))

test('repeats its message until a server answers', () =>
  withScene(async ({ clients, serve }) => {
    using spy = TunTap.attach({ mode: 'tap', name: 'spy', netns: clients.path })
    const client = startExample(clients, 'dhcp-client.ts', 'tap0')
    try {
      const messages: Layer<'dhcp'>[] = []
      await until('a second message', () => messages.push(...broadcastsOf(spy)) >= 2)
      const [first, second] = messages
      assert.is(first && optionValue(first.options, 'messageType'), DHCP_MESSAGE.DISCOVER)
      assert.equal(second, first)
      serve(...pool(100))
      assert.is((await leaseOf(client)).address, '10.9.0.100')
    } finally {
      await client.end('SIGTERM')
    }
  }))

test.run()
