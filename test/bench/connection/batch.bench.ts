import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Connection } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../../support/netns.js'
import { type Bar, type Contender, compare } from '../../support/rounds.js'
import { addUplink, batchFile, destination, device, gateway, MAIN, routeLines } from './routes.js'

// Adds 100,000 routes: with our batches, and with `ip -batch`.

const COUNT = 100_000

const ip = 'ip -batch, a whole process'
const names = { each: 'batch, each acknowledged', failures: 'batch, only failures acknowledged' }
const bars: readonly Bar[] = Object.values(names).map((of) => ({ of, against: ip, timeAtMost: 1 }))

/** Checks before a round that no routes exist, and after it that all do. Neither check is measured. */
function checked(name: string, netlink: Connection, namespace: Namespace, add: () => void): Contender {
  const ofMain = () => netlink.dumpSync('RTM_GETROUTE', { family: 2, attrs: { table: MAIN } })
  return {
    name,
    round() {
      // Taking the link down deletes its routes. Taking it up adds the route to its own network.
      for (const state of ['down', 'up']) namespace.ip('link', 'set', device, state)
      assert.is(ofMain().length, 1, `${name}: routes before`)
      const start = performance.now()
      add()
      const ms = performance.now() - start
      const routes = ofMain()
      assert.is(routes.length, COUNT + 1, `${name}: routes after`)
      for (const index of [0, COUNT >> 1, COUNT - 1]) {
        const found = routes.filter(({ attrs }) => attrs.dst === destination(index))
        assert.equal(
          found.map(({ dstLen, attrs }) => [dstLen, attrs.gateway]),
          [[32, gateway]],
          `${name}: ${destination(index)}`,
        )
      }
      return ms
    },
  }
}

function addInBatches(netlink: Connection, oif: number, acks: 'each' | 'failures'): void {
  const batch = netlink.batch({ acks })
  const header = { family: 2, dstLen: 32, table: MAIN, protocol: 3, scope: 0, type: 1 }
  for (let index = 0; index < COUNT; index++) {
    const attrs = { dst: destination(index), gateway, oif }
    batch.add('RTM_NEWROUTE', { ...header, attrs }, { create: true, excl: true })
  }
  const { items, failures, first } = batch.sendSync()
  assert.is(failures, 0, String(first?.error))
  assert.is(items.filter(({ state }) => state === 'done').length, COUNT)
}

await inScratch(async (namespace) => {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  const netlink = Connection.open({ netns: namespace.path })
  try {
    addUplink(namespace)
    const [{ ifindex }] = namespace.ip('link', 'show', device)
    const file = batchFile(folder, 'routes', routeLines(COUNT))
    const runIp = () => {
      const { status } = spawnSync('ip', ['-n', namespace.name, '-batch', file], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
      assert.is(status, 0, ip)
    }
    const contender = (name: string, add: () => void) => checked(name, netlink, namespace, add)
    await compare(
      { name: `${COUNT.toLocaleString('en')} IPv4 routes, added`, units: [COUNT, 'routes'] },
      [
        contender(ip, runIp),
        contender(names.each, () => addInBatches(netlink, ifindex, 'each')),
        contender(names.failures, () => addInBatches(netlink, ifindex, 'failures')),
      ],
      bars,
    )
  } finally {
    netlink.close()
    rmSync(folder, { recursive: true })
  }
})
