import { inspect } from 'node:util'
import { type InetSocket, Netlink, type TcpDetails } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { withOpenSockets } from '../support/sockets.js'

// `tcp` of listed sockets is decoded when it is read.

const test = suiteNeeding('sockets: lazily decoded members', 'netns')

const withSockets = (use: (sockets: readonly InetSocket[], nl: Netlink) => void) =>
  withOpenSockets(async ({ namespace }) => {
    using nl = Netlink.open({ netns: namespace.path })
    const sockets = nl.sockets.listSync({ protocol: 'tcp', info: true })
    assert.ok(sockets.length >= 4)
    use(sockets, nl)
  })

/** Times run on between two readings. */
const lasting = ({ lastDataSent, lastDataRecv, lastAckRecv, busyTime, ...rest }: TcpDetails) => rest

test('each listed socket has the details that reading it alone returns', () =>
  withSockets((sockets, nl) => {
    const settled = sockets.filter(({ state }) => state === 'established' || state === 'listening')
    for (const socket of settled) {
      const alone = nl.sockets.getSync(socket)
      const own = Object.getOwnPropertyDescriptor(alone, 'tcp')
      assert.is(own?.enumerable, true)
      assert.equal(lasting(socket.tcp as TcpDetails), lasting(own?.value))
    }
    // The details that were read last are kept: those of another socket replace them.
    const [a, b] = settled as [InetSocket, InetSocket]
    const texts = [a, b, a, a, b].map(({ tcp }) => inspect(tcp))
    assert.equal(texts, [texts[0], texts[1], texts[0], texts[0], texts[1]])
    assert.is(a.tcp, a.tcp)
  }))

test('copies, JSON and printing contain the details', () =>
  withSockets((sockets) => {
    for (const socket of sockets) {
      // A socket in TIME-WAIT is only a small struct.
      assert.is(Object.hasOwn(socket, 'tcp'), socket.state !== 'time-wait')
      if (socket.state === 'time-wait') continue
      const copy = { ...socket }
      assert.is(typeof Object.getOwnPropertyDescriptor(copy, 'tcp')?.value?.caState, 'string')
      assert.equal(socket, copy)
      assert.equal(structuredClone(socket), copy)
      assert.is(inspect(socket), inspect(copy))
      assert.match(inspect([socket], { depth: 3 }), /caState: '/)
      assert.equal(JSON.parse(JSON.stringify(socket)).tcp.rtt, socket.tcp?.rtt)
      assert.throws(() => Object.assign(socket, { tcp: undefined }), TypeError)
      // Libraries of user interfaces wrap objects.
      const wrapped = new Proxy(socket, {})
      assert.equal([wrapped.tcp, wrapped.message], [socket.tcp, socket.message])
    }
  }))

test('a socket without TCP details has no such member', () =>
  withOpenSockets(async ({ namespace }) => {
    using nl = Netlink.open({ netns: namespace.path })
    for (const socket of nl.sockets.listSync({ protocol: 'tcp' })) assert.not('tcp' in socket)
    for (const socket of nl.sockets.listSync({ protocol: 'udp', info: true })) assert.not('tcp' in socket)
  }))

test.run()
