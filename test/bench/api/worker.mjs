// Does the work of one row three times and reports the first and the last pass: worker.mjs CONTENDER ROW NETNS
// Plain JavaScript, because each row starts many of these processes.
import { Connection, Netlink } from '@netloom/netlink'
import { RTEXT_FILTER, RTM_F } from '@netloom/netlink/route'

const [contender, row, netns] = process.argv.slice(2)

const PASSES = 3
const AF_INET = 2
const MAIN = 254
const gateway = '10.0.0.2'
const device = 'uplink'

const host = (first, index) => `${first}.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
const linkName = (index) => `${index & 1 ? 'q' : 'p'}${(index >> 1) % 500}`
const times = (count, work) => Array.from({ length: count }, (_, index) => work(index))
const timesAsync = async (count, work) => {
  const results = []
  for (let index = 0; index < count; index++) results.push(await work(index))
  return results
}

/** The work of each row. */
const contenders = {
  sync() {
    const { route, link, address, neighbour } = Netlink.open({ netns })
    const dev = link.getSync(device).index
    return {
      routes: () => route.listSync({ family: 'inet', table: 'main' }),
      links: () => link.listSync(),
      addresses: () => address.listSync({ family: 'inet' }),
      neighbours: () => neighbour.listSync({ family: 'inet' }),
      lookups: () => times(3000, (index) => route.lookupSync(host(11, index))),
      adds: () => times(5000, (index) => route.addSync({ dst: host(12, index), via: gateway, dev })),
      deletes: () => times(5000, (index) => route.deleteSync({ dst: host(12, index), via: gateway, dev })),
      byName: () => times(3000, (index) => link.getSync(linkName(index))),
    }
  },
  async() {
    const { route, link, address, neighbour } = Netlink.open({ netns })
    const dev = link.getSync(device).index
    return {
      routes: () => route.list({ family: 'inet', table: 'main' }),
      links: () => link.list(),
      addresses: () => address.list({ family: 'inet' }),
      neighbours: () => neighbour.list({ family: 'inet' }),
      lookups: () => timesAsync(3000, (index) => route.lookup(host(11, index))),
      adds: () => timesAsync(5000, (index) => route.add({ dst: host(12, index), via: gateway, dev })),
      deletes: () => timesAsync(5000, (index) => route.delete({ dst: host(12, index), via: gateway, dev })),
      byName: () => timesAsync(3000, (index) => link.get(linkName(index))),
    }
  },
  raw() {
    const netlink = Connection.open({ netns })
    const [{ index: oif }] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname: device } })
    const header = { family: AF_INET, dstLen: 32, table: MAIN, protocol: 3, scope: 0, type: 1 }
    const newRoute = (index) => ({ ...header, attrs: { dst: host(12, index), gateway, oif } })
    const lookup = (index) =>
      netlink.requestSync('RTM_GETROUTE', {
        ...{ family: AF_INET, dstLen: 32, flags: RTM_F.LOOKUP_TABLE, attrs: { dst: host(11, index) } },
      })[0]
    return {
      routes: () => netlink.dumpSync('RTM_GETROUTE', { family: AF_INET, attrs: { table: MAIN } }),
      links: () => netlink.dumpSync('RTM_GETLINK', { attrs: { extMask: RTEXT_FILTER.SKIP_STATS } }),
      addresses: () => netlink.dumpSync('RTM_GETADDR', { family: AF_INET }),
      neighbours: () => netlink.dumpSync('RTM_GETNEIGH', { family: AF_INET }),
      lookups: () => times(3000, lookup),
      adds: () =>
        times(5000, (index) => netlink.requestSync('RTM_NEWROUTE', newRoute(index), { create: true, excl: true })),
      deletes: () => times(5000, (index) => netlink.requestSync('RTM_DELROUTE', newRoute(index))),
      byName: () =>
        times(3000, (index) => netlink.requestSync('RTM_GETLINK', { attrs: { ifname: linkName(index) } })[0]),
    }
  },
}

const routeText = ({ dst, via, attrs }) => `${attrs?.dst ?? dst} via ${attrs?.gateway ?? via}`
const linkText = ({ name, mtu, attrs }) => `${attrs?.ifname ?? name} mtu ${attrs?.mtu ?? mtu}`

/** The strings that the bench compares to check that all contenders find the same objects. */
const texts = {
  routes: routeText,
  links: linkText,
  addresses: ({ address, attrs }) => attrs?.local ?? address.split('/')[0],
  neighbours: ({ dst, lladdr, attrs }) => `${attrs?.dst ?? dst} ${attrs?.lladdr ?? lladdr}`,
  lookups: routeText,
  byName: linkText,
}

/** Returns the greatest string: it belongs to the same object in every order of the list. */
const sampleOf = (objects, text) => (text ? objects.map(text).sort()[objects.length - 1] : '')

/** Rows that change something, and the row that does the opposite. */
const before = { deletes: 'adds' }
const after = { adds: 'deletes' }

const used = () => {
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const works = contenders[contender]()

/** A function, so that nothing refers to the result of the last pass. */
async function runPass() {
  await works[before[row]]?.()
  const free = used()
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  const result = await works[row]()
  const [ms, { user, system }] = [performance.now() - start, process.cpuUsage(cpu)]
  const kept = (used() - free) / result.length
  await works[after[row]]?.()
  return { cost: { cpu: (user + system) / 1000, ms }, kept, result }
}

const { cost: first } = await runPass()
for (let pass = 2; pass < PASSES; pass++) await runPass()
const { cost, kept, result } = await runPass()
const sample = sampleOf(result, texts[row])
console.log(JSON.stringify({ first, last: cost, kept, count: result.length, sample }))
process.exit()
