import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Connection } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../../support/netns.js'
import { printRows, type Verdict } from '../../support/rounds.js'
import { addUplink, batchFile, device } from './routes.js'

// Monitors 50,000 changes of addresses that another process makes. One listener keeps up. The other has a tiny buffer and
// sleeps, so that the kernel must drop events. The events are compared with the changes: every gap must be reported.

const CHANGES = 50_000

/** Number of addresses at one time. Adding an address visits all addresses of the link, so few are faster. */
const AT_A_TIME = 250

const changes: readonly string[] = Array.from({ length: CHANGES }, (_, index) => {
  const block = Math.floor(index / (2 * AT_A_TIME))
  const place = index % AT_A_TIME
  const verb = index % (2 * AT_A_TIME) < AT_A_TIME ? 'add' : 'del'
  return `${verb} 172.16.${block}.${place + 1}`
})

/** Address whose change ends the listener. */
const last = '192.0.2.1'

/** Checks that the received events are in order and without duplicates. Returns how many are missing, and in how many gaps. */
function compareWithChanges(received: readonly string[]): { lost: number; gaps: number } {
  let [at, gaps] = [0, 0]
  for (const each of received) {
    const found = changes.indexOf(each, at)
    assert.is.not(found, -1, `expected ${each} after ${changes[at - 1]}, or not at all`)
    if (found > at) gaps++
    at = found + 1
  }
  if (at < changes.length) gaps++
  return { lost: changes.length - received.length, gaps }
}

async function listen(namespace: Namespace, file: string, options: { receiveBuffer?: number }, sleeps: boolean) {
  const netlink = Connection.open({ netns: namespace.path })
  const monitor = netlink.monitor(['IPV4_IFADDR'], options)
  const start = performance.now()
  const changer = spawn('ip', ['-n', namespace.name, '-batch', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(changer, 'exit').then(async ([code]) => {
    assert.is(code, 0, 'ip -batch')
    const changed = performance.now() - start
    // Added only now, so that a buffer that was full has room for it.
    if (sleeps) await sleep(100)
    namespace.ip('addr', 'add', `${last}/32`, 'dev', device)
    return changed
  })
  const received: string[] = []
  let overruns = 0
  for await (const event of monitor) {
    if (event.type === 'overrun') overruns++
    else if (event.type === 'RTM_NEWADDR' || event.type === 'RTM_DELADDR') {
      const { local = '' } = event.message.attrs
      if (local === last) break
      received.push(`${event.type === 'RTM_NEWADDR' ? 'add' : 'del'} ${local}`)
    } else assert.unreachable(`expected events about addresses, got ${event.type}`)
    if (sleeps && received.length % 1000 === 0) await sleep(20)
  }
  const ms = performance.now() - start
  const changed = await ended
  namespace.ip('addr', 'del', `${last}/32`, 'dev', device)
  netlink.close()
  return { received, overruns, ms, changed }
}

/** Returns a row of the table. The kernel reports at least one overrun per gap. */
function row(name: string, { received, overruns, ms, changed }: Awaited<ReturnType<typeof listen>>) {
  const { lost, gaps } = compareWithChanges(received)
  assert.ok(gaps <= overruns, `${name}: events were lost in ${gaps} gaps, but only ${overruns} overruns were reported`)
  const unreported: Verdict = {
    what: 'unreported gaps',
    measured: gaps - Math.min(gaps, overruns),
    demand: 'none',
    holds: true,
  }
  const counts = `${received.length.toLocaleString('en')} events, ${overruns} overruns; ${lost.toLocaleString('en')} lost in ${gaps} gaps`
  const text = `${counts}; changed in ${changed.toFixed(0)} ms, received in ${ms.toFixed(0)} ms`
  return { ...{ group: 'monitor', name, events: received.length, overruns, lost, gaps, text }, verdicts: [unreported] }
}

await inScratch(async (namespace) => {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bench-'))
  try {
    addUplink(namespace)
    const lines = changes.map((change) => {
      const [verb, address] = change.split(' ')
      return `addr ${verb} ${address}/32 dev ${device}`
    })
    const file = batchFile(folder, 'changes', lines)
    const keeping = await listen(namespace, file, {}, false)
    const sleeping = await listen(namespace, file, { receiveBuffer: 16 * 1024 }, true)
    assert.ok(sleeping.overruns > 0, 'expected a tiny buffer to overrun')
    printRows(`${CHANGES.toLocaleString('en')} changes of addresses by another process, monitored`, [
      row('with the default buffer', keeping),
      row('with 16 KiB, sleeping at times', sleeping),
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
