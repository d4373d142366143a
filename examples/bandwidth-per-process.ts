// Prints the bytes per second that each process sends and receives over TCP, from two lists of its sockets.
//
//   node --import tsx examples/bandwidth-per-process.ts [SECONDS]
import { setTimeout } from 'node:timers/promises'
import { Netlink } from '@netloom/netlink'

const seconds = Number(process.argv[2] ?? 1)
using nl = Netlink.open()
const list = () => nl.sockets.list({ protocol: 'tcp', state: 'connected', info: true, process: true })

const earlier = new Map((await list()).map(({ cookie, tcp }) => [cookie, tcp]))
await setTimeout(seconds * 1000)

const totals = new Map<string, { sent: number; received: number }>()
for (const { cookie, tcp, processes = [] } of await list()) {
  // A socket that is new has no earlier counters: all its bytes count.
  const before = earlier.get(cookie)
  const sent = Number((tcp?.bytesAcked ?? 0n) - (before?.bytesAcked ?? 0n))
  const received = Number((tcp?.bytesReceived ?? 0n) - (before?.bytesReceived ?? 0n))
  for (const { id, name } of processes) {
    const key = `${id} ${JSON.stringify(name)}`
    const total = totals.get(key) ?? { sent: 0, received: 0 }
    totals.set(key, { sent: total.sent + sent, received: total.received + received })
  }
}
for (const [key, { sent, received }] of [...totals].sort(([, one], [, other]) => other.sent - one.sent))
  console.log(`${key}: sent ${Math.round(sent / seconds)} B/s, received ${Math.round(received / seconds)} B/s`)
