import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { UdpAddress, UdpSocket } from '@netloom/tuntap/udp'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { testUdpBatches } from './udp-batches.js'
import { bytesOf, segmentsOf } from './udp-link.js'

testUdpBatches({ method: 'mmsg', offload: true })

const test = suiteNeeding('UDP and node:dgram')

test('node:dgram receives segments as datagrams, and its answer is received', async () => {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  using tx = UdpSocket.open({ local: { address: '127.0.0.1' } })
  const data = bytesOf(7, 14_007)
  const expected = segmentsOf(data, 1400)
  const received: Buffer[] = []
  const all = new Promise<void>((resolve) => {
    socket.on('message', (message, { port }) => {
      assert.is(port, tx.local.port)
      if (received.push(Buffer.from(message)) === expected.length) resolve()
    })
  })
  assert.is(tx.send({ data, segmentSize: 1400, to: UdpAddress.of('127.0.0.1', socket.address().port) }), true)
  await all
  assert.equal(received, expected)
  const answer = tx.messages().next()
  socket.send('answer', tx.local.port, '127.0.0.1')
  const message = (await answer).value
  assert.is(message?.data.toString(), 'answer')
  assert.is(message?.source.port, socket.address().port)
  socket.close()
})

test.run()
