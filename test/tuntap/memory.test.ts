import { ArgumentError } from '@netloom/netlink'
import type { TunTap } from '@netloom/tuntap'
import { FrameError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { count, numbered, numberOf, withWire } from './wire.js'

const test = suiteNeeding('memory of frames', 'netns', 'tun')

/** Functions that read one frame. Each leaves its memory, or the rest of it, to later frames. */
const readers: Record<string, (tap: TunTap) => Buffer | Promise<Buffer>> = {
  'read()': (tap) => tap.read() as Buffer,
  'readBatch()': (tap) => tap.readBatch()[0] as Buffer,
  'frames()': async (tap) => {
    await using frames = tap.frames()
    return (await frames.next()).value as Buffer
  },
  'batches()': async (tap) => {
    await using batches = tap.batches()
    return (await batches.next()).value?.[0] as Buffer
  },
}

/** `ArrayBuffer.prototype.transfer`, which Node 20 lacks. */
type Transferable = ArrayBuffer & { transfer?(): ArrayBuffer }

/** Moves the memory of a frame elsewhere, in each way. Returns the new owner's bytes; undefined if it is not possible. */
const moves: Record<string, (frame: Buffer) => Buffer | undefined> = {
  structuredClone(frame) {
    const buffer = frame.buffer as ArrayBuffer
    try {
      return Buffer.from(structuredClone(buffer, { transfer: [buffer] }))
    } catch (error) {
      assert.is((error as Error).name, 'DataCloneError')
      return undefined
    }
  },
  transfer(frame) {
    const moved = (frame.buffer as Transferable).transfer?.()
    return moved && Buffer.from(moved)
  },
}

for (const [reader, read] of Object.entries(readers))
  for (const [move, moveMemory] of Object.entries(moves))
    test(`${reader}: memory that ${move} has moved is not written to again`, () =>
      withWire(async ({ a, b }) => {
        a.write(numbered(1))
        const frame = await read(b)
        const moved = moveMemory(frame)
        // A clone, on Node 20, is no longer the memory of the frame.
        const before = moved && Buffer.from(moved)
        const sent = count(6, 2)
        for (const number of sent) {
          a.write(numbered(number))
          assert.is(numberOf(await read(b)), number)
        }
        if (moved && before) assert.ok(moved.equals(before), 'the kernel has written into the moved memory')
        if (moved === undefined) assert.is(frame.length, 60)
      }))

test('start(): memory that was moved ends it with an error, and later frames are read', () =>
  withWire(async ({ a, b }) => {
    if (!('transfer' in ArrayBuffer.prototype)) return
    a.writeBatch(count(4).map((number) => numbered(number)))
    const listener = b.start((frame) => void (frame.buffer as Transferable).transfer?.())
    const error = await listener.done.catch((reason: unknown) => reason)
    assert.instance(error, ArgumentError)
    a.write(numbered(9))
    assert.is(numberOf(b.read() as Buffer), 9)
  }))

/** A frame of 60 bytes in a larger allocation, which says something else about itself. */
function lying(number: number, lies: Readonly<Record<string, unknown>>): Buffer {
  const frame = Buffer.alloc(200, 0xee).subarray(100, 160)
  numbered(number).copy(frame)
  for (const [key, value] of Object.entries(lies)) Object.defineProperty(frame, key, { value })
  return frame
}

test('a frame that lies about its place is sent as it is in memory', () =>
  withWire(({ a, b }) => {
    const other = Buffer.alloc(60)
    const lies = [{ length: 90 }, { byteLength: 90 }, { byteOffset: 0 }, { buffer: other.buffer }]
    const frames = lies.map((lie, number) => lying(number, lie))
    for (const frame of frames) a.write(frame)
    a.writeBatch(frames)
    const received = Array.from(lies, () => b.read() as Buffer)
    received.push(...b.readBatch().map((frame) => Buffer.from(frame)))
    const expected = lies.map((_, number) => numbered(number))
    assert.equal(received, [...expected, ...expected])
    assert.throws(
      () => a.write(lying(1, { length: 60 }).subarray(0, 5)),
      (error: unknown) => error instanceof FrameError && error.value === 5,
    )
  }))

test('readInto() fills no more than the memory of a buffer', () =>
  withWire(({ a, b }) => {
    a.write(numbered(1, 90))
    const memory = Buffer.alloc(200)
    const buffer = memory.subarray(0, 60)
    Object.defineProperty(buffer, 'length', { value: 200 })
    assert.throws(
      () => b.readInto(buffer),
      (error: unknown) => error instanceof FrameError && error.value === 90,
    )
    assert.equal(memory.subarray(60), Buffer.alloc(140))
    assert.is(b.readInto(memory), 90)
  }))

test('an object without memory is refused', () =>
  withWire(({ a, b }) => {
    for (const value of [new Proxy(numbered(1), {}), Object.create(Uint8Array.prototype)])
      for (const call of [() => a.write(value), () => a.writeBatch([value]), () => b.readInto(value)])
        assert.throws(call, (error: unknown) => error instanceof ArgumentError)
  }))

test.run()
