import { type Link, Netlink, NetlinkError } from '@netloom/netlink'
import { IFF, linkInfo } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { complaint, inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/** Options of links: those that name other links, those that are out of range, and those of links that were read. */

const test = suiteNeeding('options of links by the API', 'netns')

/** Kinds whose data contains the lower link. Each row: options, and the same as arguments of `ip link add`. */
const kindsWithLowerLink = [
  ['vxlan', { id: 11, group: '239.1.1.1', port: 8472 }, 'id 11 group 239.1.1.1 dstport 8472'],
  ['vxlan', { id: 11, group6: 'ff05::1', port: 8472 }, 'id 11 group ff05::1 dstport 8472'],
  ['gre', { local: '10.0.0.1', remote: '10.0.0.2', pmtudisc: true }, 'local 10.0.0.1 remote 10.0.0.2'],
  ['gretap', { local: '10.0.0.1', remote: '10.0.0.2', pmtudisc: true }, 'local 10.0.0.1 remote 10.0.0.2'],
  ['ipip', { local: '10.0.0.1', remote: '10.0.0.2', pmtudisc: true }, 'local 10.0.0.1 remote 10.0.0.2'],
  ['sit', { local: '10.0.0.1', remote: '10.0.0.2', pmtudisc: true }, 'local 10.0.0.1 remote 10.0.0.2'],
  ['vti', { local: '10.0.0.1', remote: '10.0.0.2' }, 'local 10.0.0.1 remote 10.0.0.2'],
  ['ip6tnl', { local: 'fd00::1', remote: 'fd00::2' }, 'local fd00::1 remote fd00::2'],
  ['ip6gre', { local: 'fd00::1', remote: 'fd00::2' }, 'local fd00::1 remote fd00::2'],
  ['vti6', { local: 'fd00::1', remote: 'fd00::2' }, 'local fd00::1 remote fd00::2'],
  ['xfrm', { ifId: 7 }, 'if_id 7'],
] as const

const isUnknown = (error: unknown) => error instanceof NetlinkError && error.code === 'EOPNOTSUPP'

/** Creates a link. Returns false and prints a note if the kernel does not support the kind. */
async function created(nl: Netlink, kind: string, options: object): Promise<boolean> {
  try {
    await nl.link.add({ name: 'ours', kind, ...options } as never)
    return true
  } catch (error) {
    if (!isUnknown(error)) throw error
    skipped(`links of kind ${kind}`)
    return false
  }
}

const shown = (ns: Namespace, name: string) => ns.ip('link', 'show', 'dev', name)[0]

/** Returns the attributes that identify a tunnel. ip(8) applies its own defaults to the others. */
function identity({ linkinfo: { info_data: data } }: { linkinfo: { info_data: Record<string, unknown> } }) {
  const { link, local, remote, local6, remote6, group, group6, id, if_id: ifId } = data
  return { link, local, remote, local6, remote6, group, group6, id, ifId }
}

inBothWays(test, 'link names the lower link, also if the kind keeps it in its data', async (nl, ns) => {
  await veths(nl)
  const a = (await nl.link.get('a'))?.index
  const b = (await nl.link.get('b'))?.index
  for (const [kind, data, words] of kindsWithLowerLink) {
    if (!(await created(nl, kind, { data, link: 'a' }))) continue
    const own = shown(ns, 'ours')
    const link = await nl.link.get('ours')
    const spec = { name: 'ours', kind, data, link: 'a' } as never
    assert.equal(await nl.link.ensure(spec), { changed: false, created: false, changes: [] }, kind)
    await nl.link.delete('ours')
    assert.ok(await created(nl, kind, { data: { ...data, link: 'a' } }))
    const named = shown(ns, 'ours')
    await nl.link.delete('ours')
    ns.ip('link', 'add', 'ours', 'type', kind, ...words.split(' '), 'dev', 'a')
    const theirs = shown(ns, 'ours')
    assert.equal(identity(own), identity(theirs), kind)
    assert.equal([own.link, own.linkinfo.info_data.link], [theirs.link, theirs.linkinfo.info_data.link], kind)
    assert.equal(identity(named), identity(theirs), kind)
    assert.is(link?.link, a, kind)
    assert.is((await nl.link.get('ours'))?.link, a, kind)
    await nl.link.delete('ours')
  }
  const vxlan = { name: 'vx', kind: 'vxlan', data: { id: 11, group: '239.1.1.1', port: 8472 } } as const
  assert.ok((await nl.link.ensure({ ...vxlan, link: 'a' })).created)
  const { changes } = await nl.link.ensure({ ...vxlan, link: 'b' })
  assert.equal(changes, [{ key: 'link', before: a, after: b }])
  await nl.link.set('vx', { link: 'a' })
  assert.is((await nl.link.get('vx'))?.link, a)
  await nl.link.set('vx', { kind: 'vxlan', data: { link: 'b' } })
  assert.is((await nl.link.get('vx'))?.link, b)
  assert.equal((await nl.link.ensure({ ...vxlan, data: { ...vxlan.data, link: 'b' } })).changed, false)
  const both = { ...vxlan, name: 'vy', link: 'a', data: { ...vxlan.data, id: 12, link: 'b' } }
  await refuses('link and data.link differ', () => nl.link.add(both), 'TypeError', /link and data.link/)
  await refuses(
    'link does not exist',
    () => nl.link.add({ ...vxlan, name: 'vy', link: 'none' }),
    'ENODEV',
    /link: no link/,
  )
  const none = { ...vxlan, name: 'vy', data: { ...vxlan.data, link: 'none' } }
  await refuses('data.link does not exist', () => nl.link.add(none), 'ENODEV', /data\.link: no link "none"/)
  await refuses('change the link of a veth', () => nl.link.set('a', { link: 'b' }), 'TypeError', /link .*veth.*"b"/)
  await nl.link.set('a', { link: 'a-peer' })
})

inBothWays(test, 'slaveData accepts names of links', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge' })
  const port = { master: 'br0', slaveKind: 'bridge' } as const
  await nl.link.set('b', { master: 'br0' })
  await nl.link.set('a', { ...port, slaveData: { backupPort: 'b' } })
  assert.is(shown(ns, 'a').linkinfo.info_slave_data.backup_port, 'b')
  const spec = { name: 'a', kind: 'veth', ...port, slaveData: { backupPort: 'b', cost: 5 } } as const
  assert.equal(
    (await nl.link.ensure(spec)).changes.map(({ key }) => key),
    ['slaveData.cost'],
  )
  await nl.link.set('a', { slaveKind: 'bridge', slaveData: { backupPort: 0 } })
  assert.is(shown(ns, 'a').linkinfo.info_slave_data.backup_port, undefined)
  await refuses(
    'unknown backup port',
    () => nl.link.set('a', { slaveKind: 'bridge', slaveData: { backupPort: 'none' } }),
    'ENODEV',
    /slaveData\.backupPort: no link "none"/,
  )
})

inBothWays(test, 'changing one tunnel option keeps the others', async (nl, ns) => {
  for (const [kind, data] of [
    ['gre', { local: '10.0.0.1', remote: '10.0.0.2', ttl: 9, pmtudisc: true }],
    ['gretap', { local: '10.0.0.1', remote: '10.0.0.2', ttl: 9, pmtudisc: true }],
    ['ipip', { local: '10.0.0.1', remote: '10.0.0.2', ttl: 9, pmtudisc: true }],
    ['sit', { local: '10.0.0.1', remote: '10.0.0.2', ttl: 9, pmtudisc: true }],
    ['ip6tnl', { local: 'fd00::1', remote: 'fd00::2', ttl: 9 }],
    ['ip6gre', { local: 'fd00::1', remote: 'fd00::2', ttl: 9 }],
    ['vti', { local: '10.0.0.1', remote: '10.0.0.2', ikey: 5 }],
    ['vxlan', { id: 5, local: '10.0.0.1', group: '10.0.0.2', ttl: 9, port: 4789 }],
  ] as const) {
    if (!(await created(nl, kind, { data }))) continue
    const before = shown(ns, 'ours').linkinfo.info_data
    const changed = kind === 'vti' ? { fwmark: 7 } : { tos: 8 }
    await nl.link.set('ours', { kind, data: changed } as never)
    const { tos: _, fwmark: __, fwmark_hex: ___, ...after } = shown(ns, 'ours').linkinfo.info_data
    const { tos: ____, fwmark: _____, fwmark_hex: ______, ...was } = before
    assert.equal(after, was, kind)
    await nl.link.delete('ours')
  }
})

inBothWays(test, 'a link that was read is looked up by its index', async (nl, ns) => {
  await veths(nl)
  const a = await nl.link.get('a')
  assert.ok(a)
  await nl.link.set('a', { name: 'c' })
  await nl.link.add({ name: 'a', kind: 'bridge' })
  assert.is((await nl.link.get(a))?.name, 'c')
  await nl.link.set(a, { alias: 'mine' })
  assert.is(shown(ns, 'c').ifalias, 'mine')
  await nl.address.add({ address: '10.0.0.1/24', dev: a })
  assert.equal(
    ns
      .ip('address', 'show', 'dev', 'c')[0]
      .addr_info.map(({ local }: { local: string }) => local)
      .includes('10.0.0.1'),
    true,
  )
  await nl.link.delete({ ...a })
  assert.is(await nl.link.get('c'), undefined)
  assert.ok(await nl.link.get('a'))
  await refuses('delete it twice', () => nl.link.delete(a), 'ENODEV', /no link "a"/)
  await nl.link.add({ name: 'd', kind: 'bridge', index: a.index })
  await refuses(
    'a link with the same index and a different name',
    () => nl.link.delete(a),
    'ENODEV',
    /index \d+ is "d"/,
  )
  assert.ok(await nl.link.get('d'))
  for (const nothing of [{}, { name: undefined }, { index: undefined }, undefined, null, '', 0, [], { name: '' }])
    for (const verb of ['delete', 'get'] as const)
      await refuses(`${verb} ${String(nothing)}`, () => nl.link[verb](nothing as never), 'TypeError', /^expected link/)
  await refuses('set', () => nl.link.set({ name: undefined } as never, { up: true }), 'TypeError', /^expected link/)
  await refuses('ensure', () => nl.link.ensure({ name: undefined, kind: 'bridge' } as never), 'TypeError', /'name'/)
})

/**
 * Returns the message of a link, except for attributes that change with time and traffic: counters, timers, the carrier
 * and the operational state.
 */
function messageOf({ message: { attrs, ...header } }: Link) {
  const flags = header.flags & ~(IFF.RUNNING | IFF.LOWER_UP)
  const { stats: _, stats64: __, carrierChanges: ___, carrierUpCount: ____, carrierDownCount: _____, ...own } = attrs
  const { afSpec: ______, carrier: _______, operstate: ________, linkinfo = {}, ...rest } = own
  const data = { ...(linkinfo.data as Record<string, unknown> | undefined) }
  // The IDs contain the address from the time it was set, and zero before.
  for (const key of ['helloTimer', 'tcnTimer', 'topologyChangeTimer', 'gcTimer', 'bridgeId', 'rootId']) delete data[key]
  const slaveData = { ...(linkinfo.slaveData as Record<string, unknown> | undefined) }
  for (const timer of ['messageAgeTimer', 'forwardDelayTimer', 'holdTimer', 'configPending']) delete slaveData[timer]
  const addrGenMode = (attrs.afSpec as { inet6?: { addrGenMode?: number } } | undefined)?.inet6?.addrGenMode
  return { ...header, flags, ...rest, linkinfo: { ...linkinfo, data, slaveData }, addrGenMode }
}

/** Arguments of `ip link add` and, second, of a `ip link set` that follows. */
const linkForms = [
  ['type bridge', ''],
  ['type bridge ageing_time 1000 stp_state 1 priority 100 mcast_snooping 0 forward_delay 300', 'up'],
  ['type bridge group_fwd_mask 8 mcast_querier 1 mcast_igmp_version 3 nf_call_iptables 1', 'alias bridge group 7'],
  ['address 02:00:00:00:00:07 mtu 1400 txqueuelen 77 type ifb', 'arp off'],
  ['numtxqueues 3 numrxqueues 2 type ifb', 'promisc on allmulticast on multicast off'],
  ['type veth', 'mtu 1300 up'],
  ['address 02:00:00:00:00:08 type veth', 'master br0'],
  ['numtxqueues 2 type veth', 'gso_max_size 30000 gso_max_segs 20'],
  ['type veth', 'gro_max_size 30000'],
  ['type veth', 'addrgenmode none'],
  ['type veth', 'broadcast ff:ff:ff:ff:ff:fe'],
  ['type vxlan id 5 dstport 4789', ''],
  ['type vxlan id 5 group 239.1.1.1 dev a dstport 8472 ttl 7 tos 0x8 ageing 100 maxaddress 50 nolearning', 'up'],
  ['type vxlan id 5 local fd00::1 remote fd00::2 dstport 4789 flowlabel 77 udp6zerocsumtx', ''],
  ['type vxlan id 5 dstport 4789 srcport 1000 2000 gbp proxy rsc l2miss l3miss noudpcsum', ''],
  ['type vxlan external dstport 4790', ''],
  ['type vxlan id 5 dstport 4789 ttl inherit', ''],
  ['link a type macvlan mode bridge', ''],
  ['link a type macvlan mode private bcqueuelen 2000', 'up'],
  ['link a type macvlan mode vepa', 'protodown on'],
  ['link a type macvlan mode source macaddr set 02:00:00:00:00:01 02:00:00:00:00:02', ''],
  ['link a type macvlan mode source', ''],
  ['link a type macvtap mode bridge', 'mtu 1400'],
  ['link a type vlan id 7 protocol 802.1ad reorder_hdr off', ''],
  ['type vrf table 77', ''],
  ['type dummy', 'up'],
  ['link a type ipvlan mode l3', ''],
  ['type geneve id 5 remote 10.0.0.2 dstport 6081', ''],
  ['type gre local 10.0.0.1 remote 10.0.0.2 ttl 9', ''],
  ['type ip6tnl local fd00::1 remote fd00::2', ''],
  ['type bond mode active-backup miimon 100', ''],
] as const

inBothWays(test, 'a link that was read can be deleted and added again', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge' })
  for (const [words, then] of linkForms) {
    const what = `${words}; ${then}`
    try {
      ns.exec('ip', ['link', 'add', 'name', 'ours', ...words.split(' ')], { stdio: ['ignore', 'pipe', 'pipe'] })
      if (then !== '')
        ns.exec('ip', ['link', 'set', 'dev', 'ours', ...then.split(' ')], { stdio: ['ignore', 'pipe', 'pipe'] })
    } catch (error) {
      if (!/Unknown device type|not supported|garbage/.test(complaint(error))) throw error
      skipped(`ip link add ${what}: ${complaint(error)}`)
      if (await nl.link.get('ours')) await nl.link.delete('ours')
      continue
    }
    ns.exec('ip', ['link', 'property', 'add', 'dev', 'ours', 'altname', 'another', 'altname', 'a-third'])
    const read = await nl.link.get('ours')
    assert.ok(read)
    for (const object of [read, { ...read }] as Link[]) {
      await nl.link.delete(object)
      await refuses(`${what}: again`, () => nl.link.delete(object), 'ENODEV')
      await nl.link.add(object)
      const again = await nl.link.get('ours')
      assert.equal(again && messageOf(again), messageOf(read), what)
      assert.equal((await nl.link.ensure(object)).changed, false, what)
    }
    await nl.link.delete(read)
  }
})

/** Values of an attribute by the name of its type: the smallest, the largest, and some in between. */
const samples: Readonly<Record<string, readonly unknown[]>> = {
  u8: [0, 1, 2, 3, 5, 17, 255],
  u16: [0, 1, 2, 64, 4094, 4095, 65535],
  u16be: [0, 1, 64, 4789, 65535],
  u32: [0, 1, 2, 3, 5, 64, 150, 1000, 70000, 0x7fffffff, 0xffffffff],
  u32be: [0, 1, 0xfffff, 0x100000, 0xffffffff],
  i32: [-1, 0, 1, 0x7fffffff],
  u64: [0n, 1n, 100n, 2n ** 64n - 1n],
  flag: [true],
  'flag or u8': [true, 0, 1],
  'link-layer address': ['02:00:00:00:00:01', '01:80:c2:00:00:0e', '33:33:00:00:00:01', '00:00:00:00:00:00'],
  'IPv4 address': ['0.0.0.0', '10.0.0.1', '224.0.0.5', '255.255.255.255'],
  'IPv6 address': ['::', 'fd00::1', 'ff02::1', '::ffff:10.0.0.1'],
}

/** True if an error gives no reason: no text, no attribute, and a code with several meanings. */
const lacksReason = (error: unknown) =>
  error instanceof NetlinkError &&
  ['EINVAL', 'ERANGE'].includes(error.code) &&
  error.kernelMessage === undefined &&
  error.attribute === undefined

type Rows = Readonly<Record<string, readonly [number, { readonly name: string }, ...unknown[]]>>

/** Returns the options of a kind with the values to try. The smallest and the largest values are marked. */
function optionsOf(table: Rows): (readonly [key: string, value: unknown, isExtreme: boolean])[] {
  return Object.entries(table).flatMap(([key, [, { name }]]) =>
    (samples[name] ?? []).map((value, at, all) => [key, value, at < 2 || at === all.length - 1] as const),
  )
}

/** Calls `use`. Returns the error if it gives no reason. */
async function unexplainedError(use: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await use()
  } catch (error) {
    if (lacksReason(error)) return String(error)
    if (!(error instanceof NetlinkError || error instanceof TypeError)) throw error
  }
  return undefined
}

const cases = (which: 'data' | 'slaveData') =>
  (linkInfo.table[which][1] as unknown as { cases: Readonly<Record<string, { readonly table: Rows }>> }).cases

/** Runs in one mode only, because it takes thousands of requests. */
test('the kernel rejects no option of a kind without a reason, alone or in pairs', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    await nl.link.add({ name: 'br0', kind: 'bridge', data: { stpState: true } })
    await nl.link.set('b', { master: 'br0' })
    const base: Readonly<Record<string, object>> = {
      bridge: { stpState: 'kernel' },
      vxlan: { id: 5 },
      macvlan: { mode: 4 },
      macvtap: { mode: 4 },
      vlan: { id: 5 },
      vrf: { table: 100 },
      geneve: { id: 5, remote: '10.0.0.2' },
      ipvlan: {},
      bond: {},
      macsec: {},
    }
    const unexplained: string[] = []
    const note = async (what: string, use: () => Promise<unknown>) => {
      const refusal = await unexplainedError(use)
      if (refusal !== undefined) unexplained.push(`${what}: ${refusal}`)
    }
    for (const [kind, data] of Object.entries(base)) {
      if (!(await created(nl, kind, { data, link: /vxlan|bridge|vrf|geneve|bond/.test(kind) ? undefined : 'a' })))
        continue
      await nl.link.delete('ours')
      const options = optionsOf(cases('data')[kind]?.table ?? {})
      // Creating and deleting a link is slow, so only the smallest and the largest values are tried.
      const extremes = options.filter(([, , isExtreme]) => isExtreme)
      for (const [key, value] of extremes) {
        const link = hasLink(kind) ? 'a' : undefined
        const one = { name: 'ours', kind, link, data: { ...data, [key]: value } } as never
        await note(`add ${kind} ${key} ${value}`, () => nl.link.add(one))
        if (await nl.link.get('ours')) await nl.link.delete('ours')
      }
      await created(nl, kind, { data, link: hasLink(kind) ? 'a' : undefined })
      for (const [at, [key, value]] of options.entries()) {
        await note(`set ${kind} ${key} ${value}`, () => nl.link.set('ours', { kind, data: { [key]: value } } as never))
        // Each option with every eleventh of the others. This covers all pairs of keys with some of their values.
        for (const [other, second] of options.filter((_, index) => index > at && (index - at) % 11 === 1)) {
          const pair = { [key]: value, [other]: second }
          await note(`set ${kind} ${key} ${value} ${other} ${second}`, () =>
            nl.link.set('ours', { kind, data: pair } as never),
          )
        }
      }
      await nl.link.delete('ours')
    }
    for (const [key, value] of optionsOf(cases('slaveData').bridge?.table ?? {}))
      await note(`set port ${key} ${value}`, () =>
        nl.link.set('b', { slaveKind: 'bridge', slaveData: { [key]: value } } as never),
      )
    assert.equal(unexplained, [])
  }))

const hasLink = (kind: string) => /macvlan|macvtap|^vlan|ipvlan|macsec/.test(kind)

inBothWays(test, 'errors name the option, the accepted values and the given value', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge', data: { stpState: true } })
  const before = ns.ip('link').length
  const ok = { name: 'x', kind: 'bridge' } as const
  const vxlan = { name: 'x', kind: 'vxlan' } as const
  for (const [link, pattern] of [
    [{ ...ok, name: 'a/b' }, /name.* 1 to 15 bytes.*"a\/b"/],
    [{ ...ok, name: 'a b' }, /name.*"a b"/],
    [{ ...ok, name: '.' }, /name.*"\."/],
    [{ ...ok, name: '..' }, /name.*"\.\."/],
    [{ ...ok, name: '' }, /name.*""/],
    [{ ...ok, name: 'sixteen-bytes-xx' }, /name.*"sixteen-bytes-xx"/],
    [{ ...ok, name: 'a%' }, /name.*"a%"/],
    [{ ...ok, name: '%d%d' }, /name.*"%d%d"/],
    [{ ...ok, index: 0 }, /index.* 1 to 2147483647, got 0/],
    [{ ...ok, index: -1 }, /index.*got -1/],
    [{ ...ok, numTxQueues: 4097 }, /numTxQueues.* 1 to 4096, got 4097/],
    [{ ...ok, alias: 'x'.repeat(256) }, /alias.* 255 bytes/],
    [{ ...ok, altNames: ['x'.repeat(128)] }, /altNames.* 127 bytes/],
    [{ ...ok, address: '02:00' }, /address.* 6 bytes.*"02:00"/],
    [{ ...ok, address: '01:00:00:00:00:01' }, /address.*multicast.*"01:00:00:00:00:01"/],
    [{ ...ok, data: { helloTime: 99 } }, /data\.helloTime.* 100 to 1000, got 99/],
    [{ ...ok, data: { maxAge: 4001 } }, /data\.maxAge.* 600 to 4000, got 4001/],
    [{ ...ok, data: { mcastIgmpVersion: 1 } }, /data\.mcastIgmpVersion.* 2 to 3, got 1/],
    [{ ...ok, data: { vlanProtocol: 1 } }, /data\.vlanProtocol.*one of 802\.1Q, 802\.1ad, got 1/],
    [{ ...ok, data: { groupFwdMask: 1 } }, /data\.groupFwdMask.*0xfff8, got 1/],
    [{ ...ok, kind: 'vlan', link: 'a', data: { id: 4095 } }, /data\.id.* 0 to 4094, got 4095/],
    [{ ...ok, kind: 'macvlan', link: 'a', data: { mode: 3 } }, /data\.mode.*one of private, .*, source, got 3/],
    [{ ...ok, kind: 'macvlan' }, /'link' of a macvlan/],
    [{ ...ok, kind: 'bond', data: { mode: 7 } }, /data\.mode.*one of balance-rr, .*, balance-alb, got 7/],
    [{ ...vxlan, data: { id: 1 << 24 } }, /data\.id.* 0 to 16777215, got 16777216/],
    [{ ...vxlan, data: { id: 1, label: 1 << 20 } }, /data\.label.* 0 to 1048575/],
    [{ ...ok, kind: 'veth', peer: { name: 'a/b' } }, /peer\.name.*"a\/b"/],
    [{ ...ok, kind: 'veth', peer: { address: '02' } }, /peer\.address.*"02"/],
    [{ ...ok, kind: 'veth', peer: { numRxQueues: 0 } }, /peer\.numRxQueues.*got 0/],
  ] as const)
    for (const verb of ['add', 'ensure'] as const)
      await refuses(`${verb} ${JSON.stringify(link)}`, () => nl.link[verb](link as never), 'TypeError', pattern)
  for (const [change, code, pattern] of [
    [{ name: 'a b' }, 'TypeError', /name/],
    [{ alias: 'x'.repeat(256) }, 'TypeError', /alias/],
    [{ kind: 'bridge', data: { helloTime: 1001 } }, 'TypeError', /data\.helloTime.*got 1001/],
    [{ kind: 'bridge', data: { forwardDelay: 1 } }, 'ERANGE', /data\.forwardDelay.* 200 to 3000, got 1/],
    [{ mtu: 1 }, 'EINVAL', /mtu.* 68 to 65535, got 1/],
    [{ mtu: 65536 }, 'EINVAL', /mtu.* 68 to 65535, got 65536/],
    [{ address: '02:00' }, 'EINVAL', /address.* 6 bytes.*got 02:00/],
  ] as const)
    await refuses(`set ${JSON.stringify(change)}`, () => nl.link.set('br0', change as never), code, pattern)
  await refuses('an mtu', () => nl.link.add({ ...ok, mtu: 70000 }), 'EINVAL', /mtu.*, got 70000/)
  await refuses('an mtu', () => nl.link.ensure({ ...ok, name: 'br0', mtu: 70000 }), 'EINVAL', /mtu.* 68 to 65535/)
  await refuses('an mtu', () => nl.link.add({ ...ok, mtu: 2 ** 32 }), 'TypeError', /mtu to be .*, got 4294967296/)
  await nl.link.set('a', { master: 'br0' })
  await refuses(
    'itself',
    () => nl.link.set('a', { slaveKind: 'bridge', slaveData: { backupPort: 'a' } }),
    'EINVAL',
    /slaveData\.backupPort.*another port/,
  )
  const port = { slaveKind: 'bridge', slaveData: { priority: 64 } } as const
  await refuses('a port', () => nl.link.set('a', port), 'TypeError', /slaveData\.priority.* 0 to 63, got 64/)
  assert.is(ns.ip('link').length, before)
})

test.run()
