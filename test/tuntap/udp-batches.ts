import { setOption } from '@netloom/netlink/socket'
import { UdpAddress, type UdpBatchMethod, UdpSocket } from '@netloom/tuntap/udp'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { ADDRESSES, bytesOf, ROOM, receiveAll, segmentsOf, startPython, withLink } from './udp-link.js'

/** SOL_SOCKET and SO_NO_CHECK, asm-generic/socket.h: without checksums, the kernel refuses UDP_SEGMENT with EINVAL. */
const SOL_SOCKET = 1
const SO_NO_CHECK = 11

/** Lengths that occur in turns. */
const LENGTHS = [1400, 0, 1, 9000, 512, 65507]

/** Segment sizes, and lengths of data. */
const SHAPES = [
  [1400, 1400],
  [1400, 1399],
  [1400, 1401],
  [1400, 14_000],
  [1400, 14_001],
  [1200, 1200 * 64],
  [1200, 1200 * 200 + 7],
  [1, 300],
  [1472, 200_000],
  [100, 0],
] as const

export interface Expected {
  readonly method: UdpBatchMethod
  /** True if the kernel segments and joins datagrams. */
  readonly offload: boolean
}

/** Tests sending and receiving. The same tests must pass with each method. */
export function testUdpBatches({ method, offload }: Expected): void {
  const test = suiteNeeding(`UDP, ${method}, ${offload ? 'with' : 'without'} offloads`, 'netns')
  const families = Object.keys(ADDRESSES) as (keyof typeof ADDRESSES)[]

  test('thousands of datagrams of different lengths arrive in order', () =>
    withLink(async ({ a }) => {
      using rx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: a.path, ...ROOM })
      using tx = UdpSocket.open({ remote: rx.local, netns: a.path, ...ROOM })
      assert.is(tx.gso, offload)
      const received: Buffer[] = []
      const sent = Array.from({ length: 3000 }, (_, i) => bytesOf(i, LENGTHS[i % LENGTHS.length] as number))
      for (let i = 0; i < sent.length; i += 100) {
        const messages = sent.slice(i, i + 100)
        assert.equal(tx.sendBatch(messages), { sent: 100, next: 100, offset: 0, refused: [] })
        received.push(...(await receiveAll(rx, 100)))
      }
      assert.ok(
        received.every((bytes, i) => bytes.equals(sent[i] as Buffer)),
        'the same bytes',
      )
      assert.is(received.length, sent.length)
      assert.is(rx.dropped, 0)
      assert.is(tx.batchMethod, method)
      assert.is(rx.batchMethod, method)
    }))

  for (const gro of [false, true])
    test(`segments arrive as datagrams, ${gro ? 'joined' : 'single'}`, () =>
      withLink(async ({ a }) => {
        using rx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: a.path, gro, ...ROOM })
        using tx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: a.path, ...ROOM })
        assert.is(rx.gro, gro && offload)
        for (const [segmentSize, length] of SHAPES) {
          const data = bytesOf(length, length)
          const expected = segmentsOf(data, segmentSize)
          const report = tx.sendBatch([{ data, segmentSize, to: rx.local }])
          assert.equal(report, { sent: 1, next: 1, offset: 0, refused: [] })
          assert.equal(await receiveAll(rx, expected.length), expected, `${length} bytes by ${segmentSize}`)
        }
      }))

  for (const family of families)
    test(`two namespaces, ${family}: a receiver of Python gets the same datagrams`, () =>
      withLink(async ({ a, b }) => {
        const [from, to] = ADDRESSES[family]
        const messages = Array.from({ length: 40 }, (_, i) => ({
          data: bytesOf(i, 300 + i * 97),
          segmentSize: i % 3 === 0 ? undefined : 500,
        }))
        const expected = messages.flatMap(({ data, segmentSize = 70_000 }) => segmentsOf(data, segmentSize))
        using python = await startPython(b, family, to, expected.length)
        using tx = UdpSocket.open({ local: { address: from }, netns: a.path, ...ROOM })
        const destination = UdpAddress.of(to, python.port)
        const report = tx.sendBatch(messages.map((message) => ({ ...message, to: destination })))
        assert.equal(report, { sent: 40, next: 40, offset: 0, refused: [] })
        assert.equal(await python.datagrams(), expected)
      }))

  for (const family of families)
    test(`two namespaces, ${family}: datagrams that the kernel joined are the same`, () =>
      withLink(async ({ a, b }) => {
        const [from, to] = ADDRESSES[family]
        using rx = UdpSocket.open({ local: { address: to }, netns: b.path, gro: true, ...ROOM })
        using tx = UdpSocket.open({ local: { address: from }, remote: rx.local, netns: a.path, ...ROOM })
        const data = bytesOf(1, 1200 * 150 + 11)
        const expected = segmentsOf(data, 1200)
        assert.is(tx.send({ data, segmentSize: 1200 }), true)
        let [messages, most] = [0, 0]
        const received: Buffer[] = []
        await until('all datagrams', () => {
          for (const message of rx.receiveBatch()) {
            messages++
            most = Math.max(most, message.segmentCount)
            assert.ok(message.source.equals(tx.local), String(message.source))
            for (let i = 0; i < message.segmentCount; i++) received.push(Buffer.from(message.segment(i)))
          }
          return received.length >= expected.length
        })
        assert.equal(received, expected)
        if (offload) assert.ok(messages <= 5 && most > 30, `${messages} messages of up to ${most} datagrams`)
        else assert.is(most, 1)
      }))

  test('segments above the MTU are fragmented, as single datagrams would be', () =>
    withLink(async ({ a, b }) => {
      const [from, to] = ADDRESSES.ipv4
      using rx = UdpSocket.open({ local: { address: to }, netns: b.path, ...ROOM })
      using tx = UdpSocket.open({ local: { address: from }, netns: a.path, ...ROOM })
      const data = bytesOf(1, 20_000)
      const small = bytesOf(2, 3000)
      const report = tx.sendBatch([
        { data, segmentSize: 3000, to: rx.local },
        { data: small, segmentSize: 1000, to: rx.local },
      ])
      assert.equal(report, { sent: 2, next: 2, offset: 0, refused: [] })
      assert.equal(await receiveAll(rx, 10), [...segmentsOf(data, 3000), ...segmentsOf(small, 1000)])
      // Only this message was too large.
      assert.is(tx.gso, offload)
    }))

  test('segments arrive although the socket refuses UDP_SEGMENT', () =>
    inScratch(async (namespace) => {
      namespace.ip('link', 'set', 'lo', 'up')
      using rx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: namespace.path, ...ROOM })
      using tx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: namespace.path, ...ROOM })
      assert.is(setOption(tx.fd, SOL_SOCKET, SO_NO_CHECK, 1), 0)
      const data = bytesOf(3, 100_000)
      assert.is(tx.sendBatch([{ data, segmentSize: 700, to: rx.local }]).sent, 1)
      assert.equal(await receiveAll(rx, Math.ceil(100_000 / 700)), segmentsOf(data, 700))
    }))

  test('refused datagrams are reported with the MTU, and others are sent', () =>
    withLink(async ({ a, b }) => {
      const [from, to] = ADDRESSES.ipv4
      using rx = UdpSocket.open({ local: { address: to }, netns: b.path, ...ROOM })
      using tx = UdpSocket.open({ local: { address: from }, netns: a.path, mtuDiscovery: 'do', ...ROOM })
      const { refused, ...report } = tx.sendBatch([
        { data: bytesOf(0, 1472), to: rx.local },
        { data: bytesOf(1, 1473), to: rx.local },
        { data: bytesOf(2, 9000), segmentSize: 1500, to: rx.local },
        { data: bytesOf(3, 100), to: UdpAddress.of('192.0.2.1', 1) },
        { data: bytesOf(4, 5000), segmentSize: 1000, to: rx.local },
      ])
      assert.equal(report, { sent: 2, next: 5, offset: 0 })
      assert.equal(
        refused.map(({ index, error }) => [index, error.code, error.mtu]),
        [
          [1, 'EMSGSIZE', 1500],
          [2, 'EMSGSIZE', 1500],
          [3, 'ENETUNREACH', undefined],
        ],
      )
      assert.equal(await receiveAll(rx, 6), [bytesOf(0, 1472), ...segmentsOf(bytesOf(4, 5000), 1000)])
    }))

  test.run()
}
