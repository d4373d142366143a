// Prints the connections that transferred most since the last list, like top. The kernel counts bytes if the sysctl
// net.netfilter.nf_conntrack_acct is 1.
//
//   node --import tsx examples/conntrack-top.ts 2 10     # every two seconds, ten connections
import { setTimeout as wait } from 'node:timers/promises'
import { type Conntrack, type ConntrackTuple, Netlink } from '@netloom/netlink'

const [seconds = 1, most = 10, rounds = Number.POSITIVE_INFINITY] = process.argv.slice(2).map(Number)
const bytesOf = ({ counters }: Conntrack) => (counters ? counters.original.bytes + counters.reply.bytes : 0n)
const end = (address: string, port?: number) => (port === undefined ? address : `${address}:${port}`)
const flow = ({ src, dst, sport, dport }: ConntrackTuple) => `${end(src, sport)} > ${end(dst, dport)}`

using nl = Netlink.open()
let before = new Map<number, bigint>()
for (let round = 0; round < rounds; round++) {
  if (round > 0) await wait(seconds * 1000)
  const present = await nl.conntrack.list()
  const since = (each: Conntrack) => bytesOf(each) - (before.get(each.id) ?? 0n)
  const top = present.filter((each) => since(each) > 0n).sort((one, other) => Number(since(other) - since(one)))
  console.log(`${present.length} connections`)
  for (const each of top.slice(0, most))
    console.log(`${since(each)} bytes ${each.protocol} ${flow(each.original)} ${each.state ?? ''}`.trim())
  before = new Map(present.map((each) => [each.id, bytesOf(each)]))
}
