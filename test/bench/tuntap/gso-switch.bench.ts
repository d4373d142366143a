import { type Namespace, scratch } from '../../support/netns.js'
import { type Running, startIn } from '../../tuntap/example.js'
import { compareTraffic, type Path, runtimes, withProgram } from './traffic.js'

// TCP between two hosts through examples/learning-switch.ts, which passes on super-frames, compared with the same switch in C.

const PORTS = ['tap0', 'tap1'] as const
const inC = 'read(2) and write(2) in C'

/** Moves each port of a switch into the namespace of a host. */
function connectHosts(namespace: Namespace, hosts: readonly Namespace[]): void {
  for (const [index, host] of hosts.entries()) {
    const port = PORTS[index] as string
    namespace.ip('link', 'set', port, 'address', `02:00:00:00:00:0${index + 1}`, 'netns', host.name)
    host.ip('address', 'add', `10.9.0.${index + 1}/24`, 'dev', port)
    host.ip('link', 'set', port, 'up')
  }
}

await withProgram('tunnels', async (program) => {
  const { Node, Bun } = await runtimes()
  const commands: Readonly<Record<string, string[]>> = {
    [inC]: [program, 'switch'],
    'learning-switch.ts on Node': [...Node('learning-switch.ts'), '--offload'],
    'learning-switch.ts on Bun': [...Bun('learning-switch.ts'), '--offload'],
  }
  const namespaces: Namespace[] = []
  const running: Running[] = []
  const add = () => {
    const namespace = scratch()
    namespaces.push(namespace)
    return namespace
  }
  try {
    const paths: Path[] = []
    for (const [name, command] of Object.entries(commands)) {
      const [middle, from, to] = [add(), add(), add()]
      for (const port of PORTS) middle.ip('tuntap', 'add', port, 'mode', 'tap', 'vnet_hdr')
      const program = startIn(middle, [...command, ...PORTS])
      running.push(program)
      await program.line()
      connectHosts(middle, [from, to])
      paths.push({ name, programs: [program], hosts: [from, to], address: '10.9.0.2' })
    }
    const bars = ['Node', 'Bun'].map((runtime) => ({
      of: `learning-switch.ts on ${runtime}`,
      against: inC,
      timeAtMost: 1.4,
    }))
    await compareTraffic({ name: 'a switch that passes on super-frames', megabytes: 500 }, paths, bars)
  } finally {
    for (const program of running) await program.end('SIGKILL')
    for (const namespace of namespaces) namespace.remove()
  }
})
