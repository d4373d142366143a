import { Connection } from '@netloom/netlink'
import { TC_ACT, TC_H, TCA_EGRESS, TCM_IFINDEX } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { complaint, inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('traffic control in the kernel', 'netns')

const GOOD = { create: true, excl: true }
const ETH_P_IP = 0x0008 // big-endian, as in the lower half of `info`
const handle = (major: number, minor: number) => major * 0x10000 + minor

interface Prepared {
  readonly netlink: Connection
  /** Index of `e0`, a veth link that is up. */
  readonly ifindex: number
  /** Returns the output of `tc -j …`. */
  // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON; the tests check single members
  tc(...args: string[]): any[]
  /** Returns the output of `tc -d …`: iproute2 6.1 prints classes only as text. */
  text(...args: string[]): string
}

function createLinks(namespace: Namespace): number {
  namespace.ip('link', 'add', 'e0', 'type', 'veth', 'peer', 'name', 'e1')
  namespace.ip('link', 'set', 'e0', 'up')
  return namespace.ip('link', 'show', 'e0')[0].ifindex
}

/** Matches the kernel's message if it was built without a qdisc, a classifier or an action. */
const absent = /Specified qdisc kind is unknown|TC classifier not found|Failed to load TC action module/

const prepared = (use: (prepared: Prepared) => void) =>
  inScratch((namespace) => {
    const ifindex = createLinks(namespace)
    const netlink = Connection.open({ netns: namespace.path })
    try {
      use({
        netlink,
        ifindex,
        text: (...args) => namespace.exec('tc', ['-d', ...args]),
        tc: (...args) => JSON.parse(namespace.exec('tc', ['-j', '-d', ...args]) || '[]'),
      })
    } catch (error) {
      if (!absent.test(complaint(error))) throw error
      skipped(complaint(error))
    } finally {
      netlink.close()
    }
  })

/** Returns the qdisc of a link. The kernel dumps the qdiscs of all links, regardless of the request. */
const qdiscOf = (netlink: Connection, ifindex: number) =>
  netlink.dumpSync('RTM_GETQDISC').find((qdisc) => qdisc.ifindex === ifindex)

const rate = (bytesPerSecond: number) => ({
  cellLog: 0,
  linklayer: 1,
  overhead: 0,
  cellAlign: 0,
  mpu: 0,
  rate: bytesPerSecond,
})

test('htb with a class reads the same as in tc and can be deleted', () =>
  prepared(({ netlink, ifindex, tc, text }) => {
    const init = { version: 3, rate2quantum: 10, defcls: 0x20, debug: 0, directPkts: 0 }
    netlink.requestSync(
      'RTM_NEWQDISC',
      { ifindex, handle: handle(1, 0), parent: TC_H.ROOT, attrs: { kind: 'htb', options: { init, directQlen: 77 } } },
      GOOD,
    )
    const parms = {
      rate: rate(125000),
      ceil: rate(250000),
      buffer: 200000,
      cbuffer: 100000,
      quantum: 2000,
      level: 0,
      prio: 3,
    }
    netlink.requestSync(
      'RTM_NEWTCLASS',
      { ifindex, handle: handle(1, 0x20), parent: handle(1, 0), attrs: { kind: 'htb', options: { parms } } },
      GOOD,
    )

    const [shown] = tc('qdisc', 'show', 'dev', 'e0')
    assert.equal(
      [shown.kind, shown.handle, shown.options.default, shown.options.direct_qlen],
      ['htb', '1:', '0x20', 77],
    )
    assert.match(text('class', 'show', 'dev', 'e0'), /^class htb 1:20 .*prio 3 quantum 2000 rate 1Mbit ceil 2Mbit /m)

    const attrs = qdiscOf(netlink, ifindex)?.attrs
    assert.is(attrs?.kind, 'htb')
    if (attrs?.kind === 'htb') {
      assert.is((attrs.options?.init?.version ?? 0) >>> 16, 3)
      assert.is(attrs.options?.directQlen, 77)
    }
    const [htbClass] = netlink.dumpSync('RTM_GETTCLASS', { ifindex })
    assert.is(htbClass?.handle, handle(1, 0x20))
    if (htbClass?.attrs.kind === 'htb') {
      assert.equal(htbClass.attrs.options?.parms, parms)
      assert.equal(htbClass.attrs.xstats, { lends: 0, borrows: 0, giants: 0, tokens: 200000, ctokens: 100000 })
      assert.equal(htbClass.attrs.stats2?.app, htbClass.attrs.xstats)
    } else assert.unreachable(`expected a class of htb, got ${htbClass?.attrs.kind}`)

    netlink.requestSync('RTM_DELTCLASS', { ifindex, handle: handle(1, 0x20) })
    assert.equal(netlink.dumpSync('RTM_GETTCLASS', { ifindex }), [])
    netlink.requestSync('RTM_DELQDISC', { ifindex, handle: handle(1, 0), parent: TC_H.ROOT })
    assert.not.equal(tc('qdisc', 'show', 'dev', 'e0')[0].kind, 'htb')
  }))

test('a tbf created by tc is read with the values of tc', () =>
  prepared(({ netlink, ifindex, tc }) => {
    tc('qdisc', 'add', 'dev', 'e0', 'root', 'tbf', 'rate', '1mbit', 'burst', '32kbit', 'latency', '50ms')
    const tbf = qdiscOf(netlink, ifindex)
    if (tbf?.attrs.kind !== 'tbf') assert.unreachable(`expected tbf, got ${tbf?.attrs.kind}`)
    else {
      assert.is(tbf.attrs.options?.parms?.rate.rate, 125000)
      assert.is(tbf.attrs.options?.parms?.buffer, 512000) // 4096 bytes take 32.768 ms, a tick is 64 ns
      assert.is(tbf.attrs.options?.parms?.limit, 4096 + 6250) // plus the bytes of 50 ms
    }
  }))

test('a u32 filter with actions reads the same as in tc', () =>
  prepared(({ netlink, ifindex, tc }) => {
    netlink.requestSync(
      'RTM_NEWQDISC',
      { ifindex, handle: 0xffff0000, parent: TC_H.CLSACT, attrs: { kind: 'clsact', options: {} } },
      GOOD,
    )
    const parent = (0xffff0000 | TC_H.MIN_INGRESS) >>> 0
    const key = { mask: 0xffffff00, val: 0xc0000200, off: 12, offmask: 0 }
    const none = { offshift: 0, offmask: 0, off: 0, offoff: 0, hoff: 0, hmask: 0 }
    const parms = { index: 0, capab: 0, refcnt: 0, bindcnt: 0, ifindex }
    netlink.requestSync(
      'RTM_NEWTFILTER',
      {
        ifindex,
        parent,
        info: handle(5, ETH_P_IP),
        attrs: {
          kind: 'u32',
          options: {
            sel: { ...none, flags: 1, nkeys: 1, keys: [key] },
            act: [
              [
                1,
                { kind: 'mirred', options: { parms: { ...parms, action: TC_ACT.PIPE, eaction: TCA_EGRESS.MIRROR } } },
              ],
              [
                2,
                { kind: 'mirred', options: { parms: { ...parms, action: TC_ACT.STOLEN, eaction: TCA_EGRESS.REDIR } } },
              ],
            ],
          },
        },
      },
      GOOD,
    )

    const shown = tc('filter', 'show', 'dev', 'e0', 'ingress').find((filter) => filter.options?.match)
    assert.equal([shown.protocol, shown.pref, shown.options.match.value], ['ip', 5, 'c0000200'])
    const actionsShown = shown.options.actions.map((action: Record<string, unknown>) => [
      action.order,
      action.mirred_action,
    ])
    assert.equal(actionsShown, [
      [1, 'mirror'],
      [2, 'redirect'],
    ])

    const filters = netlink.dumpSync('RTM_GETTFILTER', { ifindex, parent })
    const found = filters.flatMap(({ attrs }) => (attrs.kind === 'u32' && attrs.options?.sel ? [attrs.options] : []))
    assert.is(found.length, 1)
    assert.equal(found[0]?.sel?.keys, [key])
    const actions = found[0]?.act?.map(([order, action]) => [
      order,
      action.kind === 'mirred' && action.options?.parms?.eaction,
    ])
    assert.equal(actions, [
      [1, TCA_EGRESS.MIRROR],
      [2, TCA_EGRESS.REDIR],
    ])
  }))

test('a classic BPF filter in its own chain reads the same as in tc', () =>
  prepared(({ netlink, ifindex, tc }) => {
    tc('qdisc', 'add', 'dev', 'e0', 'clsact')
    const parent = (0xffff0000 | TC_H.MIN_EGRESS) >>> 0
    const ops = [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }]
    netlink.requestSync(
      'RTM_NEWTFILTER',
      {
        ifindex,
        parent,
        info: handle(6, ETH_P_IP),
        attrs: { kind: 'bpf', chain: 3, options: { opsLen: 1, ops, classid: handle(1, 1) } },
      },
      GOOD,
    )
    const [shown] = tc('filter', 'show', 'dev', 'e0', 'egress').filter((filter) => filter.options)
    assert.equal([shown.kind, shown.chain, shown.options.flowid], ['bpf', 3, '1:1'])
    const chains = netlink.dumpSync('RTM_GETCHAIN', { ifindex, parent }).map(({ attrs }) => attrs.chain)
    assert.ok(chains.includes(3), `chains ${chains}`)
    const filters = netlink.dumpSync('RTM_GETTFILTER', { ifindex, parent })
    const programs = filters.flatMap(({ attrs }) => (attrs.kind === 'bpf' && attrs.options ? [attrs.options.ops] : []))
    assert.equal(programs, [ops])
  }))

test('an action without a filter can be added, listed and deleted', () =>
  prepared(({ netlink, ifindex, tc }) => {
    const parms = {
      index: 9,
      capab: 0,
      action: TC_ACT.STOLEN,
      refcnt: 0,
      bindcnt: 0,
      eaction: TCA_EGRESS.REDIR,
      ifindex,
    }
    const cookie = Buffer.from('c0ffee', 'hex')
    netlink.requestSync(
      'RTM_NEWACTION',
      { attrs: { tab: [[1, { kind: 'mirred', options: { parms }, cookie }]] } },
      GOOD,
    )
    const listed = tc('actions', 'list', 'action', 'mirred').flatMap((each) => each.actions ?? [])
    assert.equal(
      listed.map(({ index, cookie: text }: { index: number; cookie: string }) => [index, text]),
      [[9, 'c0ffee']],
    )
    const dumped = netlink.dumpSync('RTM_GETACTION', { attrs: { tab: [[1, { kind: 'mirred' }]] } })
    const [[, action] = []] = dumped.flatMap(({ attrs }) => attrs.tab ?? [])
    if (action?.kind !== 'mirred') assert.unreachable(`expected mirred, got ${action?.kind}`)
    else {
      assert.equal(action.options?.parms, { ...parms, refcnt: 1 })
      assert.equal(action.cookie, cookie)
    }
    netlink.requestSync('RTM_DELACTION', { attrs: { tab: [[1, { kind: 'mirred', index: 9 }]] } })
    assert.equal(
      netlink
        .dumpSync('RTM_GETACTION', { attrs: { tab: [[1, { kind: 'mirred' }]] } })
        .flatMap(({ attrs }) => attrs.tab ?? []),
      [],
    )
  }))

test('filters and chains of a shared block can be added, listed and deleted', () =>
  prepared(({ netlink, ifindex, tc, text }) => {
    const BLOCK = 5
    const { MAGIC_BLOCK } = TCM_IFINDEX
    const clsact = {
      ifindex,
      handle: handle(0xffff, 0),
      parent: TC_H.CLSACT,
      attrs: { kind: 'clsact', ingressBlock: BLOCK },
    }
    netlink.requestSync('RTM_NEWQDISC', clsact, GOOD)
    const block = { ifindex: MAGIC_BLOCK, parent: BLOCK }
    const filter = (prio: number) => ({ ...block, info: prio * 0x10000 + ETH_P_IP })
    const sel = { flags: 1, offshift: 0, nkeys: 0, offmask: 0, off: 0, offoff: 0, hoff: 0, hmask: 0, keys: [] }
    netlink.requestSync(
      'RTM_NEWTFILTER',
      { ...filter(7), attrs: { kind: 'u32', options: { classid: handle(1, 1), sel } } },
      GOOD,
    )
    netlink.requestSync('RTM_NEWCHAIN', { ...block, attrs: { chain: 3 } }, GOOD)

    assert.match(text('filter', 'show', 'block', String(BLOCK)), /^filter protocol ip pref 7 u32 .*flowid 1:1/m)
    assert.equal(
      tc('chain', 'show', 'block', String(BLOCK)).map(({ chain }) => chain),
      [0, 3],
    )
    const filters = netlink.dumpSync('RTM_GETTFILTER', block)
    assert.ok(filters.length > 0)
    for (const each of filters) assert.equal([each.ifindex, each.parent], [MAGIC_BLOCK, BLOCK])
    const last = filters.at(-1)!
    const [got] = netlink.requestSync('RTM_GETTFILTER', {
      ...filter(7),
      handle: last.handle,
      attrs: { kind: 'u32' },
    })
    assert.equal([got?.ifindex, got?.handle, got?.attrs.options], [MAGIC_BLOCK, last.handle, last.attrs.options])
    assert.equal(
      netlink
        .dumpSync('RTM_GETCHAIN', block)
        .map(({ attrs }) => attrs.chain)
        .sort(),
      [0, 3],
    )

    netlink.requestSync('RTM_DELTFILTER', { ...filter(7), attrs: { kind: 'u32' } })
    assert.equal(netlink.dumpSync('RTM_GETTFILTER', block), [])
  }))

test.run()
