import { type Desired, Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inScratch } from '../../support/netns.js'
import { type Contender, compare } from '../../support/rounds.js'
import { addInBatches, addUplink, device } from '../connection/routes.js'

// Plans a state of 10,000 objects that exist, relative to the dumps that read them. CPU time.

const COUNTS = { links: 500, addresses: 1000, routes: 7000, rules: 500, neighbours: 1000 }
const COUNT = Object.values(COUNTS).reduce((sum, count) => sum + count)

const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)
const lladdr = '02:00:00:00:00:09'

/** Returns a state of so many objects. */
const state = (): Desired => ({
  links: numbers(COUNTS.links).map((at) => ({ name: `p${at}`, kind: 'veth', mtu: 1500 })),
  addresses: numbers(COUNTS.addresses).map((at) => ({ address: `10.1.${at >> 8}.${at & 255}/32`, dev: device })),
  routes: numbers(COUNTS.routes).map((at) => ({
    dst: `100.${at >> 16}.${(at >> 8) & 255}.${at & 255}/32`,
    dev: device,
  })),
  rules: numbers(COUNTS.rules).map((at) => ({ priority: 1000 + at, from: `10.2.${at >> 8}.${at & 255}`, table: 100 })),
  neighbours: numbers(COUNTS.neighbours).map((at) => ({
    dst: `10.0.${(at >> 8) + 1}.${at & 255}`,
    dev: device,
    lladdr,
  })),
})

function* lines() {
  for (let pair = 0; pair < COUNTS.links; pair++) yield `link add p${pair} type veth peer name q${pair}`
}

/** Measures the processor time of a function. */
const contender = (name: string, work: () => unknown): Contender => ({
  name,
  async round() {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1000
  },
})

await inScratch(async (namespace) => {
  addUplink(namespace)
  addInBatches(namespace, lines())
  using nl = Netlink.open({ netns: namespace.path })
  const { links: _, ...objects } = state()
  nl.planSync(objects).applySync()
  const desired = state()
  assert.ok(nl.planSync(desired).isEmpty)
  const dumps = () => [
    nl.link.listSync(),
    nl.address.listSync({ family: 'inet' }),
    nl.route.listSync({ family: 'inet' }),
    nl.rule.listSync({ family: 'inet' }),
    nl.neighbour.listSync({ family: 'inet' }),
  ]
  const [dumping, planning] = ['the dumps', 'planSync()']
  await compare(
    { name: `${COUNT.toLocaleString('en')} objects that are already so: CPU time`, units: [COUNT, 'objects'] },
    [contender(dumping, dumps), contender(planning, () => nl.planSync(desired))],
    [{ of: planning, against: dumping, timeAtMost: 3 }],
  )
})
