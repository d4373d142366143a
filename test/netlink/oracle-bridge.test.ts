import { flagNames } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { oracle } from '../support/captures.js'
import {
  bitsOf,
  camelCase,
  type Decoded,
  dumpsOf,
  linkNames,
  type Mappers,
  type Printed,
  sameMembers,
  sameObjects,
} from '../support/oracle.js'
import { protocol } from '../support/oracle-routes.js'

/**
 * Compares the output of bridge about groups, VNIs, ports, spanning trees and VLANs with our decoding of the dumps in
 * the captures.
 */

const test = suite('output of bridge')

const AF_BRIDGE = 7
const states = ['disabled', 'listening', 'learning', 'forwarding', 'blocking']
/** RTEXT_FILTER_*: extra attributes that a dump of bridge links requests. */
const ext = { none: undefined, vlans: 2, mst: 128 }

/** Returns the dumps of AF_BRIDGE links with a filter. */
const portDumps = (capture: string, filter: number | undefined) =>
  dumpsOf(
    capture,
    'RTM_GETLINK',
    'RTM_NEWLINK',
    ({ family, attrs }) => family === AF_BRIDGE && attrs.extMask === filter,
  )

// ── groups

const hundredths = (value: number) => (value / 100).toFixed(2)
const groupFlags = { 1: 'offload', 2: 'fast_leave', 4: 'added_by_star_ex', 8: 'blocked', 16: 'offload_failed' }

const groupMappers = (names: ReturnType<typeof linkNames>): Mappers => ({
  index: ({ bridge }) => bridge,
  dev: ({ bridge }) => names(bridge),
  port: ({ ifindex }) => names(ifindex),
  grp: ({ addr }) => addr.u,
  src: ({ attrs }) => attrs.source,
  state: ({ state }) => ['temp', 'permanent'][state],
  filter_mode: ({ attrs }) => ['exclude', 'include'][attrs.groupMode],
  source_list: ({ attrs }) =>
    attrs.srcList.entry.map(({ address, timer }: Decoded) => ({ address, timer: hundredths(timer) })),
  protocol: ({ attrs }) => protocol(attrs.rtprot),
  flags: ({ flags }) => bitsOf(groupFlags, flags),
  vid: ({ vid }) => vid,
  dst: ({ attrs }) => attrs.dst,
  dst_port: ({ attrs }) => attrs.dstPort,
  vni: ({ attrs }) => attrs.vni,
  src_vni: ({ attrs }) => attrs.srcVni,
  via: ({ attrs }) => names(attrs.ifindex),
  timer: ({ attrs }) => hundredths(attrs.timer).padStart(7),
})

// Older kernels reply with the type of the request.
for (const [capture, reply] of [
  ['03-vxlan', 'RTM_NEWMDB'],
  ['mdb', 'RTM_GETMDB'],
] as const) {
  test(`${capture}.mdb: multicast groups are as bridge prints them`, () => {
    const mappers = groupMappers(linkNames(capture))
    const [printed] = oracle(capture, 'mdb')
    const dumps = dumpsOf(capture, 'RTM_GETMDB', reply)
    assert.ok(dumps.length >= 2)
    const [groups = [], routers = []] = dumps.slice(-2)
    const entries = groups.flatMap(({ ifindex, attrs }) =>
      (attrs.mdb.entry ?? []).flatMap(({ info }: Decoded) => info.map((one: Decoded) => ({ ...one, bridge: ifindex }))),
    )
    sameObjects(printed.mdb, entries, (one, entry) => sameMembers(`${one.grp} on ${one.port}`, one, entry, mappers))
    assert.equal(printed.router, {})
    assert.not(routers.some(({ attrs }) => attrs.router !== undefined))
  })
}

// ── VNIs

const statistics = ['rx_bytes', 'rx_pkts', 'rx_drops', 'rx_errors', 'tx_bytes', 'tx_pkts', 'tx_drops', 'tx_errors']
const isMulticast = (address: string) => Number(address.split('.')[0]) >= 224
const vniMappers: Mappers = {
  vni: ({ start }) => start,
  group: ({ group }) => (isMulticast(group) ? group : undefined),
  remote: ({ group }) => (isMulticast(group) ? undefined : group),
  stats: ({ stats }) => Object.fromEntries(statistics.map((key) => [key, Number(stats[camelCase(key)])])),
}

/** Compares the lists of several devices, by the names of the devices. */
function sameLists(
  printed: Printed[],
  list: string,
  decoded: { readonly name: string | undefined; readonly all: Decoded[] }[],
  mappers: Mappers,
): void {
  assert.equal(
    decoded.map(({ name }) => name),
    printed.map(({ ifname }) => ifname),
  )
  for (const [index, { ifname, [list]: all, ...others }] of printed.entries()) {
    assert.equal(others, {}, `${ifname}: only ${list}`)
    sameObjects(all, decoded[index]?.all ?? [], (one, ours) =>
      sameMembers(`${ifname} ${JSON.stringify(one)}`, one, ours, mappers),
    )
  }
}

test('03-vxlan.vni: VNIs are as bridge prints them', () => {
  const names = linkNames('03-vxlan')
  const dump = dumpsOf('03-vxlan', 'RTM_GETTUNNEL', 'RTM_NEWTUNNEL').at(-1) ?? []
  const devices = dump.map(({ ifindex, attrs }) => ({ name: names(ifindex), all: attrs.entry }))
  sameLists(oracle('03-vxlan', 'vni'), 'vnis', devices, vniMappers)
})

// ── ports

const yesNo = (...keys: string[]): Mappers =>
  Object.fromEntries(keys.map((key) => [key, ({ attrs }: Decoded) => attrs.protinfo[camelCase(key)] === 1]))

test('mdb.port: the options of a port are as bridge prints them', () => {
  const names = linkNames('mdb')
  const mappers: Mappers = {
    ifindex: ({ index }) => index,
    ifname: ({ attrs }) => attrs.ifname,
    flags: ({ flags }) =>
      flagNames(IFF, flags)
        .filter((name) => name !== 'RUNNING')
        .sort(),
    mtu: ({ attrs }) => attrs.mtu,
    master: ({ attrs }) => names(attrs.master),
    state: ({ attrs }) => states[attrs.protinfo.state],
    priority: ({ attrs }) => attrs.protinfo.priority,
    cost: ({ attrs }) => attrs.protinfo.cost,
    hairpin: ({ attrs }) => attrs.protinfo.mode === 1,
    root_block: ({ attrs }) => attrs.protinfo.protect === 1,
    fastleave: ({ attrs }) => attrs.protinfo.fastLeave === 1,
    flood: ({ attrs }) => attrs.protinfo.unicastFlood === 1,
    mcast_to_unicast: ({ attrs }) => attrs.protinfo.mcastToUcast === 1,
    mcast_router: ({ attrs }) => attrs.protinfo.multicastRouter,
    ...yesNo('guard', 'learning', 'mcast_flood', 'bcast_flood', 'neigh_suppress', 'vlan_tunnel', 'isolated', 'locked'),
  }
  sameObjects(oracle('mdb', 'port'), portDumps('mdb', ext.none).at(-1) ?? [], (printed, port) =>
    sameMembers(printed.ifname, { ...printed, flags: [...printed.flags].sort() }, port, mappers),
  )
})

test('05-bridge-vlan.mst: the spanning tree states of ports are as bridge prints them', () => {
  const dump = portDumps('05-bridge-vlan', ext.mst).at(-1) ?? []
  const ports = dump.map(({ attrs }) => ({ name: attrs.ifname, all: attrs.afSpec.mst.entry }))
  const mappers: Mappers = { msti: ({ msti }) => msti, state: ({ state }) => states[state] }
  sameLists(oracle('05-bridge-vlan', 'mst'), 'mst', ports, mappers)
})

// ── VLANs

const vlanMappers: Mappers = {
  vlan: ({ vid }) => vid,
  flags: ({ flags }) => bitsOf({ 2: 'PVID', 4: 'Egress Untagged' }, flags),
}

// `bridge vlan tunnelshow` requests the same dump after `bridge vlan show`.
for (const [capture, what, at] of [
  ['05-bridge-vlan', 'vlanc', -2],
  ['mdb', 'vlan', -1],
] as const) {
  test(`${capture}.${what}: the VLANs of ports are as bridge prints them`, () => {
    const dump = portDumps(capture, ext.vlans).at(at) ?? []
    const ports = dump.map(({ attrs }) => ({ name: attrs.ifname, all: attrs.afSpec.vlanInfo }))
    sameLists(oracle(capture, what), 'vlans', ports, vlanMappers)
  })
}

test('05-bridge-vlan.vlantunnel: VLANs and their tunnel IDs are as bridge prints them', () => {
  const [RANGE_BEGIN, RANGE_END] = [8, 16]
  const dump = portDumps('05-bridge-vlan', ext.vlans).at(-1) ?? []
  const ports = dump.flatMap(({ attrs: { ifname, afSpec } }) =>
    afSpec.vlanTunnelInfo === undefined ? [] : [{ name: ifname, ends: afSpec.vlanTunnelInfo }],
  )
  const ranges = ports.map(({ name, ends }) => {
    const [begin, end, ...others] = ends
    assert.equal([begin.flags, end.flags, others], [RANGE_BEGIN, RANGE_END, []])
    return { name, all: [{ begin, end }] }
  })
  sameLists(oracle('05-bridge-vlan', 'vlantunnel'), 'tunnels', ranges, {
    vlan: ({ begin }) => begin.vid,
    vlanEnd: ({ end }) => end.vid,
    tunid: ({ begin }) => begin.id,
    tunidEnd: ({ end }) => end.id,
  })
})

test.run()
