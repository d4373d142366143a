import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { UdpSocket } from '@netloom/tuntap/udp'
import '../../support/built.js'

// The contenders of udp.bench.ts: `udp-contender.ts plain|offload|dgram`. Does one round per line of standard input, and reports its processor
// time in the same form as udp.c.

const DATAGRAMS = 25_600
const SIZE = 1400
const DEPTH = 64
const SEGMENTS = 40
const WARM_UP = 5
const ROOM = 1 << 24
const local = { address: '127.0.0.1' }

/** Sends and receives the datagrams of a round. Returns their number. */
type Round = () => number | Promise<number>

function batches(offload: boolean): Round {
  const rx = UdpSocket.open({ local, gro: offload, receiveBuffer: ROOM })
  const tx = UdpSocket.open({ remote: rx.local, sendBuffer: ROOM })
  const data = Buffer.alloc(offload ? SEGMENTS * SIZE : SIZE)
  const messages = new Array(DEPTH).fill(offload ? { data, segmentSize: SIZE } : data)
  return () => {
    let count = 0
    for (let sent = 0; sent < DATAGRAMS; sent += DEPTH * SEGMENTS) {
      for (let i = 0; i < (offload ? 1 : SEGMENTS); i++) tx.sendBatch(messages)
      for (let batch = rx.receiveBatch(); batch.length > 0; batch = rx.receiveBatch())
        for (const message of batch) count += message.segmentCount
    }
    return count
  }
}

async function dgram(): Promise<Round> {
  const [rx, tx] = [createSocket('udp4'), createSocket('udp4')]
  rx.bind(0, local.address)
  await once(rx, 'listening')
  tx.connect(rx.address().port, local.address)
  await once(tx, 'connect')
  let [count, done] = [0, () => {}]
  rx.on('message', () => {
    if (++count % DEPTH === 0) done()
  })
  const data = Buffer.alloc(SIZE)
  return async () => {
    count = 0
    while (count < DATAGRAMS) {
      const received = new Promise<void>((resolve) => {
        done = resolve
      })
      for (let i = 0; i < DEPTH; i++) tx.send(data)
      await received
    }
    return count
  }
}

const name = process.argv[2]
const run = name === 'dgram' ? await dgram() : batches(name === 'offload')
for (let i = 0; i < WARM_UP; i++) await run()
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage()
  const count = await run()
  const { user, system } = process.cpuUsage(before)
  console.log(JSON.stringify({ ms: (user + system) / 1000, count, sample: [] }))
}
process.exit()
