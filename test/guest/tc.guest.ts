import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { inBothWays, veths } from '../support/api.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { rows } from '../support/tc-rows.js'

/** In a guest, because this machine's kernel may lack the kinds. */
const test = suiteNeeding('traffic control with every kind', 'netns')

// biome-ignore lint/suspicious/noExplicitAny: calls of many types
type Any = any

/** Creates what the object of a row needs: the qdisc of a class or filter, found by its parent. */
async function prepare(nl: Netlink, call: string, argument: Any): Promise<void> {
  const { parent, handle } = argument
  if (call.startsWith('qdisc')) return
  if (parent === 'ingress' || parent === 'egress') return nl.qdisc.add({ dev: 'a', kind: 'clsact' })
  const kind = call.startsWith('class') ? argument.kind : 'prio'
  const root = String(call.startsWith('class') ? handle : (parent ?? '1:')).split(':')[0]
  await nl.qdisc.add({ dev: 'a', kind, handle: `${root}:` } as Any)
}

const shown = (ns: Namespace) =>
  ['qdisc', 'class', 'filter']
    .map((what) => ns.exec('tc', [what, 'show', 'dev', 'a']))
    .concat(['ingress', 'egress'].map((hook) => ns.exec('sh', ['-c', `tc filter show dev a ${hook} || :`])))
    .join('')
    .replace(
      /installed \d+ sec used \d+ sec|refcnt \d+|index \d+|ref \d+ bind \d+|direct_packets_stat \d+|ce_threshold \d+us/g,
      '',
    )
    // The class of a flow of packets.
    .replace(/class cake .*/g, '')

/** Adds the object of a row, deletes it, and adds what was read. Returns what differs then. */
async function roundTrip(nl: Netlink, ns: Namespace, call: string, argument: Any): Promise<string | undefined> {
  const object = call.split('.')[0] as 'qdisc' | 'class' | 'filter'
  await prepare(nl, call, argument)
  await nl[object].add({ ...argument, dev: 'a' } as Any)
  const before = shown(ns)
  const { parent } = argument
  const place = { dev: 'a', ...(object === 'filter' && parent !== undefined && { parent }) } as Any
  const listed = ((await nl[object].list(place)) as Any[]).filter(
    ({ kind, options = {} }) => kind === argument.kind && !('divisor' in options),
  )
  const [read] = listed
  if (read === undefined) return 'not listed'
  await nl[object].delete(read)
  await nl[object].add({ ...read } as Any)
  const after = shown(ns)
  return before === after ? undefined : `was\n${before}is\n${after}`
}

test('what was read can be written, for every row that the kernel accepts', async () => {
  const [faults, refused]: [string[], string[]] = [[], []]
  for (const [command, call, argument] of rows) {
    if (!/^(qdisc|class|filter)\.(add|replace)$/.test(call)) continue
    await inScratch(async (ns) => {
      using nl = Netlink.open({ netns: ns.path })
      await veths(nl)
      try {
        const fault = await roundTrip(nl, ns, call, argument)
        if (fault !== undefined) faults.push(`${command}: ${fault}`)
      } catch (error) {
        refused.push(`${command}: ${error}`)
      }
    })
  }
  console.log(refused.join('\n'))
  assert.is(faults.join('\n'), '')
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
    const error = await nl.qdisc.add(inBand('1:6', '6:')).catch((each: Error) => each)
    assert.match(String(error), /class not found/)
    await (await nl.plan({ qdiscs: [{ dev: 'a', handle: '1:', absent: true }] })).apply({ allowLossy: true })
  }
})

test.run()
