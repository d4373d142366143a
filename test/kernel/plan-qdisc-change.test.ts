import type { Desired, Netlink, NewQdisc } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { overBoth, shortOf, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

/** `test/netlink/plan-qdisc-losses.test.ts` has kinds that this kernel may lack. */
const test = suiteNeeding('plans that change qdiscs with others in their classes', 'netns')

type TcHandle = `${string}:${string}`

const noRate = { rate: 0, cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0 }
const tbf = (limit: number, handle: TcHandle = '1:', parent?: TcHandle) =>
  ({
    ...{ dev: 'a', kind: 'tbf', handle, parent },
    options: { parms: { rate: { ...noRate, rate: 1_000_000 }, peakrate: noRate, limit, buffer: 1_000_000, mtu: 0 } },
  }) as const satisfies NewQdisc
const fifo = <K extends 'pfifo' | 'bfifo'>(kind: K, parent: TcHandle, handle: TcHandle, limit: number) =>
  ({ dev: 'a', kind, parent, handle, options: { limit } }) as NewQdisc & { readonly kind: K }
const pfifo = fifo('pfifo', '1:1', '10:', 20)

async function limits(nl: Netlink): Promise<unknown[]> {
  const found = (await nl.qdisc.list({ dev: 'a' })).filter(({ kind }) => kind === 'pfifo' || kind === 'bfifo')
  return found.map(({ options }) => (options as { readonly limit: number }).limit)
}

/** Creates what the test needs on a pair of links. */
const prepare = (there: readonly NewQdisc[]) => async (nl: Netlink) => {
  await veths(nl)
  for (const each of there) await nl.qdisc.add(each)
}

overBoth(
  test,
  'the kernel gives a queue in a tbf the limit of the tbf',
  async (nl) => {
    await nl.qdisc.set({ ...tbf(12_000), parent: 'root' })
    assert.equal(await limits(nl), [12_000])
  },
  prepare([tbf(10_000), pfifo]),
)

for (const [name, there, wanted, steps, after] of [
  ['one that is not named', [tbf(10_000), pfifo], [tbf(12_000)], ['change 1:'], [20]],
  ['one that is named', [tbf(10_000), pfifo], [tbf(12_000), pfifo], ['change 1:'], [20]],
  [
    'one that gets another limit itself',
    [tbf(10_000), pfifo],
    [fifo('pfifo', '1:1', '10:', 30), { ...tbf(12_000), parent: 'root' }],
    ['change 1:', 'change 10:'],
    [30],
  ],
  [
    'in two levels, of which both change',
    [tbf(10_000), tbf(9000, '2:', '1:1'), fifo('bfifo', '2:1', '20:', 7000)],
    [tbf(8000, '2:', '1:1'), tbf(12_000)],
    ['change 1:', 'change 2:'],
    [7000],
  ],
] as const)
  overBoth(
    test,
    `a queue in a tbf keeps its limit while a plan changes the tbf: ${name}`,
    async (nl) => {
      const before = await stateOf(nl)
      const desired: Desired = { qdiscs: wanted }
      const plan = await nl.plan(desired)
      assert.equal(plan.conflicts, [])
      const short = plan.steps.map(({ verb, key }) => `${verb} ${/handle (\S+)/.exec(key)?.[1]}`)
      assert.equal([short, plan.steps.every(({ undo }) => undo === 'exact')], [steps, true], shortOf(plan).join())
      const applied = await plan.apply()
      assert.equal(await limits(nl), after)
      assert.ok((await nl.plan(desired)).isEmpty)
      assert.equal((await applied.undo()).left, [])
      assert.equal(await stateOf(nl), before)
      const failing = () => nl.plan(desired).then((again) => again.apply({ checks: [() => false] }))
      await refuses('a check', failing, 'ERR_NETLINK_NOT_APPLIED', / 0 left/)
      assert.equal(await stateOf(nl), before)
    },
    prepare(there),
  )

test.run()
