import { type Desired, Netlink, type NewRoute, type Route } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { captured } from '../../packages/netlink/dist/cli/state/captured.js'
import { inBothWays, refuses } from '../support/api.js'
import { cookbookSections } from '../support/cookbook.js'
import { mplsTitle, runIpCookbook } from '../support/ip-cookbook.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { reaches, shortOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

/** In a guest, because this machine's kernel may lack CONFIG_MPLS_ROUTING. */
const test = suiteNeeding('routes of MPLS', 'netns')

/** Creates a link with networks of both families. The route to a tunnel makes the kernel load its modules. */
async function prepare(nl: Netlink): Promise<void> {
  await nl.link.add({ name: 'v0', kind: 'veth', up: true, peer: { name: 'v1', up: true } })
  await nl.address.add({ address: '10.0.0.1/24', dev: 'v0' })
  await nl.address.add({ address: '2001:db8::1/64', dev: 'v0', flags: ['NODAD'] })
  await nl.route.add({ dst: '10.9.0.0/16', via: '10.0.0.2', encap: { type: 'mpls', data: { dst: '300/301' } } })
}

const allow = ({ exec }: Namespace, labels: number) =>
  exec('sh', ['-c', `echo ${labels} > /proc/sys/net/mpls/platform_labels`])

/** Defines a test with labels below 1000. */
const withLabels = (name: string, use: (nl: Netlink, ns: Namespace) => Promise<void>) =>
  inBothWays(test, name, async (nl, ns) => {
    await prepare(nl)
    allow(ns, 1000)
    await use(nl, ns)
  })

const via = '10.0.0.2'
const routes: readonly NewRoute[] = [
  { family: 'mpls', dst: 100, as: [200, 201], via, dev: 'v0' },
  { family: 'mpls', dst: '101', via: '2001:db8::2', dev: 'v0' },
  { family: 'mpls', dst: 102, as: 'ipv4null', via, dev: 'v0', ttlPropagate: false, protocol: 201 },
  {
    ...{ family: 'mpls', dst: 103 },
    multipath: [
      { via, dev: 'v0', as: 210 },
      { via: '10.0.0.3', dev: 'v0', as: '211/212' },
    ],
  },
  { family: 'mpls', dst: 104, dev: 'lo', ttlPropagate: true },
]

interface Hop {
  readonly to?: string
  readonly via?: { readonly host: string }
  readonly dev: string
  readonly weight?: number
}
interface Printed extends Hop {
  readonly dst: string | number
  readonly ttl_propogate?: boolean
  readonly nexthops?: readonly Hop[]
}

const printed = (ns: Namespace): Printed[] => JSON.parse(ns.exec('ip', ['-f', 'mpls', '-d', '-j', 'route']))

const hopText = (to?: string, gateway?: string, dev?: string) => `${to ?? 'pop'} ${gateway ?? 'none'} ${dev}`

const ours = ({ dst, as, via: gateway, devName, multipath }: Route & { readonly devName?: string }) =>
  `${dst} ${(multipath ?? [{ as, via: gateway, devName }]).map((hop) => hopText(hop.as, hop.via, (hop as { devName?: string }).devName)).join(', ')}`
const theirs = ({ dst, nexthops, ...own }: Printed) =>
  `${dst} ${(nexthops ?? [own]).map((hop) => hopText(hop.to, hop.via?.host, hop.dev)).join(', ')}`

const list = (nl: Netlink) => nl.route.list({ family: 'mpls' }, { names: true })

withLabels('all that ip prints, and each is found, replaced by itself and deleted', async (nl, ns) => {
  for (const route of routes) await nl.route.add(route)
  const all = await list(nl)
  assert.equal(all.map(ours), printed(ns).map(theirs))
  assert.equal(
    all.map(({ dst, as, ttlPropagate, protocol, multipath }) => [dst, as, ttlPropagate, protocol, multipath?.[1]?.as]),
    [
      ['100', '200/201', undefined, 'boot', undefined],
      ['101', undefined, undefined, 'boot', undefined],
      ['102', '0', false, 201, undefined],
      ['103', undefined, undefined, 'boot', '211/212'],
      ['104', undefined, true, 'boot', undefined],
    ],
  )
  for (const route of routes) {
    assert.equal(await nl.route.ensure(route), { changed: false, created: false, changes: [] }, JSON.stringify(route))
    const found = await nl.route.get(route)
    assert.ok(found, JSON.stringify(route))
    await nl.route.replace(found)
    await refuses('a second route', () => nl.route.add(route), 'EEXIST')
  }
  assert.equal(
    (await list(nl)).map(({ message }) => message),
    all.map(({ message }) => message),
  )
  assert.is(await nl.route.get({ family: 'mpls', dst: 100, as: 205 }), undefined)
  const changed = await nl.route.ensure({ family: 'mpls', dst: 100, as: 205, via, dev: 'v0' })
  assert.equal(changed.changes, [{ key: 'as', before: '200/201', after: '205' }])
  await refuses('another stack', () => nl.route.delete({ family: 'mpls', dst: 100, as: 200 }), 'ESRCH')
  await nl.route.delete({ family: 'mpls', dst: 100, as: 205 })
  await refuses('a deleted route', () => nl.route.delete({ family: 'mpls', dst: 100 }), 'ESRCH')
  await nl.route.delete({ family: 'mpls', dst: 101 })
  assert.equal(
    (await nl.route.flush({ family: 'mpls', protocol: 201 })).map(({ dst }) => dst),
    ['102'],
  )
  assert.equal(
    (await list(nl)).map(({ dst }) => dst),
    ['103', '104'],
  )
  // Routes of other families are as before.
  assert.is((await nl.route.get({ dst: '10.9.0.0/16' }))?.encap?.type, 'mpls')
  assert.ok((await nl.route.list()).every(({ family }) => family !== 'mpls'))
})

inBothWays(test, 'the error names the setting that allows labels', async (nl) => {
  await prepare(nl)
  await refuses(
    'a label',
    () => nl.route.add({ family: 'mpls', dst: 100, via, dev: 'v0' }),
    'EINVAL',
    /platform_labels/,
  )
})

withLabels('a plan adds, changes and prunes them, and its undo restores them', async (nl) => {
  const [first, second, third, ...others] = routes as [NewRoute, NewRoute, NewRoute, ...NewRoute[]]
  for (const route of [first, second, third]) await nl.route.add(route)
  const messages = async () => (await list(nl)).map(({ message }) => message)
  const before = await messages()
  const desired: Desired = {
    routes: [{ ...first, as: 220 }, { family: 'mpls', dst: 101, absent: true }, ...others],
    mark: 201,
    prune: ['routes'],
  }
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  assert.equal(shortOf(plan).sort(), [
    'add route 103',
    'add route 104 dev lo',
    'remove route 101',
    `remove route 102 via ${via} dev v0`,
    `replace route 100 via ${via} dev v0: protocol,as`,
  ])
  const applied = await plan.apply()
  const again = await nl.plan(desired)
  assert.ok(again.isEmpty, String(again))
  assert.equal(
    (await list(nl)).map(({ dst }) => dst),
    ['100', '103', '104'],
  )
  assert.equal((await applied.undo()).left, [])
  assert.equal(await messages(), before)
  // The deletion of a link deletes them too.
  const removal = await (await nl.plan({ links: [{ name: 'v0', absent: true }] })).apply({ allowLossy: true })
  assert.equal(await messages(), [])
  assert.equal((await removal.undo()).left, [])
  assert.equal(await messages(), before)
})

withLabels('labels in front of packets are text, and are written in each form', async (nl, { exec }) => {
  const route = { dst: '10.7.0.0/16', via: '10.0.0.2' }
  for (const [dst, text] of [
    [300, '300'],
    ['300/301', '300/301'],
    [[300, 'ipv6null'], '300/2'],
  ] as const) {
    const wanted = { ...route, encap: { type: 'mpls', data: { dst, ttl: 9 } } } as const
    await nl.route.replace(wanted)
    const encap = (await nl.route.get(route))?.encap
    assert.equal(encap, { type: 'mpls', data: { dst: text, ttl: 9 } })
    assert.match(exec('ip', ['route', 'show', '10.7.0.0/16']), `encap mpls  ${text} ttl 9 via`)
    assert.equal((await nl.route.ensure(wanted)).changes, [])
    // What was read can be written.
    await nl.route.replace({ ...route, ...(encap && { encap }) })
    assert.equal((await nl.route.get(route))?.encap, encap)
  }
})

withLabels('a captured state creates them again, and a cache follows them', async (nl) => {
  const cache = await nl.cache(['route'])
  try {
    for (const route of routes) await nl.route.add(route)
    const labels = () => [...cache.routes.values()].filter(({ family }) => family === 'mpls').map(({ dst }) => dst)
    await until('the cache to have them', () => labels().length === routes.length)
    const state = await captured(nl)
    const own = { routes: (state.routes ?? []).filter(({ family }) => family === 'mpls') } as object
    const second = await nl.plan(own)
    assert.ok(second.isEmpty, String(second))
    await nl.route.flush({ family: 'mpls', table: 'main' })
    await until('the cache to have none', () => labels().length === 0)
    await reaches(nl, own)
    await until('the cache to have them again', () => labels().length === routes.length)
  } finally {
    cache.close()
  }
})

test('the commands and calls of the cookbook about MPLS have the same effect', async () => {
  await inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await prepare(nl)
    // Loads the modules without which `bridge` fails.
    await nl.link.add({ name: 'br0', kind: 'bridge' })
    await nl.link.add({ name: 'vxlan0', kind: 'vxlan', data: { id: 7, port: 4789 } })
  })
  const section = cookbookSections().find(({ title }) => title === mplsTitle)
  assert.ok(section && section.rows.length >= 10)
  await runIpCookbook(section, { prepare: (each) => allow(each, 1000), more: ['ip -f mpls route show'] })
})

test.run()
