import { Netlink } from '@netloom/netlink'
import {
  accept,
  add,
  concat,
  counterOf,
  ct,
  dnat,
  ether,
  ip,
  ip6,
  meta,
  not,
  type Statement,
  snat,
  tcp,
  th,
  tproxy,
  udp,
  update,
} from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { nft } from '../support/nft.js'
import { suiteNeeding } from '../support/privileges.js'

// Rules that use a set with other types than it has, or an address of another family. The kernel compares lengths only. What nft
// accepts and refuses is the expectation.

const test = suiteNeeding('types of the sets that rules of nftables use', 'netns', 'nft')

const sets = `
table inet f {
  chain c { type nat hook prerouting priority -100; }
  chain m { type filter hook prerouting priority -150; }
  set a4 { type ipv4_addr; }
  set n4 { type ipv4_addr; flags interval; }
  set a6 { type ipv6_addr; }
  set svc { type inet_service; }
  set fwmarks { type mark; }
  set macs { type ether_addr; }
  set names { type ifname; }
  set links { type iface_index; }
  set uids { type uid; }
  set gids { type gid; }
  set pairs { type ipv4_addr . inet_service; }
  set times { type ipv4_addr; flags dynamic, timeout; }
  map verdicts { type ipv4_addr : verdict; }
  map a4s { type ipv4_addr : ipv4_addr; }
  map ports { type inet_service : ipv4_addr . inet_service; }
  map marks { type inet_service : mark; }
  map counts { type ipv4_addr : counter; }
}`

/** Returns the rule of a row when it is tried: the functions also refuse. */
const rows: readonly (readonly [nft: string, ours: () => Statement, chain?: 'm'])[] = [
  ['tcp dport @a4', () => tcp.dport('@a4')],
  ['tcp dport @svc', () => tcp.dport('@svc')],
  ['tcp dport != @svc', () => tcp.dport(not('@svc'))],
  ['tcp dport != @a4', () => tcp.dport(not('@a4'))],
  ['udp dport @svc', () => udp.dport('@svc')],
  ['th dport @svc', () => th.dport('@svc')],
  ['ip saddr @svc', () => ip.saddr('@svc')],
  ['ip saddr @a4', () => ip.saddr('@a4')],
  ['ip daddr @n4', () => ip.daddr('@n4')],
  ['ip saddr @a6', () => ip.saddr('@a6')],
  ['ip6 saddr @a6', () => ip6.saddr('@a6')],
  ['ip saddr @fwmarks', () => ip.saddr('@fwmarks')],
  ['meta mark @a4', () => meta.mark('@a4')],
  ['meta mark @fwmarks', () => meta.mark('@fwmarks')],
  ['ct mark @fwmarks', () => ct.mark('@fwmarks')],
  ['meta iif @names', () => meta.iif('@names')],
  ['meta iif @links', () => meta.iif('@links')],
  ['meta iifname @links', () => meta.iifname('@links')],
  ['meta iifname @names', () => meta.iifname('@names')],
  ['meta skuid @gids', () => meta.skuid('@gids')],
  ['meta skuid @uids', () => meta.skuid('@uids')],
  ['ether saddr @macs', () => ether.saddr('@macs')],
  ['ip saddr @macs', () => ip.saddr('@macs')],
  ['ip saddr . tcp dport @pairs', () => concat(ip.saddr, tcp.dport)('@pairs')],
  ['tcp dport . ip saddr @pairs', () => concat(tcp.dport, ip.saddr)('@pairs')],
  ['ip saddr @pairs', () => ip.saddr('@pairs')],
  ['ip saddr vmap @verdicts', () => ip.saddr.vmap('@verdicts')],
  ['ip saddr vmap @a4s', () => ip.saddr.vmap('@a4s')],
  ['ip saddr vmap @a4', () => ip.saddr.vmap('@a4')],
  ['tcp dport vmap @verdicts', () => tcp.dport.vmap('@verdicts')],
  ['meta mark set tcp dport map @marks', () => meta.mark.set(tcp.dport.map('@marks'))],
  ['meta mark set ip saddr map @a4s', () => meta.mark.set(ip.saddr.map('@a4s'))],
  ['meta mark set ip saddr map @marks', () => meta.mark.set(ip.saddr.map('@marks'))],
  ['ct mark set ip saddr map @verdicts', () => ct.mark.set(ip.saddr.map('@verdicts'))],
  ['dnat ip to ip saddr map @a4s', () => dnat(ip.saddr.map('@a4s'))],
  ['dnat ip6 to ip saddr map @a4s', () => dnat(ip.saddr.map('@a4s'), { family: 'ip6' })],
  ['dnat ip to tcp dport map @a4s', () => dnat(tcp.dport.map('@a4s'))],
  ['dnat ip to tcp dport map @ports', () => dnat(tcp.dport.map('@ports'), { withPort: true })],
  ['add @a4 { tcp dport }', () => add('@a4', tcp.dport)],
  ['add @svc { ip saddr }', () => add('@svc', ip.saddr)],
  ['update @times { ip saddr timeout 1m }', () => update('@times', ip.saddr, { timeout: '1m' })],
  ['update @times { tcp dport timeout 1m }', () => update('@times', tcp.dport, { timeout: '1m' })],
  ['counter name ip saddr map @counts', () => counterOf(ip.saddr, '@counts')],
  ['counter name tcp dport map @counts', () => counterOf(tcp.dport, '@counts')],
]

/** Rules of two statements, whose second one has an address. */
const translations: readonly (readonly [nft: string, ours: () => readonly Statement[], chain?: 'm'])[] = [
  ['ip saddr 10.0.0.1 dnat ip to 10.0.0.2', () => [ip.saddr('10.0.0.1'), dnat('10.0.0.2')]],
  ['ip saddr 10.0.0.1 dnat ip6 to 2001:db8::1', () => [ip.saddr('10.0.0.1'), dnat('2001:db8::1')]],
  ['ip6 saddr 2001:db8::2 dnat ip to 10.0.0.2', () => [ip6.saddr('2001:db8::2'), dnat('10.0.0.2')]],
  ['meta nfproto ipv6 dnat ip to 10.0.0.2', () => [meta.nfproto('ipv6'), dnat('10.0.0.2')]],
  ['meta nfproto ipv4 dnat ip to 10.0.0.2', () => [meta.nfproto('ipv4'), dnat('10.0.0.2')]],
  ['meta l4proto tcp dnat ip to 10.0.0.2:80', () => [meta.l4proto('tcp'), dnat('10.0.0.2:80')]],
  [
    'meta l4proto tcp ip saddr 10.0.0.1 tproxy ip to 127.0.0.1:80',
    () => [meta.l4proto('tcp'), ip.saddr('10.0.0.1'), tproxy('127.0.0.1:80')],
    'm',
  ],
  [
    'meta l4proto tcp ip saddr 10.0.0.1 tproxy ip6 to [::1]:80',
    () => [meta.l4proto('tcp'), ip.saddr('10.0.0.1'), tproxy('[::1]:80')],
    'm',
  ],
  ['meta l4proto tcp tproxy to :80', () => [meta.l4proto('tcp'), tproxy(':80')], 'm'],
]

test('what nft refuses is refused before it is sent, and what nft accepts is added', () =>
  inScratch(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    nft(namespace, 'sid', ['-f', '-'], sets)
    const all = [...rows.map(([text, ours, chain]) => [text, () => [ours()], chain] as const), ...translations]
    const wrong: string[] = []
    let refused = 0
    for (const [text, ours, chain = 'c'] of all) {
      const theirs = refusalOf(() => nft(namespace, 'sid', ['add', 'rule', 'inet', 'f', chain, text]))
      const mine = refusalOf(() =>
        nl.nft.transactionSync((t) => t.addRule({ table: 'f', chain, rule: [...ours(), accept()] })),
      )
      if (theirs !== undefined) refused++
      const isFair =
        theirs === undefined ? mine === undefined : /^TypeError: (rule of inet f|expected)/.test(mine ?? '')
      if (!isFair) wrong.push(`${text}\n  nft: ${theirs}\n  netloom: ${mine}`)
    }
    assert.equal(wrong, [])
    assert.ok(refused > 20 && refused < all.length - 15)
  }))

function refusalOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`
  }
}

test('the error names the rule, the set, and both types', () =>
  inScratch(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    nft(namespace, 'sid', ['-f', '-'], sets)
    const tried = (rule: Statement[]) =>
      refusalOf(() => nl.nft.transactionSync((t) => t.addRule({ table: 'f', chain: 'c', rule })))
    assert.is(
      tried([tcp.dport('@a4'), accept()]),
      'TypeError: rule of inet f c: expected the keys of @a4 to be inet_service, because the rule looks up tcp dport, got ipv4_addr',
    )
    assert.is(
      tried([ip.saddr.vmap('@a4s')]),
      'TypeError: rule of inet f c: expected @a4s to be a map to verdicts, got ipv4_addr',
    )
    assert.is(
      tried([ip.saddr('10.0.0.1'), snat('2001:db8::1')]),
      'TypeError: rule of inet f c: expected an address of ip, because the rule matches its packets, got one of ip6',
    )
    assert.equal(nl.nft.rulesSync({ table: 'f' }), [])
  }))

test('sets of the same transaction are checked, too', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    const text = refusalOf(() =>
      nl.nft.transactionSync((t) => {
        t.addTable({ name: 'f' })
        t.addSet({ table: 'f', name: 'later', type: 'ipv4_addr' })
        t.addChain({ table: 'f', name: 'c' })
        t.addRule({ table: 'f', chain: 'c', rule: [tcp.dport('@later')] })
      }),
    )
    assert.match(text ?? '', 'expected the keys of @later to be inet_service')
    assert.equal(nl.nft.tablesSync(), [])
  }))

test.run()
