import { UdpAddress, UdpError, UdpSocket } from '@netloom/tuntap/udp'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { ADDRESSES, bytesOf, ROOM, withLink } from './udp-link.js'

const test = suiteNeeding('UDP over IPv4 and IPv6', 'netns')

test('link-local addresses have a scope, by name and by index', () =>
  withLink(({ a, b }) => {
    const [from, to] = ['fe80::9:1', 'fe80::9:2'] as const
    a.ip('addr', 'add', `${from}/64`, 'dev', 'v0', 'nodad')
    b.ip('addr', 'add', `${to}/64`, 'dev', 'v1', 'nodad')
    const [link] = b.ip('link', 'show', 'v1')
    using rx = UdpSocket.open({ local: { address: to, scope: 'v1' }, netns: b.path, receiveLocal: true })
    assert.is(rx.local.scope, link.ifindex)
    const [v0] = a.ip('link', 'show', 'v0')
    using tx = UdpSocket.open({ local: { address: from, scope: v0.ifindex }, netns: a.path })
    assert.is(tx.send({ data: bytesOf(1, 100), to: UdpAddress.of(to, rx.local.port, v0.ifindex) }), true)
    const message = rx.receive(60_000)
    assert.equal(message?.data, bytesOf(1, 100))
    assert.is(String(message?.source), `[${from}%${link.ifindex}]:${tx.local.port}`)
    assert.ok(message?.local?.equals(rx.local), String(message?.local))
    assert.is(message?.interfaceIndex, link.ifindex)
    assert.is(rx.send({ data: bytesOf(2, 9), to: message?.source, from: message?.local }), true)
    assert.equal(tx.receive(60_000)?.data, bytesOf(2, 9))
  }))

test('an IPv6 socket receives IPv4, and answers from the same local address', () =>
  withLink(({ a }) => {
    using rx = UdpSocket.open({ local: { address: '::' }, netns: a.path, receiveLocal: true, receiveTos: true })
    for (const address of ['127.0.0.1', '127.0.0.2', ADDRESSES.ipv4[0], '::1', ADDRESSES.ipv6[0]]) {
      const isIPv4 = address.includes('.')
      using tx = UdpSocket.open({ remote: { address, port: rx.local.port }, netns: a.path, receiveTos: true })
      for (const tos of [0, 0xb8, 3, 255]) {
        assert.is(tx.send({ data: bytesOf(tos, 20), tos }), true)
        const message = rx.receive(60_000)
        assert.is(message?.tos, tos)
        assert.is(message?.local?.address, isIPv4 ? `::ffff:${address}` : address)
        const { source: to, local: from } = message ?? {}
        assert.is(rx.send({ data: Buffer.from('answer'), to, from, tos: 2 }), true)
        const answer = tx.receive(60_000)
        // A connected socket receives from its remote address only.
        assert.is(answer?.data.toString(), 'answer')
        assert.is(answer?.tos, 2)
      }
    }
  }))

test('the same sender is the same address', () =>
  withLink(({ a }) => {
    using rx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: a.path })
    using one = UdpSocket.open({ remote: rx.local, netns: a.path })
    using other = UdpSocket.open({ remote: rx.local, netns: a.path })
    for (const tx of [one, other, one]) tx.send(Buffer.from('x'))
    const [first, second, third] = rx.receiveBatch().map(({ source }) => source)
    assert.is(first, third)
    assert.ok(first?.equals(one.local) && second?.equals(other.local) && !first.equals(other.local))
    assert.is(String(second), `127.0.0.1:${other.local.port}`)
  }))

for (const isConnected of [true, false])
  test(`ICMP errors interrupt nothing, ${isConnected ? 'connected' : 'not connected'}`, () =>
    withLink(async ({ a, b }) => {
      const errors: UdpError[] = []
      const onError = (error: UdpError) => void errors.push(error)
      const [from, to] = ADDRESSES.ipv4
      const closed = { address: to, port: 9 }
      using rx = UdpSocket.open({ local: { address: to }, netns: b.path })
      const remote = isConnected ? closed : undefined
      using tx = UdpSocket.open({ local: { address: from }, remote, netns: a.path, onError })
      const received: string[] = []
      const listener = tx.start((messages) => received.push(...messages.map(({ data }) => data.toString())))
      const peer = UdpAddress.of(closed.address, closed.port)
      for (let i = 0; i < 5; i++) {
        const report = tx.sendBatch([
          { data: Buffer.from('lost'), to: peer },
          { data: Buffer.from('arrives'), to: rx.local },
        ])
        assert.equal(report, { sent: 2, next: 2, offset: 0, refused: [] })
        assert.is(rx.receive(60_000)?.data.toString(), 'arrives')
        await until(`ICMP message ${i + 1}`, () => tx.errorCount > i && errors.length > i)
      }
      const [error] = errors
      assert.instance(error, UdpError)
      assert.is(error?.code, 'ECONNREFUSED')
      assert.ok(error?.peer?.equals(peer), String(error?.peer))
      assert.is(error?.reporter?.address, to)
      if (!isConnected) {
        rx.send({ data: Buffer.from('still received'), to: tx.local })
        await until('a message after the errors', () => received.length > 0)
        assert.equal(received, ['still received'])
      }
      listener.stop()
      await listener.done
    }))

test('ICMP errors do not interrupt a socket whose receive buffer is full', () =>
  withLink(async ({ a, b }) => {
    const [from, to] = ADDRESSES.ipv4
    using rx = UdpSocket.open({ local: { address: to }, netns: b.path, ...ROOM })
    using tx = UdpSocket.open({ local: { address: from }, netns: a.path, receiveBuffer: 5000 })
    const fill = { data: bytesOf(0, 5000), to: tx.local }
    await until('loss', () => {
      rx.send(fill)
      return tx.dropped > 0
    })
    const lost = { data: Buffer.from('lost'), to: UdpAddress.of(to, 9) }
    for (let i = 0; i < 20; i++) {
      const report = tx.sendBatch([lost, { data: bytesOf(i, 10), to: rx.local }])
      assert.equal(report, { sent: 2, next: 2, offset: 0, refused: [] })
      assert.equal(rx.receive(60_000)?.data, bytesOf(i, 10))
    }
  }))

test('an MTU that a router reports is received', () =>
  withLink(async ({ a, b }) => {
    // b forwards to a link with a smaller MTU.
    b.ip('link', 'add', 'narrow', 'mtu', 1280, 'type', 'veth', 'peer', 'name', 'end')
    b.ip('link', 'set', 'end', 'up')
    b.ip('addr', 'add', '10.8.0.1/24', 'dev', 'narrow')
    b.ip('link', 'set', 'narrow', 'up')
    b.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward'])
    a.ip('route', 'add', '10.8.0.0/24', 'via', ADDRESSES.ipv4[1])
    const errors: UdpError[] = []
    const remote = { address: '10.8.0.9', port: 4000 }
    using tx = UdpSocket.open({
      remote,
      netns: a.path,
      mtuDiscovery: 'do',
      onError: (error) => void errors.push(error),
    })
    assert.is(tx.pathMtu, 1500)
    assert.is(tx.send(bytesOf(1, 1400)), true)
    await until('an ICMP message', () => {
      tx.receiveBatch()
      return errors.length > 0
    })
    assert.equal([errors[0]?.code, errors[0]?.mtu, errors[0]?.reporter?.address], ['EMSGSIZE', 1280, ADDRESSES.ipv4[1]])
    assert.is(tx.pathMtu, 1280)
    const [refusal] = tx.sendBatch([bytesOf(2, 1400), bytesOf(3, 1252)]).refused
    assert.equal([refusal?.index, refusal?.error.code, refusal?.error.mtu], [0, 'EMSGSIZE', 1280])
    assert.is(refusal?.error.message, 'sendmsg to 10.8.0.9:4000, the MTU is 1280: EMSGSIZE')
  }))

test('loss is counted, also of the last datagrams', () =>
  withLink(({ a }) => {
    using rx = UdpSocket.open({ local: { address: '127.0.0.1' }, netns: a.path, receiveBuffer: 50_000 })
    using tx = UdpSocket.open({ remote: rx.local, netns: a.path, ...ROOM })
    assert.is(rx.dropped, 0)
    const messages = Array.from({ length: 500 }, (_, i) => bytesOf(i, 1000))
    assert.is(tx.sendBatch(messages).sent, 500)
    const { dropped } = rx
    let received = 0
    for (let batch = rx.receiveBatch(); batch.length > 0; batch = rx.receiveBatch()) received += batch.length
    assert.ok(dropped > 0)
    assert.is(received + dropped, 500)
  }))

test.run()
