import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Netlink, type NewVf, type Vf } from '@netloom/netlink'
import { decode, encode } from '@netloom/netlink/codec'
import { type LinkMessage, linkMessage } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import { encodeLink } from '../../packages/netlink/dist/api/link/encode.js'
import { inBothWays, refuses, veths } from '../support/api.js'
import { inScratch, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { decodedValue } from '../support/same-request.js'
import { requestsOf } from '../support/strace-commands.js'
import { typescript } from '../support/typescript.js'

const test = suiteNeeding('groups, reasons, virtual functions and XDP programs of links', 'netns')

inBothWays(test, 'links of a group are listed by its number and its name', async (nl) => {
  await veths(nl)
  await nl.link.set('a', { group: 77 })
  const names = async (group: number | string) => (await nl.link.list({ group })).map(({ name }) => name)
  assert.equal(await names(77), ['a'])
  assert.equal((await names('default')).sort(), ['a-peer', 'b', 'b-peer', 'lo'])
  assert.equal(await names(0), await names('default'))
  await refuses(
    'an unknown name',
    () => nl.link.list({ group: 'nowhere' }),
    'TypeError',
    /expected group to be .* name in/,
  )
})

inBothWays(
  test,
  'sizes of GSO and GRO and the mode of addresses: read as ip does, ensured, planned and undone',
  async (nl, ns) => {
    await veths(nl)
    const wanted = {
      ...{ gsoMaxSize: 30_000, gsoMaxSegs: 20, groMaxSize: 40_000, gsoIpv4MaxSize: 20_000, groIpv4MaxSize: 25_000 },
      ...({ addrGenMode: 'none', group: 5 } as const),
    }
    const spec = { name: 'a', kind: 'veth', ...wanted } as const
    const pick = async () => {
      const link = (await nl.link.get('a')) as unknown as Record<string, unknown>
      return Object.fromEntries(Object.keys(wanted).map((key) => [key, link[key]]))
    }
    const before = await pick()
    const plan = await nl.plan({ links: [{ name: 'a', ...wanted }] })
    assert.equal(
      plan.steps.map(({ changes }) => changes.length),
      [Object.keys(wanted).length],
    )
    const applied = await plan.apply()
    assert.equal(await pick(), wanted)
    const [printed] = ns.ip('link', 'show', 'a')
    assert.equal(
      [printed.gso_max_size, printed.gso_max_segs, printed.gro_max_size, printed.inet6_addr_gen_mode, printed.group],
      [30_000, 20, 40_000, 'none', '5'],
    )
    assert.is((await nl.plan({ links: [{ name: 'a', ...wanted }] })).isEmpty, true)
    assert.is((await nl.link.ensure(spec)).changed, false)
    applied.undoSync()
    assert.equal(await pick(), before)
    const ensured = await nl.link.ensure(spec)
    assert.equal(ensured.changes.map(({ key }) => key).sort(), Object.keys(wanted).sort())
  },
)

inBothWays(test, 'protoDown and its reasons', async (nl, ns) => {
  await veths(nl)
  await nl.link.add({ name: 'm0', kind: 'macvlan', link: 'a', up: true })
  await nl.link.set('m0', { protoDown: true, protoDownReasons: [3, 0] })
  const [printed] = ns.ip('link', 'show', 'm0')
  assert.is(printed.proto_down, true)
  assert.equal((await nl.link.get('m0'))?.protoDownReasons, [0, 3])
  assert.is((await nl.link.get('m0'))?.protoDown, true)
  await refuses('clear', () => nl.link.set('m0', { protoDown: false }), 'EBUSY', /active reasons/)
  const spec = { name: 'm0', kind: 'macvlan', protoDownReasons: [31, 3] } as const
  assert.equal((await nl.link.ensure(spec)).changes, [{ key: 'protoDownReasons', before: [0, 3], after: [3, 31] }])
  assert.is((await nl.link.ensure(spec)).changed, false)
  const desired = { links: [{ name: 'm0', protoDown: false, protoDownReasons: [] }] }
  const applied = await (await nl.plan(desired)).apply()
  assert.is((await nl.plan(desired)).isEmpty, true)
  assert.equal([nl.link.getSync('m0')?.protoDown, nl.link.getSync('m0')?.protoDownReasons], [false, undefined])
  applied.undoSync()
  assert.equal([nl.link.getSync('m0')?.protoDown, nl.link.getSync('m0')?.protoDownReasons], [true, [3, 31]])
  await refuses('a veth', () => nl.link.set('a', { protoDown: true }), 'EOPNOTSUPP', /[Pp]rotodown not supported/)
  const [copy] = await nl.link.list({ kind: 'macvlan' })
  await nl.link.delete('m0')
  if (copy) await nl.link.add(copy)
  assert.equal((await nl.link.get('m0'))?.protoDownReasons, [3, 31])
})

/** Settings of virtual functions, and what `ip` says for them. */
const functions: readonly (readonly [words: string, vf: NewVf])[] = [
  ['vf 0 mac 02:00:00:00:00:07', { vf: 0, mac: '02:00:00:00:00:07' }],
  ['vf 1 vlan 7', { vf: 1, vlan: 7 }],
  ['vf 1 vlan 7 qos 3', { vf: 1, vlan: 7, qos: 3 }],
  ['vf 1 vlan 7 qos 3 proto 802.1ad', { vf: 1, vlan: 7, qos: 3, vlanProtocol: '802.1ad' }],
  ['vf 2 max_tx_rate 100 min_tx_rate 10', { vf: 2, rate: { min: 10, max: 100 } }],
  ['vf 3 spoofchk on', { vf: 3, spoofCheck: true }],
  ['vf 3 query_rss off', { vf: 3, rssQuery: false }],
  ['vf 3 state disable', { vf: 3, linkState: 'disable' }],
  ['vf 3 state auto', { vf: 3, linkState: 'auto' }],
  ['vf 65535 trust on', { vf: 65535, trust: true }],
  [
    'vf 9 mac 02:00:00:00:00:09 vlan 9 spoofchk off trust off state enable',
    { vf: 9, mac: '02:00:00:00:00:09', vlan: 9, spoofCheck: false, trust: false, linkState: 'enable' },
  ],
]

const bytesOf = (vfinfoList: LinkMessage['attrs']['vfinfoList']) =>
  Buffer.from(encode(linkMessage, { attrs: { vfinfoList } } as LinkMessage)).toString('hex')

test('the bytes of settings of virtual functions are those of ip', () => {
  const runs = requestsOf(functions.map(([words]) => `ip link set dev lo ${words}`))
  for (const [at, [words, vf]] of functions.entries()) {
    const sent = runs[at]?.requests.map(decodedValue).find(({ attrs }) => (attrs as LinkMessage['attrs'])?.vfinfoList)
    assert.ok(sent, `${words}: ${runs[at]?.complaint}`)
    const ours = encodeLink({ vfs: [vf] }).attrs.vfinfoList as LinkMessage['attrs']['vfinfoList']
    const normal = (list: LinkMessage['attrs']['vfinfoList']) =>
      decode(linkMessage, Buffer.from(bytesOf(list), 'hex')).attrs.vfinfoList
    assert.equal(normal(ours), normal((sent.attrs as LinkMessage['attrs']).vfinfoList), words)
  }
})

test('settings of virtual functions are read in the form in which they are written', () => {
  const all: readonly Vf[] = [
    { vf: 0, mac: '02:00:00:00:00:07', vlan: 0, qos: 0 },
    {
      ...{ vf: 1, mac: '02:00:00:00:00:09', vlan: 9, qos: 3, vlanProtocol: '802.1ad' },
      ...{ rate: { min: 1, max: 9 }, spoofCheck: true, linkState: 'enable', rssQuery: false, trust: true },
    },
  ]
  // The kernel sends both forms of a VLAN.
  const info = encodeLink({ vfs: all }).attrs.vfinfoList as NonNullable<LinkMessage['attrs']['vfinfoList']>
  const both = (info.info ?? []).map((each) => ({ ...each, vlan: each.vlan ?? { vf: 1, vlan: 9, qos: 3 } }))
  const message = { attrs: { ifname: 'x', address: '02:00:00:00:00:01', vfinfoList: { info: both } } }
  const link = toLink(decode(linkMessage, encode(linkMessage, message as never)))
  assert.equal(link.vfs, all)
})

inBothWays(test, 'a link without virtual functions refuses their settings', async (nl) => {
  await veths(nl)
  await refuses('set', () => nl.link.set('a', { vfs: [{ vf: 0, trust: true }] }), 'EOPNOTSUPP')
  assert.is((await nl.link.list({ vfs: true }))[0]?.vfs, undefined)
  assert.ok((await nl.plan({ links: [{ name: 'a', vfs: [{ vf: 0, trust: true }] }] })).steps.length === 1)
})

test('XDP programs are attached, replaced and detached by descriptor, ensured and planned', () =>
  inScratch(async ({ path, ip }) => {
    using nl = Netlink.open({ netns: path })
    await nl.link.add({ name: 'a', kind: 'veth', peer: { name: 'b' } })
    const file = (name: string) => fileURLToPath(new URL(`../support/${name}`, import.meta.url))
    const command = [process.execPath, ...typescript, file('xdp-caller.ts'), path]
    const { status, stdout, stderr } = spawnSync('python3', [file('xdp_program.py'), '2', ...command], {
      encoding: 'utf8',
    })
    if (status === 77) return skipped(`an XDP program: ${stderr.trim()}`)
    assert.is(status, 0, stderr)
    const results = JSON.parse(stdout) as Readonly<Record<string, unknown>>[]
    const of = (what: string) => results.find((each) => each.what === what) ?? {}
    const idAfter = (what: string) => (of(what).xdp as { id?: number } | undefined)?.id
    const [one, two] = [idAfter('attach'), idAfter('replace the expected one')]
    assert.equal(of('attach').xdp, { attached: 'skb', id: one, skb: one })
    assert.ok(one && two && one !== two)
    assert.equal([of('again, only if there is none').result, idAfter('again, only if there is none')], ['EBUSY', one])
    const other = of('replace another one than expected')
    assert.equal([other.result, (other.xdp as { id: number }).id], ['EEXIST', one])
    assert.equal([of('ensure the same').result, idAfter('ensure the same')], [false, two])
    assert.equal([of('ensure another one').result, idAfter('ensure another one')], [true, one])
    assert.equal(of('plan').steps, [['change', 'lossy', ['xdp']]])
    assert.is(of('apply').xdp, undefined)
    assert.is(of('plan again').isEmpty, true)
    assert.equal([of('attached by a plan').undo, (of('attached by a plan').xdp as { id: number }).id], [['exact'], one])
    assert.is(of('undo').xdp, undefined)
    assert.is(ip('link', 'show', 'a')[0]?.xdp, undefined)
  }))

/** Wrong options, with what the error says. */
const wrong: readonly (readonly [options: object, says: RegExp])[] = [
  [{ protoDown: 1 }, /expected protoDown to be true or false, got 1/],
  [{ protoDownReasons: 1 }, /expected protoDownReasons to be a list of integers from 0 to 31, got 1/],
  [{ protoDownReasons: [32] }, /expected protoDownReasons to be a list of integers from 0 to 31/],
  [{ vfs: {} }, /expected vfs to be a list/],
  [{ vfs: [{}] }, /expected vfs\[0\] to have 'vf', got none/],
  [{ vfs: [{ vf: -1 }] }, /expected vf of vfs\[0\] to be an integer from 0 to 65535, got -1/],
  [{ vfs: [{ vf: 0 }, { vf: 0 }] }, /expected one entry of vfs for each function, got two of 0/],
  [{ vfs: [{ vf: 0, mac: '02:00' }] }, /expected mac of vfs\[0\] to be an address of 6 bytes .*, got "02:00"/],
  [{ vfs: [{ vf: 0, vlan: 4095 }] }, /expected vlan of vfs\[0\] to be an integer from 0 to 4094, got 4095/],
  [{ vfs: [{ vf: 0, qos: 1 }] }, /expected vlan of vfs\[0\] with qos and vlanProtocol, got none/],
  [{ vfs: [{ vf: 0, vlan: 1, qos: 8 }] }, /expected qos of vfs\[0\] to be an integer from 0 to 7, got 8/],
  [
    { vfs: [{ vf: 0, vlan: 1, vlanProtocol: 'x' }] },
    /expected vlanProtocol of vfs\[0\] to be one of 802\.1q, 802\.1ad, got "x"/,
  ],
  [{ vfs: [{ vf: 0, rate: 5 }] }, /expected rate of vfs\[0\] to be an object, got 5/],
  [{ vfs: [{ vf: 0, rate: { maximum: 5 } }] }, /expected rate of vfs\[0\] to have the keys min, max, got 'maximum'/],
  [
    { vfs: [{ vf: 0, linkState: 'up' }] },
    /expected linkState of vfs\[0\] to be a number or one of auto, enable, disable, got "up"/,
  ],
  [{ vfs: [{ vf: 0, linkState: 3 }] }, /expected linkState of vfs\[0\] to be one of auto, enable, disable, got 3/],
  [{ vfs: [{ vf: 0, trusted: true }] }, /expected vfs\[0\] to have the keys vf, mac, .*, got 'trusted'/],
  [{ xdp: 5 }, /expected xdp to be an object, got 5/],
  [{ xdp: {} }, /expected xdp to have 'fd', got none/],
  [{ xdp: { fd: -2 } }, /expected fd of xdp to be an integer from -1 to 2147483647, got -2/],
  [{ xdp: { fd: 3, mode: 'native' } }, /expected mode of xdp to be one of drv, skb, hw, got "native"/],
  [{ xdp: { fd: 3, ifNone: true, expectedFd: 4 } }, /expected xdp to have one of ifNone and expectedFd, got both/],
  [{ xdp: { file: 'x.o' } }, /expected xdp to have the keys fd, mode, expectedFd, ifNone, got 'file'/],
]

inBothWays(test, 'wrong options are refused before anything is sent', async (nl) => {
  await veths(nl)
  for (const [options, says] of wrong) {
    await refuses(
      JSON.stringify(options),
      () => nl.link.set('a', { alias: 'x', ...options } as never),
      'TypeError',
      says,
    )
    const add = () => nl.link.add({ name: 'n0', kind: 'ifb', ...options } as never)
    await refuses(JSON.stringify(options), add, 'TypeError', says)
  }
  assert.is(await nl.link.get('n0'), undefined)
  assert.is((await nl.link.get('a'))?.alias, undefined)
})

test.run()
