import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { UdpSocket } from '@netloom/tuntap/udp'
import * as assert from 'uvu/assert'
import { supported } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'
import { until } from '../support/until.js'
import { ADDRESSES, bytesOf, ROOM, receiveAll, withLink } from './udp-link.js'

const test = suiteNeeding('asynchronous UDP', 'netns')
const local = { address: '127.0.0.1' }

/** Opens a receiver and a connected sender. */
function pair() {
  const rx = UdpSocket.open({ local, ...ROOM })
  const tx = UdpSocket.open({ remote: rx.local, ...ROOM })
  return {
    rx,
    tx,
    [Symbol.dispose]() {
      rx.close()
      tx.close()
    },
  }
}

test('messages(), batches() and start() receive what arrives later', async () => {
  using sockets = pair()
  const { rx, tx } = sockets
  const next = rx.messages()
  const waiting = next.next()
  setImmediate(() => tx.send(bytesOf(1, 10)))
  const { value: kept } = await waiting
  await next.return()
  const batches = rx.batches({ depth: 2 })
  const batch = batches.next()
  setImmediate(() => tx.sendBatch([bytesOf(2, 10), bytesOf(3, 10), bytesOf(4, 10)]))
  assert.equal(
    (await batch).value?.map(({ data }) => Buffer.from(data)),
    [bytesOf(2, 10), bytesOf(3, 10)],
  )
  await batches.return()
  const received: Buffer[] = []
  const listener = rx.start((messages) => {
    received.push(...messages.map(({ data }) => Buffer.from(data)))
    if (received.length === 3) listener.stop()
  })
  tx.sendBatch([bytesOf(5, 10), bytesOf(6, 10)])
  await listener.done
  assert.equal(received, [bytesOf(4, 10), bytesOf(5, 10), bytesOf(6, 10)])
  // It was copied, and the memory of batches was used since.
  assert.equal(kept?.data, bytesOf(1, 10))
})

test('messages that were not taken are the next ones', async () => {
  using sockets = pair()
  const { rx, tx } = sockets
  tx.sendBatch([bytesOf(1, 10), bytesOf(2, 11), bytesOf(3, 12)])
  for await (const message of rx) {
    assert.equal(message.data, bytesOf(1, 10))
    break
  }
  assert.equal(rx.receive()?.data, bytesOf(2, 11))
  const [third] = rx.receiveBatch()
  assert.equal(third?.data, bytesOf(3, 12))
  assert.ok(third?.source.equals(tx.local))
  assert.is(rx.receive(), undefined)
})

test('one reader at a time; closing ends it, an abort makes it throw', async () => {
  using sockets = pair()
  const { rx } = sockets
  const controller = new AbortController()
  const aborted = rx.batches({ signal: controller.signal }).next()
  for (const read of [() => rx.receive(), () => rx.receiveBatch(), () => rx.start(() => {})])
    assert.throws(read, /expected one reader at a time/)
  controller.abort(new Error('enough'))
  await rejects(aborted, /enough/)
  const ended = rx.messages().next()
  setImmediate(() => rx.close())
  assert.is((await ended).done, true)
  for (const call of [() => rx.receive(), () => rx.receiveBatch(), () => rx.send(Buffer.alloc(1)), () => rx.dropped])
    assert.throws(call, /expected an open UDP socket/)
  await rejects(rx.sendAll([]), /expected an open UDP socket/)
  rx.close()
})

test('sendAll waits for a full send buffer, in order; an abort and closing end it', () =>
  withLink(async ({ a, b }) => {
    const shape = (verb: string, rate: string) => {
      const rest = ['dev', 'v0', 'root', 'tbf', 'rate', rate, 'burst', '16k', 'limit', '16mb']
      return a.exec('tc', ['qdisc', verb, ...rest])
    }
    // One message a second, so that the buffer is full for a while.
    if (!supported('tbf', () => a.ip('link', 'set', 'v0', 'txqueuelen', 1000) && shape('add', '8kbit'))) return
    const [from, to] = ADDRESSES.ipv4
    using rx = UdpSocket.open({ local: { address: to }, netns: b.path, ...ROOM })
    const open = () => UdpSocket.open({ local: { address: from }, remote: rx.local, netns: a.path, sendBuffer: 30_000 })
    using tx = open()
    const messages = Array.from({ length: 400 }, (_, i) => bytesOf(i, 1000))
    const report = tx.sendBatch(messages)
    assert.ok(report.next < messages.length && report.sent === report.next, `full after ${report.next}`)
    assert.is(tx.send(bytesOf(0, 1000)), false)
    shape('change', '40mbit')
    const rest = messages.slice(report.next)
    const parts = [rest.slice(0, 100), rest.slice(100)] as const
    const reports = Promise.all(parts.map((part) => tx.sendAll(part)))
    const received = await receiveAll(rx, messages.length)
    assert.equal(
      await reports,
      parts.map(({ length }) => ({ sent: length, next: length, offset: 0, refused: [] })),
    )
    assert.ok(received.every((bytes, i) => bytes.equals(messages[i] as Buffer)))

    const controller = new AbortController()
    const aborted = tx.sendAll([...messages, ...messages], { signal: controller.signal })
    const second = tx.sendAll([], { signal: controller.signal })
    controller.abort(new Error('enough'))
    await rejects(aborted, /enough/)
    await rejects(second, /enough/)
    const closing = open()
    const failed = closing.sendAll([...messages, ...messages])
    closing.close()
    await rejects(failed, /expected an open UDP socket/)
  }))

/** Number of sockets of this process. */
const socketCount = () =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length

const program = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { UdpSocket } = await import(workerData.library)
  const rx = UdpSocket.open({ local: { address: '127.0.0.1' } })
  const tx = UdpSocket.open({ remote: rx.local })
  const messages = rx.messages()
  const message = messages.next()
  tx.send({ data: Buffer.alloc(3000, 7), segmentSize: 1000 })
  parentPort.postMessage((await message).value.data.length)
  for await (const _ of messages);
  parentPort.on('message', () => {})`

test('a worker that is terminated while it waits leaves no socket', async () => {
  const library = import.meta.resolve('@netloom/tuntap/udp')
  const url = new URL(`data:text/javascript,${encodeURIComponent(program)}`)
  const start = () => new Worker(url, { workerData: { library } })
  const run = async () => {
    const worker = start()
    assert.equal(await once(worker, 'message'), [1000])
    await worker.terminate()
  }
  // The first one opens what the runtime keeps.
  await run()
  const before = socketCount()
  await run()
  await until('the sockets of the worker to be closed', () => socketCount() <= before)
})

test('an empty datagram is one message of one datagram', () => {
  using sockets = pair()
  const { rx, tx } = sockets
  for (const message of [new Uint8Array(0), { data: new Uint8Array(0), segmentSize: 5 }]) {
    assert.is(tx.send(message), true)
    const received = rx.receive(60_000)
    assert.equal([received?.segmentCount, received?.segmentSize, received?.data.length], [1, 0, 0])
    assert.equal(received?.segment(0), Buffer.alloc(0))
    assert.is(received?.copy().segmentCount, 1)
    for (const index of [-1, 1, 0.5, 'x'])
      assert.throws(() => received?.segment(index as number), /expected the index of a datagram from 0 to 0/)
  }
})

test('hostile values are refused before anything is sent', () => {
  using sockets = pair()
  const { rx, tx } = sockets
  const good = Buffer.from('good')
  const to = rx.local
  for (const [bad, expected] of [
    [{ data: 'text' }, /expected data of message 1/],
    [{ data: new Proxy(good, {}) }, /expected data of message 1/],
    [null, /expected message 1 to be/],
    [5, /expected message 1 to be/],
    [{ data: Buffer.alloc(65508) }, /message 1: expected data.length at most 65507 without segmentSize, got 65508/],
    [{ data: good, segmentSize: 0 }, /message 1: expected segmentSize from 1 to 65507, got 0/],
    [{ data: good, segmentSize: 1.5 }, /expected segmentSize/],
    [{ data: good, segmentSize: '1' }, /expected segmentSize/],
    [{ data: good, segmentSize: Number.NaN }, /expected segmentSize/],
    [{ data: good, to: { address: '127.0.0.1', port: 1 } }, /expected to of message 1 to be a UdpAddress/],
    [{ data: good, tos: 256 }, /message 1: expected tos from 0 to 255, got 256/],
    [{ data: good, from: '127.0.0.1' }, /expected from of message 1/],
  ] as const) {
    assert.throws(() => tx.sendBatch([good, bad as never]), expected)
  }
  for (const [from, offset] of [
    [-1, 0],
    [2, 0],
    [0.5, 0],
    [0, 5],
    [0, -1],
    // Not the start of a datagram.
    [0, 2],
    [0, 4],
  ] as const)
    assert.throws(() => tx.sendBatch([good], from, offset), /expected an (index|offset)/)
  for (const offset of [1, 3, 4, 6])
    assert.throws(
      () => tx.sendBatch([{ data: good, segmentSize: 2 }], 0, offset),
      /a multiple of segmentSize 2 below 4, got/,
    )
  const moved = new Uint8Array(100)
  structuredClone(moved.buffer, { transfer: [moved.buffer] })
  for (const message of [moved, { data: moved }, { data: moved, segmentSize: 5 }])
    assert.throws(() => tx.send(message), /message 0 with its memory, got one whose memory was transferred/)
  assert.throws(() => tx.sendBatch(good as never), /expected an array of messages/)
  assert.throws(() => rx.send(good), /expected message 0 to have a destination/)
  assert.throws(() => rx.receive(-1), /expected milliseconds/)
  assert.is(rx.receive(), undefined, 'nothing was sent')
  assert.is(tx.send({ data: good, to }), true)
  assert.equal(rx.receive(60_000)?.data, good)
})

test('invalid options are refused, and no socket is left', () => {
  const before = socketCount()
  for (const [options, expected] of [
    [{}, /local or remote/],
    [{ local, colour: 1 }, /expected the options/],
    [{ local: { address: 'localhost' } }, /expected an IPv4 or IPv6 address/],
    [{ local: { address: '127.0.0.1', port: 65536 } }, /expected port/],
    [{ local: { address: '127.0.0.1', scope: 1 } }, /expected no scope/],
    [{ local: { address: 'fe80::1', scope: 'a/b' } }, /interface name/],
    [{ local: { address: '192.0.2.1' } }, /EADDRNOTAVAIL/],
    [{ local: { address: 'fe80::1', scope: 'missing0' } }, /ENODEV/],
    [{ remote: { address: '127.0.0.1' } }, /expected a port of remote/],
    [{ local, remote: { address: '::1', port: 1 } }, /family ipv4/],
    [{ local, v6only: true }, /v6only/],
    [{ local, mtuDiscovery: 'toString' }, /mtuDiscovery/],
    [{ local, tos: -1 }, /tos/],
    [{ local, ttl: 0 }, /ttl/],
    [{ local, mark: 2 ** 32 }, /mark/],
    [{ local, gro: 1 }, /gro/],
    [{ local, receiveBuffer: 0 }, /receiveBuffer/],
    [{ local, device: 'missing0' }, /SO_BINDTODEVICE to missing0: ENODEV/],
    [{ local, onError: 5 }, /onError/],
    [{ local, netns: '/missing' }, /ENOENT/],
  ] as const)
    assert.throws(() => UdpSocket.open(options as never), expected)
  assert.is(socketCount(), before)
})

test.run()
