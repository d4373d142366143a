import { createCipheriv, createHash } from 'node:crypto'
import { AF } from '@netloom/netlink/codec'
import { check, libcFunction, openIn, openSocket } from '@netloom/netlink/socket'
import { ipBytes, PacketView } from '@netloom/packet'
import * as assert from 'uvu/assert'
import type { ExistingNamespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { type Cable, type CableOptions, type Change, counterOf, markCongestion, run, withCable } from './cable.js'
import { dataOf } from './super-frames.js'

// The kernel sends streams through a device with offloads, and receives them back. The other end is a device without offloads, whose
// kernel checks each checksum.

const test = suiteNeeding('streams of the kernel through GsoSplitter and GroJoiner', 'netns', 'tun')

const SIZE = 6 << 20

/** Bytes that do not repeat: the key stream of AES. The programs calculate the same. */
const content = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(SIZE))
const contentProgram = `require('crypto').createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(${SIZE}))`

const expected = createHash('sha256').update(content).digest('hex')

/** Receives a stream, prints its hash, and sends it back. */
const server = (address: string) => `
  const server = require('net').createServer({ allowHalfOpen: true }, (socket) => {
    const hash = require('crypto').createHash('sha256'), parts = []
    socket.on('data', (part) => { hash.update(part); parts.push(part) })
    socket.on('end', () => { console.log(hash.digest('hex')); socket.end(Buffer.concat(parts)); server.close() })
  })
  server.listen(9000, '${address}', () => console.log('ready'))`

/** Sends a stream, and prints the hash of what comes back. */
const client = (address: string) => `
  const bytes = ${contentProgram}, hash = require('crypto').createHash('sha256')
  const socket = require('net').connect({ port: 9000, host: '${address}', allowHalfOpen: true }, () => socket.end(bytes))
  socket.on('data', (part) => hash.update(part))
  socket.on('end', () => console.log(hash.digest('hex')))`

/** Sends the stream from `a` to `b` and back, and compares both copies. */
async function exchange({ a, b }: Cable, address: string): Promise<void> {
  const receiver = run(b, server(address))
  await receiver.ready
  const sender = run(a, client(address))
  assert.is((await sender.output).trim(), expected)
  assert.is((await receiver.output).trim(), `ready\n${expected}`)
}

/** @param isLossy True if the kernel's windows are small, so that many frames are single packets. */
function checkCounts({ a, b, splitter, joiner, counts }: Cable, isLossy = false): void {
  assert.equal([counts.wrong, splitter.dropped, joiner.dropped], [0, 0, 0], String(splitter.fault))
  for (const namespace of [a, b]) assert.is(counterOf(namespace, 'Tcp', 'InCsumErrors'), 0)
  // Both directions have used frames of several packets.
  assert.ok(counts.packets > (isLossy ? 1 : 2) * counts.frames, JSON.stringify(counts))
  assert.ok(joiner.joined > (isLossy ? 0 : counts.read / 4), `${joiner.joined} joined, ${JSON.stringify(counts)}`)
}

for (const [name, options, address] of [
  ['TCP over IPv4, tun', { mode: 'tun' }, '192.0.2.2'],
  ['TCP over IPv6, tun', { mode: 'tun' }, '2001:db8::2'],
  ['TCP over IPv4, tap', { mode: 'tap' }, '192.0.2.2'],
  ['TCP over IPv6, tap', { mode: 'tap' }, '2001:db8::2'],
] as const satisfies readonly (readonly [string, CableOptions, string])[])
  test(name, () =>
    withCable(options, async (cable) => {
      await exchange(cable, address)
      checkCounts(cable)
    }),
  )

/** Drops, exchanges, repeats and marks some packets. */
function disturb(): Change {
  const view = new PacketView({ link: 'ip' })
  let seen = 0
  return (packets) => {
    const left: Uint8Array[] = []
    for (const packet of packets) {
      seen++
      if (seen % 211 === 0) continue
      if (seen % 101 === 0) markCongestion(packet, view)
      left.push(packet)
      if (seen % 307 === 0) left.push(packet)
      const last = left.length - 1
      if (seen % 53 === 0 && last > 0)
        [left[last - 1], left[last]] = [left[last] as Uint8Array, left[last - 1] as Uint8Array]
    }
    return left
  }
}

for (const address of ['192.0.2.2', '2001:db8::2'])
  test(`loss, another order, repeated packets and ECN: ${address}`, () =>
    withCable({ mode: 'tun', change: disturb() }, async (cable) => {
      for (const namespace of [cable.a, cable.b]) namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/tcp_ecn'])
      await exchange(cable, address)
      checkCounts(cable, true)
      assert.ok(counterOf(cable.a, 'Tcp', 'RetransSegs') > 0)
    }))

test('damaged packets are not joined, and the kernel drops them', () => {
  let seen = 0
  const damage: Change = (packets) => {
    for (const packet of packets)
      if (packet.length > 1000 && ++seen % 97 === 0) packet[500] = (packet[500] as number) ^ 1
    return packets
  }
  return withCable({ mode: 'tun', change: damage }, async (cable) => {
    await exchange(cable, '192.0.2.2')
    assert.ok(cable.joiner.invalidChecksums > 0)
    for (const namespace of [cable.a, cable.b]) assert.ok(counterOf(namespace, 'Tcp', 'InCsumErrors') > 0)
  })
})

/** asm-generic/socket.h, linux/in.h, linux/udp.h */
const SOCK_DGRAM_NONBLOCK = 2 | 0o4000 | 0o2000000
const SOL_UDP = 17
const UDP_SEGMENT = 103
const PORT = 9000

const call = {
  bind: libcFunction('int bind(int, const void *, unsigned int)'),
  connect: libcFunction('int connect(int, const void *, unsigned int)'),
  setsockopt: libcFunction('int setsockopt(int, int, int, const void *, unsigned int)'),
  send: libcFunction('long send(int, const void *, size_t, int)'),
  recv: libcFunction('long recv(int, void *, size_t, int)'),
}

/** `struct sockaddr_in` or `sockaddr_in6`, with the port of both ends. */
function socketAddress(address: string): Buffer {
  const bytes = ipBytes(address)
  const sockaddr = Buffer.alloc(bytes.length === 4 ? 16 : 28)
  sockaddr.writeUInt16LE(bytes.length === 4 ? AF.INET : AF.INET6)
  sockaddr.writeUInt16BE(PORT, 2)
  sockaddr.set(bytes, bytes.length === 4 ? 4 : 8)
  return sockaddr
}

/** Opens a UDP socket in a namespace, with both of its addresses. */
function openUdp({ path }: ExistingNamespace, own: string, peer: string) {
  const [from, to] = [socketAddress(own), socketAddress(peer)]
  const socket = openIn(path, () => openSocket(from.readUInt16LE(), SOCK_DGRAM_NONBLOCK, 0))
  check('bind', call.bind(socket.fd, from, from.length))
  check('connect', call.connect(socket.fd, to, to.length))
  return socket
}

/** Receives datagrams until there are `count`. */
async function datagrams(fd: number, count: number): Promise<Buffer[]> {
  const received: Buffer[] = []
  const buffer = Buffer.alloc(65536)
  await until(`${count} datagrams`, () => {
    for (
      let length = call.recv(fd, buffer, buffer.length, 0);
      length > 0;
      length = call.recv(fd, buffer, buffer.length, 0)
    )
      received.push(Buffer.from(buffer.subarray(0, length)))
    return received.length >= count
  })
  return received
}

for (const [one, other] of [
  ['192.0.2.1', '192.0.2.2'],
  ['2001:db8::1', '2001:db8::2'],
] as const)
  test(`UDP with UDP_SEGMENT to ${other}, and datagrams back`, () =>
    withCable({ mode: 'tun' }, async ({ a, b, joiner, splitter, counts }) => {
      const [sender, receiver] = [openUdp(a, one, other), openUdp(b, other, one)]
      try {
        const size = Buffer.from(Int32Array.of(1200).buffer)
        check('setsockopt', call.setsockopt(sender.fd, SOL_UDP, UDP_SEGMENT, size, size.length))
        const sent = Buffer.from(dataOf(40 * 1200 + 7))
        check('send', call.send(sender.fd, sent, sent.length, 0))
        const split = await datagrams(receiver.fd, 41)
        assert.is(Buffer.concat(split).compare(sent), 0)
        assert.equal(
          split.map(({ length }) => length),
          [...new Array(40).fill(1200), 7],
        )
        assert.ok(counts.packets >= counts.frames + 40, JSON.stringify(counts))
        for (const datagram of split) check('send', call.send(receiver.fd, datagram, datagram.length, 0))
        const joined = await datagrams(sender.fd, 41)
        assert.equal(joined, split)
        assert.ok(joiner.joined >= 20, `${joiner.joined} joined`)
        assert.equal([counts.wrong, splitter.dropped, joiner.dropped], [0, 0, 0])
      } finally {
        sender.close()
        receiver.close()
      }
    }))

test.run()
