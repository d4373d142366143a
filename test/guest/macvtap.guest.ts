import { statSync } from 'node:fs'
import { DeviceDeletedError, TunTap, TunTapError } from '@netloom/tuntap'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, scratch } from '../support/netns.js'
import { until } from '../support/until.js'
import { openedSince, openFiles } from '../tuntap/device.js'

const test = suite('macvtap and ipvtap')

const MAC = '02:00:00:00:00:aa'
const ADDRESS = '10.7.0.2'
const PEER_MAC = '02:00:00:00:00:bb'
const HEADERS = 14 + 20 + 8

/** Returns an Ethernet frame with a UDP datagram. Its source port selects the flow, and so the queue. */
function udp(to: string, toAddress: string, from: string, fromAddress: string, port: number): Buffer {
  const frame = Buffer.alloc(HEADERS + 18)
  const [mac, ip] = [(text: string) => Buffer.from(text.replaceAll(':', ''), 'hex'), (text: string) => text.split('.')]
  frame.set([...mac(to), ...mac(from), 0x08, 0x00])
  // Version and length, TTL, UDP and the addresses. ipvtap checks no checksum.
  frame.set([0x45, 0, 0, frame.length - 14, 0, 0, 0, 0, 64, 17, 0, 0, ...ip(fromAddress).map(Number)], 14)
  frame.set(ip(toAddress).map(Number), 30)
  frame.writeUInt16BE(port, 34)
  frame.writeUInt16BE(9, 36)
  frame.writeUInt16BE(frame.length - 34, 38)
  return frame
}

const portOf = (frame: Uint8Array) => Buffer.from(frame).readUInt16BE(34)

/** Creates a namespace with a tap `lower`, which is the physical link, and calls `use`. Nothing sends frames by itself. */
const withLower = (use: (namespace: Namespace, lower: TunTap) => Promise<void>) =>
  inScratch(async (namespace) => {
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    using lower = TunTap.create({ mode: 'tap', name: 'lower', netns: namespace.path, up: true })
    await use(namespace, lower)
  })

/** Returns the next frame of the flow with a port. Others, such as requests of ARP, are ignored. */
const frameOf = (tap: TunTap, port: number) =>
  until(`a frame of port ${port}`, () => {
    const frame = tap.read(1000)
    return frame !== undefined && frame.length > HEADERS && portOf(frame) === port && frame
  })

const kinds = {
  macvtap: { kind: 'macvtap', address: MAC, data: { mode: 'bridge' } },
  ipvtap: { kind: 'ipvtap', data: { mode: 'l2' } },
} as const

for (const [kind, options] of Object.entries(kinds))
  test(`${kind} in another namespace: found by its index, frames in both directions, two queues, deletion`, () =>
    withLower(async (namespace, lower) => {
      const before = openFiles()
      const left = () => openedSince(before).filter((file) => /^\/dev\/tap|^net:/.test(file))
      const tap = await TunTap.createMacvtap({
        ...{ ...options, name: 'mv0', link: 'lower', index: 4321, mtu: 1400, up: true },
        netns: namespace.path,
      })
      namespace.ip('address', 'add', `${ADDRESS}/24`, 'dev', 'mv0')
      // The node has the number that sysfs of the namespace reports.
      const { rdev } = statSync('/dev/tap4321')
      const numbers = namespace.exec('sh', ['-c', 'cat /sys/class/net/mv0/tap*/dev'])
      assert.is(numbers.trim(), `${rdev >> 8}:${rdev & 0xff}`)

      // Looked up in the namespace in which it was opened, because the driver has no TUNGETDEVNETNS.
      assert.equal([tap.name, tap.mode, tap.index, tap.mtu], ['mv0', 'tap', 4321, 1400])
      assert.is(tap.address, kind === 'macvtap' ? MAC : lower.address)

      const mac = tap.address as string
      lower.write(udp(mac, ADDRESS, PEER_MAC, '10.7.0.1', 1))
      assert.equal(await frameOf(tap, 1), udp(mac, ADDRESS, PEER_MAC, '10.7.0.1', 1))
      tap.write(udp(PEER_MAC, '10.7.0.1', mac, ADDRESS, 2))
      assert.equal(await frameOf(lower, 2), udp(PEER_MAC, '10.7.0.1', mac, ADDRESS, 2))

      // Each descriptor is a queue, with its own headers.
      const other = TunTap.openMacvtap({ name: 'mv0', netns: namespace.path, vnetHdr: 12 })
      assert.equal([tap.framing.vnetHeaderSize, other.framing.vnetHeaderSize, other.index], [0, 12, 4321])
      const ports = Array.from({ length: 64 }, (_, index) => 100 + index)
      lower.writeBatch(ports.map((port) => udp(mac, ADDRESS, PEER_MAC, '10.7.0.1', port)))
      const counts = [0, 0]
      const received: number[] = []
      await until('the frames of both queues', () => {
        for (const [index, queue] of [tap, other].entries())
          for (const frame of queue.readBatch().map((each) => each.subarray(index * 12)))
            if (portOf(frame) >= 100 && ++(counts[index] as number)) received.push(portOf(frame))
        return received.length === ports.length
      })
      assert.equal(received.sort(), ports)
      assert.ok(
        counts.every((each) => each > 0),
        `frames of the queues: ${counts}`,
      )
      other.writeBatch([Buffer.concat([Buffer.alloc(12), udp(PEER_MAC, '10.7.0.1', mac, ADDRESS, 3)])])
      await frameOf(lower, 3)

      const events = tap.events()
      const event = events.next()
      namespace.ip('link', 'set', 'mv0', 'mtu', 1300)
      assert.equal((await event).value, { type: 'mtu', before: 1400, after: 1300 })

      // The kernel reports the deletion to no read, write or poll.
      const waiting = other
        .frames()
        .next()
        .then(
          () => 'a frame',
          (error: unknown) => error,
        )
      namespace.ip('link', 'delete', 'mv0')
      assert.equal((await events.next()).value, { type: 'down' })
      assert.equal((await events.next()).value, { type: 'deleted' })
      assert.instance(await waiting, DeviceDeletedError)
      for (const call of [
        () => tap.read(),
        () => tap.read(60_000),
        () => tap.readInto(Buffer.alloc(2000)),
        () => tap.readBatch(),
        () => tap.write(Buffer.alloc(60)),
        () => tap.writeBatch([Buffer.alloc(60)]),
      ])
        assert.throws(call, (error: unknown) => error instanceof DeviceDeletedError && error.code === 'ENOLINK')
      for (const call of [() => tap.flags(), () => tap.index, () => tap.mtu])
        assert.throws(call, (error: unknown) => error instanceof TunTapError && error.code === 'ENOLINK')
      assert.is(tap.name, 'mv0')
      tap.close()
      other.close()
      assert.equal(left(), [])
      assert.throws(
        () => TunTap.openMacvtap({ name: 'mv0', netns: namespace.path }),
        (error: unknown) => error instanceof TunTapError && error.code === 'ENODEV',
      )
      assert.equal(left(), [])
    }))

test('a macvtap that was moved: its name is known, its namespace is not', () =>
  withLower(async (namespace) => {
    using elsewhere = scratch()
    using tap = await TunTap.createMacvtap({ ...kinds.macvtap, name: 'mv0', link: 'lower', netns: namespace.path })
    namespace.ip('link', 'set', 'mv0', 'netns', elsewhere.name)
    elsewhere.ip('link', 'set', 'mv0', 'name', 'moved')
    assert.is(tap.name, 'moved')
    for (const call of [() => tap.index, () => tap.openNetns()])
      assert.throws(call, (error: unknown) => error instanceof TunTapError && error.code === 'EINVAL')
    // The link is found again by its name.
    using again = TunTap.openMacvtap({ name: 'moved', netns: elsewhere.path })
    assert.is(again.index, elsewhere.ip('link', 'show', 'moved')[0].ifindex)
  }))

test('a link with the index of another one of another namespace is not confused with it', () =>
  withLower((namespace) =>
    withLower(async (second) => {
      const options = { ...kinds.macvtap, name: 'mv0', link: 'lower', index: 99 } as const
      using first = await TunTap.createMacvtap({ ...options, netns: namespace.path })
      assert.is(first.index, 99)
      let failure: unknown
      await TunTap.createMacvtap({ ...options, netns: second.path, address: PEER_MAC }).catch((error) => {
        failure = error
      })
      assert.match(String(failure), /\/dev\/tap99, which belongs to mv0 of another namespace: ENXIO/)
      // The link that could not be opened was deleted.
      assert.equal(
        second.ip('link').map(({ ifname }) => ifname),
        ['lo', 'lower'],
      )
    }),
  ))

test('a link of another kind has no node', () =>
  withLower(async (namespace) => {
    assert.throws(() => TunTap.openMacvtap({ name: 'lower', netns: namespace.path }), /open.*ENOENT|ENOENT.*open/)
  }))

test.run()
