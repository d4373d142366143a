import { type Decoded, type Mappers, named, type Printed, sameMembers, sameObjects } from './oracle.js'

/** Mappers for output that tc prints for all kinds: handles, counters, times, actions. */

export const ROOT = 0xffffffff

/** Formats without a prefix. */
export const hex = (value: number) => value.toString(16)

/** Formats a handle or class like tc: `1:30`, `ffff:`. */
export const handleText = (handle: number) =>
  `${hex(handle >>> 16)}:${(handle & 0xffff) === 0 ? '' : hex(handle & 0xffff)}`

/** Rounds to six digits, like printf's `%g`. */
export const sixDigits = (value: number) => Number(value.toPrecision(6))

/** Returns the counters of TCA_STATS2. */
export const counters = ({ basic, queue }: Decoded) => ({
  bytes: Number(basic.bytes),
  packets: basic.packets,
  drops: queue.drops,
  overlimits: queue.overlimits,
  requeues: queue.requeues,
  backlog: queue.backlog,
  qlen: queue.qlen,
})

/** Mappers for the counters as separate members. */
export const counterMappers: Mappers = Object.fromEntries(
  (['bytes', 'packets', 'drops', 'overlimits', 'requeues', 'backlog', 'qlen'] as const).map((key) => [
    key,
    ({ attrs }: Decoded) => counters(attrs.stats2)[key],
  ]),
)

/** Converts hundredths of a second to whole seconds, as in `installed` and `last_used`. */
export const wholeSeconds = (hundredths: bigint) => Math.trunc(Number(hundredths) / 100)

const GOTO_CHAIN = 2

/** Returns the verdict on a packet as tc prints it: TC_ACT_*. */
export function controlAction(action: number): unknown {
  if (action >>> 28 === GOTO_CHAIN) return { type: 'goto', chain: action & 0x0fffffff }
  return { type: named({ 0: 'pass', 1: 'reclassify', 2: 'drop', 3: 'pipe' }, action) }
}

/** Mappers for an action of kind gact, with its index in the list. */
const gactMappers: Mappers = {
  order: ([order]) => order,
  kind: ([, { kind }]) => kind,
  control_action: ([, { options }]) => controlAction(options.parms.action),
  // Without TCA_GACT_PROB tc prints defaults.
  prob: ([, { options }]) => options.prob ?? { random_type: 'none', control_action: { type: 'pass' }, val: 0 },
  index: ([, { options }]) => options.parms.index,
  ref: ([, { options }]) => options.parms.refcnt,
  bind: ([, { options }]) => options.parms.bindcnt,
  installed: ([, { options }]) => wholeSeconds(options.tm.install),
  last_used: ([, { options }]) => wholeSeconds(options.tm.lastuse),
  stats: ([, { stats }]) => counters(stats),
  not_in_hw: ([, { inHwCount }]) => inHwCount === 0,
}

const etherTypes: Readonly<Record<number, string>> = {
  3: 'all',
  2048: 'ip',
  2054: 'arp',
  33024: '802.1Q',
  34525: 'ipv6',
  34887: 'mpls_uc',
  34916: 'ppp_ses',
  34984: '802.1ad',
  35074: 'cfm',
}
/** Formats an EtherType like tc. */
export const etherType = (value: number) => etherTypes[value] ?? `[${value}]`

/** The upper half of tcm_info is the preference, the lower half the protocol in network order. */
const protocolIn = (info: number) => ((info & 0xff) << 8) | ((info >>> 8) & 0xff)

/** Mappers for the members of all filters. */
export const filterMappers: Mappers = {
  protocol: ({ info }) => etherType(protocolIn(info)),
  pref: ({ info }) => info >>> 16,
  kind: ({ attrs }) => attrs.kind,
  chain: ({ attrs }) => attrs.chain,
}

/** Compares the actions of a filter, or a list of actions. */
export function sameActions(what: string, printed: readonly Printed[] | undefined, decoded: Decoded[] = []): void {
  sameObjects(printed ?? [], decoded, (one, action) => sameMembers(`${what}: action`, one, action, gactMappers))
}

const SKIP_HW = 1
const NOT_IN_HW = 8
/** Mappers for the offload state, which flower and others print. */
export const hardware: Mappers = {
  skip_hw: ({ attrs: { options } }) => (options.flags & SKIP_HW) !== 0,
  not_in_hw: ({ attrs: { options } }) => ((options.flags ?? options.flagsGen) & NOT_IN_HW) !== 0,
}
