import { spawnSync } from 'node:child_process'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../../support/netns.js'
import { nftCommand } from '../../support/nft.js'
import { type Contender, compare } from '../../support/rounds.js'

// Lists and adds elements of a set. nft is a process, whose start counts. The library runs in this process.

const LISTED = 5000
const ADDED = 10_000

const addressesOf = (count: number) =>
  Array.from({ length: count }, (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`)

await inScratch(async (namespace) => {
  using nl = Netlink.open({ netns: namespace.path })
  const listed = { table: 't', name: 'listed' } as const
  nl.nft.transactionSync((t) => {
    t.addTable({ name: 't' })
    t.addSet({ ...listed, type: 'ipv4_addr', elements: addressesOf(LISTED) })
    t.addSet({ table: 't', name: 'added', type: 'ipv4_addr' })
  })
  const flush = () => nl.nft.transactionSync((t) => t.flushSet({ table: 't', name: 'added' }))
  const count = (name: string) => nl.nft.elementsSync({ table: 't', name }).length

  /** Runs nft in the namespace. Returns its output and its CPU time, as bash reports it. */
  function nft(args: readonly string[], input = ''): { readonly output: string; readonly cpu: number } {
    const program = ['-c', 'TIMEFORMAT="%3U %3S"; time "$@"', 'bash', ...nftCommand('sid', ...args)]
    const { status, stdout, stderr } = spawnSync('ip', ['netns', 'exec', namespace.name, 'bash', ...program], {
      ...{ encoding: 'utf8', input, maxBuffer: 1 << 26 },
    })
    const [, user, system] = stderr.match(/^([\d.]+) ([\d.]+)$/m) ?? []
    if (status !== 0) throw new Error(`nft ${args}: ${stderr}`)
    return { output: stdout, cpu: (Number(user) + Number(system)) * 1000 }
  }

  const list: Contender = {
    name: 'elementsSync()',
    round() {
      const before = process.cpuUsage()
      const { length } = nl.nft.elementsSync(listed)
      const { user, system } = process.cpuUsage(before)
      assert.is(length, LISTED)
      return (user + system) / 1000
    },
  }
  const theirList: Contender = {
    name: 'nft -j list set',
    round() {
      const { output, cpu } = nft(['-j', 'list', 'set', 'inet', 't', 'listed'])
      assert.ok(output.includes('10.0.19.135'))
      return cpu
    },
  }
  // The first calls run unoptimized code.
  for (let call = 0; call < 20; call++) nl.nft.elementsSync(listed)
  await compare(
    { name: `${LISTED.toLocaleString('en')} elements of a set, listed: CPU time`, units: [LISTED, 'elements'] },
    [theirList, list],
    [{ of: list.name, against: theirList.name, timeAtMost: 1.5 }],
  )

  const elements = addressesOf(ADDED)
  const adding: Contender = {
    name: 'transactionSync()',
    round() {
      flush()
      const start = performance.now()
      nl.nft.transactionSync((t) => t.addElements({ table: 't', set: 'added', elements }))
      const time = performance.now() - start
      assert.is(count('added'), ADDED)
      return time
    },
  }
  const script = `add element inet t added { ${elements.join(', ')} }\n`
  const theirAdding: Contender = {
    name: 'nft -f',
    round() {
      flush()
      const start = performance.now()
      nft(['-f', '-'], script)
      const time = performance.now() - start
      assert.is(count('added'), ADDED)
      return time
    },
  }
  await compare(
    { name: `${ADDED.toLocaleString('en')} elements added to a set`, units: [ADDED, 'elements'] },
    [theirAdding, adding],
    [{ of: adding.name, against: theirAdding.name, timeAtMost: 1 }],
  )
})
