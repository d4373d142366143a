import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('filters by the API', 'netns')

const shown = (ns: Namespace, ...place: string[]) => ns.exec('tc', ['filter', 'show', 'dev', 'a', ...place])

inBothWays(test, 'filters of u32 are added, listed, replaced, ensured and deleted', async (nl, ns) => {
  await veths(nl)
  await nl.qdisc.add({ dev: 'a', kind: 'htb', handle: '1:' })
  await nl.class.add({ dev: 'a', handle: '1:10', kind: 'htb', options: { rate: '1mbit' } })
  const place = { dev: 'a', parent: '1:' } as const
  const web = {
    ...place,
    protocol: 'ip',
    priority: 10,
    kind: 'u32',
    options: { match: { ip: { dst: '10.0.0.0/24', dport: 443 } }, classid: '1:10' },
  } as const
  await nl.filter.add(web)
  assert.match(
    shown(ns),
    /pref 10 u32 .*flowid 1:10.*\n {2}match 0a000000\/ffffff00 at 16\n {2}match 000001bb\/0000ffff at 20/,
  )
  const [table, filter, ...more] = await nl.filter.list({ ...place, kind: 'u32' })
  assert.equal([table?.options, more], [{ divisor: 1 }, []])
  assert.ok(filter?.kind === 'u32' && filter.priority === 10 && filter.protocol === 'ip' && filter.parent === '1:')
  assert.is(filter.options?.sel?.keys.length, 2)
  // A filter that was read can be written.
  const before = shown(ns)
  await nl.filter.delete(filter)
  assert.not.match(shown(ns), /flowid/)
  await refuses('again', () => nl.filter.delete(filter), 'ENOENT', /u32 .*no such filter/)
  await nl.filter.add({ ...filter } as never)
  assert.is(shown(ns), before)
  const key = { ...place, protocol: 'ip', priority: 10, handle: filter.handle } as const
  assert.equal(await nl.filter.ensure({ ...web, handle: filter.handle }), {
    ...{ changed: false, created: false, changes: [] },
  })
  assert.is((await nl.filter.get(key))?.kind, 'u32')
  assert.is(await nl.filter.get({ ...key, priority: 11 }), undefined)
  await refuses('no selector', () => nl.filter.delete(place), 'TypeError', /'priority', 'handle', 'kind' or 'chain'/)
  await nl.filter.delete({ ...place, priority: 10, handle: filter.handle })
  assert.is(await nl.filter.get(key), undefined)
})

inBothWays(test, 'actions redirect, and chains, blocks and hooks have filters', async (nl, ns) => {
  await veths(nl)
  await nl.qdisc.add({ dev: 'a', kind: 'clsact', ingressBlock: 7 })
  await nl.qdisc.add({ dev: 'b', kind: 'clsact' })
  const all = { ops: [{ code: 6, jt: 0, jf: 0, k: 0xffffffff }] }
  const redirect = { kind: 'mirred', options: { egress: 'redirect', dev: 'b' } } as const
  await nl.filter.add({ dev: 'a', parent: 'egress', priority: 1, kind: 'bpf', options: all, actions: [redirect] })
  assert.match(shown(ns, 'egress'), /bpf .*bytecode.*\n\taction order 1: mirred \(Egress Redirect to device b\) stolen/)
  await nl.filter.add({ block: 7, priority: 3, chain: 5, kind: 'bpf', options: all, actions: [redirect, redirect] })
  const [shared] = await nl.filter.list({ block: 7, chain: 5 })
  assert.equal([shared?.block, shared?.chain, shared?.dev], [7, 5, undefined])
  assert.equal(
    shared?.actions?.map(({ kind }) => kind),
    ['mirred', 'mirred'],
  )
  // The verdict has a word, and can be written as it was read.
  const [options] = shared?.actions?.map((each) => each.options as { parms?: { action?: unknown } }) ?? []
  assert.is(options?.parms?.action, 'stolen')
  await nl.filter.add({ ...shared, priority: 4 } as never)
  assert.equal(
    (await nl.filter.list({ block: 7, chain: 5 })).map(({ priority, actions }) => [priority, actions?.length]),
    [
      [3, 2],
      [4, 2],
    ],
  )
  const wanted = { dev: 'a', parent: 'egress', priority: 1, kind: 'bpf', options: all, actions: [redirect] } as const
  assert.is((await nl.filter.ensure(wanted)).changed, false)
  const { changes } = await nl.filter.ensure({
    ...wanted,
    actions: [{ kind: 'mirred', options: { egress: 'mirror', dev: 'b' } }],
  })
  assert.equal(
    changes.map(({ key }) => key),
    ['actions'],
  )
  assert.match(shown(ns, 'egress'), /Egress Mirror to device b\) pipe/)
  await nl.chain.add({ dev: 'b', parent: 'ingress', chain: 9 })
  assert.equal(await nl.chain.list({ dev: 'b', parent: 'ingress' }), [9])
  const chain = { dev: 'b', parent: 'ingress', chain: 9 } as const
  await refuses('again', () => nl.chain.add(chain), 'EEXIST')
  assert.equal(await nl.chain.ensure(chain), { changed: false, created: false, changes: [] })
  const { index: dev } = (await nl.link.get('b')) as { index: number }
  assert.equal({ ...(await nl.chain.get(chain)) }, { dev, parent: 'ingress', chain: 9 })
  await nl.chain.delete(chain)
  assert.is(await nl.chain.get(chain), undefined)
  assert.equal(await nl.chain.ensure(chain), { changed: true, created: true, changes: [] })
  assert.equal({ ...(await nl.chain.get({ block: 7, chain: 5 })) }, { block: 7, chain: 5 })
  await refuses('no number', () => nl.chain.get({ dev: 'b' } as never), 'TypeError', /chain to have 'chain', got none/)
  await refuses('no link', () => nl.chain.ensure({ ...chain, dev: 'nosuch' }), 'ENODEV', /nosuch/)
  await nl.chain.delete(chain)
  assert.equal(await nl.chain.list({ dev: 'b', parent: 'ingress' }), [])
})

inBothWays(test, 'actions that filters share are added, listed, replaced and deleted', async (nl) => {
  await veths(nl)
  const mirror = { kind: 'mirred', index: 7, options: { egress: 'mirror', dev: 'b' } } as const
  await nl.action.add(mirror)
  await refuses('again', () => nl.action.add(mirror), 'EEXIST')
  const [read, ...more] = await nl.action.list({ kind: 'mirred' })
  assert.equal([read?.kind, read?.index, more], ['mirred', 7, []])
  await nl.action.replace({ ...mirror, options: { egress: 'redirect', dev: 'a' } })
  const changed = await nl.action.get({ kind: 'mirred', index: 7 })
  assert.is(changed?.kind === 'mirred' && changed.options?.parms?.eaction, 'redir')
  await nl.action.delete({ kind: 'mirred', index: 7 })
  assert.is(await nl.action.get({ kind: 'mirred', index: 7 }), undefined)
  await refuses('again', () => nl.action.delete({ kind: 'mirred', index: 7 }), 'ENOENT')
  assert.equal(await nl.action.ensure({ ...mirror, cookie: Uint8Array.of(1) }), {
    ...{ changed: true, created: true, changes: [] },
  })
  const before = await nl.action.get({ kind: 'mirred', index: 7 })
  assert.equal(before?.cookie && [...before.cookie], [1])
  assert.is((await nl.action.ensure(mirror)).changed, false, 'a cookie that is left out is not compared')
  const other = { ...mirror, options: { egress: 'redirect', dev: 'a' } } as const
  const keys = (await nl.action.ensure({ ...other, cookie: Uint8Array.of(2) })).changes.map(({ key }) => key)
  assert.equal(keys, ['options.parms', 'cookie'])
  await refuses(
    'no number',
    () => nl.action.ensure('drop'),
    'TypeError',
    /'index', by which it is found again, got none/,
  )
  // An action that was read can be written.
  const after = await nl.action.get({ kind: 'mirred', index: 7 })
  await nl.action.delete({ kind: 'mirred', index: 7 })
  await nl.action.add({ ...after } as never)
  const again = await nl.action.get({ kind: 'mirred', index: 7 })
  const written = (action: typeof again) =>
    JSON.stringify({ ...action, options: { ...action?.options, tm: undefined } })
  assert.is(written(again), written(after))
  await nl.action.flush({ kind: 'mirred' })
  assert.equal(await nl.action.list({ kind: 'mirred' }), [])
})

inBothWays(
  test,
  'errors of filters and actions name the option, the accepted values and the given value',
  async (nl) => {
    await veths(nl)
    const on = { dev: 'a', kind: 'matchall' } as const
    const u32 = (match: object) => ({ dev: 'a', kind: 'u32', options: { match } })
    const basic = (match: object) => ({ ...on, kind: 'basic', options: { match: [match] } })
    const act = (...actions: unknown[]) => ({ ...on, actions })
    for (const [value, reason] of [
      [{ kind: 'matchall' }, /either 'dev' or 'block', got none/],
      [{ ...on, block: 7 }, /either 'dev' or 'block', got both/],
      [{ dev: 'a' }, /'kind'/],
      [{ ...on, parent: 'x' }, /parent to be a handle.*"x"/],
      [{ ...on, priority: 65536 }, /priority of filter to be an integer from 0 to 65535, got 65536/],
      [{ ...on, protocol: 'ipx9' }, /protocol to be a number or one of .*"ipx9"/],
      [{ ...on, options: { bogus: 1 } }, /options to have the keys classid, skipHw, skipSw, got 'bogus'/],
      [u32({ ip: { dst: '10.0.0.0/33' } }), /match\.ip\.dst .*10\.0\.0\.0\/33/],
      [u32({ ip: { dst: '2001:db8::1' } }), /match\.ip\.dst to be an address of 4 bytes/],
      [u32({ ip: { dport: 65536 } }), /match\.ip\.dport to be an integer from 0 to 65535, got 65536/],
      [u32({ ip: { port: 1 } }), /match\.ip to have the keys src, dst, .*got 'port'/],
      [u32({ ip: { dport: 1 }, u32: [{ at: 20, value: 2, mask: 0xffff }] }), /the bytes at 20 once, got two values/],
      [{ ...on, kind: 'flower', options: { dstPort: 443 } }, /dstPort behind an ipProto of tcp, udp or sctp/],
      [{ ...on, kind: 'flower', options: { srcMac: '02:00' } }, /srcMac to be an Ethernet address/],
      [act('block'), /actions\.0 to be an action or a verdict like drop, got "block"/],
      [
        act('drop', { kind: 'mirred', options: { dev: 'b' } }),
        /actions\.1\.options to have either 'egress' or 'ingress'/,
      ],
      [act({ kind: 'mirred', options: { egress: 'redirect' } }), /actions\.0\.options to have 'dev', got none/],
      [act({ kind: 'gact', options: { control: { goto: -1 } } }), /control to be one of continue, .*goto/],
      [act({ kind: 'police', options: { burst: 1 } }), /either 'rate' or 'packetRate', got none/],
      [
        act({ kind: 'pedit', options: { edits: [{ header: 'ip', field: 'x', set: 1 }] } }),
        /edits\.0\.field to be one of src/,
      ],
      [
        act({ kind: 'pedit', options: { ex: false, edits: [{ header: 'ip', field: 'ttl', add: 1 }] } }),
        /edits\.0 to have 'set' in the layout without 'ex', got 'add'/,
      ],
      [
        act({ kind: 'pedit', options: { ex: false, edits: [{ header: 'tcp', field: 'dport', set: 1 }] } }),
        /edits\.0\.header to be one of ip, ip6 in the layout without 'ex', got "tcp"/,
      ],
      [
        act({ kind: 'pedit', options: { edits: [{ offset: 3, size: 2, set: 1 }] } }),
        /edits\.0 to be within four bytes that begin at a multiple of 4, got 3/,
      ],
      [
        act({ kind: 'ct', options: { nat: { address: '10.0.0.1' } } }),
        /options\.nat to have 'side' with an address or a port, got none/,
      ],
      [
        act({ kind: 'ct', options: { nat: { side: 'src', address: '10.0.0.1-2001:db8::1' } } }),
        /nat\.address to be an address, or two of a family with '-'/,
      ],
      [
        act({ kind: 'gact', options: { control: 'drop' }, hwStats: 'now' }),
        /hwStats of actions\.0 to be one of immediate, delayed, disabled, got "now"/,
      ],
      [
        { ...on, kind: 'flower', options: { ipProto: 'tcp', icmpType: 8 } },
        /icmpType behind an ipProto of icmp or icmpv6, got 6/,
      ],
      [{ ...on, kind: 'flower', options: { arpSip: '::1' } }, /arpSip to be an IPv4 address, got "::1"/],
      [
        { ...on, kind: 'flower', options: { mpls: [{ depth: 1, ttl: 1, x: 1 }] } },
        /mpls\.0 to have the keys depth, label, tc, bos, ttl, got 'x'/,
      ],
      [basic({ value: 1 }), /match\.0 to have one of meta, cmp, u32, nbyte, got none/],
      [basic({ u32: { size: 4, at: 2 }, value: 1 }), /u32\.at to be within four bytes .*got 2/],
      [basic({ nbyte: { at: 0, layer: 'link' }, value: 1 }), /value to be text or bytes, 1 to 4095, got 1/],
      [basic({ nbyte: { at: 0, layer: 'link' }, value: 'a', op: 'gt' }), /op to be eq for nbyte, got "gt"/],
      [act({ kind: 'vlan', options: { action: 'swap' } }), /action to be one of pop, push, .*"swap"/],
      [act({ kind: 'csum', options: { update: ['X'] } }), /update to be of the flags IPV4HDR, .*"X"/],
    ] as const)
      for (const verb of ['add', 'replace', 'set', 'ensure'] as const)
        await refuses(`${verb} ${JSON.stringify(value)}`, () => nl.filter[verb](value as never), 'TypeError', reason)
    const missing = act({ kind: 'mirred', options: { egress: 'redirect', dev: 'nosuch' } })
    await refuses('no link', () => nl.filter.add(missing as never), 'ENODEV', /actions\.0\.options\.dev.*nosuch|nosuch/)
  },
)

test.run()
