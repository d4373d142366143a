import { setTimeout as delay } from 'node:timers/promises'
import { ArgumentError, SystemError } from '@netloom/netlink'
import { type BatchMethod, DeviceDeletedError, FrameError, forward, WriteBatchError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { PATIENCE } from '../support/until.js'
import { count, numbered, numberOf, withWire } from './wire.js'

const rejection = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'fulfilled',
    (error) => error,
  )

const isArgumentError = (error: unknown) => error instanceof ArgumentError

/** Lengths that occur in turns, among them the longest of the default MTU. */
const LENGTHS = [60, 61, 500, 1514]

/** Frames with these numbers, of different lengths. */
const framesOf = (numbers: readonly number[]) =>
  numbers.map((number) => numbered(number, LENGTHS[number % LENGTHS.length]))

/** Tests reading and writing with one method for batches. The same tests must pass with each. */
export function testBatches(method: BatchMethod): void {
  const test = suiteNeeding(`reading and writing, ${method}`, 'netns', 'tun')

  test('the method is the expected one', () => withWire(({ a }) => void assert.is(a.batchMethod, method)))

  test('batches are complete and in order', () =>
    withWire(({ a, b }) => {
      const sent = framesOf(count(1000))
      a.writeBatch(sent)
      const received: Buffer[] = []
      for (let batch = b.readBatch(); batch.length > 0; batch = b.readBatch()) {
        assert.ok(batch.length <= 64)
        received.push(...batch.map((frame) => Buffer.from(frame)))
      }
      assert.equal(received, sent)
      assert.equal(b.readBatch(), [])
      a.writeBatch([])
    }))

  test('readInto() returns the length, and refuses a frame that does not fit without losing it', () =>
    withWire(({ a, b }) => {
      const frame = numbered(7, 1000)
      a.write(frame)
      const exact = Buffer.alloc(1000)
      assert.is(b.readInto(exact), 1000)
      assert.equal(exact, frame)
      assert.is(b.readInto(exact), 0)

      a.writeBatch([frame, numbered(8)])
      const small = Buffer.alloc(999)
      for (let attempt = 0; attempt < 2; attempt++)
        assert.throws(
          () => b.readInto(small),
          (error: unknown) => error instanceof FrameError && error.field === 'length' && error.value === 1000,
        )
      assert.throws(
        () => b.readInto(Buffer.alloc(0)),
        (error: unknown) => error instanceof FrameError,
      )
      assert.is(b.readInto(exact), 1000)
      assert.equal(exact, frame)
      assert.is(b.readInto(small), 60)
      assert.is(numberOf(small), 8)
      assert.throws(() => b.readInto([] as never), isArgumentError)
    }))

  test('read() returns frames that can be kept', () =>
    withWire(({ a, b }) => {
      const sent = framesOf(count(1000))
      a.writeBatch(sent)
      const received: (Buffer | undefined)[] = sent.map(() => b.read())
      assert.equal(received, sent)
      assert.is(b.read(), undefined)
      assert.throws(() => b.read(-1), isArgumentError)
    }))

  test('for await: frames can be kept, and those that were not taken come next', () =>
    withWire(async ({ a, b }) => {
      const sent = framesOf(count(600))
      a.writeBatch(sent)
      const received: Buffer[] = []
      for await (const frame of b) if (received.push(frame) === 301) break
      received.push(b.read() as Buffer)
      const room = Buffer.alloc(2048)
      received.push(Buffer.from(room.subarray(0, b.readInto(room))))
      received.push(...b.readBatch().map((frame) => Buffer.from(frame)))
      for await (const frame of b.frames()) if (received.push(frame) === 600) break
      assert.equal(received, sent)
    }))

  test('batches(): frames in place, at most `depth`', () =>
    withWire(async ({ a, b }) => {
      a.writeBatch(framesOf(count(200)))
      const sizes: number[] = []
      const numbers: number[] = []
      for await (const batch of b.batches({ depth: 10 })) {
        sizes.push(batch.length)
        numbers.push(...batch.map(numberOf))
        if (numbers.length === 200) break
      }
      assert.equal(numbers, count(200))
      assert.is(Math.max(...sizes), 10)
      for (const depth of [0, 65, 1.5, Number.NaN, '8' as never])
        assert.throws(() => b.batches({ depth }), isArgumentError)
    }))

  test('start(): pause, resume and stop, also from inside of the function', () =>
    withWire(async ({ a, b }) => {
      a.writeBatch(framesOf(count(300)))
      const numbers: number[] = []
      let onPause = () => {}
      const paused = new Promise<void>((resolve) => {
        onPause = resolve
      })
      await using listener = b.start((frame) => {
        numbers.push(numberOf(frame))
        if (numbers.length === 70) {
          listener.pause()
          onPause()
        }
        if (numbers.length === 150) listener.stop()
      })
      await paused
      // Turns of the event loop, in which a listener that is not paused would read.
      await delay(20)
      assert.is(numbers.length, 70)
      listener.resume()
      await listener.done
      assert.equal(numbers, count(150))
      assert.is(numberOf(b.read() as Buffer), 150)
    }))

  test('start(): an error of the function ends reading, and rejects `done`', () =>
    withWire(async ({ a, b }) => {
      a.writeBatch(framesOf(count(5)))
      const failure = new Error('of the function')
      const listener = b.start((frame) => {
        if (numberOf(frame) === 2) throw failure
      })
      assert.is(await rejection(listener.done), failure)
      assert.is(numberOf(b.read() as Buffer), 3)
      assert.throws(() => b.start(undefined as never), isArgumentError)
    }))

  test('forward() moves frames without a copy', () =>
    withWire(async ({ a, b }) => {
      // To b, and back to a.
      a.writeBatch(framesOf(count(100)))
      let moved = 0
      for (let length = forward(b, b); length > 0; length = forward(b, b)) moved += length
      assert.is(moved, 100)
      const numbers: number[] = []
      for (let batch = a.readBatch(); batch.length > 0; batch = a.readBatch()) numbers.push(...batch.map(numberOf))
      assert.equal(numbers, count(100))
    }))

  test('a refused frame does not prevent the other ones', () =>
    withWire(
      ({ a, b }) => {
        // A segmented packet in a tunnel, which must be enabled before (TUNSETOFFLOAD).
        const good = (number: number) => Buffer.concat([Buffer.alloc(24), numbered(number)])
        const bad = good(99)
        bad[0] = 1 // flags: VIRTIO_NET_HDR_F_NEEDS_CSUM
        bad[1] = 0x21 // gso_type: VIRTIO_NET_HDR_GSO_TCPV4 and GSO_UDP_TUNNEL_IPV4
        bad[4] = 20 // gso_size
        bad[6] = 34 // csum_start
        bad[8] = 16 // csum_offset
        for (const [frames, index, written] of [
          [[good(0), good(1), bad, good(3), bad], 2, 3],
          [[bad], 0, 0],
        ] as const) {
          assert.throws(
            () => a.writeBatch(frames),
            (error: unknown) =>
              error instanceof WriteBatchError &&
              error.code === 'EINVAL' &&
              error.index === index &&
              error.written === written &&
              error.total === frames.length &&
              error.failures.every((failure) => failure.code === 'EINVAL' && frames[failure.index] === bad) &&
              error.failures.length === frames.length - written,
          )
        }
        const numbers = b.readBatch().map((frame) => frame.readUInt32BE(24 + 14))
        assert.equal(numbers, [0, 1, 3])
      },
      { vnetHdr: 24 },
    ))

  test('a link that is down refuses all frames', () =>
    withWire(({ a, namespace }) => {
      namespace.ip('link', 'set', 'tapA', 'down')
      assert.throws(
        () => a.writeBatch(framesOf(count(100))),
        (error: unknown) =>
          error instanceof WriteBatchError &&
          error.code === 'EIO' &&
          error.written === 0 &&
          error.failures.length === 100 &&
          error.message.includes('the link is down'),
      )
      assert.throws(
        () => a.write(numbered(0)),
        (error: unknown) =>
          error instanceof SystemError && error.code === 'EIO' && error.message.includes('the link is down'),
      )
    }))

  test('after the device was deleted, everything throws DeviceDeletedError', () =>
    withWire(async ({ a, b, namespace }) => {
      const waiting = rejection(b.frames().next())
      const started = a.start(() => {})
      namespace.ip('link', 'del', 'tapB')
      namespace.ip('link', 'del', 'tapA')
      for (const error of [await waiting, await rejection(started.done)]) {
        assert.instance(error, DeviceDeletedError)
        assert.is((error as DeviceDeletedError).code, 'EBADFD')
        assert.match((error as Error).message, /tap[AB]/)
      }
      for (const call of [
        () => b.read(),
        () => b.read(PATIENCE),
        () => b.readInto(Buffer.alloc(100)),
        () => b.readBatch(),
        () => b.write(numbered(1)),
        () => b.writeBatch(framesOf(count(100))),
      ])
        assert.throws(call, (error: unknown) => error instanceof DeviceDeletedError)
      for (const frames of [b.frames(), b.batches()]) {
        assert.instance(await rejection(frames.next()), DeviceDeletedError)
        assert.equal(await frames.next(), { done: true, value: undefined })
      }
    }))

  test('one reader at a time', () =>
    withWire(async ({ a, b }) => {
      const frames = b.frames()
      const first = frames.next()
      for (const call of [
        () => b.read(),
        () => b.readInto(Buffer.alloc(9)),
        () => b.readBatch(),
        () => b.start(() => {}),
      ])
        assert.throws(call, (error: unknown) => error instanceof TypeError && /frames\(\)/.test(error.message))
      assert.instance(await rejection(b.batches().next()), TypeError)
      a.write(numbered(1))
      assert.is(numberOf((await first).value as Buffer), 1)
      // Steps that were requested at once are done in order.
      const steps = [frames.next(), frames.next(), frames.next()]
      a.writeBatch(framesOf([2, 3, 4]))
      assert.equal(
        (await Promise.all(steps)).map(({ value }) => numberOf(value as Buffer)),
        [2, 3, 4],
      )
      await frames.return()
      assert.is(b.read(), undefined)
    }))

  test.run()
}
