import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { Netlink, type SocketFilter } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../../support/netns.js'
import { type Contender, compare } from '../../support/rounds.js'

// Lists sockets. ss is a process, whose start counts. The library runs in this process.

const CONNECTIONS = 5000

/** Opens connections, each of which has two sockets, and keeps them until its input ends. */
const program = `
import resource, socket, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (${4 * CONNECTIONS}, ${4 * CONNECTIONS}))
server = socket.socket()
server.bind(("127.0.0.1", 8000))
server.listen(128)
kept = []
for _ in range(${CONNECTIONS}):
    kept.append(socket.create_connection(("127.0.0.1", 8000)))
    kept.append(server.accept()[0])
print("open", flush=True)
sys.stdin.read()
`

await inScratch(async (namespace) => {
  namespace.ip('link', 'set', 'lo', 'up')
  const owner = spawn('ip', ['netns', 'exec', namespace.name, 'python3', '-c', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await once(owner.stdout, 'data')
  using nl = Netlink.open({ netns: namespace.path })
  const sockets = 2 * CONNECTIONS

  const list = (name: string, filter: SocketFilter<'tcp'>): Contender => ({
    name,
    round() {
      const before = process.cpuUsage()
      const found = nl.sockets.listSync(filter)
      // The details are decoded when they are read: one member is enough.
      if (filter.info) for (const { tcp } of found) assert.ok(tcp && tcp.rtt >= 0)
      const { user, system } = process.cpuUsage(before)
      assert.is(found.length, sockets)
      return (user + system) / 1000
    },
  })
  const ss = (options: string): Contender => ({
    name: `ss ${options}`,
    round() {
      const command = `TIMEFORMAT="%3U %3S"; time ss ${options} state established`
      const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', namespace.name, 'bash', '-c', command], {
        ...{ encoding: 'utf8', maxBuffer: 1 << 26 },
      })
      const [, user, system] = stderr.match(/^([\d.]+) ([\d.]+)$/m) ?? []
      if (status !== 0) throw new Error(`ss: ${stderr}`)
      assert.is(stdout.match(/127\.0\.0\.1:8000/g)?.length, sockets)
      return (Number(user) + Number(system)) * 1000
    },
  })
  const filter = { protocol: 'tcp', state: 'established' } as const
  for (const [options, more] of [
    ['-HtnO', {}],
    ['-HtniO', { info: true }],
  ] as const) {
    const ours = list(`sockets.listSync(${JSON.stringify(more)})`, { ...filter, ...more })
    const theirs = ss(options)
    // The first calls run unoptimized code.
    for (let call = 0; call < 10; call++) nl.sockets.listSync({ ...filter, ...more })
    await compare(
      { name: `${sockets.toLocaleString('en')} sockets, listed: CPU time`, units: [sockets, 'sockets'] },
      [theirs, ours],
      [{ of: ours.name, against: theirs.name, timeAtMost: 1.5 }],
    )
  }
  owner.stdin.end()
  await once(owner, 'exit')
})
