import { ApplyError, type Desired, Netlink, NetlinkError, type NewQdisc } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { overBoth, reaches, shortOf, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('plans that replace qdiscs', 'netns')

type DesiredQdisc = NonNullable<Desired['qdiscs']>[number]

const lossy = { allowLossy: true, settle: 60_000 }
const noRate = { rate: 0, cellLog: 0, linklayer: 0, overhead: 0, cellAlign: 0, mpu: 0 }
const rate = { rate: { ...noRate, rate: 1_000_000 }, peakrate: noRate, limit: 10_000, buffer: 1_000_000, mtu: 0 }
const tbf = { dev: 'a', kind: 'tbf', handle: '1:', options: { parms: rate } } as const satisfies NewQdisc
const inTbf = {
  dev: 'a',
  parent: '1:1',
  kind: 'pfifo',
  handle: '10:',
  options: { limit: 20 },
} as const satisfies NewQdisc

interface Case {
  readonly name: string
  readonly there: readonly NewQdisc[]
  readonly wanted: readonly DesiredQdisc[]
  /** The steps with `recreate`. */
  readonly steps: readonly string[]
  /** The conflict without it. */
  readonly conflict: { readonly type: string; readonly path: string; readonly message: RegExp }
}

const pfifo = { dev: 'a', kind: 'pfifo', handle: '1:', options: { limit: 10 } } as const satisfies NewQdisc
const ofOther = { type: 'kind', path: 'qdiscs[0]' } as const
const recreates = /the parent has another qdisc, \S+ \S+:; recreate: true replaces it/

const cases: readonly Case[] = [
  {
    name: 'another kind, with another handle',
    there: [pfifo],
    wanted: [{ dev: 'a', kind: 'bfifo', handle: '2:', options: { limit: 3000 } }],
    steps: ['replace qdisc bfifo dev a handle 2:: kind,handle,options.limit'],
    conflict: { ...ofOther, message: recreates },
  },
  {
    name: 'another kind, with the same handle',
    there: [pfifo],
    wanted: [{ dev: 'a', kind: 'bfifo', handle: '1:', options: { limit: 3000 } }],
    steps: ['replace qdisc bfifo dev a handle 1:: kind,options.limit'],
    conflict: { ...ofOther, message: recreates },
  },
  {
    name: 'another kind, without a handle',
    there: [pfifo],
    wanted: [{ dev: 'a', kind: 'bfifo', options: { limit: 3000 } }],
    steps: ['replace qdisc bfifo dev a: kind,options.limit'],
    conflict: { ...ofOther, message: recreates },
  },
  {
    name: 'the same kind with another handle',
    there: [pfifo],
    wanted: [{ dev: 'a', kind: 'pfifo', handle: '2:' }],
    steps: ['replace qdisc pfifo dev a handle 2:: handle'],
    conflict: { ...ofOther, message: recreates },
  },
  {
    name: 'another kind at the ingress',
    there: [{ dev: 'a', kind: 'ingress' }],
    wanted: [{ dev: 'a', kind: 'clsact' }],
    steps: ['replace qdisc clsact dev a: kind'],
    conflict: { ...ofOther, message: recreates },
  },
  {
    name: 'a qdisc with another one in its class, which is added again',
    there: [tbf, inTbf],
    wanted: [
      { ...inTbf, parent: '2:1' },
      { ...tbf, handle: '2:' },
    ],
    steps: ['replace qdisc tbf dev a handle 2:: handle,options.parms', 'add qdisc pfifo dev a parent 2:1 handle 10:'],
    conflict: { type: 'kind', path: 'qdiscs[1]', message: recreates },
  },
  {
    name: 'a qdisc in a class',
    there: [tbf, inTbf],
    wanted: [{ ...inTbf, kind: 'bfifo', options: { limit: 3000 } }],
    steps: ['replace qdisc bfifo dev a parent 1:1 handle 10:: kind,options.limit'],
    conflict: { ...ofOther, message: recreates },
  },
]

const withRecreate = (wanted: readonly DesiredQdisc[]): Desired => ({
  qdiscs: wanted.map((each) => ({ ...each, recreate: true }) as DesiredQdisc),
})

const prepare = (there: readonly NewQdisc[]) => async (nl: Netlink) => {
  await veths(nl)
  for (const each of there) await nl.qdisc.add(each)
}

async function isReplaced(nl: Netlink, { wanted, steps, conflict }: Omit<Case, 'name' | 'there'>): Promise<void> {
  const before = await stateOf(nl)
  const [refused, ...others] = (await nl.plan({ qdiscs: wanted })).conflicts
  assert.equal([refused?.type, refused?.path, others.length], [conflict.type, conflict.path, 0])
  assert.match(refused?.message ?? '', conflict.message)
  const desired = withRecreate(wanted)
  const plan = await nl.plan(desired)
  assert.equal([shortOf(plan), plan.conflicts], [steps, []])
  assert.is(plan.steps[0]?.undo, 'lossy')
  await refuses('lossy steps', () => plan.apply(), 'ERR_NETLINK_PLAN_REFUSED', /allowLossy/)
  assert.equal(await stateOf(nl), before)
  const applied = await plan.apply(lossy)
  assert.ok((await nl.plan(desired)).isEmpty)
  assert.ok((await nl.plan({ qdiscs: wanted })).isEmpty)
  assert.equal((await applied.undo()).left, [])
  assert.equal(await stateOf(nl), before)
  await isUndone(nl, desired)
}

/** Applies a desired state, which fails, and checks that the state is the one before. */
async function isUndone(nl: Netlink, desired: Desired, checks = [() => false]): Promise<void> {
  const before = await stateOf(nl)
  const plan = await nl.plan(desired)
  assert.equal(plan.conflicts, [])
  try {
    await plan.apply({ ...lossy, checks })
    assert.unreachable('expected the plan to fail')
  } catch (error) {
    if (!(error instanceof ApplyError)) throw error
    assert.equal(error.left, [])
  }
  assert.equal(await stateOf(nl), before)
}

for (const { name, there, ...each } of cases)
  overBoth(
    test,
    `recreate replaces ${name}, and its undo restores what was there`,
    (nl) => isReplaced(nl, each),
    prepare(there),
  )

overBoth(
  test,
  'a replacement of a kind that the kernel does not have, or with the handle of the qdisc above, is a conflict',
  async (nl) => {
    const unknown = { dev: 'a', kind: 'nosuch', handle: '1:' } as unknown as NewQdisc
    const taken: NewQdisc = { ...inTbf, kind: 'bfifo', handle: '1:', options: { limit: 3000 } }
    for (const [wanted, place] of [
      [unknown, 'refused qdiscs[0].kind'],
      [taken, 'in-use qdiscs[0].handle'],
    ] as const) {
      const { conflicts } = await nl.plan(withRecreate([wanted]))
      assert.equal(
        conflicts.map(({ type, path }) => `${type} ${path}`),
        [place],
      )
    }
  },
  prepare([tbf, inTbf]),
)

/** Adds a qdisc. Returns false if the kernel was built without its kind. */
async function isAdded(nl: Netlink, qdisc: NewQdisc): Promise<boolean> {
  try {
    await nl.qdisc.add(qdisc)
    return true
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return false
    throw error
  }
}

test('recreate replaces options that the kernel cannot change', () =>
  inScratch(async ({ path }) => {
    using nl = Netlink.open({ netns: path })
    await veths(nl)
    const htb = (defcls: number): NewQdisc => {
      const init = { version: 3, rate2quantum: 10, defcls, debug: 0, directPkts: 0 }
      return { dev: 'a', kind: 'htb', handle: '1:', options: { init } }
    }
    const codel = (flows: number): NewQdisc => ({ dev: 'b', kind: 'fq_codel', handle: '1:', options: { flows } })
    await nl.qdisc.add(htb(1))
    const hasCodel = await isAdded(nl, codel(16))
    await nl.qdisc.add({ dev: 'a-peer', kind: 'ingress', ingressBlock: 5 })
    const options = (key: string) => ({
      ...{ type: 'fixed', message: /^expected the present value, .*; or recreate: true, which replaces the object$/ },
      path: `qdiscs[0].${key}`,
    })
    for (const [wanted, key] of [
      [htb(2), 'options.init'],
      ...(hasCodel ? [[codel(32), 'options.flows'] as const] : []),
      [{ dev: 'a-peer', kind: 'ingress', ingressBlock: 6 }, 'ingressBlock'],
    ] as const) {
      const { dev, kind, handle } = wanted
      const place = handle === undefined ? dev : `${dev} handle ${handle}`
      const steps = [`replace qdisc ${kind} dev ${place}: ${key}`]
      await isReplaced(nl, { wanted: [wanted], steps, conflict: options(key) })
    }
  }))

overBoth(
  test,
  'recreate changes what the kernel can change, and adds what is missing',
  async (nl) => {
    const { dev, kind, handle } = pfifo
    const [missing] = (await reaches(nl, withRecreate([{ ...pfifo, dev: 'b' }]))).steps
    assert.is(missing?.verb, 'add')
    const plan = await reaches(nl, withRecreate([{ dev, kind, handle, options: { limit: 11 } }]))
    assert.equal([shortOf(plan), plan.steps[0]?.undo], [['change qdisc pfifo dev a handle 1:: options.limit'], 'exact'])
  },
  prepare([pfifo]),
)

test.run()
