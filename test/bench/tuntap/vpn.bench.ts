import { type Running, startIn } from '../../tuntap/example.js'
import { inner, outer, twoHosts } from '../../tuntap/tunnel.js'
import { compareTraffic, type Path, runtimes, withProgram } from './traffic.js'

// TCP through the VPNs of the examples, compared with a VPN in C that passes on one packet with each system call.

const inC = 'read(2) and send(2) in C'

await withProgram('tunnels', async (program) => {
  const { Node, Bun } = await runtimes()
  const commands: Readonly<Record<string, string[]>> = {
    [inC]: [program, 'vpn'],
    'vpn.ts on Node': Node('vpn.ts'),
    'vpn.ts on Bun': Bun('vpn.ts'),
    'vpn-offload.ts on Node': Node('vpn-offload.ts'),
    'vpn-offload.ts on Bun': Bun('vpn-offload.ts'),
  }
  const links: Disposable[] = []
  const running: Running[] = []
  try {
    const paths: Path[] = []
    for (const [name, command] of Object.entries(commands)) {
      const link = twoHosts()
      links.push(link)
      const { hosts } = link
      const programs: Running[] = []
      for (const [index, host] of hosts.entries()) {
        const [local, remote] = index === 0 ? outer.ipv4 : [...outer.ipv4].reverse()
        programs.push(startIn(host, [...command, 'tun0', local as string, remote as string]))
        host.ip('link', 'set', 'tun0', 'up', 'mtu', 1500 - 28)
      }
      running.push(...programs)
      for (const program of programs) await program.line()
      paths.push({ name, programs, hosts, address: inner.ipv4[1] })
    }
    const bars = ['Node', 'Bun'].map((runtime) => ({
      of: `vpn-offload.ts on ${runtime}`,
      against: inC,
      timeAtMost: 0.35,
    }))
    await compareTraffic({ name: 'two VPNs', megabytes: 200 }, paths, bars)
  } finally {
    for (const program of running) await program.end('SIGKILL')
    for (const link of links) link[Symbol.dispose]()
  }
})
