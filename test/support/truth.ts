import type { Connection, StateCache } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { PATIENCE } from './until.js'
import './built.js'

/** Members of dumped objects that change constantly or without notification. */
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

/** Neighbours without a state, or in NUD_INCOMPLETE (1) or NUD_NOARP (0x40), change without notification. */
const isSilent = (state: number) => state === 0 || (state & 0x41) !== 0

/** Tentative IPv6 addresses (IFA_F_TENTATIVE without IFA_F_DADFAILED) may appear without notification. */
const isTentative = (flags: number) => (flags & 0x48) === 0x40

interface Dumped {
  readonly family: number
  readonly attrs: object
}

/** Returns messages as sorted text, without volatile members. */
const texts = (messages: Iterable<Dumped>, ignored: readonly string[] = []): string[] =>
  [...messages]
    .map((message) =>
      JSON.stringify(message, (key, value) =>
        volatile.includes(key) || ignored.includes(key) ? undefined : typeof value === 'bigint' ? `${value}` : value,
      ),
    )
    .sort()

/** Returns the kernel's objects, from a new dump. */
function dumped(netlink: Connection) {
  const both = [2, 10] as const
  return {
    links: texts(netlink.dumpSync('RTM_GETLINK')),
    addresses: texts(netlink.dumpSync('RTM_GETADDR').filter(({ flags }) => !isTentative(flags))),
    routes: texts(both.flatMap((family) => netlink.dumpSync('RTM_GETROUTE', { family }))),
    // A neighbour in use changes from STALE to DELAY and PROBE without notification.
    neighbours: texts(
      both.flatMap((family) => netlink.dumpSync('RTM_GETNEIGH', { family })).filter(({ state }) => !isSilent(state)),
      ['state'],
    ),
    rules: texts(both.flatMap((family) => netlink.dumpSync('RTM_GETRULE', { family }))),
    nexthops: texts(netlink.dumpSync('RTM_GETNEXTHOP')),
  }
}

/** Returns the cache's objects. */
const held = (cache: StateCache) => ({
  links: texts(cache.links.values()),
  addresses: texts(cache.addresses.values()),
  routes: texts(cache.routes.values()),
  neighbours: texts(cache.neighbours.values(), ['state']),
  rules: texts(cache.rules.values()),
  nexthops: texts(cache.nexthops.values()),
})

/**
 * Compares a settled cache with the kernel. The kernel's own changes (addresses that become permanent) may come in between, so one
 * of several comparisons must succeed.
 */
export async function expectTruth(netlink: Connection, cache: StateCache, when = ''): Promise<void> {
  for (const begun = performance.now(); ; ) {
    await cache.settled()
    const cached = held(cache)
    const truth = dumped(netlink)
    if (performance.now() - begun < PATIENCE && JSON.stringify(cached) !== JSON.stringify(truth)) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      continue
    }
    for (const kind of Object.keys(truth) as (keyof typeof truth)[]) {
      const without = (all: string[], these: string[]) => all.filter((text) => !these.includes(text))
      const [extra, missing] = [without(cached[kind], truth[kind]), without(truth[kind], cached[kind])]
      assert.equal([extra, missing], [[], []], `${kind} after '${when}': extra, missing`)
      assert.is(cached[kind].length, truth[kind].length, `${kind} after '${when}'`)
    }
    return
  }
}
