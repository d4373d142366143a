import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { DeviceDeletedError, type TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { count, numbered, numberOf, withWire } from './wire.js'

const test = suiteNeeding('asynchronous reading', 'netns', 'tun')

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'fulfilled',
    (error) => error,
  )

const framesOf = (length: number) => count(length).map((number) => numbered(number))

/** The ways to read that wait, each as a function that reads one frame and then waits for another one. */
const ways: Record<string, (tap: TunTap, signal?: AbortSignal) => { first: Promise<unknown>; end: Promise<unknown> }> =
  {
    frames: (tap, signal) => {
      const frames = tap.frames({ signal })
      const first = frames.next()
      return { first, end: first.then(() => frames.next()) }
    },
    batches: (tap, signal) => {
      const batches = tap.batches({ signal })
      const first = batches.next()
      return { first, end: first.then(() => batches.next()) }
    },
    start: (tap, signal) => {
      let onFirst = (_: Buffer) => {}
      const first = new Promise((resolve) => {
        onFirst = resolve
      })
      return { first, end: tap.start(onFirst, { signal }).done }
    },
  }

for (const [name, begin] of Object.entries(ways)) {
  test(`${name}: an aborted signal ends it with its reason`, () =>
    withWire(async ({ a, b }) => {
      const controller = new AbortController()
      const { first, end } = begin(b, controller.signal)
      a.write(numbered(1))
      await first
      const reason = new Error('enough')
      controller.abort(reason)
      assert.is(await rejection(end), reason)
      a.write(numbered(2))
      assert.is(numberOf(b.read() as Buffer), 2)
      assert.is(await rejection(begin(b, AbortSignal.abort(reason)).end), reason)
    }))

  test(`${name}: closing the device ends it`, () =>
    withWire(async ({ a, b }) => {
      const { first, end } = begin(b)
      a.write(numbered(1))
      await first
      b.close()
      assert.not.instance(await rejection(end), Error)
      assert.instance(await rejection((async () => begin(b).end)()), TypeError)
    }))

  test(`${name}: deleting the device after a frame ends it with DeviceDeletedError`, () =>
    withWire(async ({ a, b, namespace }) => {
      const { first, end } = begin(b)
      a.write(numbered(1))
      await first
      namespace.ip('link', 'del', 'tapB')
      assert.instance(await rejection(end), DeviceDeletedError)
    }))
}

test('a paused listener ends when the device is closed', () =>
  withWire(async ({ b }) => {
    const listener = b.start(() => {})
    listener.pause()
    b.close()
    await listener.done
  }))

test('await using closes the device', () =>
  withWire(async ({ a, b }) => {
    const next = b.frames().next()
    {
      await using closing = b
      void closing
    }
    assert.equal(await next, { done: true, value: undefined })
    a.write(numbered(1))
    assert.throws(() => b.read(), /closed/)
  }))

test('timers run although frames arrive without an end', () =>
  withWire(async ({ a, b }) => {
    let turns = 0
    const timer = setInterval(() => turns++, 0)
    a.write(numbered(0))
    for await (const frame of b) {
      // The next frame is there before the loop requests it.
      a.write(frame)
      if (turns === 3) break
    }
    clearInterval(timer)
  }))

test('web streams: frames in order, read only on request', () =>
  withWire(async ({ a, b }) => {
    const writer = a.writable.getWriter()
    for (const frame of framesOf(200)) await writer.write(frame)
    const reader = b.readable.getReader()
    const numbers: number[] = []
    for (let i = 0; i < 150; i++) numbers.push(numberOf((await reader.read()).value as Buffer))
    await reader.cancel()
    // What was not requested is still there.
    for (let frame = b.read(); frame; frame = b.read()) numbers.push(numberOf(frame))
    assert.equal(numbers, count(200))
    assert.is(a.writable, a.writable)
    assert.instance(await rejection(writer.write(Buffer.alloc(3))), Error)
  }))

test('a web stream is piped from one device to another one', () =>
  withWire(async ({ a, b }) => {
    a.writeBatch(framesOf(100))
    const controller = new AbortController()
    const piping = rejection(b.readable.pipeTo(b.writable, { signal: controller.signal }))
    const numbers: number[] = []
    for await (const frame of a) if (numbers.push(numberOf(frame)) === 100) break
    assert.equal(numbers, count(100))
    controller.abort()
    assert.is(((await piping) as Error).name, 'AbortError')
  }))

test('Duplex: each chunk is a frame, with back pressure', () =>
  withWire(async ({ a, b }) => {
    const sending = a.duplex()
    for (const frame of framesOf(200)) if (!sending.write(frame)) await once(sending, 'drain')
    const receiving = b.duplex()
    const numbers: number[] = []
    for await (const frame of receiving) if (numbers.push(numberOf(frame)) === 50) break
    assert.ok(receiving.destroyed)
    assert.equal(numbers, count(50))
    sending.destroy()
    await once(sending, 'close')
    assert.is(sending.listenerCount('error'), 0)
  }))

test('Duplex: a pipeline ends with the error of the device', () =>
  withWire(async ({ a, b, namespace }) => {
    const piping = rejection(
      pipeline(
        b.duplex(),
        async function* (source) {
          for await (const frame of source) yield frame
        },
        a.duplex(),
      ),
    )
    a.write(numbered(1))
    namespace.ip('link', 'del', 'tapB')
    assert.instance(await piping, DeviceDeletedError)
  }))

test.run()
