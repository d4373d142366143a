import { spawnSync } from 'node:child_process'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../../support/netns.js'
import { type Contender, compare } from '../../support/rounds.js'

// Lists filters. tc is a process, whose start counts. The library runs in this process.

const FILTERS = 2000

const addressOf = (index: number) => `10.0.${index >> 8}.${index & 255}`

await inScratch(async (namespace) => {
  using nl = Netlink.open({ netns: namespace.path })
  await nl.qdisc.add({ dev: 'lo', kind: 'clsact' })
  for (let index = 0; index < FILTERS; index++)
    nl.filter.addSync({
      ...{ dev: 'lo', parent: 'ingress', protocol: 'ip', priority: 1, kind: 'u32' },
      options: { match: { ip: { src: addressOf(index) } } },
      // A kernel may lack gact.
      actions: [{ kind: 'mirred', options: { egress: 'redirect', dev: 'lo' } }],
    })
  const place = { dev: 'lo', parent: 'ingress' } as const

  const list: Contender = {
    name: 'filter.listSync()',
    round() {
      const before = process.cpuUsage()
      const filters = nl.filter.listSync(place)
      const { user, system } = process.cpuUsage(before)
      assert.is(filters.filter(({ actions }) => actions !== undefined).length, FILTERS)
      return (user + system) / 1000
    },
  }
  const theirs: Contender = {
    name: 'tc -j filter show',
    round() {
      const command = 'TIMEFORMAT="%3U %3S"; time tc -j filter show dev lo ingress'
      const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', namespace.name, 'bash', '-c', command], {
        ...{ encoding: 'utf8', maxBuffer: 1 << 26 },
      })
      const [, user, system] = stderr.match(/^([\d.]+) ([\d.]+)$/m) ?? []
      if (status !== 0) throw new Error(`tc: ${stderr}`)
      assert.is(stdout.match(/"kind":"mirred"/g)?.length, FILTERS)
      return (Number(user) + Number(system)) * 1000
    },
  }
  // The first calls run unoptimized code.
  for (let call = 0; call < 80; call++) nl.filter.listSync(place)
  await compare(
    { name: `${FILTERS.toLocaleString('en')} filters, listed: CPU time`, units: [FILTERS, 'filters'] },
    [theirs, list],
    [{ of: list.name, against: theirs.name, timeAtMost: 1.5 }],
  )
})
