import { createInterface } from 'node:readline'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { TunTap } from '@netloom/tuntap'
import { LearningSwitch } from '../../../examples/learning-switch.js'
import '../../support/built.js'

// The contenders of frames.bench.ts and switch.bench.ts: `contender.ts WAY SIZE DEVICE…`. Does one round per line of standard input, and
// reports its processor time in the same form as loops.c.

const FRAMES = 4000
const REPEATS = 5
const WARM_UP = 20

const [name = '', size = '', ...devices] = process.argv.slice(2)
const taps = devices.map((device) => TunTap.attach({ mode: 'tap', name: device }))
const [first, second] = taps as [TunTap, TunTap]

const frame = Buffer.alloc(Number(size))
frame.set(Buffer.from('02000000009902000000000a88b5', 'hex').subarray(0, frame.length))
const batch = new Array<Buffer>(64).fill(frame)
const room = Buffer.alloc(2048)

function write(tap: TunTap, frames: readonly Buffer[], count: number): void {
  for (let left = count; left > 0; left -= frames.length)
    tap.writeBatch(left < frames.length ? frames.slice(0, left) : frames)
}

function drain(tap: TunTap): void {
  while (tap.readBatch().length > 0);
}

/** Waits until frames pass from each device to the next one: their bridge forwards them some time after both have a descriptor. */
function waitForBridges(): void {
  for (let index = 0; index + 1 < taps.length; index += 2) {
    const [one, other] = taps.slice(index, index + 2) as [TunTap, TunTap]
    do one.write(frame)
    while (other.read(1) === undefined)
    drain(other)
  }
}

/** A way to read or write the frames of a round. Only `run` is measured; it returns the number of frames. */
interface Way {
  before?(): void
  run(): number | Promise<number>
  after?(): void
}

const fill = () => write(first, batch, FRAMES)

const ways: Record<string, Way> = {
  write: {
    run() {
      for (let i = 0; i < FRAMES; i++) first.write(frame)
      return FRAMES
    },
  },
  writeBatch: {
    run() {
      write(first, batch, FRAMES)
      return FRAMES
    },
  },
  read: {
    before: fill,
    run() {
      let count = 0
      while (second.read() !== undefined) count++
      return count
    },
  },
  readInto: {
    before: fill,
    run() {
      let count = 0
      while (second.readInto(room) > 0) count++
      return count
    },
  },
  readBatch: {
    before: fill,
    run() {
      let count = 0
      for (let frames = second.readBatch(); frames.length > 0; frames = second.readBatch()) count += frames.length
      return count
    },
  },
  echo: {
    before: fill,
    run() {
      let count = 0
      for (let frames = second.readBatch(); frames.length > 0; frames = second.readBatch()) {
        second.writeBatch(frames)
        count += frames.length
      }
      return count
    },
    after: () => drain(first),
  },
  frames: {
    before: fill,
    async run() {
      let count = 0
      for await (const _ of second) if (++count === FRAMES) break
      return count
    },
  },
  batches: {
    before: fill,
    async run() {
      let count = 0
      for await (const frames of second.batches()) {
        count += frames.length
        if (count >= FRAMES) break
      }
      return count
    },
  },
  start: {
    before: fill,
    async run() {
      let count = 0
      const listener = second.start(() => {
        if (++count === FRAMES) listener.stop()
      })
      await listener.done
      return count
    },
  },
}

waitForBridges()
if (name === 'switch') ways.switch = switchWay()

/** Frames from each peer to the next one, through a switch between the ports. */
function switchWay(): Way {
  const ports = taps.filter((_, index) => index % 2 === 0)
  const peers = taps.filter((_, index) => index % 2 === 1)
  const between = new LearningSwitch(ports)
  between.run()
  return {
    before() {
      for (const [index, peer] of peers.entries()) {
        frame[5] = ((index + 1) % peers.length) + 1
        frame[11] = index + 1
        write(peer, batch, FRAMES / peers.length)
      }
    },
    async run() {
      const { received } = between
      while (between.received < received + FRAMES) await nextTurn()
      return FRAMES
    },
    after: () => peers.forEach(drain),
  }
}

async function round(way: Way, repeats: number): Promise<{ ms: number; count: number }> {
  let [ms, count] = [0, 0]
  for (let repeat = 0; repeat < repeats; repeat++) {
    way.before?.()
    const before = process.cpuUsage()
    count += await way.run()
    const { user, system } = process.cpuUsage(before)
    ms += (user + system) / 1000
    way.after?.()
  }
  return { ms, count }
}

const way = ways[name]
if (way === undefined) throw new Error(`expected one of ${Object.keys(ways).join(', ')}, got ${name}`)
await round(way, WARM_UP)
for await (const _ of createInterface({ input: process.stdin }))
  console.log(JSON.stringify({ ...(await round(way, REPEATS)), sample: [] }))
for (const tap of taps) tap.close()
