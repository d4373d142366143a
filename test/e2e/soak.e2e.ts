import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import * as assert from 'uvu/assert'
import { Attachment } from '../cni-tap/attachment.js'
import { plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { provided } from './environment.js'
import { Worker } from './worker.js'

const test = suiteNeeding('e2e: soak', 'netns', 'tun', 'cniPlugins')

interface Options {
  readonly cycles: number
  readonly workers: number
  /** Instead of a number of cycles. */
  readonly seconds?: number
}

const { cycles, workers, seconds }: Options = JSON.parse(provided('NETLOOM_SOAK'))

/** Returns a function that is true while another cycle should begin. */
function budget(): () => boolean {
  const begun = performance.now()
  let left = cycles
  return () => (seconds === undefined ? left-- > 0 : performance.now() - begun < seconds * 1000)
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? ''
  } catch {
    return '' // it has ended
  }
}

/** Returns the processes of this suite that run the plugin or an IPAM plugin. */
const processes = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((command) => command === plugin[0] || command.endsWith('/host-local'))

const descriptors = () => readdirSync('/proc/self/fd').length

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0

const network = new Attachment()
const crew = Array.from(
  { length: workers },
  (_, number) => new Worker(number, network.config(network.hostLocal('10.1.0.0/16'))),
)
const before = { files: readdirSync(tmpdir()), descriptors: descriptors() }

test.after(() => {
  for (const each of [...crew, network]) each[Symbol.dispose]()
})

test(`${seconds === undefined ? `${cycles} cycles` : `${seconds} seconds`} with ${workers} workers`, async () => {
  const goesOn = budget()
  const results = await Promise.allSettled(
    crew.map(async (worker) => {
      while (goesOn()) await worker.cycle()
    }),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
  const durations = crew.flatMap((worker) => worker.durations)
  assert.ok(durations.length >= workers, `expected each worker to finish a cycle, got ${durations.length} cycles`)
  console.log(`\nNOTE: ${durations.length} cycles, median of ADD ${median(durations).toFixed(1)} ms`)
})

test('no device, route or table is left in a pod', () => {
  for (const worker of crew) assert.equal(worker.leftovers(), [], `pod ${worker.number}`)
})

test('no address is reserved', () => assert.equal(network.reservations(), []))

test('no file, descriptor or process is left', async () => {
  assert.equal(readdirSync(tmpdir()), before.files)
  await until('the processes of plugins to end', () => processes().length === 0)
  await until('the descriptors to be closed', () => descriptors() <= before.descriptors)
})

test('ADD becomes no slower', () => {
  const quarter = (from: number) =>
    median(crew.flatMap(({ durations }) => durations.slice(durations.length * from, durations.length * (from + 0.25))))
  const [first, last] = [quarter(0), quarter(0.75)]
  assert.ok(last < 4 * first, `ADD took ${first.toFixed(1)} ms at first, and ${last.toFixed(1)} ms in the end`)
})

test.run()
