import { spawnSync } from 'node:child_process'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { conntrackCommand } from '../../support/conntrack.js'
import { inScratch } from '../../support/netns.js'
import { type Contender, compare } from '../../support/rounds.js'

// Lists tracked connections. conntrack is a process, whose start counts. The library runs in this process.

const CONNECTIONS = 10_000

await inScratch(async (namespace) => {
  using nl = Netlink.open({ netns: namespace.path })
  for (let index = 0; index < CONNECTIONS; index++)
    nl.conntrack.createSync({
      ...{ protocol: 'tcp', state: 'established', timeout: 10_000, status: ['ASSURED', 'SEEN_REPLY'] },
      original: { src: '10.0.0.1', dst: `10.1.${index >> 8}.${index & 255}`, sport: 4000, dport: 443 },
    })

  const list: Contender = {
    name: 'conntrack.listSync()',
    round() {
      const before = process.cpuUsage()
      const found = nl.conntrack.listSync()
      const { user, system } = process.cpuUsage(before)
      assert.is(found.length, CONNECTIONS)
      return (user + system) / 1000
    },
  }
  const theirs: Contender = {
    name: 'conntrack -L',
    round() {
      const command = `TIMEFORMAT="%3U %3S"; time ${conntrackCommand('-L').join(' ')}`
      const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', namespace.name, 'bash', '-c', command], {
        ...{ encoding: 'utf8', maxBuffer: 1 << 26 },
      })
      const [, user, system] = stderr.match(/^([\d.]+) ([\d.]+)$/m) ?? []
      if (status !== 0) throw new Error(`conntrack: ${stderr}`)
      assert.is(stdout.match(/dport=443 /g)?.length, CONNECTIONS)
      return (Number(user) + Number(system)) * 1000
    },
  }
  // The first calls run unoptimized code.
  for (let call = 0; call < 40; call++) nl.conntrack.listSync()
  await compare(
    { name: `${CONNECTIONS.toLocaleString('en')} connections, listed: CPU time`, units: [CONNECTIONS, 'connections'] },
    [theirs, list],
    [{ of: list.name, against: theirs.name, timeAtMost: 1.5 }],
  )
})
