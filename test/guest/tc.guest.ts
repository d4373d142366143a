import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, refuses, veths } from '../support/api.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { runTcCookbook } from '../support/tc-cookbook.js'
import { rows } from '../support/tc-rows.js'

/** In a guest, because this machine's kernel may lack the kinds. */
const test = suiteNeeding('traffic control with every kind', 'netns')

// biome-ignore lint/suspicious/noExplicitAny: calls of many types
type Any = any

/** Options without which the kernel refuses a qdisc that classes are added to. */
const needed: Readonly<Record<string, object>> = { hfsc: { default: 1 }, ets: { bands: 4 } }

/** Creates what the object of a row needs: the qdisc of a class or filter, found by its parent. */
async function prepare(nl: Netlink, call: string, argument: Any): Promise<void> {
  const { parent, handle, block } = argument
  if (call.startsWith('qdisc')) return
  if (block !== undefined) return nl.qdisc.add({ dev: 'a', kind: 'ingress', ingressBlock: block })
  if (parent === 'ingress' || parent === 'egress') return nl.qdisc.add({ dev: 'a', kind: 'clsact' })
  const kind = call.startsWith('class') ? argument.kind : 'prio'
  const root = String(call.startsWith('class') ? handle : (parent ?? '1:')).split(':')[0]
  await nl.qdisc.add({ dev: 'a', kind, handle: `${root}:`, options: needed[kind] } as Any)
}

/** Words that the table of a red is computed from, which the kernel does not report. */
const unreported = (kind: string, { avpkt, bandwidth }: Any = {}) => (kind === 'red' ? { avpkt, bandwidth } : {})

/** The link of the rows: mqprio and taprio require more than one queue. */
const addLink = (nl: Netlink) =>
  nl.link.add({ name: 'a', kind: 'veth', up: true, numTxQueues: 4, peer: { name: 'a-peer', up: true } })

/** Rows that are refused, what the error contains, and why. */
const expected: readonly (readonly [command: RegExp, error: RegExp])[] = [
  // veth has no hardware that filters.
  [/ skip_sw /, /EOPNOTSUPP/],
  // The classes of ets are its bands, which exist.
  [/ ets quantum /, /EEXIST/],
]

const commands = ['qdisc', 'class', 'filter'].map((what) => `tc ${what} show dev a`)
const hooks = ['ingress', 'egress'].map((hook) => `tc filter show dev a ${hook} || :`)

const shown = (ns: Namespace) =>
  ns
    .exec('sh', ['-c', [...commands, ...hooks].join('\n')])
    .replace(
      /installed \d+ sec used \d+ sec|refcnt \d+|index \d+|ref \d+ bind \d+|direct_packets_stat \d+|ce_threshold \d+us/g,
      '',
    )
    // The class of a flow of packets.
    .replace(/^class (cake|sfq|fq_codel) .*\n/gm, '')

/** Adds the object of a row, deletes it, and adds what was read. Returns what differs then. */
async function roundTrip(nl: Netlink, ns: Namespace, call: string, argument: Any): Promise<string | undefined> {
  const object = call.split('.')[0] as 'qdisc' | 'class' | 'filter'
  await prepare(nl, call, argument)
  const { parent, block } = argument
  const link = block === undefined ? { dev: 'a' } : { block }
  await nl[object].add({ ...argument, ...link } as Any)
  const before = shown(ns)
  const place = { ...link, ...(object === 'filter' && parent !== undefined && { parent }) } as Any
  const listed = ((await nl[object].list(place)) as Any[]).filter(
    ({ kind, handle, options = {} }) =>
      // hfsc also lists the class of the qdisc itself.
      kind === argument.kind && !('divisor' in options) && (object !== 'class' || handle === argument.handle),
  )
  const [read] = listed
  if (read === undefined) return 'not listed'
  await nl[object].delete(read)
  const options = { ...read.options, ...unreported(read.kind, argument.options) }
  if (read.kind === 'red') await refuses('a red without a table', () => nl.qdisc.add(read), 'TypeError', /'avpkt'/)
  await nl[object].add({ ...read, ...(read.options !== undefined && { options }) } as Any)
  if (object === 'qdisc') {
    const { changed, changes } = await nl.qdisc.ensure({ ...argument, ...link } as Any)
    if (changed) return `ensure changes ${JSON.stringify(changes)}`
  }
  const after = shown(ns)
  return before === after ? undefined : `was\n${before}is\n${after}`
}

const refused: string[] = []

/** Returns what is wrong with a row. */
async function faultOf([command, call, argument]: (typeof rows)[number]): Promise<string | undefined> {
  let fault: string | undefined
  await inScratch(async (ns) => {
    using nl = Netlink.open({ netns: ns.path })
    await addLink(nl)
    fault = await roundTrip(nl, ns, call, argument).catch((error: unknown) => {
      refused.push(command)
      const [, reason] = expected.find(([row]) => row.test(command)) ?? []
      return reason?.test(String(error)) ? undefined : String(error)
    })
  })
  return fault && `${command}: ${fault}`
}

const written = rows.filter(([, call]) => /^(qdisc|class|filter)\.(add|replace)$/.test(call))

// In several tests, because a guest must not be silent for long.
const PART = 10
for (let from = 0; from < written.length; from += PART)
  test(`what was read can be written: rows from ${from + 1} on`, async () => {
    const faults: string[] = []
    for (const row of written.slice(from, from + PART)) faults.push(...[(await faultOf(row)) ?? []].flat())
    assert.is(faults.join('\n'), '')
  })

test('every expected refusal happens', () => {
  const unused = expected.filter(([row]) => !refused.some((command) => row.test(command)))
  assert.equal(unused, [])
})

test('the kernel accepts every command of the cookbook about tc', async () => {
  assert.equal(await runTcCookbook(), [])
})

inBothWays(test, 'a rate limit by police, and impairments by netem, are ensured and removed', async (nl, ns) => {
  await veths(nl)
  const before = shown(ns)
  const limit = { dev: 'a', egress: '10mbit', ingress: '5mbit' } as const
  assert.is((await nl.rateLimit.ensure(limit)).created, true)
  const { index: dev } = (await nl.link.get('a')) as { index: number }
  assert.equal(await nl.rateLimit.get({ dev: 'a' }), { dev, egress: 1e7, ingress: 5e6, ingressBy: 'police' })
  assert.equal(await nl.rateLimit.ensure(limit), { changed: false, created: false, changes: [] })
  assert.is((await nl.rateLimit.ensure({ ...limit, ingress: '6mbit' })).changed, true)
  assert.is((await nl.rateLimit.get({ dev: 'a' }))?.ingress, 6e6)
  await nl.rateLimit.ensure({ ...limit, ingressBy: 'ifb' })
  assert.is((await nl.rateLimit.get({ dev: 'a' }))?.ingressBy, 'ifb')
  await nl.rateLimit.ensure(limit)
  assert.is((await nl.rateLimit.get({ dev: 'a' }))?.ingressBy, 'police')
  await nl.rateLimit.delete({ dev: 'a' })
  assert.is(shown(ns), before)
  const impairment = { dev: 'a', to: '10.0.0.7', netem: { delay: '20ms', loss: '1%' } } as const
  assert.is((await nl.impairment.ensure(impairment)).created, true)
  assert.equal(await nl.impairment.ensure(impairment), { changed: false, created: false, changes: [] })
  assert.match(shown(ns), /netem .*parent 4e4d:1 .*delay 20ms loss 1%/)
  assert.is((await nl.impairment.get({ dev: 'a', to: '10.0.0.7' }))?.hasNetem, true)
  await nl.impairment.ensure({ dev: 'a', to: '10.0.0.7', rate: '1mbit' })
  assert.not.match(shown(ns), /netem/)
  await nl.impairment.delete({ dev: 'a', to: '10.0.0.7' })
  assert.is(shown(ns), before)
})

inBothWays(test, 'plans know the bands of prio and ets', async (nl) => {
  await veths(nl)
  for (const [kind, options] of [
    ['prio', { bands: 5 }],
    ['ets', { strict: 5 }],
  ] as const) {
    const upper = { dev: 'a', kind, handle: '1:', options } as Any
    const inBand = (parent: string, handle: string): Any => ({ dev: 'a', kind: 'pfifo', parent, handle })
    const { conflicts } = await nl.plan({ qdiscs: [upper, inBand('1:6', '6:')] })
    assert.equal(
      conflicts.map(({ message }) => message),
      [`expected a class from 1:1 to 1:5, one for each band of ${kind}, got 1:6`],
    )
    await (await nl.plan({ qdiscs: [upper, inBand('1:5', '5:')] })).apply()
    await refuses('a class without a band', () => nl.qdisc.add(inBand('1:6', '6:')), 'ENOENT', /class not found/)
    await (await nl.plan({ qdiscs: [{ dev: 'a', handle: '1:', absent: true }] })).apply({ allowLossy: true })
  }
})

test.run()
