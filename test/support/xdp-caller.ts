import { Netlink } from '@netloom/netlink'
import './built.js'

/**
 * Attaches the programs of the descriptors in XDP_FDS to the link `a` of a namespace, detaches them, and prints what it has read after
 * each call as JSON: `xdp-caller.ts NETNS`. `xdp_program.py` starts it.
 */
const [netns = ''] = process.argv.slice(2)
const [one = -1, two = -1] = (process.env.XDP_FDS ?? '').split(',').map(Number)
using nl = Netlink.open({ netns })

const results: unknown[] = []
async function after(what: string, call: () => Promise<unknown>): Promise<void> {
  let result: unknown
  try {
    const value = await call()
    result = (value as { readonly changed?: boolean } | undefined)?.changed
  } catch (error) {
    result = (error as { readonly code?: string }).code
  }
  results.push({ what, result, xdp: nl.link.getSync('a')?.xdp })
}

const spec = { name: 'a', kind: 'veth' } as const
await after('attach', () => nl.link.set('a', { xdp: { fd: one, mode: 'skb' } }))
await after('again, only if there is none', () => nl.link.set('a', { xdp: { fd: two, mode: 'skb', ifNone: true } }))
await after('replace another one than expected', () =>
  nl.link.set('a', { xdp: { fd: two, mode: 'skb', expectedFd: two } }),
)
await after('replace the expected one', () => nl.link.set('a', { xdp: { fd: two, mode: 'skb', expectedFd: one } }))
await after('ensure the same', () => nl.link.ensure({ ...spec, xdp: { fd: two, mode: 'skb' } }))
await after('ensure another one', () => nl.link.ensure({ ...spec, xdp: { fd: one, mode: 'skb' } }))
const desired = { links: [{ name: 'a', xdp: { fd: -1, mode: 'skb' as const } }] }
const plan = await nl.plan(desired)
results.push({
  what: 'plan',
  steps: plan.steps.map(({ verb, undo, changes }) => [verb, undo, changes.map(({ key }) => key)]),
})
await after('apply', () => plan.apply({ allowLossy: true }))
results.push({ what: 'plan again', isEmpty: (await nl.plan(desired)).isEmpty })
const attaching = await nl.plan({ links: [{ name: 'a', xdp: { fd: one, mode: 'skb' } }] })
const applied = await attaching.apply()
results.push({
  what: 'attached by a plan',
  undo: attaching.steps.map(({ undo }) => undo),
  xdp: nl.link.getSync('a')?.xdp,
})
await after('undo', () => applied.undo())
console.log(JSON.stringify(results))
