import { type DeviceEvent, type EventIterator, TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { openedSince, openFiles } from './device.js'

const test = suiteNeeding('TunTap: events', 'netns', 'tun')

/** Returns the next event. */
async function next(events: EventIterator): Promise<DeviceEvent | undefined> {
  const { value } = await events.next()
  return value
}

test('up, down, MTU, name, namespace and deletion', () =>
  inScratch((namespace) =>
    inScratch(async (other) => {
      using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns: namespace.path })
      using unrelated = TunTap.create({ mode: 'tap', name: 'other', netns: namespace.path })
      const events = tap.events()
      // Changes before the first call are reported too.
      namespace.ip('link', 'set', 'tap0', 'mtu', 1400)
      assert.equal(await next(events), { type: 'mtu', before: 1500, after: 1400 })
      namespace.ip('link', 'set', unrelated.name, 'mtu', 1300)
      namespace.ip('link', 'set', 'tap0', 'up')
      assert.equal(await next(events), { type: 'up' })
      namespace.ip('link', 'set', 'tap0', 'down')
      assert.equal(await next(events), { type: 'down' })
      namespace.ip('link', 'set', 'tap0', 'name', 'renamed')
      assert.equal(await next(events), { type: 'rename', before: 'tap0', after: 'renamed' })
      namespace.ip('link', 'set', 'renamed', 'netns', other.name)
      assert.equal(await next(events), { type: 'moved' })
      other.ip('link', 'set', 'renamed', 'mtu', 1280)
      assert.equal(await next(events), { type: 'mtu', before: 1400, after: 1280 })
      other.ip('link', 'del', 'renamed')
      assert.equal(await next(events), { type: 'deleted' })
      assert.is(await next(events), undefined)
    }),
  ))

test('becoming a port of a bridge, and leaving it, is no event', () =>
  inScratch(async (namespace) => {
    using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns: namespace.path })
    namespace.ip('link', 'add', 'br0', 'type', 'bridge')
    const events = tap.events()
    namespace.ip('link', 'set', 'tap0', 'mtu', 1400)
    assert.equal(await next(events), { type: 'mtu', before: 1500, after: 1400 })
    namespace.ip('link', 'set', 'tap0', 'master', 'br0')
    namespace.ip('link', 'set', 'tap0', 'nomaster')
    namespace.ip('link', 'set', 'tap0', 'up')
    assert.equal(await next(events), { type: 'up' })
    await events.return()
  }))

test('closing the device ends the events, a signal makes them throw, and nothing stays open', () =>
  inScratch(async ({ path: netns }) => {
    const before = openFiles()
    const closed = TunTap.create({ mode: 'tap', netns })
    const pending = next(closed.events())
    setTimeout(() => closed.close(), 100)
    assert.is(await pending, undefined)
    using tap = TunTap.create({ mode: 'tap', netns })
    const controller = new AbortController()
    const aborted = next(tap.events({ signal: controller.signal }))
    setTimeout(() => controller.abort(new Error('enough')), 100)
    const reason = await aborted.then(
      () => 'no error',
      (error: Error) => error.message,
    )
    assert.is(reason, 'enough')
    assert.equal(openedSince(before), ['/dev/net/tun'])
  }))

test('an abort at any time of the first next() ends it, and closes what it has opened', () =>
  inScratch(async ({ path: netns }) => {
    const before = openFiles()
    using tap = TunTap.create({ mode: 'tap', netns })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    // The monitor is opened after some turns.
    for (let turns = 0; turns < 20; turns++) {
      const controller = new AbortController()
      const events = tap.events({ signal: controller.signal })
      const failure = events.next().then(
        () => 'an event',
        (error: Error) => error.message,
      )
      for (let passed = 0; passed < turns; passed++) await turn()
      controller.abort(new Error('enough'))
      assert.is(await failure, 'enough', `after ${turns} turns`)
      assert.equal(await events.next(), { done: true, value: undefined })
    }
    assert.equal(openedSince(before), ['/dev/net/tun'])
  }))

test('return() ends each next() that waits, at any time', () =>
  inScratch(async ({ path: netns }) => {
    const before = openFiles()
    using tap = TunTap.create({ mode: 'tap', netns })
    for (const turns of [0, 1, 5, 50]) {
      const events = tap.events()
      const waiting = [events.next(), events.next()]
      for (let passed = 0; passed < turns; passed++) await new Promise((resolve) => setImmediate(resolve))
      const end = { done: true, value: undefined }
      assert.equal(await events.return(), end)
      assert.equal(await Promise.all(waiting), [end, end])
      assert.equal(await events.next(), end)
    }
    const unused = tap.events()
    await unused.return()
    assert.is(await next(unused), undefined)
    assert.equal(openedSince(before), ['/dev/net/tun'])
  }))

test.run()
