import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { ArgumentError } from '@netloom/netlink'
import type { FrameDuplex, TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { count, numbered, numberOf, withWire } from './wire.js'

const test = suiteNeeding('readers and streams', 'netns', 'tun')

const framesOf = (length: number) => count(length).map((number) => numbered(number))

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'fulfilled',
    (error) => error,
  )

/** Reads all frames that are ready. */
const rest = (tap: TunTap): number[] => {
  const numbers: number[] = []
  for (let frame = tap.read(); frame; frame = tap.read()) numbers.push(numberOf(frame))
  return numbers
}

const invalid: readonly unknown[] = [
  null,
  'x',
  1,
  [],
  Symbol('x'),
  () => {},
  { sginal: undefined },
  { signal: {} },
  { signal: 'x' },
  { signal: null },
]

for (const [name, begin] of Object.entries<(tap: TunTap, options: never) => unknown>({
  frames: (tap, options) => tap.frames(options),
  batches: (tap, options) => tap.batches(options),
  start: (tap, options) => tap.start(() => {}, options),
  duplex: (tap, options) => tap.duplex(options),
}))
  test(`${name}: invalid options are refused at once, and others can read`, () =>
    withWire(({ a, b }) => {
      for (const options of name === 'batches'
        ? [...invalid, { depth: 0 }, { depth: null }]
        : [...invalid, { depth: 1 }])
        assert.throws(
          () => begin(b, options as never),
          (error: unknown) => error instanceof ArgumentError && error.code !== undefined,
        )
      a.write(numbered(1))
      assert.equal(rest(b), [1])
    }))

test('return() of an iterator lets others read at once, also while it waits', () =>
  withWire(async ({ a, b }) => {
    for (const frames of [b.frames(), b.batches()]) {
      a.write(numbered(1))
      await frames.next()
      const waiting: Promise<unknown> = frames.next()
      const returned = frames.return()
      assert.is(b.read(), undefined)
      assert.equal(await waiting, { done: true, value: undefined })
      await returned
    }
  }))

test('Duplex: no frame is lost if a loop ends early, and others can read at once', () =>
  withWire(async ({ a, b }) => {
    a.writeBatch(framesOf(200))
    const numbers: number[] = []
    for (let loops = 1; loops <= 3; loops++) {
      for await (const frame of b.duplex()) if (numbers.push(numberOf(frame)) === 30 * loops) break
      numbers.push(numberOf(b.read() as Buffer))
    }
    assert.equal([...numbers, ...rest(b)], count(200))
  }))

test('Duplex: a frame that it has buffered is the next one', () =>
  withWire(async ({ a, b }) => {
    a.writeBatch(framesOf(5))
    const duplex = b.duplex()
    const numbers: number[] = []
    duplex.on('data', (frame: Buffer) => {
      numbers.push(numberOf(frame))
      if (numbers.length === 2) duplex.pause()
    })
    await until('two frames', () => numbers.length === 2)
    duplex.removeAllListeners('data')
    duplex.read(0)
    await until('a frame in the stream', () => duplex.readableLength === 1)
    duplex.destroy()
    assert.equal([...numbers, ...rest(b)], count(5))
  }))

test('Duplex: destroying one that waits is no regular end', () =>
  withWire(async ({ a, b }) => {
    for (const consume of [
      async (duplex: AsyncIterable<Buffer>) => {
        for await (const frame of duplex) assert.ok(frame)
      },
      async (duplex: FrameDuplex) =>
        pipeline(duplex, async (source: AsyncIterable<Buffer>) => {
          for await (const frame of source) assert.ok(frame)
        }),
    ]) {
      const duplex = b.duplex()
      a.write(numbered(1))
      const consumed = failureOf(consume(duplex))
      await once(duplex, 'readable')
      duplex.destroy()
      assert.is(((await consumed) as { code?: string }).code, 'ERR_STREAM_PREMATURE_CLOSE')
    }
  }))

test('Duplex: a signal destroys it, also one that was aborted before', () =>
  withWire(async ({ b }) => {
    const controller = new AbortController()
    for (const signal of [controller.signal, AbortSignal.abort()]) {
      const failed = once(b.duplex({ signal }).resume(), 'error')
      controller.abort()
      assert.is((await failed)[0].name, 'AbortError')
      assert.is(b.read(), undefined)
    }
  }))

test('Duplex: closing the device ends it', () =>
  withWire(async ({ b }) => {
    const duplex = b.duplex().resume()
    setImmediate(() => b.close())
    await once(duplex, 'end')
  }))

test('web streams: there is a new one after each end', () =>
  withWire(async ({ a, b }) => {
    const before = b.readable
    await before.cancel()
    assert.is.not(b.readable, before)
    const piping = new AbortController()
    const piped = failureOf(b.readable.pipeTo(b.writable, { signal: piping.signal }))
    piping.abort()
    assert.is(((await piped) as Error).name, 'AbortError')
    assert.not(b.readable.locked)

    a.writeBatch(framesOf(2))
    for (const number of [0, 1]) {
      const reader = b.readable.getReader()
      assert.is(numberOf((await reader.read()).value as Buffer), number)
      await reader.cancel()
    }

    await b.writable.close()
    const writer = b.writable.getWriter()
    assert.instance(await failureOf(writer.write(Buffer.alloc(3))), Error)
    await b.writable.getWriter().write(numbered(7))
    assert.is(numberOf(a.read() as Buffer), 7)

    // A reader that fails, because another one is active.
    await using frames = b.frames()
    const next = frames.next()
    assert.instance(await failureOf(b.readable.getReader().read()), ArgumentError)
    await frames.return()
    await next
    a.write(numbered(8))
    assert.is(numberOf((await b.readable.getReader().read()).value as Buffer), 8)
  }))

test.run()
