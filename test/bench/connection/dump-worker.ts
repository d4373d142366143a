import { Connection, encodeMessage, NLM_F, NLM_F_DUMP, type RouteMessage } from '@netloom/netlink'
import { encode } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import { kernelSockets } from '../../../packages/netlink/dist/socket/socket-factory.js'
import { receiveDump } from './bare.js'
import type { Report } from './child.js'
import { MAIN } from './routes.js'
import { serveRounds } from './served.js'

/** Dumps routes in one way, in a process of its own: dump-worker.ts WAY NETNS DESTINATION,DESTINATION… */

const [way = '', netns = '', wanted = ''] = process.argv.slice(2)
const sampled = new Set(wanted.split(','))
const filter = { family: 2 }

/** What is looked at of a route, while or after they are dumped. */
function observer() {
  let count = 0
  const sample: string[] = []
  return {
    see({ table, dstLen, attrs: { dst, gateway, oif } }: RouteMessage) {
      if (table !== MAIN) return
      count++
      if (typeof dst === 'string' && sampled.has(dst)) sample.push(`${dst}/${dstLen} via ${gateway} dev ${oif}`)
    },
    report: (ms: number): Report => ({ ms, count, sample }),
  }
}

/** Measures a dump that gives all at once. */
async function wholly(dump: () => RouteMessage[] | Promise<RouteMessage[]>): Promise<Report> {
  const start = performance.now()
  const routes = await dump()
  const ms = performance.now() - start
  const { see, report } = observer()
  for (const route of routes) see(route)
  return report(ms)
}

/** Measures a dump of which nothing is kept. */
function lazilySync(dump: () => Iterable<RouteMessage>): Report {
  const { see, report } = observer()
  const start = performance.now()
  for (const route of dump()) see(route)
  return report(performance.now() - start)
}

/** As {@link lazilySync}; `for await` of what is not asynchronous would make promises of it. */
async function lazily(dump: () => AsyncIterable<RouteMessage>): Promise<Report> {
  const { see, report } = observer()
  const start = performance.now()
  for await (const route of dump()) see(route)
  return report(performance.now() - start)
}

function bare(): () => Report {
  const transport = kernelSockets(netns).open(rtnetlink.number, {})
  const { type, declaration } = rtnetlink.byName('RTM_GETROUTE')
  const header = { type, flags: NLM_F.REQUEST | NLM_F_DUMP, seq: 1, pid: transport.port }
  const request = encodeMessage(header, encode(declaration, filter))
  return () => {
    const start = performance.now()
    const bytes = receiveDump(transport, request, header.seq)
    return { ms: performance.now() - start, count: bytes, sample: [] }
  }
}

function ours(): () => Report | Promise<Report> {
  const netlink = Connection.open({ netns })
  const ways: Readonly<Record<string, () => Report | Promise<Report>>> = {
    dumpSync: () => wholly(() => netlink.dumpSync('RTM_GETROUTE', filter)),
    dump: () => wholly(() => netlink.dump('RTM_GETROUTE', filter).toArray()),
    streamSync: () => lazilySync(() => netlink.streamSync('RTM_GETROUTE', filter)),
    stream: () => lazily(() => netlink.stream('RTM_GETROUTE', filter)),
  }
  const chosen = ways[way]
  if (chosen === undefined) throw new TypeError(`expected bare, ${Object.keys(ways).join(', ')}, got '${way}'`)
  return chosen
}

await serveRounds(way === 'bare' ? bare() : ours())
