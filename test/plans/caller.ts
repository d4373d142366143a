import { type Desired, Netlink } from '@netloom/netlink'
import { injectorOf } from '../support/injected.js'

/**
 * Applies a desired state with `confirmWithin`, and kills itself before a request: `caller.ts NETNS JSON NUMBER`. If NUMBER is 0, it
 * undoes the steps, and prints the number of requests that did them.
 */
const [netns = '', json = '', number = ''] = process.argv.slice(2)
using nl = Netlink.open({ netns })
using injector = injectorOf(nl)
const plan = await nl.plan(JSON.parse(json) as Desired)
injector.before((each) => {
  if (each === Number(number)) process.kill(process.pid, 'SIGKILL')
})
const applied = await plan.apply({ confirmWithin: 600_000, allowLossy: true })
process.stdout.write(`${injector.changes}\n`)
await applied.undo()
