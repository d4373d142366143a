import type { Desired } from '@netloom/netlink'
import fc from 'fast-check'

/** A state of a namespace, and the state that it should have. */
export interface PlanCase {
  /** True: links get link-local addresses. */
  readonly hasLinkLocal: boolean
  readonly before: Desired
  readonly desired: Desired
}

/** A link to generate. Links are few, so that objects of both states meet. */
interface LinkModel {
  readonly name: string
  readonly fixed: object
  /** The other end of a pair. */
  readonly peer?: string
  /** The lower link. */
  readonly link?: string
  /** Data of the kind. */
  readonly data: readonly object[]
}

/** Without `priority`: the kernel sets the carrier of a bridge without ports off when it changes. */
const bridgeData = [
  { stpState: 0, ageingTime: 20_000 },
  { ageingTime: 10_000, mcastSnooping: 0 },
  { forwardDelay: 300, groupFwdMask: 8 },
]
const models: readonly LinkModel[] = [
  { name: 'p0', peer: 'q0', fixed: { kind: 'veth' }, data: [] },
  { name: 'p1', peer: 'q1', fixed: { kind: 'veth' }, data: [] },
  { name: 'br0', fixed: { kind: 'bridge' }, data: bridgeData },
  { name: 'br1', fixed: { kind: 'bridge' }, data: bridgeData },
  {
    ...{ name: 'vx0', fixed: { kind: 'vxlan' } },
    data: [
      { id: 7, port: 4789, learning: false },
      { id: 7, port: 4789, ageing: 200 },
      { id: 8, port: 4789 },
    ],
  },
  { name: 'mv0', link: 'p0', fixed: { kind: 'macvlan' }, data: [{ mode: 'bridge' }, { mode: 'private' }] },
  { name: 'ifb0', fixed: { kind: 'ifb' }, data: [] },
]
const bridges = ['br0', 'br1']
/** Names of all links that a case may have. */
const linkNames = models.flatMap(({ name, peer }) => [name, ...(peer === undefined ? [] : [peer])])

const v4 = ['10.0.0.1/24', '10.0.0.2/24', '10.0.0.3/24', '10.0.1.1/24', '10.0.1.2/24', '10.0.0.1/16', '10.0.2.1/32']
const v6 = ['2001:db8::1/64', '2001:db8::2/64', '2001:db8:1::1/64', '2001:db8::1/48', '2001:db8:2::1/128']
const networks = ['10.9.0.0/16', '10.9.1.0/24', '10.8.0.0/16', 'default', '2001:db8:9::/48', '2001:db8:8::/48']
const gateways = ['10.0.0.9', '10.0.1.9', '10.0.0.8', '2001:db8::9', '2001:db8:1::9', '2001:db8::8']
const lladdrs = ['02:00:00:00:00:09', '02:00:00:00:00:08']
const tables = ['main', 'main', 100, 101]
const selectors = [
  { from: '10.1.0.0/16' },
  { to: '10.2.0.0/16', family: 'inet' },
  { fwmark: 7, family: 'inet' },
  { iif: 'p0', family: 'inet' },
  { from: '2001:db8:1::/64' },
  { fwmark: 8, fwmask: 12, family: 'inet6', invert: true },
]
const qdiscs = [
  { kind: 'pfifo', options: { limit: 50 } },
  { kind: 'pfifo', options: { limit: 60 } },
  { kind: 'bfifo', options: { limit: 70_000 } },
  { kind: 'htb', options: { init: { defcls: 1 } } },
  { kind: 'clsact' },
]

const isInet6 = (text: string) => text.includes(':')
const some = <T>(arbitrary: fc.Arbitrary<T>, freq = 2) => fc.option(arbitrary, { nil: undefined, freq })
const rarely = fc.nat(7).map((value) => value === 7)
const of = <T>(values: readonly T[]) => fc.constantFrom(...values)

const linkDraft = fc.record({
  model: of(models),
  isAbsent: rarely,
  isRecreated: rarely,
  up: some(
    fc.nat(7).map((value) => value !== 7),
    9,
  ),
  mtu: some(of([1000, 1280, 1400, 1450]), 1),
  txqlen: some(of([77, 78]), 1),
  alias: some(of(['mine', 'other']), 1),
  altNames: some(of([['alt0'], ['alt0', 'alt1'], []]), 1),
  address: some(of(['02:00:00:00:01:01', '02:00:00:00:01:02']), 1),
  group: some(of([5, 6]), 1),
  master: some(of([0, ...bridges] as (string | 0)[]), 1),
  slaveData: some(of([{ cost: 7 }, { priority: 9, hairpinMode: true }, { learning: false }]), 1),
  data: fc.nat(2),
  hasPeer: fc.boolean(),
})
type LinkDraft = typeof linkDraft extends fc.Arbitrary<infer T> ? T : never

/** A number that selects one of the links that a state has. */
const dev = fc.nat(19)
const protocol = some(of([5, 77, 201]), 1)

const addressDraft = fc.record({
  address: of([...v4, ...v6]),
  dev,
  isAbsent: rarely,
  proto: protocol,
  metric: some(of([5, 6]), 1),
  isNoPrefixRoute: rarely,
  hasLabel: rarely,
  validLifetime: some(of([5000, 6000]), 1),
})
const routeDraft = fc.record({
  dst: of(networks),
  table: of(tables),
  metric: some(of([10, 20]), 1),
  type: of(['dev', 'dev', 'via', 'via', 'nexthop', 'multipath', 'blackhole'] as const),
  dev,
  gateway: of(gateways),
  other: fc.tuple(dev, fc.integer({ min: 1, max: 4 })),
  nexthop: fc.integer({ min: 1, max: 6 }),
  isAbsent: rarely,
  isWild: rarely,
  protocol,
  mtu: some(of([1300, 1350]), 1),
  hoplimit: some(of([9]), 1),
})
const nexthopDraft = fc.record({
  id: fc.integer({ min: 1, max: 6 }),
  dev,
  gateway: some(of(gateways)),
  isBlackhole: rarely,
  members: fc.uniqueArray(fc.record({ id: fc.integer({ min: 1, max: 4 }), weight: fc.integer({ min: 1, max: 9 }) }), {
    ...{ minLength: 1, maxLength: 3, selector: ({ id }) => id },
  }),
  isAbsent: rarely,
  protocol,
})
const ruleDraft = fc.record({
  priority: of([100, 101, 102]),
  selector: of(selectors),
  table: of([100, 101]),
  isAbsent: rarely,
  protocol,
})
const neighbourDraft = fc.record({
  dst: of(gateways),
  dev,
  lladdr: of(lladdrs),
  type: of(['permanent', 'permanent', 'noarp', 'proxy', 'fdb'] as const),
  isAbsent: rarely,
  protocol,
})
const qdiscDraft = fc.record({
  dev,
  qdisc: of(qdiscs),
  handle: some(of(['9:', 'a:'])),
  isAbsent: rarely,
  isRecreated: rarely,
})

const list = <T>(arbitrary: fc.Arbitrary<T>, maxLength: number) => fc.array(arbitrary, { maxLength, size: 'max' })

const stateDraft = fc.record({
  links: fc.uniqueArray(linkDraft, { maxLength: 5, size: 'max', selector: ({ model }) => model.name }),
  addresses: list(addressDraft, 4),
  routes: list(routeDraft, 4),
  nexthops: fc.uniqueArray(nexthopDraft, { maxLength: 3, size: 'max', selector: ({ id }) => id }),
  rules: list(ruleDraft, 2),
  neighbours: list(neighbourDraft, 2),
  qdiscs: list(qdiscDraft, 1),
  mark: some(of([201, 77]), 1),
  prune: fc.subarray(['routes', 'rules', 'addresses', 'nexthops'] as const),
})
type StateDraft = typeof stateDraft extends fc.Arbitrary<infer T> ? T : never

/** Contents of a state, for the next one. */
interface Present {
  readonly links: ReadonlySet<string>
  /** Links that are up: the kernel accepts routes only through these. */
  readonly up: ReadonlySet<string>
  readonly addresses: readonly string[]
  readonly nexthops: ReadonlyMap<number, boolean>
}

const nothing: Present = { links: new Set(), up: new Set(), addresses: [], nexthops: new Map() }

const clean = (object: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

/** Returns the objects without those that have the identity of an earlier one. */
function unique(objects: readonly Record<string, unknown>[], keys: readonly string[]): Record<string, unknown>[] {
  const seen = new Set<string>()
  return objects.filter((object) => {
    const identity = JSON.stringify(keys.map((key) => object[key]))
    return seen.size < seen.add(identity).size
  })
}

function linksOf(drafts: readonly LinkDraft[], { links, up: previouslyUp }: Present, mayBeAbsent: boolean) {
  const ups = new Set(previouslyUp)
  const present = new Set(links)
  const specs: Record<string, unknown>[] = []
  const absent = new Set<string>()
  const sorted = [...drafts].sort((one, other) => models.indexOf(one.model) - models.indexOf(other.model))
  for (const { model, isAbsent } of sorted) {
    const { name, peer, link } = model
    if (isAbsent && mayBeAbsent) absent.add(name)
    else if (link === undefined || present.has(link)) for (const each of [name, peer]) if (each) present.add(each)
  }
  for (const name of absent) {
    const gone = models.filter((model) => model.name === name || model.link === name)
    for (const { name: own, peer } of gone) for (const each of [own, peer]) if (each) present.delete(each)
  }
  for (const draft of sorted) {
    const { model, isRecreated, hasPeer, data, master, slaveData } = draft
    const { name, peer, link, fixed } = model
    if (absent.has(name)) {
      specs.push({ name, absent: true })
      continue
    }
    if (!present.has(name)) continue
    const { up, mtu, txqlen, alias, altNames, address, group } = draft
    const hasMaster =
      !bridges.includes(name) && name !== 'mv0' && master !== undefined && (master === 0 || present.has(master))
    const options = model.data[data]
    const isNew = !links.has(name)
    if (isNew && peer !== undefined) ups.add(peer)
    if (up === true) ups.add(name)
    else if (up === false) ups.delete(name)
    specs.push(
      clean({
        ...{ name, ...fixed, link, up, mtu, txqlen, alias, altNames, group },
        ...(name !== 'mv0' && { address }),
        ...(options && { data: options }),
        ...(peer !== undefined && (hasPeer || isNew) && { peer: { name: peer, ...(isNew && { up: true }) } }),
        ...(hasMaster && { master }),
        ...(hasMaster && master !== 0 && slaveData && { slaveKind: 'bridge', slaveData }),
        ...(isRecreated && mayBeAbsent && { recreate: true }),
      }),
    )
  }
  return { specs, present, up: new Set([...ups].filter((name) => present.has(name))) }
}

/** Returns a state, and what there is after it was applied to the previous one. */
function toState(draft: StateDraft, previous: Present, isFirst: boolean): readonly [Desired, Present] {
  const { specs, present, up } = linksOf(draft.links, previous, !isFirst)
  const names = [...linkNames].filter((name) => present.has(name))
  const nameOf = (number: number) => names[number % names.length] as string
  const absence = (isAbsent: boolean) => (isAbsent && !isFirst ? { absent: true } : undefined)
  const hasLinks = names.length > 0
  const upNames = names.filter((name) => up.has(name))
  // A bridge that is created again without ports has no carrier, which next hops need.
  const nexthopNames = upNames.filter((name) => !bridges.includes(name))
  const upNameOf = (number: number) => upNames[number % upNames.length] as string
  const addresses = unique(
    (hasLinks ? draft.addresses : []).map(({ address, dev: number, isAbsent, ...each }) => {
      const key = { address, dev: nameOf(number) }
      return clean(
        absence(isAbsent)
          ? { ...key, absent: true }
          : {
              ...{ ...key, proto: each.proto, metric: each.metric, validLifetime: each.validLifetime },
              ...(each.isNoPrefixRoute && { flags: ['NOPREFIXROUTE'] }),
              ...(each.hasLabel && !isInet6(address) && { label: `${key.dev}:1` }),
            },
      )
    }),
    ['address', 'dev'],
  )
  const own = [
    ...previous.addresses,
    ...addresses.filter(({ absent }) => !absent).map(({ address }) => String(address)),
  ]
  const isReachable = (gateway: string) =>
    own.some((each) => {
      const [address = ''] = each.split('/')
      const cut = (text: string) => (isInet6(text) ? text.replace(/::.*/, '') : text.replace(/\.\d+$/, ''))
      return cut(address) === cut(gateway) && !/\/(32|128)$/.test(each)
    })
  const nexthopsKnown = new Map(previous.nexthops)
  const nexthops = draft.nexthops
    .sort((one, other) => one.id - other.id)
    .flatMap(({ id, isAbsent, isBlackhole, gateway, members, protocol: bearer, ...each }) => {
      if (absence(isAbsent)) {
        nexthopsKnown.delete(id)
        return [{ id, absent: true }]
      }
      const group = members.filter((member) => nexthopsKnown.get(member.id) === false)
      if (id > 4 && group.length === 0) return []
      const isFamily6 = gateway !== undefined && isInet6(gateway)
      nexthopsKnown.set(id, id > 4 ? (previous.nexthops.get(id) ?? false) : isFamily6)
      if (id > 4) return [clean({ id, group, protocol: bearer })]
      if (isBlackhole && !isFirst) return [clean({ id, blackhole: true, protocol: bearer })]
      if (nexthopNames.length === 0) {
        nexthopsKnown.delete(id)
        return []
      }
      const via = gateway !== undefined && isReachable(gateway) ? gateway : undefined
      nexthopsKnown.set(id, via !== undefined && isInet6(via))
      return [clean({ id, via, dev: nexthopNames[each.dev % nexthopNames.length], protocol: bearer })]
    })
  const routes = unique(
    draft.routes.flatMap(
      ({ dst, table, metric, type, isAbsent, isWild, gateway, nexthop, other, ...each }): Record<string, unknown>[] => {
        const isOf6 = dst === 'default' ? isInet6(gateway) : isInet6(dst)
        const key = clean({ dst, table, metric, ...(dst === 'default' && isOf6 && { family: 'inet6' }) })
        if (absence(isAbsent)) return [{ ...key, absent: true }]
        const options = clean({ protocol: each.protocol, mtu: each.mtu, hoplimit: each.hoplimit })
        const isUsable = isInet6(gateway) === isOf6 && (isReachable(gateway) || isWild)
        if (type === 'blackhole') return [{ ...key, ...clean({ protocol: each.protocol }), type }]
        if (type === 'nexthop' && nexthopsKnown.get(nexthop) === isOf6) return [{ ...key, ...options, nexthop }]
        if (upNames.length === 0) return []
        if (type === 'via' && isUsable) return [{ ...key, ...options, via: gateway }]
        if (type === 'multipath' && isUsable)
          return [
            {
              ...{ ...key, ...options },
              multipath: [
                { via: gateway, dev: nameOf(each.dev) },
                { dev: nameOf(other[0]), weight: other[1] },
              ],
            },
          ]
        return [{ ...key, ...options, dev: isWild ? nameOf(each.dev) : upNameOf(each.dev) }]
      },
    ),
    ['dst', 'table', 'metric', 'family'],
  )
  const rules = unique(
    draft.rules.map(({ priority, selector, table, isAbsent, protocol: bearer }) =>
      clean({ priority, ...selector, ...(absence(isAbsent) ?? { table, protocol: bearer }) }),
    ),
    ['priority', 'from', 'to', 'fwmark', 'iif', 'family'],
  )
  const neighbours = unique(
    (hasLinks ? draft.neighbours : []).flatMap(({ dst, dev: number, lladdr, type, isAbsent, protocol: bearer }) => {
      const name = nameOf(number)
      if (type === 'fdb' && name !== 'vx0')
        return [clean({ family: 'bridge', dev: name, lladdr, flags: ['SELF'], ...absence(isAbsent) })]
      const key = { dst, dev: name, ...(type === 'proxy' && { flags: ['PROXY'] }) }
      if (absence(isAbsent)) return [{ ...key, absent: true }]
      if (type === 'proxy') return [clean({ ...key, protocol: bearer })]
      return [clean({ ...key, lladdr, protocol: bearer, ...(type === 'noarp' && { state: ['NOARP'] }) })]
    }),
    ['family', 'dst', 'dev', 'flags', ...['lladdr']],
  )
  const queueing = (hasLinks ? draft.qdiscs : []).map(({ dev: number, qdisc, handle, isAbsent, isRecreated }) => {
    const key = { dev: nameOf(number), kind: qdisc.kind }
    if (absence(isAbsent)) return { ...key, absent: true }
    return clean({
      ...{ ...key, handle: qdisc.kind === 'clsact' ? undefined : (handle ?? '8:'), options: qdisc.options },
      ...(isRecreated && !isFirst && { recreate: true }),
    })
  })
  const marks = draft.mark === undefined ? {} : { mark: draft.mark, ...(!isFirst && { prune: draft.prune }) }
  const lists = { links: specs, addresses, routes, nexthops, rules, neighbours, qdiscs: queueing }
  const used = Object.fromEntries(Object.entries(lists).filter(([, objects]) => objects.length > 0))
  return [{ ...used, ...marks } as Desired, { links: present, up, addresses: own, nexthops: nexthopsKnown }]
}

/** Generates cases: a state, and a desired one that refers to some of its objects. */
export const planCase: fc.Arbitrary<PlanCase> = fc
  .record({ hasLinkLocal: fc.boolean(), before: stateDraft, desired: stateDraft })
  .map(({ hasLinkLocal, before, desired }) => {
    const [first, present] = toState(before, nothing, true)
    const [second] = toState(desired, present, false)
    return { hasLinkLocal, before: first, desired: second }
  })
