import { AF, type Neighbour, Netlink } from '@netloom/netlink'
import { NTF, NTF_EXT, NUD } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { inScratch, type Namespace, supported } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('neighbours and forwarding databases by the API', 'netns')

const MAC = '02:00:00:00:00:09'
const AMBIGUOUS = 'ERR_NETLINK_AMBIGUOUS'
const ZERO = '00:00:00:00:00:00'

/**
 * Sets up the pair `a`, a bridge `br0` with port `b`, and two vxlans: `vx`, and `md`, which reads the VNI from each
 * packet.
 */
async function scene(nl: Netlink, ns: Namespace): Promise<void> {
  await veths(nl)
  await nl.link.add({ name: 'br0', kind: 'bridge', up: true })
  await nl.link.set('b', { master: 'br0' })
  ns.ip('link', 'add', 'vx', 'type', 'vxlan', 'id', 5, 'dstport', 4789, 'local', '10.0.0.1')
  ns.ip('link', 'add', 'md', 'type', 'vxlan', 'dstport', 4790, 'external')
  ns.ip('link', 'set', 'vx', 'up')
  ns.ip('link', 'set', 'md', 'up')
  ns.ip('address', 'add', '10.0.0.1/24', 'dev', 'a')
  // Entries stay REACHABLE for the duration of the test.
  for (const version of ['ipv4', 'ipv6'])
    ns.exec('sh', ['-c', `echo 3600000 > /proc/sys/net/${version}/neigh/a/base_reachable_time_ms`])
  ns.ip('address', 'add', '2001:db8::1/64', 'dev', 'a')
}

/** Returns the neighbours and FDB entries that the test created. The kernel and other links add more. */
async function ours(nl: Netlink): Promise<Neighbour[]> {
  const lists = [await nl.neighbour.list(), await nl.neighbour.list({ proxy: true })]
  return [...lists.flat(), ...(await nl.neighbour.list({ family: 'bridge' }))].filter(
    ({ lladdr, flags }) => lladdr === MAC || flags.includes('PROXY') || flags.includes('MANAGED'),
  )
}

/**
 * Returns their messages without what changes with time: `cacheinfo` (times since use), `probes` (of the running
 * resolution), and the state of a managed neighbour, which the kernel resolves continuously.
 */
const messages = (objects: readonly Neighbour[]) =>
  objects
    .map(({ message: { attrs, ...header } }) => {
      const { cacheinfo: _, probes: __, ...rest } = attrs
      const isManaged = (rest.flagsExt ?? 0) === NTF_EXT.MANAGED
      return JSON.stringify({ ...header, ...rest, ...(isManaged && { state: 0 }) })
    })
    .sort()

const bridge = (ns: Namespace, words: string) => ns.exec('bridge', words.split(' '))
const ip = (ns: Namespace, words: string) => ns.ip(...words.split(' '))

/** Arguments that create neighbours and FDB entries, in the forms of iproute2. */
const neighbours = [
  `neigh add 10.0.0.2 lladdr ${MAC} dev a`,
  `neigh add 10.0.0.3 lladdr ${MAC} dev a nud noarp`,
  `neigh add 10.0.0.4 lladdr ${MAC} dev a nud stale`,
  `neigh add 10.0.0.5 lladdr ${MAC} dev a nud reachable`,
  `neigh add 10.0.0.6 lladdr ${MAC} dev a extern_learn protocol bird`,
  `neigh add 10.0.0.7 lladdr ${MAC} dev a protocol 77`,
  'neigh add 10.0.0.8 dev a managed',
  `neigh add 2001:db8::2 lladdr ${MAC} dev a router`,
  `neigh add 2001:db8::3 lladdr ${MAC} dev a router nud noarp extern_learn protocol zebra`,
  `neigh add proxy 10.0.0.9 dev a protocol 7`,
  `neigh add proxy 2001:db8::9 dev a router`,
]
const entries = [
  'dev b master static',
  'dev b master',
  'dev b master dynamic',
  'dev b master dynamic extern_learn',
  'dev b master static sticky',
  'dev b self',
  'dev a self',
  'dev br0 self',
  'dev vx dst 10.0.0.2',
  'dev vx dst 10.0.0.2 dynamic',
  'dev vx dst 10.0.0.2 port 5000',
  'dev vx dst 10.0.0.2 vni 77',
  'dev vx dst 10.0.0.2 via a extern_learn',
  'dev vx dst 10.0.0.2 router',
  'dev vx nhid 12',
  'dev md dst 10.0.0.2 src_vni 100',
  'dev md dst 10.0.0.2 src_vni 100 vni 200 port 4000 via a',
]

/** Adds a static FDB entry with FDB_NOTIFY_* bits. */
function addWithNotify({ connection }: Netlink, activityNotify: number): void {
  const [b] = connection.requestSync('RTM_GETLINK', { attrs: { ifname: 'b' } })
  const header = { family: AF.BRIDGE, ifindex: b?.index ?? 0, state: NUD.NOARP, flags: NTF.MASTER }
  const attrs = { lladdr: MAC, fdbExtAttrs: { activityNotify } }
  connection.requestSync('RTM_NEWNEIGH', { ...header, attrs }, { create: true, excl: true })
}

inBothWays(test, 'a neighbour or FDB entry that was read can be deleted and added again', async (nl, ns) => {
  await scene(nl, ns)
  ip(ns, 'nexthop add id 1 via 10.0.0.2 fdb')
  ip(ns, 'nexthop add id 12 group 1 fdb')
  const create = [
    ...neighbours.map((words) => [words, () => ip(ns, words)] as const),
    ...entries.map((words) => [words, () => bridge(ns, `fdb add ${MAC} ${words}`)] as const),
    // bridge(8) before 6.2 has no option for these.
    ...[1, 3].map((bits) => [`activity_notify ${bits}`, () => addWithNotify(nl, bits)] as const),
  ]
  for (const [words, run] of create) {
    run()
    const read = await ours(nl)
    const created = messages(read)
    assert.ok(created.length > 0, words)
    for (const objects of [read, read.map((one) => ({ ...one }))]) {
      for (const object of objects) {
        assert.ok(await nl.neighbour.get(object), `${words}: get`)
        await nl.neighbour.delete(object)
        assert.is(await nl.neighbour.get(object), undefined, `${words}: get of none`)
        await refuses(`${words}: delete of none`, () => nl.neighbour.delete(object), 'ENOENT')
      }
      assert.equal(messages(await ours(nl)), [], words)
      for (const object of objects) await nl.neighbour.add(object)
      assert.equal(messages(await ours(nl)), created, words)
      for (const object of objects) await nl.neighbour.replace(object)
      assert.equal(messages(await ours(nl)), created, words)
    }
    for (const object of read) await nl.neighbour.delete(object)
  }
})

inBothWays(test, 'a proxy entry for all links is separate from that of one link', async (nl) => {
  await veths(nl)
  const proxy = { dst: '10.0.0.9', dev: 0, flags: ['PROXY'] } as const
  // In the reverse order the kernel takes the entry for all links for the entry of the link.
  await nl.neighbour.add({ ...proxy, dev: 'a' })
  await nl.neighbour.add(proxy)
  // The kernel does not delete it with its namespace, so another namespace may inherit it.
  try {
    await checkProxies(nl, proxy)
  } finally {
    await nl.neighbour.delete(proxy)
  }
  await refuses('dev 0 without PROXY', () => nl.neighbour.add({ dst: '10.0.0.9', dev: 0 }), 'TypeError', /dev.* 0/)
})

/** Second half of the test. It leaves an entry for all links behind, which the caller deletes. */
async function checkProxies(nl: Netlink, proxy: { dst: string; dev: 0; flags: readonly ['PROXY'] }): Promise<void> {
  const all = (await nl.neighbour.list({ proxy: true })).find(({ dev }) => dev === 0)
  assert.is(all?.dst, '10.0.0.9')
  assert.is(await nl.neighbour.get({ ...proxy, dev: 'b' }), undefined)
  assert.ok(await nl.neighbour.get({ ...proxy, dev: 'a' }))
  if (all) await nl.neighbour.delete(all)
  assert.equal(
    (await nl.neighbour.list({ proxy: true })).map(({ dev }) => dev === 0),
    [false],
  )
  if (all) await nl.neighbour.add(all)
  assert.is((await nl.neighbour.list({ proxy: true })).length, 2)
}

const fdb = (lladdr = MAC) => ({ family: 'bridge', lladdr }) as const
const shown = (ns: Namespace, dev: string, lladdr = MAC) =>
  (JSON.parse(ns.exec('bridge', ['-j', 'fdb', 'show', 'dev', dev])) as { mac: string }[]).filter(
    ({ mac }) => mac === lladdr,
  )

inBothWays(test, 'an FDB entry is found as by `bridge fdb get`', async (nl, ns) => {
  await scene(nl, ns)
  for (const words of ['b master static', 'b self', 'vx dst 10.0.0.2', 'md dst 10.0.0.2 src_vni 100 vni 200'])
    bridge(ns, `fdb add ${MAC} dev ${words}`)
  bridge(ns, 'fdb add 02:00:00:00:00:0a dev br0 self local')
  const own = { ...fdb('02:00:00:00:00:0a'), dev: 'br0' } as const
  for (const [words, key] of [
    ['dev b', { ...fdb(), dev: 'b' }],
    ['dev b master', { ...fdb(), dev: 'b', flags: ['MASTER'] }],
    ['br br0', { ...fdb(), master: 'br0' }],
    ['dev vx self', { ...fdb(), dev: 'vx' }],
    ['dev vx self', { ...fdb(), dev: 'vx', flags: ['SELF'] }],
    ['dev vx self vni 5', { ...fdb(), dev: 'vx', flags: ['SELF'], vni: 5 }],
    ['dev md self vni 100', { ...fdb(), dev: 'md', flags: ['SELF'], vni: 100 }],
    ['dev md self vni 100', { ...fdb(), dev: 'md', srcVni: 100 }],
    ['dev br0 self', { ...own, flags: ['SELF'] }],
    ['dev br0 self', own],
    ['dev br0 self', { ...own, master: 'br0' }],
    ['br br0', { ...fdb('02:00:00:00:00:0a'), master: 'br0' }],
  ] as const) {
    const [found] = JSON.parse(ns.exec('bridge', ['-j', 'fdb', 'get', key.lladdr, ...words.split(' ')]))
    const entry = await nl.neighbour.get(key)
    assert.ok(entry, words)
    const link = await nl.link.get(entry.dev)
    assert.equal(
      [link?.name, entry.lladdr, entry.dst, entry.srcVni, entry.vni, entry.flags.includes('SELF')],
      [found.ifname, found.mac, found.dst, found.src_vni, found.vni, found.flags.includes('self')],
      words,
    )
  }
  // bridge(8) cannot look these up.
  assert.equal((await nl.neighbour.get({ ...fdb(), dev: 'b', flags: ['SELF'] }))?.flags, ['SELF'])
  for (const key of [
    { ...fdb(), dev: 'br0' },
    { ...fdb(), dev: 'a' },
    { ...fdb(), dev: 'a', flags: ['MASTER'] },
    { ...fdb(), dev: 'vx', dst: '10.0.0.3' },
    { ...fdb(), dev: 'vx', dst: '10.0.0.2', port: 1 },
    { ...fdb(), dev: 'md', srcVni: 101 },
    { ...fdb(), dev: 'b', master: 'b-peer' },
    { ...fdb('02:00:00:00:00:0b'), dev: 'b' },
    { ...fdb('02:00:00:00:00:0b'), dev: 'vx' },
  ] as const)
    assert.is(await nl.neighbour.get(key), undefined, JSON.stringify(key))
})

inBothWays(test, 'delete never removes a different FDB entry', async (nl, ns) => {
  await scene(nl, ns)
  const read = async (dev: string, dst?: string) => {
    const found = await nl.neighbour.list({ family: 'bridge', dev })
    return found.filter((one) => (one.lladdr === MAC || one.lladdr === ZERO) && (dst === undefined || one.dst === dst))
  }
  const refusesMissing = (what: string, key: Parameters<typeof nl.neighbour.delete>[0]) =>
    refuses(what, () => nl.neighbour.delete(key), 'ENOENT', /02:00:00:00:00:09|00:00:00:00:00:00/)

  // Several destinations for one address.
  for (const dst of ['10.0.0.2', '10.0.0.3', '10.0.0.4 port 5000', '10.0.0.4 vni 9', '10.0.0.4 via a'])
    bridge(ns, `fdb append ${ZERO} dev vx dst ${dst}`)
  await refuses('no destination given', () => nl.neighbour.delete({ ...fdb(ZERO), dev: 'vx' }), AMBIGUOUS, /'dst'.* 5 /)
  assert.is((await read('vx')).length, 5)
  await refusesMissing('different port', { ...fdb(ZERO), dev: 'vx', dst: '10.0.0.3', port: 5000 })
  await refusesMissing('different VNI', { ...fdb(ZERO), dev: 'vx', dst: '10.0.0.3', vni: 9 })
  await refusesMissing('missing port', { ...fdb(ZERO), dev: 'vx', dst: '10.0.0.4' })
  await nl.neighbour.delete({ ...fdb(ZERO), dev: 'vx', dst: '10.0.0.2', port: 4789, vni: 5 })
  for (const [left, entry] of [
    [3, (await read('vx', '10.0.0.3'))[0]],
    [2, (await read('vx', '10.0.0.4')).find(({ vni }) => vni === 9)],
    [1, (await read('vx', '10.0.0.4')).find(({ via }) => via !== undefined)],
    [0, (await read('vx', '10.0.0.4')).find(({ port }) => port === 5000)],
  ] as const) {
    assert.ok(entry)
    await nl.neighbour.delete(entry)
    await refusesMissing('a deleted destination', entry)
    assert.is((await read('vx')).length, left)
  }

  // One address with two VNIs.
  for (const vni of [100, 200]) bridge(ns, `fdb add ${MAC} dev md dst 10.0.0.2 src_vni ${vni}`)
  const [, second] = (await read('md')).sort((one, other) => (one.srcVni ?? 0) - (other.srcVni ?? 0))
  assert.ok(second)
  await nl.neighbour.delete(second)
  assert.equal(
    (await read('md')).map(({ srcVni }) => srcVni),
    [100],
  )
  await refusesMissing('missing VNI', { ...fdb(), dev: 'md', dst: '10.0.0.2' })

  // A next hop replaces a destination, and the reverse.
  ip(ns, 'nexthop add id 1 via 10.0.0.2 fdb')
  ip(ns, 'nexthop add id 12 group 1 fdb')
  ip(ns, 'nexthop add id 13 group 1 fdb')
  bridge(ns, `fdb add ${MAC} dev vx nhid 12`)
  const [byNexthop] = await read('vx')
  assert.ok(byNexthop)
  await refusesMissing('different next hop', { ...byNexthop, nexthop: 13 })
  await refusesMissing('a destination instead of a next hop', { ...fdb(), dev: 'vx', dst: '10.0.0.2' })
  bridge(ns, `fdb replace ${MAC} dev vx nhid 13`)
  await refusesMissing('a replaced next hop', byNexthop)
  await nl.neighbour.delete({ ...fdb(), dev: 'vx' })
  bridge(ns, `fdb add ${MAC} dev vx dst 10.0.0.2`)
  await refusesMissing('a next hop instead of a destination', byNexthop)
  assert.is(shown(ns, 'vx').length, 1)

  // The same address in the FDB of the bridge and of the link.
  bridge(ns, `fdb add ${MAC} dev b self`)
  bridge(ns, `fdb add ${MAC} dev b master static`)
  const [self] = (await read('b')).filter(({ flags }) => flags.includes('SELF'))
  assert.ok(self)
  await nl.neighbour.delete(self)
  assert.equal(
    (await read('b')).map(({ master }) => master !== undefined),
    [true],
  )
  await refusesMissing("the link's own entry", { ...fdb(), dev: 'b', flags: ['SELF'] })

  // An entry of the bridge, after the port or its bridge has changed.
  await nl.link.add({ name: 'br1', kind: 'bridge', up: true })
  const [ofBridge] = await read('b')
  assert.ok(ofBridge)
  ip(ns, 'link set dev b master br1')
  bridge(ns, `fdb add ${MAC} dev b master static`)
  await refusesMissing('port of another bridge', ofBridge)
  await refuses(
    'add to another bridge',
    () => nl.neighbour.replace(ofBridge),
    'ENOENT',
    /master: link \d+ is not a port/,
  )
  await refuses(
    'both',
    () => nl.neighbour.delete({ ...fdb(), dev: 'b', flags: ['SELF', 'MASTER'] }),
    'TypeError',
    /one of/,
  )
  assert.is(shown(ns, 'b').length, 1)
  ip(ns, 'link set dev b nomaster')
  await refusesMissing('port of no bridge', ofBridge)
  ip(ns, 'link set dev b master br0')
  ip(ns, 'link set dev a master br0')
  bridge(ns, `fdb add ${MAC} dev a master static`)
  await refusesMissing('different port', ofBridge)
  assert.is(await nl.neighbour.get(ofBridge), undefined)
  assert.is(shown(ns, 'a').length, 1)
  assert.equal(await nl.link.get('no-such-link'), undefined)
})

/** Without a VLAN, a bridge adds an entry to every VLAN of the port and deletes it from all of them. */
test('on a port with VLANs, delete removes exactly the FDB entry that was read, or fails', () =>
  inScratch(async (ns) => {
    using nl = Netlink.open({ netns: ns.path })
    await scene(nl, ns)
    const hasVlans = () => ns.exec('bridge', ['vlan', 'add', 'vid', '7', 'dev', 'b'])
    if (!supported('VLANs of a bridge', hasVlans)) return
    bridge(ns, `fdb add ${MAC} dev b master static`)
    const read = async () =>
      (await nl.neighbour.list({ family: 'bridge', dev: 'b' })).filter(({ lladdr }) => lladdr === MAC)
    const vlans = async () => (await read()).map(({ vlan }) => vlan ?? 0).sort()
    assert.equal(await vlans(), [0, 1, 7])
    const without = (await read()).find(({ vlan }) => vlan === undefined)
    const seven = (await read()).find(({ vlan }) => vlan === 7)
    assert.ok(without && seven)
    await refuses('the entry without a VLAN', () => nl.neighbour.delete(without), AMBIGUOUS, /'vlan'.* 3 /)
    await nl.neighbour.delete(seven)
    assert.equal(await vlans(), [0, 1])
    await refuses('again', () => nl.neighbour.delete(seven), 'ENOENT')
    assert.is(await nl.neighbour.get(seven), undefined)
    assert.ok(await nl.neighbour.get(without))
    await nl.neighbour.delete({ ...fdb(), dev: 'b', vlan: 1 })
    await nl.neighbour.delete(without)
    assert.equal(await vlans(), [])
    await nl.neighbour.add({ ...fdb(), dev: 'b', state: ['NOARP'] })
    assert.equal(await vlans(), [0, 1, 7])
    await nl.neighbour.delete({ ...fdb(), dev: 'b' })
    assert.equal(await vlans(), [])
  }))

inBothWays(test, 'errors name the option, its value and the accepted values', async (nl, ns) => {
  await scene(nl, ns)
  const entry = { ...fdb(), dev: 'b', state: ['NOARP'] } as const
  const tunnel = { ...fdb(), dev: 'vx', dst: '10.0.0.2' } as const
  const neighbour = { dst: '10.0.0.9', dev: 'a', lladdr: MAC } as const
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{}, /'dev'/],
    [{ dev: undefined }, /'dev'/],
    [{ dev: 'a' }, /'dst' or family bridge/],
    [{ dev: 'a', dst: undefined }, /'dst' or family bridge/],
    [{ family: 'inet', dev: 'a' }, /'dst'/],
    [{ family: 'bridge', dev: 'b' }, /'lladdr'/],
    [{ family: 'bridge', dev: 'b', lladdr: undefined }, /'lladdr'/],
    [{ family: 'bridge', lladdr: MAC }, /'dev'/],
    [{ ...entry, dev: 0 }, /dev to be an index from 1, got 0/],
    [{ ...entry, vlan: 0 }, /vlan.* to be an integer from 1 to 4094, got 0/],
    [{ ...entry, vlan: 4095 }, /vlan.* to be an integer from 1 to 4094, got 4095/],
    [{ ...entry, vlan: '7' }, /vlan.* to be an integer from 1 to 4094, got "7"/],
    [{ ...tunnel, vni: 1 << 24 }, /vni.* to be an integer from 0 to 16777215, got 16777216/],
    [{ ...tunnel, srcVni: -1 }, /srcVni.* to be an integer from 0 to 16777215, got -1/],
    [{ ...tunnel, port: 65536 }, /port.* to be an integer from 0 to 65535, got 65536/],
    [{ ...tunnel, nexthop: 0 }, /nexthop.* to be an integer from 1/],
    [{ ...neighbour, protocol: 256 }, /protocol.* to be an integer from 0 to 255, got 256/],
    [{ ...neighbour, vlan: 7 }, /vlan only with family bridge, got 7/],
    [{ ...neighbour, master: 'br0' }, /master only with family bridge, got "br0"/],
    [{ ...entry, protocol: 3 }, /protocol without family bridge, got 3/],
    [{ ...neighbour, flags: ['NOPE'] }, /flags.*nope/i],
    [{ ...neighbour, dst: 'x' }, /dst.*"x"/],
    [{ ...neighbour, vlann: 7 }, /'vlann'/],
  ]
  for (const [value, pattern] of wrong) {
    const key = value as never
    for (const verb of ['add', 'replace', 'append', 'delete', 'get'] as const)
      await refuses(`${verb} ${JSON.stringify(value)}`, () => nl.neighbour[verb](key), 'TypeError', pattern)
  }
  for (const [value, pattern] of [
    [{ ...entry, state: [] }, /state.*PERMANENT, NOARP and REACHABLE, got none/],
    [{ ...entry, state: ['PROBE'] }, /state.*PERMANENT, NOARP and REACHABLE, got PROBE/],
    [{ ...entry, dev: 'br0' }, /state.*PERMANENT, got NOARP/],
    [{ ...entry, state: ['PERMANENT'], flags: ['STICKY'] }, /state without PERMANENT next to the flag STICKY/],
    [{ ...entry, lladdr: ZERO }, /lladdr.*other than zero/],
    [{ ...entry, lladdr: '02:00' }, /lladdr to be an address of 6 bytes, got "02:00"/],
    [{ ...tunnel, state: ['NOARP'] }, /state.*PERMANENT and REACHABLE, got NOARP/],
    [{ ...fdb(), dev: 'vx' }, /'dst' or 'nexthop'/],
    [{ ...tunnel, activityNotify: 4 }, /activityNotify to be of the flags BIT, INACTIVE_BIT, got 4/],
  ] as const)
    for (const verb of ['add', 'replace', 'append'] as const)
      await refuses(`${verb} ${JSON.stringify(value)}`, () => nl.neighbour[verb](value as never), 'TypeError', pattern)
  await refuses('a filter with master 0', () => nl.neighbour.list({ master: 0 }), 'TypeError', /master.*0/)
  assert.equal(await ours(nl), [])
  assert.equal(ip(ns, 'neigh show dev a to 10.0.0.9'), [])
})

test.run()
