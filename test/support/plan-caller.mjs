import { Netlink } from '@netloom/netlink'

// Applies a desired state in a namespace, for tests that kill this process: `plan-caller.mjs NETNS JSON CONFIRM_WITHIN`. Prints the name of
// the journal when the steps are done, and waits. With `KILL_AT`, it kills itself before that step. It is no TypeScript, and loads the
// bundle: the tests start many, and this takes a tenth of the time.
const [netns = '', json = '', confirmWithin = ''] = process.argv.slice(2)
const nl = Netlink.open({ netns })
const plan = await nl.plan(JSON.parse(json))
const killAt = Number(process.env.KILL_AT ?? 0)
let steps = 0
// Kills this process when the signal is checked before a step: no handler runs.
const signal = new AbortController().signal
signal.throwIfAborted = () => {
  if (steps++ === killAt && killAt > 0) process.kill(process.pid, 'SIGKILL')
}
const { journal } = await plan.apply({ confirmWithin: Number(confirmWithin), signal })
process.stdout.write(`${journal}\n`)
setInterval(() => {}, 1000)
