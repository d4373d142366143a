import type { Connection, StateCache } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { PATIENCE } from './until.js'
import './built.js'

/** Members of dumped objects that change all the time or silently. */
const volatile = [
  ...['change', 'event', 'stats', 'stats64', 'afSpec', 'helloTimer', 'tcnTimer', 'topologyChangeTimer', 'gcTimer'],
  ...[
    'messageAgeTimer',
    'forwardDelayTimer',
    'holdTimer',
    'fdbNLearned',
    'cacheinfo',
    'probes',
    'expires',
    'groupStats',
  ],
]

/** Neighbours in a state of NUD_INCOMPLETE (1), NUD_NOARP (0x40) or none come and go silently. */
const isSilent = (state: number) => state === 0 || (state & 0x41) !== 0

/** Addresses of IPv6 may come silently while they are tentative (IFA_F_TENTATIVE without IFA_F_DADFAILED). */
const isTentative = (flags: number) => (flags & 0x48) === 0x40

interface Told {
  readonly family: number
  readonly attrs: object
}

/** Messages as sorted text, without what is volatile. */
const texts = (messages: Iterable<Told>, ignored: readonly string[] = []): string[] =>
  [...messages]
    .map((message) =>
      JSON.stringify(message, (key, value) =>
        volatile.includes(key) || ignored.includes(key) ? undefined : typeof value === 'bigint' ? `${value}` : value,
      ),
    )
    .sort()

/** What the kernel says there is, dumped anew. */
function dumped(netlink: Connection) {
  const both = [2, 10] as const
  return {
    links: texts(netlink.dumpSync('RTM_GETLINK')),
    addresses: texts(netlink.dumpSync('RTM_GETADDR').filter(({ flags }) => !isTentative(flags))),
    routes: texts(both.flatMap((family) => netlink.dumpSync('RTM_GETROUTE', { family }))),
    // Of a neighbour that is used, STALE becomes DELAY and PROBE without a word.
    neighbours: texts(
      both.flatMap((family) => netlink.dumpSync('RTM_GETNEIGH', { family })).filter(({ state }) => !isSilent(state)),
      ['state'],
    ),
    rules: texts(both.flatMap((family) => netlink.dumpSync('RTM_GETRULE', { family }))),
    nexthops: texts(netlink.dumpSync('RTM_GETNEXTHOP')),
  }
}

/** What a cache says there is. */
const held = (cache: StateCache) => ({
  links: texts(cache.links.values()),
  addresses: texts(cache.addresses.values()),
  routes: texts(cache.routes.values()),
  neighbours: texts(cache.neighbours.values(), ['state']),
  rules: texts(cache.rules.values()),
  nexthops: texts(cache.nexthops.values()),
})

/**
 * Holds a settled cache against the kernel. What goes on in the kernel on its own (addresses that become permanent) may come
 * in between, so that they must agree in one of several looks.
 */
export async function expectTruth(netlink: Connection, cache: StateCache, when = ''): Promise<void> {
  for (const begun = performance.now(); ; ) {
    await cache.settled()
    const told = held(cache)
    const truth = dumped(netlink)
    if (performance.now() - begun < PATIENCE && JSON.stringify(told) !== JSON.stringify(truth)) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      continue
    }
    for (const kind of Object.keys(truth) as (keyof typeof truth)[]) {
      const without = (all: string[], these: string[]) => all.filter((text) => !these.includes(text))
      const [extra, missing] = [without(told[kind], truth[kind]), without(truth[kind], told[kind])]
      assert.equal([extra, missing], [[], []], `${kind} after '${when}': extra, missing`)
      assert.is(told[kind].length, truth[kind].length, `${kind} after '${when}'`)
    }
    return
  }
}
