import { ArgumentError } from '@netloom/netlink'
import { DeviceDeletedError, FrameError, forward, TunTap, WriteBatchError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { count, numbered, numberOf, withWire } from './wire.js'

const test = suiteNeeding('forwarding frames', 'netns', 'tun')

/** Reads all frames that are ready. */
const rest = (tap: TunTap): number[] => {
  const numbers: number[] = []
  for (let frame = tap.read(); frame; frame = tap.read()) numbers.push(numberOf(frame))
  return numbers
}

function errorOf(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

test('no frame is lost if the other device refuses all', () =>
  withWire(({ a, b, namespace }) => {
    const options = { mode: 'tap', netns: namespace.path } as const
    a.writeBatch(count(4).map((number) => numbered(number)))

    using closed = TunTap.create(options)
    closed.close()
    using deleted = TunTap.create({ ...options, checkMtu: true })
    namespace.ip('link', 'del', deleted.name)
    using other = TunTap.create({ ...options, vnetHdr: true, up: true })
    using tun = TunTap.create({ ...options, mode: 'tun', up: true })
    for (const to of [closed, other, tun, undefined])
      assert.throws(
        () => forward(b, to as never),
        (error: unknown) => error instanceof ArgumentError,
      )
    assert.throws(
      () => forward(b, deleted),
      (error: unknown) => error instanceof DeviceDeletedError,
    )
    using down = TunTap.create(options)
    assert.throws(
      () => forward(b, down),
      (error: unknown) => error instanceof WriteBatchError && error.failures.length === 4 && error.code === 'EIO',
    )
    assert.equal(rest(b), count(4))
  }))

test('a frame that is refused remains, and the caller can take it', () =>
  withWire(({ a, b, namespace }) => {
    using to = TunTap.create({ mode: 'tap', netns: namespace.path, mtu: 100, up: true, checkMtu: true })
    a.writeBatch([numbered(0), numbered(1, 200), numbered(2)])
    const isRefused = (index: number) => (error: unknown) => error instanceof FrameError && error.index === index
    assert.throws(() => forward(b, to), isRefused(1))
    assert.throws(() => forward(b, to), isRefused(1))
    to.write(b.read() as Buffer)
    assert.throws(() => forward(b, to), isRefused(0))
    assert.is(numberOf(b.read() as Buffer), 1)
    assert.is(forward(b, to), 1)
    assert.is(forward(b, to), 0)
  }))

test('only the frames that a full send buffer refused remain', () =>
  withWire(async ({ a, b, namespace }) => {
    // Another bridge, behind which the kernel sends 10 kB per second: until then, frames stay in the send buffer.
    namespace.ip('link', 'add', 'br1', 'up', 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
    const [to, slow] = ['tapC', 'tapD'].map((name) => {
      const tap = TunTap.create({ mode: 'tap', name, netns: namespace.path, up: true })
      namespace.ip('link', 'set', name, 'master', 'br1')
      return tap
    }) as [TunTap, TunTap]
    const isForwarding = (name: string) =>
      namespace.ip('link', 'show', name)[0].linkinfo.info_slave_data.state === 'forwarding'
    await until('the bridge to forward', () => isForwarding('tapC') && isForwarding('tapD'))
    const shaping = 'qdisc add dev tapD root tbf rate 80kbit burst 1600 limit 1000000'
    namespace.exec('tc', shaping.split(' '))
    to.setSendBuffer(2000)
    // To one address: the bridge sends copies of broadcasts, which do not count in the send buffer.
    a.writeBatch(
      count(64).map((number) => Buffer.concat([Buffer.from('02000000000b', 'hex'), numbered(number).subarray(6)])),
    )
    let moved = 0
    const error = errorOf(() => {
      while (moved < 64) moved += forward(b, to)
    })
    assert.instance(error, WriteBatchError)
    const { failures, code, message, written, total } = error as WriteBatchError
    assert.is(code, 'EAGAIN')
    assert.match(message, /the send buffer is full/)
    assert.is(written + failures.length, total)
    const refused = failures.map(({ index }) => moved + index)
    assert.equal(rest(b), [...refused, ...count(64 - moved - total, moved + total)])
    slow.close()
    to.close()
  }))

test('checkMtu: writing to a deleted device throws DeviceDeletedError', () =>
  withWire(
    ({ a, namespace }) => {
      namespace.ip('link', 'del', 'tapA')
      for (const call of [() => a.write(numbered(1)), () => a.writeBatch([numbered(1)])])
        assert.throws(call, (error: unknown) => error instanceof DeviceDeletedError && error.code === 'EBADFD')
    },
    { checkMtu: true },
  ))

test.run()
