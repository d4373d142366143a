import { type Desired, Netlink, type NewQdisc } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { overBoth, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('plans that remove qdiscs', 'netns')

const lossy = { allowLossy: true, settle: 60_000 }
const noRate = { rate: 0, cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0 }
const rate = { rate: { ...noRate, rate: 1_000_000 }, peakrate: noRate, limit: 10_000, buffer: 1_000_000, mtu: 0 }
const tbf = { dev: 'a', kind: 'tbf', handle: '1:', options: { parms: rate } } as const satisfies NewQdisc
const pfifo = { dev: 'a', kind: 'pfifo', handle: '10:', options: { limit: 20 } } as const satisfies NewQdisc
const inTbf = { ...pfifo, parent: '1:1' } as const satisfies NewQdisc

const prepare = (there: readonly NewQdisc[]) => async (nl: Netlink) => {
  await veths(nl)
  for (const each of there) await nl.qdisc.add(each)
}

const absent = ({ dev, parent = 'root' }: NewQdisc) => ({ dev, parent, absent: true }) as const
const inInner = { ...pfifo, parent: '20:1', handle: '30:' } as const satisfies NewQdisc
const innerTbf = { ...tbf, parent: '1:1', handle: '20:' } as const satisfies NewQdisc

for (const [name, there, wanted] of [
  ['the parent is named first', [tbf, inTbf], [tbf, inTbf]],
  ['the child is named first', [tbf, inTbf], [inTbf, tbf]],
  ['three levels', [tbf, innerTbf, inInner], [innerTbf, tbf, inInner]],
  ['the one between is not named', [tbf, innerTbf, inInner], [tbf, inInner]],
] as const)
  overBoth(
    test,
    `a qdisc and those in its classes are removed, the lowest first: ${name}`,
    async (nl) => {
      const before = await stateOf(nl)
      const desired: Desired = { qdiscs: wanted.map(absent) }
      const plan = await nl.plan(desired)
      assert.equal(plan.conflicts, [])
      assert.is(plan.steps.length, wanted.length)
      assert.equal(
        plan.steps.map(({ key }) => /parent (\S+)/.exec(key)?.[1]),
        ['20:1', '1:1', 'root'].filter((parent) => plan.steps.some(({ key }) => key.endsWith(`parent ${parent}`))),
      )
      const applied = await plan.apply(lossy)
      assert.ok((await nl.plan(desired)).isEmpty)
      assert.equal(
        (await nl.qdisc.list({ dev: 'a' })).filter(({ handle }) => handle !== undefined),
        [],
      )
      assert.equal((await applied.undo()).left, [])
      assert.equal(await stateOf(nl), before)
      const failing = () => nl.plan(desired).then((again) => again.apply({ ...lossy, checks: [() => false] }))
      await refuses('a check', failing, 'ERR_NETLINK_NOT_APPLIED', / 0 left/)
      assert.equal(await stateOf(nl), before)
    },
    prepare(there),
  )

for (const [name, there] of [
  ['that exists', [tbf, innerTbf, inInner]],
  ['that is new', [tbf, innerTbf]],
] as const)
  overBoth(
    test,
    `a desired qdisc in a class of an absent one is a conflict: one ${name}`,
    async (nl) => {
      const { conflicts } = await nl.plan({ qdiscs: [inInner, absent(tbf)] })
      assert.equal(
        conflicts.map(({ type, path, message }) => `${type} ${path}: ${message}`),
        ['in-use qdiscs[1]: expected no desired qdisc in a class of one that is absent, got pfifo 30:'],
      )
    },
    prepare(there),
  )

for (const [name, desired] of [
  ['a link is removed', { links: [{ name: 'a', absent: true }] }],
  ['a qdisc is removed', { qdiscs: [{ dev: 'a', parent: 'root', absent: true }] }],
  ['a qdisc is replaced', { qdiscs: [{ ...tbf, recreate: true }] }],
] as readonly (readonly [string, Desired])[])
  test(`a qdisc in a class that is lost is named: ${name}`, () =>
    inScratch(async ({ path }) => {
      using nl = Netlink.open({ netns: path })
      await veths(nl)
      await nl.qdisc.add({ dev: 'a', kind: 'htb', handle: '1:' })
      await nl.class.add({ dev: 'a', kind: 'htb', parent: '1:', handle: '1:10', options: { rate: '1mbit' } })
      await nl.qdisc.add({ ...pfifo, parent: '1:10' })
      const plan = await nl.plan(desired)
      assert.equal(
        plan.steps.map(({ undo }) => undo),
        ['lossy'],
      )
      await refuses('lossy', () => plan.apply(), 'ERR_NETLINK_PLAN_REFUSED', /allowLossy for step 1/)
      const { left } = await (await plan.apply(lossy)).undo()
      assert.equal(
        left.map(({ step, errors }) => [step.id, ...errors.map(({ message }) => message.split(' (')[0])]),
        [[1, 'RTM_NEWQDISC pfifo dev a parent 1:10 handle 10:: Specified class not found']],
      )
      assert.equal(
        (await nl.qdisc.list({ dev: 'a' })).map(({ kind, handle }) => `${kind} ${handle}`),
        ['htb 1:'],
      )
    }))

test.run()
