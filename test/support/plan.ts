import { type Desired, Netlink, type Plan } from '@netloom/netlink'
import { mockKernel } from '@netloom/netlink/testing'
import * as assert from 'uvu/assert'
import { inScratch } from './netns.js'
import type { suiteNeeding } from './privileges.js'
import { until } from './until.js'
import './built.js'

/**
 * Defines a test of plans that runs twice: with the kernel, in its own namespace, and with the mock. `prepare` is run first, when `lo`
 * is up.
 */
export function overBoth(
  test: ReturnType<typeof suiteNeeding>,
  name: string,
  use: (nl: Netlink) => Promise<void>,
  prepare: (nl: Netlink) => Promise<void> = async () => {},
): void {
  const run = async (nl: Netlink) => {
    await nl.link.set('lo', { up: true })
    await prepare(nl)
    await use(nl)
  }
  test(name, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await run(nl)
    }),
  )
  test(`${name}, over the mock`, async () => {
    using nl = Netlink.open({ socketFactory: mockKernel() })
    await run(nl)
  })
}

/** Members of messages that change by themselves, or that a lossy undo does not restore. */
const volatile = new Set([
  'cacheinfo',
  'stats',
  'stats2',
  'stats64',
  'carrierChanges',
  'carrierUpCount',
  'carrierDownCount',
  // Of a port of a bond.
  'linkFailureCount',
  'miiStatus',
  'operstate',
  'fdbNLearned',
  // Packets that an htb has sent without a class.
  'directPkts',
  // The kernel derives it from the ports of a bridge and the links above.
  'promiscuity',
  'allmulti',
  // A link that was up once keeps its default qdisc.
  'qdisc',
])

const replacer = (key: string, value: unknown) =>
  volatile.has(key) ? undefined : typeof value === 'bigint' ? String(value) : value

/** Waits until the kernel has done what it does after a request: {@link isComplete}. Returns the state of a namespace: {@link stateNow}. */
export async function stateOf(nl: Netlink): Promise<string[]> {
  await until('link-local addresses and routes to all IPv6 addresses', () => isComplete(nl))
  return stateNow(nl)
}

/**
 * True if each link with a carrier has its link-local address, no address is tentative, and each IPv6 address has its local route. A work
 * queue of the kernel adds this route (`addrconf_dad_work`), also for an address with NODAD, and on a link that is down.
 */
function isComplete(nl: Netlink): boolean {
  const addresses = nl.address.listSync({ family: 'inet6' })
  const isWithout = ({ index }: { readonly index: number }) =>
    !addresses.some(({ dev, address }) => dev === index && address.startsWith('fe80:'))
  // Ports of a bond have no addresses.
  const waiting = nl.link
    .listSync({ up: true })
    .filter(({ type, carrier, slaveKind }) => type === 'ether' && carrier === true && slaveKind !== 'bond')
  if (waiting.some(isWithout) || addresses.some(({ flags }) => flags.includes('TENTATIVE'))) return false
  const routes = nl.route.listSync({ family: 'inet6', type: 'local' })
  const local = new Set(routes.map(({ dst, dev }) => `${dst} ${dev}`))
  return addresses.every(({ address, dev }) => local.has(`${address.split('/')[0]} ${dev}`))
}

/** Returns the state of a namespace as text, one line per object, without counters and times. */
export function stateNow(nl: Netlink): string[] {
  const { connection } = nl
  const lines = (name: string, messages: readonly unknown[]) =>
    messages.map((each) => `${name} ${JSON.stringify(each, replacer)}`)
  const isPermanent = ({ state }: { readonly state: number }) => (state & 0x80) !== 0
  return [
    ...lines('link', connection.dumpSync('RTM_GETLINK', {}).map(withoutTraffic)),
    ...lines('address', connection.dumpSync('RTM_GETADDR', {})),
    ...lines(
      'route',
      [2, 10].flatMap((family) =>
        connection.dumpSync('RTM_GETROUTE', { family }).filter(isLasting).map(withoutCarrier),
      ),
    ),
    ...lines(
      'rule',
      [2, 10].flatMap((family) => connection.dumpSync('RTM_GETRULE', { family })),
    ),
    ...lines('nexthop', connection.dumpSync('RTM_GETNEXTHOP', {})),
    ...lines('neighbour', connection.dumpSync('RTM_GETNEIGH', {}).filter(isPermanent)),
    ...lines(
      'qdisc',
      connection.dumpSync('RTM_GETQDISC', {}).filter(({ handle }) => handle !== 0),
    ),
  ].sort()
}

interface AnyRoute {
  readonly flags: number
  readonly attrs: object
}

/** False for the route to multicast addresses, which a link gets with its first IPv6 address, and keeps. */
const isLasting = ({ attrs }: AnyRoute) => (attrs as { readonly dst?: string }).dst !== 'ff00::'

/** RTNH_F_DEAD and RTNH_F_LINKDOWN of linux/rtnetlink.h, which change with the carrier. */
const CARRIER = 1 | 16

const withoutCarrier = ({ flags, ...route }: AnyRoute) => ({ flags: flags & ~CARRIER, ...route })

interface AnyLink {
  readonly attrs: Readonly<Record<string, unknown>>
}

/** Members of links' data that packets, timers and the order of ports change. */
const moving = new Set([
  ...['helloTimer', 'tcnTimer', 'topologyChangeTimer', 'gcTimer', 'topologyChange', 'topologyChangeDetected'],
  ...['state', 'id', 'no', 'designatedPort', 'topologyChangeAck', 'configPending', 'mcastNGroups'],
  ...['messageAgeTimer', 'forwardDelayTimer', 'holdTimer', 'mcastEhtHostsCnt'],
])

const withoutMoving = (data: object = {}) =>
  Object.fromEntries(Object.entries(data).filter(([key]) => !moving.has(key)))

/** Returns a link without what packets and timers change. */
function withoutTraffic({ attrs, ...header }: AnyLink) {
  const { afSpec, linkinfo, ...rest } = attrs as Readonly<Record<string, Readonly<Record<string, object>>>>
  const { xstats: _, slaveData, data, ...info } = linkinfo ?? {}
  const { conf, token, addrGenMode } = (afSpec?.inet6 ?? {}) as Readonly<Record<string, unknown>>
  return {
    ...header,
    attrs: {
      ...rest,
      linkinfo: { ...info, data: withoutMoving(data), slaveData: withoutMoving(slaveData) },
      afSpec: { inet: afSpec?.inet, inet6: { conf, token, addrGenMode } },
    },
  }
}

/** Applies a desired state, and checks that a second plan is empty. Returns the first plan. */
export async function reaches(nl: Netlink, desired: Desired): Promise<Plan> {
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [], String(plan))
  await plan.apply()
  const again = await nl.plan(desired)
  assert.ok(again.isEmpty, String(again))
  return plan
}

/** Returns the steps of a plan in short: `+ link br0`. */
export const shortOf = ({ steps }: Plan): string[] =>
  steps.map(({ verb, object, key, changes }) =>
    verb === 'add' || verb === 'remove'
      ? `${verb} ${object} ${key}`
      : `${verb} ${object} ${key}: ${changes.map((each) => each.key)}`,
  )
