import { TunTap } from '@netloom/tuntap'

// Prints how much of the heap a way of reading takes for each frame: `heap.ts WAY TAP PEER`, with --expose-gc.

const FRAMES = 4096
const [way, ...names] = process.argv.slice(2)
const [tap, peer] = names.map((name) => TunTap.attach({ mode: 'tap', name })) as [TunTap, TunTap]

/** Frames of the lengths that are frequent on real links. */
const batch = Array.from({ length: 64 }, (_, index) => {
  const frame = Buffer.alloc([60, 66, 590, 1514][index % 4] ?? 60)
  frame.set(Buffer.from('02000000009902000000000a88b5', 'hex'))
  return frame
})

const ways: Record<string, () => Promise<void>> = {
  async readBatch() {
    while (tap.readBatch().length > 0);
  },
  async batches() {
    let count = 0
    for await (const frames of tap.batches()) {
      count += frames.length
      if (count >= FRAMES) break
    }
  },
  async start() {
    let count = 0
    const listener = tap.start(() => {
      if (++count === FRAMES) listener.stop()
    })
    await listener.done
  },
}

/** Returns the bytes per frame of one round. No garbage is collected meanwhile. */
async function round(): Promise<number> {
  for (let sent = 0; sent < FRAMES; sent += batch.length) peer.writeBatch(batch)
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  await ways[way ?? '']?.()
  return (process.memoryUsage().heapUsed - before) / FRAMES
}

// Their bridge forwards some time after both have a descriptor.
do peer.writeBatch(batch)
while (tap.read(1) === undefined)
while (tap.readBatch().length > 0);

const rounds: number[] = []
for (let i = 0; i < 25; i++) rounds.push(await round())
console.log(rounds.sort((one, other) => one - other)[rounds.length >> 1])
