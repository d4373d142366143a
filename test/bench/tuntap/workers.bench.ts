import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { inScratch, type Namespace } from '../../support/netns.js'
import { compare } from '../../support/rounds.js'
import { addPair, addTap } from './devices.js'
// @ts-expect-error: JavaScript without types
import { roundTrips } from './work.mjs'

// Readiness in a worker compared with the main thread, and two workers that write to two queues compared with one.

const TRIPS = 1000
const WRITES = 64 * 400

interface Work {
  readonly work: 'roundTrips' | 'writes'
  readonly names: readonly string[]
  readonly count: number
}

/** Starts a worker. Returns a function that makes it do its work once. */
async function startWorker({ path: netns }: Namespace, work: Work) {
  const worker = new Worker(new URL('work.mjs', import.meta.url), { workerData: { netns, ...work } })
  await once(worker, 'message')
  return {
    worker,
    async run() {
      worker.postMessage('run')
      await once(worker, 'message')
    },
  }
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return performance.now() - start
}

async function compareRoundTrips(namespace: Namespace): Promise<void> {
  const [main, inWorker] = ['in the main thread', 'in a worker']
  const run = roundTrips(namespace.path, addPair(namespace, 'main'), TRIPS)
  const other = await startWorker(namespace, { work: 'roundTrips', names: addPair(namespace, 'worker'), count: TRIPS })
  await compare(
    { name: 'write() to one device, and frames() of another one', units: [TRIPS, 'round trips'] },
    [
      { name: main, round: () => timed(run) },
      { name: inWorker, round: () => timed(other.run) },
    ],
    [{ of: inWorker, against: main, timeAtMost: 1.2 }],
  )
  await other.worker.terminate()
}

async function compareQueues(namespace: Namespace): Promise<void> {
  const [one, two] = ['one worker', 'two workers, half of the frames each']
  const names = [addTap(namespace, 'queues', 'multi_queue')]
  const start = (count: number) => startWorker(namespace, { work: 'writes', names, count })
  const [all, ...halves] = [await start(WRITES), await start(WRITES / 2), await start(WRITES / 2)]
  await compare(
    { name: 'writeBatch() to the queues of one device', units: [WRITES, 'frames'] },
    [
      { name: one, round: () => timed(all.run) },
      { name: two, round: () => timed(() => Promise.all(halves.map(({ run }) => run()))) },
    ],
    [{ of: two, against: one, rateAtLeast: 1.5 }],
  )
  for (const { worker } of [all, ...halves]) await worker.terminate()
}

await inScratch(async (namespace) => {
  await compareRoundTrips(namespace)
  await compareQueues(namespace)
})
process.exit()
