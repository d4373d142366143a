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

/**
 * 50,000 changes of addresses by another process, heard: by one that keeps up, and by one that has a tiny buffer and sleeps, so
 * that the kernel must drop some. What was heard is compared with what was done: nothing may be missing untold.
 */

const CHANGES = 50_000

/** Adding goes through all addresses of the link; so there are never many. */
const AT_A_TIME = 250

const changes: readonly string[] = Array.from({ length: CHANGES }, (_, index) => {
  const block = Math.floor(index / (2 * AT_A_TIME))
  const place = index % AT_A_TIME
  const verb = index % (2 * AT_A_TIME) < AT_A_TIME ? 'add' : 'del'
  return `${verb} 172.16.${block}.${place + 1}`
})

/** The change that tells the listener that no more will come. */
const last = '192.0.2.1'

/** What was heard is to be in its order, and each once. Tells how many are missing, and in how many places. */
function compareWithChanges(heard: readonly string[]): { lost: number; gaps: number } {
  let [at, gaps] = [0, 0]
  for (const each of heard) {
    const found = changes.indexOf(each, at)
    assert.is.not(found, -1, `expected ${each} after ${changes[at - 1]}, or not at all`)
    if (found > at) gaps++
    at = found + 1
  }
  if (at < changes.length) gaps++
  return { lost: changes.length - heard.length, gaps }
}

async function listen(namespace: Namespace, file: string, options: { receiveBuffer?: number }, sleeps: boolean) {
  const netlink = Connection.open({ netns: namespace.path })
  const monitor = netlink.monitor(['IPV4_IFADDR'], options)
  const start = performance.now()
  const changer = spawn('ip', ['-n', namespace.name, '-batch', file], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(changer, 'exit').then(async ([code]) => {
    assert.is(code, 0, 'ip -batch')
    const changed = performance.now() - start
    // Only now, so that there is room for it in a buffer that was full.
    if (sleeps) await sleep(100)
    namespace.ip('addr', 'add', `${last}/32`, 'dev', device)
    return changed
  })
  const heard: string[] = []
  let overruns = 0
  for await (const event of monitor) {
    if (event.type === 'overrun') overruns++
    else if (event.type === 'RTM_NEWADDR' || event.type === 'RTM_DELADDR') {
      const { local = '' } = event.message.attrs
      if (local === last) break
      heard.push(`${event.type === 'RTM_NEWADDR' ? 'add' : 'del'} ${local}`)
    } else assert.unreachable(`expected news of addresses, got ${event.type}`)
    if (sleeps && heard.length % 1000 === 0) await sleep(20)
  }
  const ms = performance.now() - start
  const changed = await ended
  namespace.ip('addr', 'del', `${last}/32`, 'dev', device)
  netlink.close()
  return { heard, overruns, ms, changed }
}

/** The kernel tells of each place where it dropped something by an overrun, and of none twice. */
function row(name: string, { heard, overruns, ms, changed }: Awaited<ReturnType<typeof listen>>) {
  const { lost, gaps } = compareWithChanges(heard)
  assert.ok(gaps <= overruns, `${name}: ${gaps} times events were lost, ${overruns} times that was told`)
  const untold: Verdict = {
    what: 'gaps untold',
    measured: gaps - Math.min(gaps, overruns),
    demand: 'none',
    holds: true,
  }
  const counts = `${heard.length.toLocaleString('en')} events, ${overruns} overruns; ${lost.toLocaleString('en')} lost in ${gaps} gaps`
  const text = `${counts}; made in ${changed.toFixed(0)} ms, heard in ${ms.toFixed(0)} ms`
  return { ...{ group: 'monitor', name, events: heard.length, overruns, lost, gaps, text }, verdicts: [untold] }
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
    printRows(`${CHANGES.toLocaleString('en')} changes of addresses by another process, heard`, [
      row('with the usual buffer', keeping),
      row('with 16 KiB, asleep now and then', sleeping),
    ])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
