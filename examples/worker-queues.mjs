// Answers pings behind a tun device, with one worker per queue. The kernel assigns each flow to a queue, and each worker reads only its own.
//
//   node examples/worker-queues.mjs tun0 2
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { ICMP, PacketView, transportChecksumState, updateChecksums } from '@netloom/packet'
import { TunTap } from '@netloom/tuntap'

async function main([name = 'tun0', queues = '2']) {
  // A descriptor of the main thread would be a queue that is never read. So the device has to remain without one.
  TunTap.create({ mode: 'tun', name, multiQueue: true, persist: true }).close()
  const workers = Array.from(
    { length: Number(queues) },
    () => new Worker(new URL(import.meta.url), { workerData: name }),
  )
  await Promise.all(workers.map((worker) => once(worker, 'message')))
  process.once('SIGINT', () => {
    for (const worker of workers) worker.postMessage('end')
  })
  console.log('ready')

  const counts = await Promise.all(workers.map((worker) => once(worker, 'message')))
  console.log(`packets of the queues: ${counts.join(', ')}`)
  const tun = TunTap.attach({ mode: 'tun', name, multiQueue: true })
  tun.setPersist(false)
  tun.close()
}

/** Turns a request into its reply. Returns false for other packets. */
function answer(view, packet) {
  const { icmp, ipv4 } = view.tryParse(packet) ? view : {}
  if (icmp?.type !== ICMP.ECHO || transportChecksumState(view) !== 'valid') return false
  icmp.type = ICMP.ECHOREPLY
  ;[ipv4.source, ipv4.destination] = [ipv4.destination, ipv4.source]
  updateChecksums(view)
  return true
}

async function answerQueue(name) {
  const tun = TunTap.attach({ mode: 'tun', name, multiQueue: true })
  const view = new PacketView({ link: 'ip' })
  // Closing the descriptor ends the loop.
  parentPort.once('message', () => tun.close())
  parentPort.postMessage('ready')

  let count = 0
  for await (const batch of tun.batches()) {
    count += batch.length
    tun.writeBatch(batch.filter((packet) => answer(view, packet)))
  }
  parentPort.postMessage(count)
}

if (isMainThread) await main(process.argv.slice(2))
else await answerQueue(workerData)
