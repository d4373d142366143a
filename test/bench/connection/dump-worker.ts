import { Connection, encodeMessage, NLM_F, NLM_F_DUMP, type RouteMessage } from '@netloom/netlink'
import { encode } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import { kernelSockets } from '../../../packages/netlink/dist/socket/socket-factory.js'
import { receiveDump } from './bare.js'
import type { Report } from './child.js'
import { MAIN } from './routes.js'
import { serveRounds } from './served.js'

// Dumps routes with one method, in its own process: dump-worker.ts METHOD NETNS DESTINATION,DESTINATION…

const [method = '', netns = '', wanted = ''] = process.argv.slice(2)
const sampled = new Set(wanted.split(','))
const filter = { family: 2 }

/** Starts to measure. Returns a function that returns the time since, wall and CPU, in milliseconds. */
function stopwatch(): () => { ms: number; cpu: number } {
  const [start, before] = [performance.now(), process.cpuUsage()]
  return () => {
    const [ms, { user, system }] = [performance.now() - start, process.cpuUsage(before)]
    return { ms, cpu: (user + system) / 1000 }
  }
}

/** Counts the routes of the main table and collects the sampled ones. */
function observer() {
  let count = 0
  const sample: string[] = []
  return {
    see({ table, dstLen, attrs: { dst, gateway, oif } }: RouteMessage) {
      if (table !== MAIN) return
      count++
      if (typeof dst === 'string' && sampled.has(dst)) sample.push(`${dst}/${dstLen} via ${gateway} dev ${oif}`)
    },
    report: (time: { ms: number; cpu: number }): Report => ({ ...time, count, sample }),
  }
}

/** Measures a dump that returns all routes at once. */
async function measureArray(dump: () => RouteMessage[] | Promise<RouteMessage[]>): Promise<Report> {
  const taken = stopwatch()
  const routes = await dump()
  const time = taken()
  const { see, report } = observer()
  for (const route of routes) see(route)
  return report(time)
}

/** Measures a dump that keeps no route. */
function measureStreamSync(dump: () => Iterable<RouteMessage>): Report {
  const { see, report } = observer()
  const taken = stopwatch()
  for (const route of dump()) see(route)
  return report(taken())
}

/**
 * Like {@link measureStreamSync}. A separate function, because `for await` over a synchronous iterable would await a promise per
 * route.
 */
async function measureStream(dump: () => AsyncIterable<RouteMessage>): Promise<Report> {
  const { see, report } = observer()
  const taken = stopwatch()
  for await (const route of dump()) see(route)
  return report(taken())
}

function bare(): () => Report {
  const transport = kernelSockets(netns).open(rtnetlink.number, {})
  const { type, declaration } = rtnetlink.byName('RTM_GETROUTE')
  const header = { type, flags: NLM_F.REQUEST | NLM_F_DUMP, seq: 1, pid: transport.port }
  const request = encodeMessage(header, encode(declaration, filter))
  return () => {
    const taken = stopwatch()
    const bytes = receiveDump(transport, request, header.seq)
    return { ...taken(), count: bytes, sample: [] }
  }
}

function ours(): () => Report | Promise<Report> {
  const netlink = Connection.open({ netns })
  const methods: Readonly<Record<string, () => Report | Promise<Report>>> = {
    dumpSync: () => measureArray(() => netlink.dumpSync('RTM_GETROUTE', filter)),
    dump: () => measureArray(() => netlink.dump('RTM_GETROUTE', filter).toArray()),
    streamSync: () => measureStreamSync(() => netlink.streamSync('RTM_GETROUTE', filter)),
    stream: () => measureStream(() => netlink.stream('RTM_GETROUTE', filter)),
  }
  const chosen = methods[method]
  if (chosen === undefined) throw new TypeError(`expected bare, ${Object.keys(methods).join(', ')}, got '${method}'`)
  return chosen
}

await serveRounds(method === 'bare' ? bare() : ours())
