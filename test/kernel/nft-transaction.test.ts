import { Netlink, NetlinkError, type NftTransaction } from '@netloom/netlink'
import type { NftRuleMessage } from '@netloom/netlink/netfilter'
import {
  accept,
  concat,
  counter,
  ct,
  dccp,
  dnat,
  drop,
  dup,
  exthdr,
  frag,
  fwd,
  icmp,
  icmpv6,
  ip,
  ip6,
  jump,
  limit,
  log,
  meta,
  not,
  osf,
  setHelper,
  socket,
  srh,
  synproxy,
  tcp,
  th,
  update,
  vlan,
} from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import { ruleText } from '../../packages/netlink/dist/api/nft/text/rule.js'
import { inScratch, scratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'

const test = suiteNeeding('transactions of nftables', 'netns')

const opened = (use: (nl: Netlink, path: string) => void | Promise<void>) =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await use(nl, path)
  })

/** A table with an input chain. */
function base(t: NftTransaction): void {
  t.addTable({ name: 't' })
  t.addChain({ table: 't', name: 'c', hook: 'input', priority: 'filter - 5', policy: 'drop' })
}

const inChain = { table: 't', chain: 'c' } as const
const texts = (nl: Netlink) => nl.nft.rulesSync().map(({ text }) => text)

test('both forms change the same, and lists return plain objects', () =>
  opened(async (nl) => {
    await nl.nft.transaction(base)
    nl.nft.transactionSync((t) => t.addRule({ ...inChain, rule: [tcp.dport(22), accept()], comment: 'ssh' }))
    const [table] = await nl.nft.tables()
    assert.equal([table?.family, table?.name, table?.use, table?.flags], ['inet', 't', 1, []])
    const [chain] = nl.nft.chainsSync({ family: 'inet', table: 't' })
    const { handle: _, ...rest } = { ...chain }
    assert.equal(rest, {
      ...{ family: 'inet', table: 't', name: 'c', type: 'filter', hook: 'input', priority: -5, policy: 'drop', use: 1 },
    })
    const [rule] = await nl.nft.rules({ table: 't', chain: 'c' })
    assert.equal([rule?.text, rule?.comment], ['tcp dport 22 accept comment "ssh"', 'ssh'])
    assert.equal(await nl.nft.rules({ family: 'ip' }), [])
    assert.equal(await nl.nft.rules({ table: 'other' }), [])
  }))

test('rules are added, inserted, replaced and deleted in their order', () =>
  opened((nl) => {
    const rule = (port: number) => ({ ...inChain, rule: [tcp.dport(port)] })
    nl.nft.transactionSync((t) => {
      base(t)
      t.addRule(rule(2))
      t.addRule(rule(4))
      t.insertRule(rule(1))
    })
    const handle = (port: number) =>
      nl.nft.rulesSync().find(({ text }) => text === `tcp dport ${port}`)?.handle ?? assert.unreachable()
    nl.nft.transactionSync((t) => {
      t.addRule({ ...rule(3), position: handle(2) as bigint })
      t.replaceRule({ ...rule(5), handle: handle(4) as bigint })
    })
    assert.equal(
      texts(nl),
      [1, 2, 3, 5].map((port) => `tcp dport ${port}`),
    )
    nl.nft.transactionSync((t) => t.deleteRule({ ...inChain, handle: handle(3) as bigint }))
    assert.equal(
      texts(nl),
      [1, 2, 5].map((port) => `tcp dport ${port}`),
    )
    nl.nft.transactionSync((t) => t.flushChain({ table: 't', name: 'c' }))
    assert.equal(texts(nl), [])
  }))

test('a change that is refused undoes all, and is named with its part', () =>
  opened(async (nl) => {
    const failing = (t: NftTransaction) => {
      base(t)
      t.addRule({ ...inChain, rule: [tcp.dport(22), accept()] })
      t.addRule({ ...inChain, rule: [ip.saddr('10.0.0.1', '10.0.0.2'), tcp.dport(80, 81), counter(), jump('nowhere')] })
      t.addRule({ ...inChain, rule: [drop()] })
    }
    for (const run of [() => nl.nft.transaction(failing), async () => nl.nft.transactionSync(failing)]) {
      const error = (await rejects(run(), 'ENOENT')) as NetlinkError
      assert.instance(error, NetlinkError)
      assert.is(error.code, 'ENOENT')
      assert.is(
        error.object,
        "rule 'ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport { 80, 81 } counter packets 0 bytes 0 jump nowhere' of inet t c",
      )
      assert.is(error.attribute, 'jump nowhere')
      assert.equal(nl.nft.tablesSync(), [])
    }
    const missing = (await rejects(
      nl.nft.transaction((t) => t.addElements({ table: 'none', set: 's', elements: ['10.0.0.1'] })),
      'ENOENT',
    )) as NetlinkError
    assert.equal([missing.code, missing.object], ['ENOENT', 'set inet none s'])
    const chain = (await rejects(
      nl.nft.transaction((t) => t.addChain({ table: 'none', name: 'c' })),
      'ENOENT',
    )) as NetlinkError
    assert.equal([chain.code, chain.object], ['ENOENT', 'chain inet none c'])
  }))

test('an element that is refused is named, also if intervals precede it', () =>
  opened(async (nl) => {
    nl.nft.transactionSync(base)
    const map = { table: 't', name: 'm', type: 'inet_service', data: 'verdict' } as const
    const vmap = tcp.dport.vmap({ 1: accept(), 2: jump('nowhere') })
    const refused: readonly (readonly [(t: NftTransaction) => void, string, string])[] = [
      [
        (t) =>
          t.addMap({ ...map, elements: [22, 80].map((key) => ({ key, data: jump(key === 22 ? 'w' : 'nowhere') })) }),
        'elements of set inet t m',
        '{ 80 : jump nowhere }',
      ],
      [
        (t) =>
          t.addMap({
            ...{ ...map, flags: ['interval'] },
            elements: [
              { key: '1-5', data: accept() },
              { key: '7-9', data: jump('nowhere'), comment: 'web' },
            ],
          }),
        'elements of set inet t m',
        '{ 7-9 comment "web" : jump nowhere }',
      ],
      [(t) => t.addRule({ ...inChain, rule: [vmap] }), 'set of a rule in inet t', '{ 2 : jump nowhere }'],
    ]
    for (const [change, object, attribute] of refused) {
      const build = (t: NftTransaction) => {
        t.addChain({ table: 't', name: 'w' })
        change(t)
      }
      const error = (await rejects(nl.nft.transaction(build), 'ENOENT')) as NetlinkError
      assert.equal([error.object, error.attribute], [object, attribute])
      assert.is(nl.nft.chainsSync().length, 1)
    }
    assert.throws(
      () =>
        nl.nft.transactionSync((t) =>
          t.addMap({
            ...map,
            elements: [
              { key: 1, data: accept() },
              { key: 2, data: 'x' },
            ],
          }),
        ),
      /expected data of element 1 to be a verdict/,
    )
  }))

test('a transaction is built again if another process changed the ruleset', () =>
  opened(async (nl, path) => {
    using other = Netlink.open({ netns: path })
    let calls = 0
    await nl.nft.transaction(async (t) => {
      if (++calls < 3) await other.nft.transaction((o) => o.addTable({ name: `other${calls}` }))
      base(t)
      t.addTable({ name: `after${(await nl.nft.tables()).length}` })
    })
    assert.is(calls, 3)
    assert.equal(
      nl.nft.tablesSync().map(({ name }) => name),
      ['other1', 'other2', 't', 'after2'],
    )
    const error = (await rejects(
      nl.nft.transaction((t) => {
        calls++
        other.nft.transactionSync((o) => o.addTable({ name: `endless${calls}` }))
        base(t)
      }),
      'ERESTART',
    )) as NetlinkError
    assert.is(error.code, 'ERESTART')
    assert.is(calls, 23)
  }))

test('only the program that added a table replaces it', () =>
  opened((nl) => {
    const fill = (t: NftTransaction, port: number, program: string) => {
      t.replaceTable({ name: 't', program })
      t.addChain({ table: 't', name: 'c' })
      t.addRule({ ...inChain, rule: [tcp.dport(port)] })
    }
    nl.nft.transactionSync((t) => {
      t.addTable({ name: 'foreign' })
      fill(t, 1, 'firewall')
    })
    nl.nft.transactionSync((t) => fill(t, 2, 'firewall'))
    assert.equal(texts(nl), ['tcp dport 2'])
    for (const [name, program] of [
      ['foreign', 'firewall'],
      ['t', 'another'],
    ] as const)
      assert.throws(
        () => nl.nft.transactionSync((t) => t.replaceTable({ name, program })),
        (error: NetlinkError) =>
          error.code === 'EEXIST' && error.object === `table inet ${name}` && /program/.test(error.message),
      )
    assert.equal(texts(nl), ['tcp dport 2'])
  }))

test('with ifExists, what does not exist is deleted without an error', () =>
  opened(async (nl) => {
    nl.nft.transactionSync(base)
    const inTable = { table: 't', name: 'none' } as const
    const options = { ifExists: true } as const
    nl.nft.transactionSync((t) => {
      t.deleteTable({ name: 'none' }, options)
      t.deleteChain(inTable, options)
      t.deleteRule({ ...inChain, handle: 99n }, options)
      t.deleteSet(inTable, options)
      t.deleteObject({ ...inTable, type: 'quota' }, options)
      t.deleteFlowtable(inTable, options)
      t.addSet({ table: 't', name: 's', type: 'mark', elements: [1] })
      t.deleteElements({ table: 't', set: 's', elements: [2] }, options)
      t.deleteElements({ table: 't', set: 's', elements: [1] }, options)
    })
    assert.equal(nl.nft.elementsSync({ table: 't', name: 's' }), [])
    await rejects(
      nl.nft.transaction((t) => t.deleteChain(inTable)),
      'ENOENT',
    )
  }))

test('a table with an owner is deleted with its connection', () =>
  opened(async (nl, path) => {
    {
      using owner = Netlink.open({ netns: path })
      await owner.nft.transaction((t) => t.addTable({ name: 'mine', flags: ['owner'] }))
      assert.equal((await nl.nft.tables())[0]?.flags, ['owner'])
      const error = (await rejects(
        nl.nft.transaction((t) => t.deleteTable({ name: 'mine' })),
        'EPERM',
      )) as NetlinkError
      assert.is(error.code, 'EPERM')
    }
    assert.equal(await nl.nft.tables(), [])
  }))

test('10,000 elements are added in one transaction, and found again', () =>
  opened(async (nl) => {
    const elements = Array.from({ length: 10_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
    await nl.nft.transaction((t) => {
      base(t)
      t.addSet({ table: 't', name: 's', type: 'ipv4_addr', elements })
      t.addSet({ table: 't', name: 'i', type: 'ipv4_addr', flags: ['interval'] })
      t.addElements({ table: 't', set: 'i', elements: elements.map((each) => `${each}/32`) })
    })
    assert.equal(
      (await nl.nft.elements({ table: 't', name: 's' })).map(({ key }) => key),
      elements,
    )
    assert.is(nl.nft.elementsSync({ table: 't', name: 'i' }).length, 10_000)
  }))

test('a transaction without elements changes nothing', () =>
  opened(async (nl) => {
    await nl.nft.transaction((t) => {
      base(t)
      t.addSet({ table: 't', name: 's', type: 'ipv4_addr', elements: [] })
    })
    await nl.nft.transaction((t) => t.addElements({ table: 't', set: 's', elements: [] }))
    nl.nft.transactionSync((t) => t.deleteElements({ table: 't', set: 's', elements: [] }))
    assert.equal(await nl.nft.elements({ table: 't', name: 's' }), [])
  }))

test('elements have keys, data, timeouts, comments and counters', () =>
  opened((nl) => {
    nl.nft.transactionSync((t) => {
      base(t)
      t.addSet({ table: 't', name: 'i', type: 'ipv4_addr', flags: ['interval'] })
      t.addElements({ table: 't', set: 'i', elements: ['10.0.0.0/8', '192.168.1.1-192.168.1.9', '255.255.255.0/24'] })
      const timed = { table: 't', name: 'x', type: ['ipv4_addr', 'inet_service'], flags: ['timeout'] } as const
      t.addSet({ ...timed, statements: [counter()] })
      t.addElements({ table: 't', set: 'x', elements: [{ key: ['10.0.0.1', 80], timeout: '1h', comment: 'web' }] })
      const verdicts = [
        { key: 'lo', data: accept() },
        { key: '*', data: jump('c2') },
      ]
      t.addChain({ table: 't', name: 'c2' })
      t.addMap({ table: 't', name: 'm', type: 'ifname', data: 'verdict', elements: verdicts })
    })
    const keys = (name: string) => nl.nft.elementsSync({ table: 't', name }).map((each) => ({ ...each }))
    const intervals = ['10.0.0.0/8', '192.168.1.1-192.168.1.9', '255.255.255.0/24']
    assert.equal(
      keys('i').map(({ key }) => key),
      intervals,
    )
    const [timed] = keys('x')
    assert.equal(
      { ...timed, expires: 0 },
      {
        ...{ key: ['10.0.0.1', 80], timeout: 3_600_000, expires: 0, comment: 'web' },
        counter: { packets: 0n, bytes: 0n },
      },
    )
    assert.equal(keys('m'), [
      { key: 'lo', data: 'accept' },
      { key: '*', data: 'jump c2' },
    ])
    nl.nft.transactionSync((t) => t.deleteElements({ table: 't', set: 'i', elements: ['10.0.0.0/8'] }))
    assert.equal(
      keys('i').map(({ key }) => key),
      intervals.slice(1),
    )
    nl.nft.transactionSync((t) => t.flushSet({ table: 't', name: 'i' }))
    assert.equal(keys('i'), [])
  }))

test('a rule refers to the set that exists in its own form', () =>
  opened((nl) => {
    nl.nft.transactionSync((t) => {
      base(t)
      t.addSet({ table: 't', name: 'marks', type: 'mark', flags: ['interval'], elements: ['1-5'] })
    })
    nl.nft.transactionSync((t) => t.addRule({ ...inChain, rule: [meta.mark('@marks'), drop()] }))
    const [rule] = nl.nft.rulesSync()
    assert.is(rule?.text, 'meta mark @marks drop')
    // Intervals are compared in the order of the network.
    const { message } = rule as unknown as { message: { attrs: { expressions: { elem: { name: string }[] } } } }
    assert.equal(
      message.attrs.expressions.elem.map(({ name }) => name),
      ['meta', 'byteorder', 'lookup', 'immediate'],
    )
  }))

test('objects are listed with their values', () =>
  opened((nl) => {
    nl.nft.transactionSync((t) => {
      base(t)
      t.addCounter({ table: 't', name: 'n', packets: 3, bytes: 500, comment: 'all' })
      t.addQuota({ table: 't', name: 'q', bytes: '10 mbytes', over: true })
      t.addLimit({ table: 't', name: 'l', rate: '1 mbytes/second', burst: '64 kbytes' })
    })
    const list = nl.nft.objectsSync({ table: 't' })
    assert.equal(
      list.map(({ type, text }) => [type, text]),
      [
        ['counter', 'counter packets 3 bytes 500'],
        ['quota', 'quota over 10 mbytes'],
        ['limit', 'limit rate 1 mbytes/second burst 64 kbytes'],
      ],
    )
    assert.equal([list[0]?.counter, list[0]?.comment], [{ packets: 3n, bytes: 500n }, 'all'])
    assert.equal(list[1]?.quota, { bytes: 10n << 20n, used: 0n, over: true })
    nl.nft.transactionSync((t) => t.deleteObject({ table: 't', name: 'q', type: 'quota' }))
    assert.is(nl.nft.objectsSync().length, 2)
  }))

test('wrong values are reported before anything is sent', () =>
  opened((nl) => {
    const wrong: readonly (readonly [(t: NftTransaction) => unknown, RegExp])[] = [
      [() => ip.saddr('10.0.0.300'), /ip saddr to be an IPv4 address, got .10\.0\.0\.300/],
      [() => ip.saddr('10.0.0.0/33'), /ip saddr to have a prefix length from 0 to 32/],
      [() => tcp.dport(65536), /tcp dport to be an integer from 0 to 65535, got 65536/],
      [() => tcp.dport('90-80'), /from a smaller to a larger value/],
      [() => log({ flags: 'all' as never }), /flags of log to be a list, got .all/],
      [() => dnat('10.0.0.1', { flags: 'random' as never }), /flags of nat to be a list, got .random/],
      [() => tcp.dport(), /tcp dport to have a value, got none/],
      [() => ct.state('nwe' as 'new'), /ct state to be one of invalid, established, related, new, untracked/],
      [() => meta.iifname('much-too-long-name'), /iifname to be a text of 1 to 15 bytes/],
      [() => ip.saddr(not('@with space')), /the set of ip saddr to be a name/],
      [() => limit('10'), /limit to be a text like '10\/second'/],
      [() => update('seen' as '@seen', ip.saddr), /a name like '@blocked', got .seen/],
      [() => jump(''), /chain to be a name/],
      [() => ct.label(128), /ct label to be an integer from 0 to 127, got 128/],
      [() => dup({}), /dup to have 'to' or 'dev'/],
      [() => dup({ dev: 'eth0' as never }), /dev of dup to be an integer/],
      [() => fwd({ to: '10.0.0.1' } as never), /fwd to have 'dev'/],
      [() => dnat('10.0.0.0/33'), /dnat to have a prefix length from 0 to 32/],
      [() => setHelper('a b'), /name to be a name/],
      [() => synproxy({ mss: 70_000 }), /mss of options to be an integer from 0 to 65535/],
      [
        (t) => t.addCtTimeout({ table: 't', name: 'x', protocol: 'tcp', timeouts: { open: '5s' } }),
        /timeouts to have the keys syn_sent, /,
      ],
      [
        (t) => t.addCtTimeout({ table: 't', name: 'x', protocol: 'udp', timeouts: { replied: 1500 } }),
        /replied to be a number of whole seconds, got 1500 ms/,
      ],
      [
        (t) => t.addCtHelper({ table: 't', name: 'x', helper: 'ftp', protocol: 'tpc' as 'tcp' }),
        /protocol to be one of icmp/,
      ],
      [
        (t) => t.addCtExpectation({ table: 't', name: 'x', protocol: 'tcp', dport: 5, timeout: '1m', size: 256 }),
        /size of expectation to be an integer from 0 to 255/,
      ],
      [(t) => t.deleteTable({ name: 't' }, { ifExist: true } as never), /options to have the keys ifExists/],
      [
        (t) => t.addTable({ name: 't', family: 'ipv4' as 'ip' }),
        /family to be one of ip, ip6, inet, arp, bridge, netdev/,
      ],
      [(t) => t.addTable({ nmae: 't' } as never), /table to have the keys family, name/],
      [(t) => t.addChain({ table: 't', name: 'x', hook: 'inptu' as 'input' }), /hook of a chain in family inet/],
      [
        (t) => t.addChain({ table: 't', name: 'x', hook: 'input', priority: 'high' as 'filter' }),
        /priority to be a number, or one of raw/,
      ],
      [(t) => t.addChain({ table: 't', name: 'x', policy: 'drop' }), /chain x to have a hook/],
      [
        (t) => t.addChain({ table: 't', name: 'x', type: 'nat', hook: 'forward' }),
        /hook of a chain in family inet with type nat to be one of prerouting, input, output, postrouting, got "forward"/,
      ],
      [
        (t) => t.addChain({ family: 'ip', table: 't', name: 'x', type: 'route', hook: 'input' }),
        /family ip with type route to be one of output, got "input"/,
      ],
      [
        (t) => t.addChain({ family: 'arp', table: 't', name: 'x', type: 'nat', hook: 'input' }),
        /type of a chain in family arp to be one of filter, got "nat"/,
      ],
      [
        (t) => t.addChain({ family: 'ip', table: 't', name: 'x', hook: 'ingress' }),
        /family ip with type filter to be one of prerouting, .*got "ingress"/,
      ],
      [
        (t) => t.addChain({ table: 't', name: 'x', type: 'nat', hook: 'prerouting', priority: -200 }),
        /priority of a chain with type nat to be above that of connection tracking, -200, got -200/,
      ],
      [
        (t) => t.addChain({ table: 't', name: 'x', hook: 'output', priority: 'dstnat + 5' }),
        /chain with the priority dstnat to have the hook prerouting, got "output"/,
      ],
      [
        (t) => t.addChain({ table: 't', name: 'x', hook: 'input', devices: ['lo'] }),
        /chain with devices to have one of the hooks ingress, egress, got "input"/,
      ],
      [(t) => t.addSet({ table: 't', name: 's', type: 'ipv4' }), /type to be one of nf_proto/],
      [(t) => t.addRule({ ...inChain, rule: ['accept'] as never }), /part 0 of the rule to be a statement/],
      [
        (t) => t.addRule({ ...inChain, rule: [ip.saddr('10.0.0.1'), ip6.saddr('::1')] }),
        /match packets of ip, got ip6 saddr/,
      ],
      [
        (t) => t.addRule({ ...inChain, rule: [tcp.dport(1), meta.l4proto('udp'), tcp.sport(2)] }),
        /one transport protocol/,
      ],
      [
        (t) => t.addSet({ table: 't', name: 's', type: 'ipv4_addr', elements: ['10.0.0.0/8'] }),
        /does not have the flag 'interval'/,
      ],
      [(t) => t.addRule({ ...inChain, rule: [th.dport(1)], position: 5 as never }), /position of rule to be a bigint/],
    ]
    for (const [call, message] of wrong)
      assert.throws(
        () => nl.nft.transactionSync((t) => void call(t)),
        (error: Error) => error instanceof TypeError && message.test(error.message),
        String(message),
      )
    assert.equal(nl.nft.tablesSync(), [])
    assert.throws(() => nl.nft.transactionSync((async () => {}) as never), /returns no promise/)
    assert.throws(() => nl.nft.transactionSync(5 as never), /a function that adds the changes/)
    assert.throws(() => nl.nft.rulesSync({ tabel: 't' } as never), /filter to have the keys family, table, chain/)
  }))

test('a closed Netlink has no nftables', () =>
  opened(async (nl) => {
    using other = scratch()
    const closed = Netlink.open({ netns: other.path })
    assert.equal(closed.nft.tablesSync(), [])
    closed.close()
    assert.throws(() => closed.nft.tablesSync(), /an open Netlink/)
    assert.equal(await nl.nft.tables(), [])
  }))

const chains = (t: NftTransaction, ...names: string[]) => {
  t.addTable({ name: 't' })
  for (const name of names) t.addChain({ table: 't', name })
}
const jumpTo = (t: NftTransaction, from: string, to: string) =>
  t.addRule({ table: 't', chain: from, rule: [ct.state('new'), jump(to)] })

test('a refusal of jumps names the chains', () =>
  opened(async (nl) => {
    nl.nft.transactionSync((t) => {
      base(t)
      chains(t, 'one', 'two', 'far', 'away')
      for (const [from, to] of ['c one', 'one two', 'far away', 'away far'].map((pair) => pair.split(' ')))
        jumpTo(t, from as string, to as string)
      t.addMap({ table: 't', name: 'ports', type: 'inet_service', data: 'verdict' })
      t.addRule({ table: 't', chain: 'two', rule: [tcp.dport.vmap('@ports')] })
    })
    const before = texts(nl)
    const refusals: readonly (readonly [(t: NftTransaction) => void, RegExp])[] = [
      [
        (t) => jumpTo(t, 'two', 'one'),
        /rule 'ct state new jump one' of inet t two: the chains are a loop: (one → two → one|two → one → two) \(EMLINK/,
      ],
      [
        (t) => t.addRule({ table: 't', chain: 'two', rule: [tcp.dport.vmap({ 22: accept(), 80: jump('one') })] }),
        /the chains are a loop: (one → two → one|two → one → two)/,
      ],
      [
        (t) => t.addElements({ table: 't', set: 'ports', elements: [{ key: 80, data: jump('one') }] }),
        /ports: the chains are a loop: (one → two → one|two → one → two)/,
      ],
      [(t) => jumpTo(t, 'one', 'one'), /the chains are a loop: one → one/],
      [(t) => jumpTo(t, 'two', 'c'), /only chains without a hook can be jumped to \(EOPNOTSUPP/],
      [
        (t) => {
          const names = Array.from({ length: 17 }, (_, at) => `deep${at}`)
          chains(t, ...names)
          for (const [at, name] of names.entries()) if (at > 0) jumpTo(t, names[at - 1] as string, name)
          jumpTo(t, 'two', 'deep0')
        },
        /more than 16 chains, one in another: c → one → two → deep0 → .* → deep16/,
      ],
    ]
    for (const [call, message] of refusals)
      for (const form of ['transaction', 'transactionSync'] as const)
        await rejects((async () => nl.nft[form]((t) => void call(t)))(), message)
    assert.equal(texts(nl), before)
  }))

test('groups of sockets are numbers of their folders', () =>
  opened((nl) => {
    nl.nft.transactionSync((t) => {
      base(t)
      t.addRule({ ...inChain, rule: [socket.cgroupv2(2)(4242, 4343), counter()] })
      t.addRule({ ...inChain, rule: [socket.cgroupv2(1)(not(7))] })
    })
    assert.equal(texts(nl), [
      'socket cgroupv2 level 2 { 4242, 4343 } counter packets 0 bytes 0',
      'socket cgroupv2 level 1 != 7',
    ])
    assert.throws(() => socket.cgroupv2(0), /the level of cgroupv2 to be an integer from 1 to 255, got 0/)
  }))

test('an expression that the library does not print does not repeat what was loaded before it', () =>
  opened(async (nl) => {
    nl.nft.transactionSync((t) => {
      base(t)
      t.addRule({ ...inChain, rule: [meta.iifname('lo'), meta.hour('17:30')] })
    })
    const [rule] = await nl.nft.rules()
    const elem = (rule as unknown as { message: NftRuleMessage }).message.attrs.expressions?.elem ?? []
    const unknown = elem.map((each, at) => (at === 2 ? { ...each, name: 'inner' } : each))
    assert.not.match(ruleText('inet', unknown, new Map()), /lo".*iifname/)
  }))

test('wrong values of parts of bytes are refused', () =>
  opened((nl) => {
    const rule = (...rule: Parameters<NftTransaction['addRule']>[0]['rule']) =>
      nl.nft.transactionSync((t) => t.addRule({ ...inChain, rule }))
    nl.nft.transactionSync((t) => {
      base(t)
      t.addSet({ table: 't', name: 'ports', type: 'inet_service' })
    })
    const wrong: readonly (readonly [() => unknown, RegExp])[] = [
      [() => ip.hdrlength(16), /ip hdrlength to be an integer from 0 to 15, got 16/],
      [() => ip.dscp('cs9'), /ip dscp to be one of cs0, .*, or an integer from 0 to 63, got "cs9"/],
      [() => dccp.type('syn'), /dccp type to be one of request, response, .*, got "syn"/],
      [() => vlan.pcp('5-2'), /vlan pcp to be a range from a smaller to a larger value, got "5-2"/],
      [() => ip.dscp.set(64), /ip dscp to be one of cs0.* got 64/],
      [
        () => rule(ip.dscp.set(ip.ecn)),
        /ip dscp to be set to a constant or to a combination of itself with bits, because it is a part of two bytes/,
      ],
      [() => meta.hour(['22:00-02:00', '05:00']), /meta hour to be a range .* in a set .*, got "22:00-02:00"/],
      [() => rule(ip.dscp('@ports')), /keys of @ports to be dscp, because the rule looks up ip dscp, got inet_service/],
      [
        () => rule(concat(frag.fragOff, frag.id)([1, 2])),
        /a number of bytes in a concatenation or a named set, got frag frag-off/,
      ],
      [
        () => rule(icmp.type('echo-request'), icmp.mtu(5)),
        /the rule to match messages of type 3, got icmp mtu after a match of type 8/,
      ],
      [() => srh.sid(0), /the number of sid to be an integer from 1 to 16, got 0/],
      [() => icmpv6.taddr('10.0.0.1'), /icmpv6 taddr to be an IPv6 address, got "10.0.0.1"/],
    ]
    for (const [call, message] of wrong) assert.throws(call, message)
    assert.equal(texts(nl), [])
  }))

test('wrong times and extensions are refused', () => {
  assert.throws(() => meta.hour('25:00'), /seconds of the day, or a time like 17:30 in UTC, got "25:00"/)
  assert.throws(
    () => meta.time('yesterday'),
    /seconds since 1970, or a time like 2020-06-06 17:00 in UTC, got "yesterday"/,
  )
  assert.throws(() => exthdr('fragment' as 'frag'), /exthdr to be one of hbh, rt, frag, dst, mh, got "fragment"/)
  assert.throws(() => osf.name({ ttl: 'any' as 'skip' }), /ttl of osf to be one of loose, skip, got "any"/)
})

test.run()
