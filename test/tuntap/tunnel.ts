import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { netTool } from '../support/net-tools.js'
import { type Namespace, scratch } from '../support/netns.js'
import { startIn } from './example.js'

/** Addresses of the hosts on the link between them, and in the tunnel. */
export const outer = { ipv4: ['192.0.2.1', '192.0.2.2'], ipv6: ['2001:db8::1', '2001:db8::2'] } as const
export const inner = { ipv4: ['10.8.0.1', '10.8.0.2'], ipv6: ['fd08::1', 'fd08::2'] } as const

export type Family = keyof typeof outer

/** Two namespaces that a veth pair connects, each with a persistent device `tun0` for a VPN. */
export interface TwoHosts extends Disposable {
  readonly hosts: readonly [Namespace, Namespace]
}

export function twoHosts(): TwoHosts {
  const hosts = [scratch(), scratch()] as const
  const [a, b] = hosts
  const remove = () => {
    for (const host of hosts) host.remove()
  }
  try {
    a.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', b.name)
    for (const [index, host] of hosts.entries()) {
      host.ip('tuntap', 'add', 'tun0', 'mode', 'tun')
      // The queue holds what a TCP connection has in flight: see docs/vpn.md.
      host.ip('link', 'set', 'tun0', 'txqueuelen', 5000)
      for (const [device, addresses] of [
        ['eth0', outer],
        ['tun0', inner],
      ] as const) {
        host.ip('address', 'add', `${addresses.ipv4[index]}/24`, 'dev', device)
        host.ip('address', 'add', `${addresses.ipv6[index]}/64`, 'dev', device, 'nodad')
      }
      for (const device of ['lo', 'eth0']) host.ip('link', 'set', device, 'up')
    }
  } catch (error) {
    remove()
    throw error
  }
  return { hosts, [Symbol.dispose]: remove }
}

/** Result of a TCP transfer. */
export interface Transfer {
  readonly bytes: number
  readonly seconds: number
  /** Segments that were sent again. */
  readonly retransmits: number
}

const run = promisify(execFile)

/** Sends bytes over TCP from one host to an address of another one, with iperf3. */
export async function transfer(
  [from, to]: readonly [Namespace, Namespace],
  address: string,
  ...args: (string | number)[]
): Promise<Transfer> {
  const server = startIn(to, netTool('iperf3', '-s', '--one-off', '--forceflush'))
  try {
    while (!(await server.line()).startsWith('Server listening'));
    const client = netTool('iperf3', '-c', address, '-J', ...args)
    const { stdout } = await run('ip', ['netns', 'exec', from.name, ...client], { maxBuffer: 2 ** 26 })
    const { bytes, seconds, retransmits } = JSON.parse(stdout).end.sum_sent
    await server.exit
    return { bytes, seconds, retransmits }
  } finally {
    await server.end('SIGKILL')
  }
}
