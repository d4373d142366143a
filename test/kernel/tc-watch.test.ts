import { Netlink, type NewTrafficFilter } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

// After each step the cache must equal the lists, also in what the kernel removes or creates without an event.

const test = suiteNeeding('watch and cache of traffic control', 'netns')

const KINDS = ['qdisc', 'class', 'filter', 'chain', 'action'] as const
type Kind = (typeof KINDS)[number]

/** Time and number of users of an action, which change without an event. */
const volatile = new Set(['tm', 'refcnt', 'bindcnt', 'directPkts'])

const texts = (objects: Iterable<object>) =>
  [...objects]
    .map((each) =>
      JSON.stringify(each, (key, value) => {
        if (volatile.has(key)) return undefined
        return typeof value === 'bigint' ? `${value}n` : value
      }),
    )
    .sort()

/** The hooks, qdiscs and classes that the steps use. */
const parents = ['1:', '1:1', '1:10', '1:11', '20:', 'ingress', 'egress'] as const

const isIngress = async (nl: Netlink, dev: number) =>
  (await nl.qdisc.get({ dev, parent: 'ingress' }))?.kind === 'ingress'

async function listed(nl: Netlink): Promise<Record<Kind, object[]>> {
  const names = { names: true } as const
  const links = await nl.link.list()
  // All filters of b are in the shared block.
  const places = links
    .filter(({ name }) => name !== 'b')
    .flatMap(({ index }) => parents.map((parent) => ({ dev: index, parent })))
  const [filters, chains]: [object[], object[]] = [[], []]
  for (const place of [...places, { block: 7 }]) {
    // The qdisc ingress has one place with several names, of which the cache uses one.
    const found = await nl.filter.list(place, names)
    if ('dev' in place && place.parent === 'egress' && (await isIngress(nl, place.dev))) continue
    // The kernel creates the tables of u32 silently.
    const own = found.filter(({ options = {} }) => !('divisor' in options))
    filters.push(...own.map((each) => (each.parent === 'ffff:' ? { ...each, parent: 'ingress' } : each)))
    const named = 'dev' in place ? { devName: links.find(({ index }) => index === place.dev)?.name } : {}
    for (const chain of await nl.chain.list(place)) chains.push({ ...place, chain, ...named })
  }
  const [qdisc, classes] = [await nl.qdisc.list({}, names), await nl.class.list({}, names)]
  return { qdisc, class: classes, filter: filters, chain: chains, action: await nl.action.list({ kind: 'mirred' }) }
}

/** Flushes the actions. The kernel frees those of removed filters after a while, and refuses until then. */
const flushed = (nl: Netlink) =>
  until('no filter has an action', async () => {
    try {
      await nl.action.flush({ kind: 'mirred' })
      return true
    } catch (error) {
      assert.is((error as { code?: string }).code, 'EPERM')
      return false
    }
  })

type Step = readonly [what: string, run: (nl: Netlink) => Promise<unknown>]

const web = {
  ...{ dev: 'a', parent: '1:', protocol: 'ip', priority: 10, kind: 'u32' },
  options: { match: { ip: { dst: '10.0.0.0/24', dport: 443 } }, classid: '1:10' },
} as const satisfies NewTrafficFilter
const tbf = { dev: 'a', kind: 'tbf', handle: '2:' } as const
const htb = { dev: 'a', kind: 'htb' } as const
const ops = [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }]
const mirror = { kind: 'mirred', options: { egress: 'mirror', dev: 'lo' } } as const
const bpf = { dev: 'a', parent: 'ingress', kind: 'bpf', options: { ops } } as const

const steps: readonly Step[] = [
  ['a root qdisc replaces the default', (nl) => nl.qdisc.add({ ...htb, handle: '1:', options: { default: '1:10' } })],
  ['a class', (nl) => nl.class.add({ ...htb, handle: '1:1', options: { rate: '10mbit' } })],
  ['a class in it', (nl) => nl.class.add({ ...htb, handle: '1:10', parent: '1:1', options: { rate: '1mbit' } })],
  ['another one', (nl) => nl.class.add({ ...htb, handle: '1:11', parent: '1:1', options: { rate: '1mbit' } })],
  ['a changed class', (nl) => nl.class.set({ ...htb, handle: '1:11', parent: '1:1', options: { rate: '2mbit' } })],
  ['a qdisc in a class', (nl) => nl.qdisc.add({ dev: 'a', parent: '1:11', handle: '20:', kind: 'pfifo' })],
  ['a changed qdisc', (nl) => nl.qdisc.set({ dev: 'a', parent: '1:11', kind: 'pfifo', options: { limit: 7 } })],
  ['a filter', (nl) => nl.filter.add(web)],
  ['a filter of a class', (nl) => nl.filter.add({ ...web, parent: '1:1', priority: 11 })],
  [
    'a second filter',
    (nl) => nl.filter.add({ ...web, handle: 0x80000801, options: { ...web.options, classid: '1:11' } }),
  ],
  ['a deleted filter', (nl) => nl.filter.delete({ ...web, handle: 0x80000801 } as never)],
  [
    'a leaf with a class is none any more',
    (nl) => nl.class.add({ ...htb, handle: '1:12', parent: '1:11', options: { rate: '1mbit' } }),
  ],
  ['it is one again', (nl) => nl.class.delete({ dev: 'a', handle: '1:12' })],
  ['the hooks', (nl) => nl.qdisc.add({ dev: 'a', kind: 'clsact' })],
  ['a filter of a hook', (nl) => nl.filter.add({ ...bpf, priority: 1, actions: [mirror] })],
  ['one in a chain', (nl) => nl.filter.add({ ...bpf, priority: 2, chain: 5, actions: [mirror] })],
  ['an empty chain', (nl) => nl.chain.add({ dev: 'a', parent: 'egress', chain: 9 })],
  ['no chain any more', (nl) => nl.chain.delete({ dev: 'a', parent: 'egress', chain: 9 })],
  ['a chain deleted with its filters', (nl) => nl.chain.delete({ dev: 'a', parent: 'ingress', chain: 5 })],
  ['a shared block', (nl) => nl.qdisc.add({ dev: 'b', kind: 'clsact', ingressBlock: 7 })],
  ['its filter', (nl) => nl.filter.add({ block: 7, priority: 3, kind: 'bpf', options: { ops }, actions: [mirror] })],
  ['an action', (nl) => nl.action.add({ ...mirror, index: 5 })],
  [
    'a replaced one',
    (nl) => nl.action.replace({ kind: 'mirred', index: 5, options: { egress: 'redirect', dev: 'lo' } }),
  ],
  ['another action', (nl) => nl.action.add({ ...mirror, index: 6 })],
  ['a deleted one', (nl) => nl.action.delete({ kind: 'mirred', index: 5 })],
  ['the hooks end with their filters', (nl) => nl.qdisc.delete({ dev: 'a', parent: 'clsact' })],
  ['a block ends with its qdisc', (nl) => nl.qdisc.delete({ dev: 'b', parent: 'clsact' })],
  ['all of them', (nl) => flushed(nl)],
  [
    'another kind at the root',
    (nl) => nl.qdisc.replace({ ...tbf, options: { rate: '1mbit', burst: '2k', limit: '3k' } }),
  ],
  ['another rate', (nl) => nl.qdisc.set({ ...tbf, options: { rate: '2mbit', burst: '2k', limit: '3k' } })],
  ['the default again', (nl) => nl.qdisc.delete({ dev: 'a', parent: 'root' })],
  ['a link that is down', (nl) => nl.link.set('a', { up: false })],
  ['ingress', (nl) => nl.qdisc.add({ dev: 'a', kind: 'ingress' })],
  ['a filter of it, by its handle', (nl) => nl.filter.add({ ...bpf, parent: 'ffff:', priority: 1 })],
  ['a new link', (nl) => nl.link.add({ name: 'c', kind: 'veth', up: true, peer: { name: 'd' } })],
  ['no links', (nl) => nl.link.delete('a')],
]

test('a cache equals the lists after every step', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    using cache = await nl.cache(KINDS)
    for (const [what, run] of steps) {
      await run(nl)
      await cache.settled()
      const wanted = await listed(nl)
      // Actions of filters are part of them.
      const own = new Set(['5', '6'])
      wanted.action = wanted.action.filter((each) => own.has(String((each as { index?: number }).index)))
      for (const kind of KINDS) assert.equal(texts(cache.objectsOf(kind)), texts(wanted[kind]), `${kind}: ${what}`)
    }
    // A cache that begins now has the same objects.
    using other = await nl.cache(KINDS)
    for (const kind of KINDS) assert.equal(texts(other.objectsOf(kind)), texts(cache.objectsOf(kind)), kind)
  }))

test('events of each kind have the objects before and after', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    await nl.qdisc.add({ ...htb, handle: '1:' })
    using watch = await nl.watch(KINDS).ready()
    const expected = [
      ...['added class 1:1', 'changed class 1:1 options.parms', 'added qdisc 20:', 'changed qdisc 20: options.limit'],
      ...['changed class 1:1 leaf', 'added filter 2147485696', 'removed filter 2147485696', 'removed qdisc 20:'],
      ...['removed class 1:1', 'removed qdisc 1:', 'added action 5', 'changed action 5 options.parms'],
      ...['removed action 5', 'added chain egress', 'removed chain egress'],
    ]
    const missing = new Set(expected)
    const allSeen = (async () => {
      for await (const event of watch) {
        if (!('kind' in event)) continue
        const { kind, type, changes, object } = event
        const { handle, parent, index } = object as { handle?: unknown; parent?: unknown; index?: unknown }
        // The ages of an action grow.
        const keys = changes.flatMap(({ key }) => (key === 'options.tm' ? [] : [key])).join(' ')
        missing.delete([type, kind, handle ?? parent ?? index, keys].join(' ').trim())
        if (missing.size === 0) return
      }
    })()
    await nl.class.add({ ...htb, handle: '1:1', options: { rate: '1mbit' } })
    await nl.class.set({ ...htb, handle: '1:1', options: { rate: '2mbit' } })
    await nl.qdisc.add({ dev: 'a', parent: '1:1', handle: '20:', kind: 'pfifo', options: { limit: 5 } })
    await nl.qdisc.set({ dev: 'a', parent: '1:1', kind: 'pfifo', options: { limit: 7 } })
    await nl.filter.add({ ...web, options: { ...web.options, classid: '1:1' } })
    await nl.qdisc.delete({ dev: 'a', parent: 'root' })
    // Objects are requested again, so that changes in quick succession would be one.
    const seen = (event: string) => until(event, () => !missing.has(event))
    await nl.action.ensure({ ...mirror, index: 5 })
    await seen('added action 5')
    await nl.action.ensure({ kind: 'mirred', index: 5, options: { egress: 'redirect', dev: 'lo' } })
    await seen('changed action 5 options.parms')
    await nl.action.delete({ kind: 'mirred', index: 5 })
    await nl.qdisc.add({ dev: 'a', kind: 'clsact' })
    const chain = { dev: 'a', parent: 'egress', chain: 9 } as const
    await nl.chain.ensure(chain)
    await seen('added chain egress')
    await nl.chain.delete(chain)
    await until('every event', () => missing.size === 0).catch(() => {})
    watch.close()
    await allSeen
    assert.equal([...missing], [])
  }))

test.run()
