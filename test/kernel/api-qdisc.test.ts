import { Netlink, NetlinkError, type Qdisc } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { complaint, inScratch, type Namespace, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('qdiscs by the API', 'netns')

const tc = (ns: Namespace, words: string) => ns.exec('tc', words.split(' '), { stdio: ['ignore', 'pipe', 'pipe'] })

/**
 * Returns their messages without what changes with time: counters, also those in the options of htb, and the reference
 * count of the qdisc (`info`).
 */
const messages = (qdiscs: readonly Qdisc[]) =>
  qdiscs.map(({ message: { attrs, info: _, ...header } }) => {
    const { stats: __, stats2: ___, xstats: ____, ...rest } = attrs
    if (rest.kind !== 'htb') return { ...header, attrs: rest }
    const { options } = rest
    return { ...header, attrs: { ...rest, options: { ...options, init: { ...options?.init, directPkts: 0 } } } }
  })

/**
 * Qdiscs in the forms of tc. Those with tables that the kernel does not report (red, choke) cannot be added back, so
 * they are left out.
 */
const forms = [
  'root handle 1: htb',
  'root handle 1: htb default 32 r2q 20 direct_qlen 50',
  'root handle 2: tbf rate 1mbit burst 32kbit latency 400ms',
  'root handle 2: tbf rate 1mbit burst 32kbit limit 10000 mtu 2000 peakrate 2mbit',
  'root handle 2: tbf rate 50gbit burst 1mb limit 10mb',
  'root handle 3: pfifo limit 7',
  'root handle 3: bfifo limit 7000',
  'root handle 4: pfifo_fast',
  'root handle 5: stab overhead 8 pfifo limit 7',
  'root handle 5: stab overhead 20 mpu 64 mtu 2048 tsize 512 linklayer atm pfifo limit 7',
  'root handle 5: stab mpu 96 linklayer ethernet htb default 1',
  'ingress',
  'clsact',
  'ingress_block 7 ingress',
  'ingress_block 7 egress_block 8 clsact',
  'root handle 6: prio bands 4',
  'root handle 6: sfq perturb 10 limit 100',
  'root handle 6: fq limit 1000 flow_limit 50 quantum 3000',
  'root handle 6: fq_codel limit 1000 target 3ms interval 40ms noecn',
  'root handle 6: codel limit 1000 target 3ms ecn',
  'root handle 6: netem delay 10ms 2ms loss 1% duplicate 2%',
  'root handle 6: netem delay 10ms reorder 25% 50% corrupt 0.1% rate 1mbit limit 50',
  'root handle 6: drr',
  'root handle 6: cake bandwidth 10mbit ack-filter nat',
  'root handle 6: mq',
] as const

/** Creates a qdisc with tc. Returns false and prints a note if the kernel does not support the kind. */
function created(ns: Namespace, words: string): boolean {
  try {
    tc(ns, `qdisc add dev a ${words}`)
    return true
  } catch (error) {
    if (!/kind is unknown|not supported/.test(complaint(error))) throw error
    skipped(`tc qdisc add ${words}: ${complaint(error)}`)
    return false
  }
}

inBothWays(test, 'a qdisc that was read can be deleted and added again', async (nl, ns) => {
  await veths(nl)
  for (const words of forms) {
    if (!created(ns, words)) continue
    const [read, ...more] = (await nl.qdisc.list({ dev: 'a' })).filter(({ handle }) => handle)
    assert.ok(read && more.length === 0, words)
    for (const object of [read, { ...read }] as Qdisc[]) {
      assert.equal(messages([(await nl.qdisc.get(object)) as Qdisc]), messages([read]), words)
      await nl.qdisc.delete(object)
      assert.is(await nl.qdisc.get(object), undefined, words)
      await refuses(`${words}: again`, () => nl.qdisc.delete(object), 'ENOENT')
      await nl.qdisc.add(object)
      await refuses(`${words}: add again`, () => nl.qdisc.add(object), 'EEXIST')
      await nl.qdisc.replace(object)
      assert.equal(
        messages(await nl.qdisc.list({ dev: 'a' })).filter(({ handle }) => handle),
        messages([read]),
        words,
      )
    }
    await nl.qdisc.delete(read)
  }
})

inBothWays(test, 'delete and get select exactly the named qdisc, or none', async (nl, ns) => {
  await veths(nl)
  tc(ns, 'qdisc add dev a root handle 1: htb')
  tc(ns, 'class add dev a parent 1: classid 1:1 htb rate 1mbit')
  tc(ns, 'class add dev a parent 1: classid 1:2 htb rate 1mbit')
  tc(ns, 'qdisc add dev a parent 1:1 handle 10: pfifo limit 7')
  tc(ns, 'qdisc add dev a parent 1:2 handle 20: bfifo limit 7000')
  tc(ns, 'qdisc add dev a clsact')
  const all = () => ns.exec('tc', ['qdisc', 'show', 'dev', 'a']).replace(/direct_packets_stat \d+/, '')
  const before = all()
  for (const key of [
    { parent: 'root', handle: '2:' },
    { parent: 'root', kind: 'tbf' },
    { kind: 'tbf' },
    { kind: 'ingress' },
    { handle: '1:', kind: 'tbf' },
    { handle: '30:' },
    { parent: '1:1', handle: '20:' },
    { parent: '1:1', kind: 'bfifo' },
    { parent: '1:3' },
    { parent: '2:1' },
    { parent: 'ingress', kind: 'ingress' },
  ] as const) {
    const what = JSON.stringify(key)
    await refuses(what, () => nl.qdisc.delete({ dev: 'a', ...key }), 'ENOENT')
    assert.is(await nl.qdisc.get({ dev: 'a', ...key }), undefined, what)
  }
  for (const key of [{}, { parent: undefined }, { parent: undefined, handle: undefined, kind: undefined }])
    await refuses(
      'no selector',
      () => nl.qdisc.delete({ dev: 'a', ...key }),
      'TypeError',
      /'parent', 'handle' or 'kind'/,
    )
  assert.is(all(), before)
  assert.is((await nl.qdisc.get({ dev: 'a', handle: '20:' }))?.parent, '1:2')
  assert.is((await nl.qdisc.get({ dev: 'a' }))?.handle, '1:')
  assert.is((await nl.qdisc.get({ dev: 'a', kind: 'clsact' }))?.parent, 'ingress')
  await nl.qdisc.delete({ dev: 'a', handle: '20:' })
  await nl.qdisc.delete({ dev: 'a', parent: '1:1', kind: 'pfifo' })
  await nl.qdisc.delete({ dev: 'a', kind: 'clsact' })
  await nl.qdisc.delete({ dev: 'a', parent: 'root', handle: '1:', kind: 'htb' })
  // A link that is down has noop, which the kernel never reports.
  ns.ip('link', 'set', 'dev', 'b', 'down')
  await nl.link.add({ name: 'down', kind: 'ifb' })
  for (const parent of ['root', 'ingress', undefined] as const)
    assert.is(await nl.qdisc.get({ dev: 'down', parent }), undefined)
  // A default qdisc has no handle. A qdisc that replaced it is a different one.
  const [none] = await nl.qdisc.list({ dev: 'a' })
  assert.ok(none && none.handle === undefined)
  await refuses('the default qdisc', () => nl.qdisc.delete(none), 'ENOENT')
  tc(ns, 'qdisc add dev a root handle 4: pfifo limit 7')
  await refuses('the qdisc that replaced the default', () => nl.qdisc.delete(none), 'ENOENT')
  assert.is((await nl.qdisc.list({ dev: 'a' }))[0]?.handle, '4:')
})

inBothWays(test, 'add and set leave a qdisc of another kind alone', async (nl, ns) => {
  await veths(nl)
  const target = { dev: 'a', parent: 'root' } as const
  const htb = {
    ...target,
    kind: 'htb',
    options: { init: { version: 3, rate2quantum: 10, defcls: 0, debug: 0, directPkts: 0 } },
  } as const
  const shown = () => ns.exec('tc', ['-d', 'qdisc', 'show', 'dev', 'a'])
  await refuses(
    'no qdisc',
    () => nl.qdisc.set({ ...target, kind: 'pfifo', options: { limit: 7 } }),
    'ENOENT',
    /pfifo dev a parent root: no such/,
  )
  tc(ns, 'qdisc add dev a root handle 4: pfifo limit 7')
  await nl.qdisc.set({ ...target, kind: 'pfifo', options: { limit: 8 } })
  const before = shown()
  assert.match(before, /pfifo 4: .* limit 8p/)
  await refuses('set another kind', () => nl.qdisc.set({ ...target, kind: 'bfifo', options: { limit: 9 } }), 'ENOENT')
  await refuses('set another handle', () => nl.qdisc.set({ ...target, kind: 'pfifo', handle: '5:' }), 'ENOENT')
  await refuses(
    'add another kind',
    () => nl.qdisc.add({ ...target, kind: 'bfifo', options: { limit: 9 } }),
    'EEXIST',
    /pfifo/,
  )
  await refuses('add the same kind', () => nl.qdisc.add({ ...target, kind: 'pfifo' }), 'EEXIST')
  await refuses('add another handle', () => nl.qdisc.add({ ...target, kind: 'bfifo', handle: '5:' }), 'EEXIST')
  assert.is(shown(), before)
  await nl.qdisc.replace(htb)
  assert.match(shown(), /htb/)
  await refuses(
    'an option that htb cannot change',
    () => nl.qdisc.replace({ ...htb, options: { init: { ...htb.options.init, defcls: 7 } } }),
    'EINVAL',
    /Change operation/,
  )
})

inBothWays(test, 'errors name the option, the accepted values and the given value', async (nl, ns) => {
  await veths(nl)
  const rate = { rate: 1000 } as const
  const parms = { rate, peakrate: { rate: 0 }, limit: 1000, buffer: 1000, mtu: 0 }
  const init = { version: 3, rate2quantum: 10, defcls: 0, debug: 0, directPkts: 0 }
  const average = { limit: 400_000, qthMin: 30_000, qthMax: 90_000, wlog: 9, plog: 21, scellLog: 10, flags: 0 }
  for (const [qdisc, reason] of [
    [{}, /'dev'/],
    [{ dev: undefined, kind: 'htb' }, /'dev'/],
    [{ dev: 0, kind: 'htb' }, /dev to be an index from 1/],
    [{ dev: 'a' }, /'kind'/],
    [{ dev: 'a', kind: 'pfifo', parent: 'x' }, /parent.*"x"/],
    [{ dev: 'a', kind: 'pfifo', parent: 5 }, /parent.*5/],
    [{ dev: 'a', kind: 'pfifo', handle: '12345:' }, /handle.*"12345:"/],
    [{ dev: 'a', kind: 'ingress', ingressBlock: 0 }, /ingressBlock.* from 1 to 4294967295, got 0/],
    [{ dev: 'a', kind: 'htb', options: { init: { ...init, version: 4 } } }, /options\.init\.version.*got 4/],
    [
      { dev: 'a', kind: 'tbf', options: { rate: '10mbits' } },
      /options\.rate to be bits per second.*kbit.*got "10mbits"/,
    ],
    [{ dev: 'a', kind: 'tbf', options: { rate: '1mbit' } }, /options to have 'burst', got none/],
    [{ dev: 'a', kind: 'tbf', options: { rate: 1, burst: '1kb', latency: '5h' } }, /latency to be microsec.*got "5h"/],
    [
      { dev: 'a', kind: 'tbf', options: { rate: 1e6, burst: '9qb', limit: 1 } },
      /options\.burst to be bytes.*kb.*"9qb"/,
    ],
    [
      { dev: 'a', kind: 'tbf', options: { rate: 1e6, burst: '5gb', limit: 1 } },
      /burst.* from 0 to 4294967295, got "5gb"/,
    ],
    [
      { dev: 'a', kind: 'tbf', options: { rate: 1e6, burst: 1, parms } },
      /options to have the keys rate, .*got 'parms'/,
    ],
    [{ dev: 'a', kind: 'tbf', options: { rate: 1e6, burst: 1 } }, /either 'limit' or 'latency', got none/],
    [{ dev: 'a', kind: 'tbf', options: { rate: 1e6, burst: 1, limit: 1, peakrate: 2e6 } }, /'mtu' with 'peakrate'/],
    [{ dev: 'a', kind: 'netem', options: { loss: '101%' } }, /options\.loss to be a percentage.* to 100, got "101%"/],
    [{ dev: 'a', kind: 'netem', options: { delay: '1ms', loss: 5 } }, /options\.loss to be a percentage.*got 5/],
    [{ dev: 'a', kind: 'netem', options: { delay: '1ms', distribution: 'nosuch' } }, /distribution .*tc.*"nosuch"/],
    [{ dev: 'a', kind: 'red', options: { limit: 9000, avpkt: 1000, burst: 0 } }, /burst to be at least/],
    [{ dev: 'a', kind: 'fq', options: { buckets: 100 } }, /options\.buckets to be a power of two, got 100/],
    [{ dev: 'a', kind: 'prio', options: { priomap: Array(17).fill(0) } }, /priomap to have at most 16 entries, got 17/],
    [{ dev: 'a', kind: 'tbf' }, /'parms' in options of a tbf/],
    [{ dev: 'a', kind: 'tbf', options: { parms: { ...parms, peakrate: rate } } }, /peakrate.* 1000, got 1000/],
    [{ dev: 'a', kind: 'tbf', options: { parms: { ...parms, buffer: 0 } } }, /buffer .*a byte.*got 0/],
    [{ dev: 'a', kind: 'red' }, /'parms' in options of a red/],
    [
      { dev: 'a', kind: 'red', options: { parms: average } },
      /options to have 'avpkt', and 'bandwidth' unless it is 10mbit, .*'stab', got none/,
    ],
    [
      { dev: 'a', kind: 'red', options: { parms: average, avpkt: 1000, bandwidth: '10gbit' } },
      /avpkt and bandwidth to give the scellLog 10 of parms, got \d/,
    ],
    [{ dev: 'a', kind: 'pfifo', limit: 7 }, /'limit'/],
    [{ dev: 'a', kind: 'pfifo', options: { limit: -1 } }, /u32.*got -1/],
  ] as const)
    for (const verb of ['add', 'replace'] as const) {
      const what = `${verb} ${JSON.stringify(qdisc)}`
      const call = () => nl.qdisc[verb](qdisc as never)
      await refuses(what, call, 'TypeError', reason)
    }
  await refuses('a filter', () => nl.qdisc.list({ dev: 0 }), 'TypeError', /dev.*0/)
  assert.match(tc({ ...ns }, 'qdisc show dev a'), /^qdisc noqueue/)
})

inBothWays(test, 'options in the words of tc are added, ensured and changed', async (nl, ns) => {
  await veths(nl)
  const shown = () => tc(ns, '-d qdisc show dev a')
  for (const [kind, first, second, printed] of [
    ['htb', {}, {}, /htb .* r2q 10 default 0 /],
    [
      'tbf',
      { rate: '10mbit', burst: '32kb', latency: '50ms' },
      { rate: '20mbit', burst: '64kb', limit: '100kb' },
      /rate 20Mbit burst 64Kb/,
    ],
    ['bfifo', { limit: '8kb' }, { limit: '1mb' }, /limit 1Mb/],
    ['pfifo', { limit: 8 }, { limit: 9 }, /limit 9p/],
  ] as const) {
    const qdisc = (options: object) => ({ dev: 'a', kind, options }) as never
    await nl.qdisc.add(qdisc(first))
    assert.equal(await nl.qdisc.ensure(qdisc(first)), { changed: false, created: false, changes: [] }, kind)
    const { changed, created } = await nl.qdisc.ensure(qdisc(second))
    assert.equal([changed, created], [kind !== 'htb', false], kind)
    assert.match(shown(), printed)
    assert.is((await nl.qdisc.ensure(qdisc(second))).changed, false, kind)
    await nl.qdisc.delete({ dev: 'a', kind })
  }
  await nl.qdisc.add({ dev: 'a', kind: 'htb' })
  assert.match(shown(), /htb .*r2q 10/)
})

/** Tries values for the members of options. The kernel accepts them, or names the one that it rejects. */
test('the kernel rejects no option of a qdisc without a reason', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    const values = [0, 1, 7, 1000, 0x7fffffff, 0xffffffff]
    const rates = values.flatMap((rate) => [{ rate }, { rate, linklayer: 1 }, { rate, cellLog: 31, mpu: 65535 }])
    const of = (kind: string, options: object) => ({ dev: 'a', kind, options })
    const init = { version: 3, rate2quantum: 10, defcls: 0, debug: 0, directPkts: 0 }
    const parms = { rate: { rate: 1000, linklayer: 1 }, peakrate: { rate: 0 }, limit: 9, buffer: 1000, mtu: 0 }
    const qdiscs = [
      ...['pfifo', 'bfifo', 'pfifo_fast'].flatMap((kind) =>
        values.map((limit) => of(kind, kind === 'pfifo_fast' ? {} : { limit })),
      ),
      ...Object.keys(init).flatMap((key) => values.map((value) => of('htb', { init: { ...init, [key]: value } }))),
      ...values.map((directQlen) => of('htb', { init, directQlen })),
      ...['limit', 'buffer', 'mtu'].flatMap((key) =>
        values.map((value) => of('tbf', { parms: { ...parms, [key]: value } })),
      ),
      ...['rate', 'peakrate'].flatMap((key) => rates.map((value) => of('tbf', { parms: { ...parms, [key]: value } }))),
      ...values.flatMap((burst) => values.map((pburst) => of('tbf', { parms, burst, pburst }))),
      ...values.map((value) => of('tbf', { parms, rate64: BigInt(value), prate64: BigInt(value) * 2n })),
      ...values.map((ingressBlock) => ({ dev: 'a', kind: 'clsact', ingressBlock, egressBlock: 7 })),
    ]
    const unexplained: string[] = []
    for (const qdisc of qdiscs)
      for (const verb of ['add', 'replace', 'set'] as const)
        try {
          await nl.qdisc[verb](qdisc as never)
          if (verb !== 'add') continue
          await nl.qdisc.delete({ dev: 'a', kind: qdisc.kind as 'pfifo' })
        } catch (error) {
          if (error instanceof TypeError) continue
          if (!(error instanceof NetlinkError)) throw error
          const reason = error.kernelMessage ?? error.attribute
          const shown = JSON.stringify(qdisc, (_, value) => (typeof value === 'bigint' ? `${value}n` : value))
          if (['EINVAL', 'ERANGE'].includes(error.code) && reason === undefined)
            unexplained.push(`${verb} ${shown}: ${error}`)
        }
    assert.equal(unexplained, [])
  }))

test.run()
