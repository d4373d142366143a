import type { Desired, Netlink, Plan } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { until } from './until.js'
import './built.js'

/** Members of messages that change by themselves, or that a lossy undo does not restore. */
const volatile = new Set([
  'cacheinfo',
  'stats',
  'stats2',
  'stats64',
  'carrierChanges',
  'carrierUpCount',
  'carrierDownCount',
  'operstate',
  'fdbNLearned',
])

const replacer = (key: string, value: unknown) =>
  volatile.has(key) ? undefined : typeof value === 'bigint' ? String(value) : value

/** Waits until each link with a carrier has its link-local address, and no address is tentative, and returns the state of a namespace: {@link stateNow}. */
export async function stateOf(nl: Netlink): Promise<string[]> {
  await until('link-local addresses that are unique', () => {
    const addresses = nl.address.listSync({ family: 'inet6' })
    const isWithout = ({ index }: { readonly index: number }) =>
      !addresses.some(({ dev, address }) => dev === index && address.startsWith('fe80:'))
    const waiting = nl.link.listSync({ up: true }).filter(({ type, carrier }) => type === 'ether' && carrier === true)
    return !waiting.some(isWithout) && addresses.every(({ flags }) => !flags.includes('TENTATIVE'))
  })
  return stateNow(nl)
}

/** Returns the state of a namespace as text, one line per object, without counters and times. */
export function stateNow(nl: Netlink): string[] {
  const { connection } = nl
  const lines = (name: string, messages: readonly unknown[]) =>
    messages.map((each) => `${name} ${JSON.stringify(each, replacer)}`)
  const isLasting = ({ state }: { readonly state: number }) => (state & 0x80) !== 0
  return [
    ...lines('link', connection.dumpSync('RTM_GETLINK', {}).map(withoutTraffic)),
    ...lines('address', connection.dumpSync('RTM_GETADDR', {})),
    ...lines(
      'route',
      [2, 10].flatMap((family) => connection.dumpSync('RTM_GETROUTE', { family })),
    ),
    ...lines(
      'rule',
      [2, 10].flatMap((family) => connection.dumpSync('RTM_GETRULE', { family })),
    ),
    ...lines('nexthop', connection.dumpSync('RTM_GETNEXTHOP', {})),
    ...lines('neighbour', connection.dumpSync('RTM_GETNEIGH', {}).filter(isLasting)),
    ...lines('qdisc', connection.dumpSync('RTM_GETQDISC', {})),
  ].sort()
}

interface AnyLink {
  readonly attrs: Readonly<Record<string, unknown>>
}

/** Returns a link without what packets and timers change. */
function withoutTraffic({ attrs, ...header }: AnyLink) {
  const { afSpec: _, linkinfo, ...rest } = attrs
  const { xstats: __, slaveData: ___, data, ...info } = (linkinfo ?? {}) as Record<string, Record<string, unknown>>
  const timers = [
    'helloTimer',
    'tcnTimer',
    'topologyChangeTimer',
    'gcTimer',
    'topologyChange',
    'topologyChangeDetected',
  ]
  const kept = Object.entries(data ?? {}).filter(([key]) => !timers.includes(key))
  return { ...header, attrs: { ...rest, linkinfo: { ...info, data: Object.fromEntries(kept) } } }
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
