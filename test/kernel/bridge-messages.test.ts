import { AF, Connection } from '@netloom/netlink'
import { BRIDGE_VLAN_INFO, RTEXT_FILTER } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace, supported } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('bridge messages in the kernel', 'netns')

const family = AF.BRIDGE
const GOOD = { create: true, excl: true }

interface Prepared {
  readonly netlink: Connection
  readonly namespace: Namespace
  readonly index: Readonly<Record<'br0' | 've0' | 've1' | 'vx0', number>>
  // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON
  bridge(...args: string[]): any[]
}

interface Options {
  readonly br0?: readonly string[]
  readonly vx0?: readonly string[]
}

/** Creates a bridge with a port, and a vxlan. Skips `use` if the kernel does not support their options. */
function prepared({ br0 = [], vx0 = [] }: Options, use: (prepared: Prepared) => void) {
  return inScratch((namespace) => {
    const add = (name: string, kind: string[]) =>
      supported(`${kind.join(' ')}`, () => namespace.ip('link', 'add', name, 'type', ...kind))
    if (!add('br0', ['bridge', ...br0]) || !add('vx0', ['vxlan', 'dstport', '4789', 'external', ...vx0])) return
    namespace.ip('link', 'set', 'br0', 'up')
    namespace.ip('link', 'add', 've0', 'up', 'master', 'br0', 'type', 'veth', 'peer', 'name', 've1')
    namespace.ip('link', 'set', 've1', 'up')
    const links = namespace.ip('link')
    const netlink = Connection.open({ netns: namespace.path })
    try {
      use({
        netlink,
        namespace,
        index: Object.fromEntries(links.map(({ ifname, ifindex }) => [ifname, ifindex])) as Prepared['index'],
        bridge: (...args) => {
          const text = namespace.exec('bridge', ['-d', '-j', ...args])
          return text.trim() === '' ? [] : JSON.parse(text)
        },
      })
    } finally {
      netlink.close()
    }
  })
}

test('VLANs of a port appear in its link message and in VLAN messages', () =>
  prepared({ br0: ['vlan_filtering', '1'] }, ({ netlink, index, bridge }) => {
    const { RANGE_BEGIN, RANGE_END, PVID, UNTAGGED } = BRIDGE_VLAN_INFO
    const vlanInfo = [
      { flags: RANGE_BEGIN, vid: 10 },
      { flags: RANGE_END, vid: 12 },
      { flags: PVID | UNTAGGED, vid: 20 },
    ]
    netlink.requestSync('RTM_SETLINK', { family, index: index.ve0, attrs: { afSpec: { vlanInfo } } })
    const [port] = bridge('vlan', 'show', 'dev', 've0')
    const vids = port.vlans.map(({ vlan, vlanEnd }: Record<string, number>) => [vlan, vlanEnd])
    assert.equal(vids.flat().filter(Boolean).includes(20), true)

    const dumped = netlink.dumpSync('RTM_GETLINK', { family, attrs: { extMask: RTEXT_FILTER.BRVLAN } })
    const spec = dumped.find((link) => link.index === index.ve0)?.attrs.afSpec
    const list = spec && 'vlanInfo' in spec ? spec.vlanInfo : undefined
    assert.equal(
      list?.map(({ vid }) => vid),
      [1, 10, 11, 12, 20],
    )
    assert.is(list?.[4]?.flags, PVID | UNTAGGED)

    const entries = () =>
      netlink
        .dumpSync('RTM_GETVLAN', { family, ifindex: index.ve0 })
        .filter(({ ifindex }) => ifindex === index.ve0)
        .flatMap(({ attrs }) => attrs.entry ?? [])
    assert.equal(
      entries().map(({ info, range }) => [info?.vid, range]),
      [
        [1, undefined],
        [10, 12],
        [20, undefined],
      ],
    )
    const change = { info: { flags: BRIDGE_VLAN_INFO.ONLY_OPTS, vid: 11 }, state: 4 }
    netlink.requestSync('RTM_NEWVLAN', { family, ifindex: index.ve0, attrs: { entry: [change] } })
    assert.is(entries().find(({ info }) => info?.vid === 11)?.state, 4)
    const shown = bridge('vlan', 'show', 'dev', 've0')[0].vlans.find(({ vlan }: { vlan: number }) => vlan === 11)
    assert.is(shown.state, 'blocking')
  }))

test('global VLAN options of a bridge can be set and dumped', () =>
  prepared({ br0: ['vlan_filtering', '1', 'mcast_vlan_snooping', '1'] }, ({ netlink, namespace, index, bridge }) => {
    namespace.exec('bridge', ['vlan', 'add', 'dev', 'br0', 'vid', '10', 'self'])
    const globalOptions = [{ id: 10, mcastSnooping: 1, mcastQueryIntvl: 5000n, mcastIgmpVersion: 3 }]
    netlink.requestSync('RTM_NEWVLAN', { family, ifindex: index.br0, attrs: { globalOptions } })
    const [shown] = bridge('vlan', 'global', 'show', 'dev', 'br0')[0].vlans.filter(
      ({ vlan }: { vlan: number }) => vlan === 10,
    )
    assert.is(shown.mcast_igmp_version, 3)
    const dumped = netlink
      .dumpSync('RTM_GETVLAN', { family, attrs: { flags: 2 } })
      .flatMap(({ attrs }) => attrs.globalOptions ?? [])
      .find(({ id }) => id === 10)
    assert.is(dumped?.mcastIgmpVersion, 3)
    assert.is(Number(dumped?.mcastQueryIntvl), shown.mcast_query_interval)
    assert.is(Number(dumped?.mcastMembershipIntvl), shown.mcast_membership_interval)
  }))

test('multicast groups can be added, dumped and deleted', () =>
  prepared({ br0: ['mcast_snooping', '1'] }, ({ netlink, namespace, index, bridge }) => {
    const entry = (u: string, proto: number) => ({
      ...{ ifindex: index.ve0, state: 1, flags: 0, vid: 0 },
      addr: { u, proto },
    })
    const add = (setEntry: ReturnType<typeof entry>, setEntryAttrs = {}) =>
      netlink.requestSync('RTM_NEWMDB', { family, ifindex: index.br0, attrs: { setEntry, setEntryAttrs } }, GOOD)
    const line = ['mdb', 'add', 'dev', 'br0', 'port', 've0', 'grp', '239.1.1.1', 'permanent']
    if (!supported('multicast groups', () => namespace.exec('bridge', line, { stdio: 'pipe' }))) return
    add(entry('ff05::1', 0x86dd))
    add(entry('01:02:03:04:05:06', 0))
    add(entry('239.1.1.2', 0x0800), { source: '192.0.2.1' })
    // Groups of the machine itself come and go. They are not permanent.
    const dumped = netlink
      .dumpSync('RTM_GETMDB', { family })
      .flatMap(({ attrs }) => attrs.mdb?.entry ?? [])
      .flatMap(({ info }) => info ?? [])
      .filter(({ state }) => state === 1)
    const shown = (): { grp: string; src?: string; state: string }[] =>
      bridge('mdb', 'show')[0].mdb.filter(({ state }: { state: string }) => state === 'permanent')
    const key = (grp: string, src: string | undefined) => `${grp} ${src ?? ''}`
    assert.equal(dumped.map(({ addr, attrs }) => key(addr.u, attrs.source)).sort(), [
      '01:02:03:04:05:06 ',
      '239.1.1.1 ',
      '239.1.1.2 192.0.2.1',
      'ff05::1 ',
    ])
    assert.equal(
      dumped.map(({ addr, attrs }) => key(addr.u, attrs.source)).sort(),
      shown()
        .map(({ grp, src }) => key(grp, src))
        .sort(),
    )
    assert.ok(dumped.every(({ ifindex }) => ifindex === index.ve0))
    netlink.requestSync('RTM_DELMDB', {
      ...{ family, ifindex: index.br0 },
      attrs: { setEntry: entry('01:02:03:04:05:06', 0) },
    })
    assert.is(shown().length, 3)
  }))

test('VNI filters of a vxlan can be added, dumped and deleted', () =>
  prepared({ vx0: ['vnifilter'] }, ({ netlink, index, bridge }) => {
    const attrs = {
      entry: [
        { start: 100, end: 110 },
        { start: 200, group: '192.0.2.201' },
      ],
    }
    netlink.requestSync('RTM_NEWTUNNEL', { family, ifindex: index.vx0, attrs }, { create: true })
    const dumped = netlink.dumpSync('RTM_GETTUNNEL', { family, ifindex: index.vx0 }).flatMap(({ attrs }) => attrs.entry)
    assert.equal(dumped, [
      { start: 100, end: 110 },
      { start: 200, group: '192.0.2.201' },
    ])
    const [{ vnis }] = bridge('vni', 'show', 'dev', 'vx0')
    assert.is(vnis.length, 2)
    netlink.requestSync('RTM_DELTUNNEL', { family, ifindex: index.vx0, attrs: { entry: [{ start: 105 }] } })
    const left = netlink.dumpSync('RTM_GETTUNNEL', { family, ifindex: index.vx0 }).flatMap(({ attrs }) => attrs.entry)
    assert.equal(
      left.map((entry) => [entry?.start, entry?.end]),
      [
        [100, 104],
        [106, 110],
        [200, undefined],
      ],
    )
  }))

test('IPv4 and IPv6 settings of a link, including addr_gen_mode, can be set and read', () =>
  prepared({}, ({ netlink, namespace, index }) => {
    const inet6 = { addrGenMode: 1 }
    netlink.requestSync('RTM_SETLINK', { index: index.ve1, attrs: { afSpec: { inet6 } } })
    const [{ inet6_addr_gen_mode: mode }] = namespace.ip('link', 'show', 'dev', 've1')
    assert.is(mode, 'none')
    const conf: [number, number][] = [[8, 2]]
    netlink.requestSync('RTM_SETLINK', { index: index.ve1, attrs: { afSpec: { inet: { conf } } } })
    assert.is(namespace.exec('cat', ['/proc/sys/net/ipv4/conf/ve1/rp_filter']).trim(), '2')
    const [link] = netlink.requestSync('RTM_GETLINK', { index: index.ve1 })
    const spec = link?.attrs.afSpec
    assert.ok(spec && 'inet6' in spec)
    assert.is(spec.inet6?.addrGenMode, 1)
    assert.is(spec.inet?.conf?.[8 - 1], 2)
    const mtu6 = Number(namespace.exec('cat', ['/proc/sys/net/ipv6/conf/ve1/mtu']))
    assert.is(spec.inet6?.conf?.[2], mtu6)
  }))

test('the FDB of one bridge equals that of iproute2', () =>
  prepared({}, ({ netlink, index, bridge }) => {
    const macs = () =>
      bridge('fdb', 'show', 'br', 'br0')
        .map(({ mac }) => mac)
        .sort()
    // The bridge can learn addresses between the two reads, because ports send packets when they come up.
    for (let shown = macs(), tries = 20; ; tries--) {
      const dumped = netlink.dumpSync('RTM_GETNEIGH', { family, attrs: { master: index.br0 } })
      const before = shown
      shown = macs()
      assert.ok(dumped.length > 0)
      if (tries > 0 && before.join() !== shown.join()) continue
      assert.equal(dumped.map(({ attrs }) => attrs.lladdr).sort(), shown)
      break
    }
  }))

test.run()
