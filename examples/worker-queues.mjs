// An echo host with one worker per queue of a tap. The kernel assigns each flow to a queue, and each worker reads only its own.
//
//   node examples/worker-queues.mjs tap0 10.0.0.2 2
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { TunTap } from '@netloom/tuntap'
import { EchoHost } from './echo-host.mjs'

async function main([name = 'tap0', address = '10.0.0.2', queues = '2']) {
  // A descriptor of the main thread would be a queue that is never read. So the device has to remain without one.
  TunTap.create({ mode: 'tap', name, multiQueue: true, persist: true }).close()
  const workers = Array.from(
    { length: Number(queues) },
    () => new Worker(new URL(import.meta.url), { workerData: { name, address } }),
  )
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  process.once('SIGINT', () => {
    for (const worker of workers) worker.postMessage('end')
  })
  console.log('ready')

  const counts = await Promise.all(workers.map((worker) => once(worker, 'message')))
  console.log(`frames of the queues: ${counts.join(', ')}`)
  const tap = TunTap.attach({ mode: 'tap', name, multiQueue: true })
  tap.setPersist(false)
  tap.close()
}

async function answerQueue(name, address) {
  const tap = TunTap.attach({ mode: 'tap', name, multiQueue: true })
  const host = new EchoHost(address)
  // Closing the descriptor ends the loop.
  parentPort.once('message', () => tap.close())
  parentPort.postMessage('ready')

  let count = 0
  for await (const batch of tap.batches()) {
    count += batch.length
    tap.writeBatch(batch.filter((frame) => host.answer(frame)))
  }
  parentPort.postMessage(count)
}

if (isMainThread) await main(process.argv.slice(2))
else await answerQueue(workerData.name, workerData.address)
