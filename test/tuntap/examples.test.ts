import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check, libc, openIn, openSocket } from '@netloom/netlink/socket'
import { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { addTaps, examples, startExample } from './example.js'
import { count, numbered } from './wire.js'

const test = suiteNeeding('examples of @netloom/tuntap', 'netns', 'tun')

const AF_INET = 2
const SOCK_DGRAM_NONBLOCK = 2 + 0o4000
const IPPROTO_ICMP = 1

/** Pings through a socket of the kernel, which checks the answer. Returns the text of the answer. */
async function ping({ path }: Namespace, address: string, text: string): Promise<string> {
  const socket = openIn(path, () => openSocket(AF_INET, SOCK_DGRAM_NONBLOCK, IPPROTO_ICMP))
  const { fd } = socket
  try {
    const request = Buffer.concat([Buffer.from([8, 0, 0, 0, 0, 0, 0, 1]), Buffer.from(text)])
    const to = Buffer.alloc(16)
    to.writeUInt16LE(AF_INET)
    to.set(address.split('.').map(Number), 4)
    check('sendto', libc.sendto(fd, request, request.length, 0, to, to.length))
    const reply = Buffer.alloc(2000)
    const length = await until('an answer to the ping', () => {
      const received = libc.read(fd, reply, reply.length)
      return received > 0 && received
    })
    return reply.toString('latin1', 8, length)
  } finally {
    socket.close()
  }
}

test('worker-queues.mjs: each flow has a worker, and all of them answer', () =>
  inScratch(async (namespace) => {
    const example = startExample(namespace, 'worker-queues.mjs', 'tun0', '2')
    try {
      assert.is(await example.line(), 'ready')
      namespace.ip('link', 'set', 'tun0', 'up')
      namespace.exec('sh', ['-c', 'echo 0 0 > /proc/sys/net/ipv4/ping_group_range'])
      namespace.ip('address', 'add', '10.0.0.1/24', 'dev', 'tun0')
      for (const text of ['one', 'two', 'three']) assert.is(await ping(namespace, '10.0.0.2', text), text)
      example.child.kill('SIGINT')
      const [, ...counts] = /^packets of the queues: (\d+), (\d+)$/.exec(await example.line()) ?? []
      assert.ok(Number(counts[0]) + Number(counts[1]) >= 3, counts.join())
      await example.exit
      assert.ok(namespace.ip('link', 'show').every(({ ifname }) => ifname !== 'tun0'))
    } finally {
      await example.end('SIGKILL')
    }
  }))

/** Returns the frames of a pcap file. */
function framesOf(file: Buffer): Buffer[] {
  assert.is(file.readUInt32LE(0), 0xa1b23c4d)
  assert.is(file.readUInt32LE(20), 1) // LINKTYPE_ETHERNET
  const frames: Buffer[] = []
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8)
    assert.is(file.readUInt32LE(at + 12), length)
    frames.push(file.subarray(at + 16, at + 16 + length))
    at += 16 + length
  }
  return frames
}

test('capture.ts writes the frames that the kernel sends into a pcap file', () =>
  inScratch(async (namespace) => {
    const files = mkdtempSync(join(tmpdir(), 'netloom-capture-'))
    try {
      addTaps(namespace, 'tap0', 'peer')
      namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
      for (const name of ['tap0', 'peer']) namespace.ip('link', 'set', name, 'master', 'br0')
      namespace.ip('link', 'set', 'br0', 'up')
      const path = join(files, 'frames.pcap')
      const capture = startExample(namespace, 'capture.ts', 'tap0', path)
      assert.is(await capture.line(), 'capturing')
      const sent = count(300).map((number) => numbered(number, 60 + number))
      {
        using peer = TunTap.attach({ mode: 'tap', name: 'peer', netns: namespace.path })
        await until('both ports to forward', () =>
          namespace
            .ip('link', 'show', 'master', 'br0')
            .every(({ linkinfo }) => linkinfo.info_slave_data.state === 'forwarding'),
        )
        peer.writeBatch(sent)
      }
      const size = sent.reduce((sum, { length }) => sum + 16 + length, 24)
      await until('all frames in the file', () => statSync(path).size >= size)
      capture.child.kill('SIGINT')
      assert.is(await capture.line(), '300 frames')
      await capture.end('SIGTERM')
      assert.equal(framesOf(readFileSync(path)), sent)
    } finally {
      rmSync(files, { recursive: true })
    }
  }))

test('learning-switch.ts connects four hosts, and learns their ports', async () => {
  using namespace = scratch()
  const hosts = count(4).map(() => scratch())
  const names = hosts.map((_, index) => `tap${index}`)
  addTaps(namespace, ...names)
  const running = startExample(namespace, 'learning-switch.ts', ...names)
  try {
    assert.is(await running.line(), 'ready')
    // The switch keeps the descriptor of a tap that moves.
    for (const [index, host] of hosts.entries()) {
      host.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
      host.exec('sh', ['-c', 'echo 0 0 > /proc/sys/net/ipv4/ping_group_range'])
      namespace.ip('link', 'set', `tap${index}`, 'netns', host.name)
      host.ip('address', 'add', `10.0.0.${index + 1}/24`, 'dev', `tap${index}`)
      host.ip('link', 'set', `tap${index}`, 'up')
    }
    for (const [index, host] of hosts.entries())
      for (let to = 1; to <= 4; to++)
        if (to !== index + 1) assert.is(await ping(host, `10.0.0.${to}`, `${index} to ${to}`), `${index} to ${to}`)

    // All addresses are known, so the other hosts receive nothing of a conversation.
    const received = () =>
      [2, 3].map((index) => hosts[index]?.ip('-s', 'link', 'show', 'dev', `tap${index}`)[0].stats64.rx.packets)
    const before = received()
    for (let i = 0; i < 10; i++) await ping(hosts[0] as Namespace, '10.0.0.2', 'again')
    assert.equal(received(), before)
  } finally {
    await running.end('SIGTERM')
    for (const host of hosts) host.remove()
  }
})

test('each example is shorter than 80 lines', () => {
  const names = readdirSync(examples)
  assert.ok(names.length >= 4)
  for (const name of names)
    assert.ok(readFileSync(join(examples, name), 'utf8').trimEnd().split('\n').length < 80, name)
})

test.run()
