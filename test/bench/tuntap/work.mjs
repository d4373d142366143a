import { isMainThread, parentPort, workerData } from 'node:worker_threads'
import { TunTap } from '@netloom/tuntap'

// Work of workers.bench.ts, for the main thread and for workers. JavaScript, because tsx does not apply in workers of Node 20.

const frame = Buffer.alloc(1500)
frame.set(Buffer.from('02000000009902000000000a88b5', 'hex'))
const batch = new Array(64).fill(frame)

/** Opens devices. Returns a function that writes `count` frames to the first one, and waits for each at the second one. */
export function roundTrips(netns, names, count) {
  const [tap, peer] = names.map((name) => TunTap.attach({ mode: 'tap', name, netns }))
  // Their bridge forwards some time after both have a descriptor.
  do tap.write(frame)
  while (peer.read(1) === undefined)
  while (peer.read() !== undefined);
  const frames = peer.frames()
  return async () => {
    for (let i = 0; i < count; i++) {
      tap.write(frame)
      await frames.next()
    }
  }
}

/** Opens a queue of a device. Returns a function that writes `count` frames to it. */
export function writes(netns, [name], count) {
  const tap = TunTap.attach({ mode: 'tap', name, netns, multiQueue: true })
  return async () => {
    for (let left = count; left > 0; left -= batch.length) tap.writeBatch(batch)
  }
}

if (!isMainThread) {
  const { work, netns, names, count } = workerData
  const run = { roundTrips, writes }[work](netns, names, count)
  parentPort.on('message', async () => {
    await run()
    parentPort.postMessage('done')
  })
  parentPort.postMessage('ready')
}
