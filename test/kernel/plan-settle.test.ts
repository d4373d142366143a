import type { Desired, Netlink, NotSettledError, Step } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { refuses, veths } from '../support/api.js'
import { overBoth, shortOf, stateOf } from '../support/plan.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('plans: waiting for carriers, and reports of steps', 'netns')

/** Defines a test with two veth pairs that runs with the kernel and with the mock. */
const inBoth = (name: string, use: (nl: Netlink) => Promise<void>) => overBoth(test, name, use, veths)

const PATIENT = { settle: 60_000 }

inBoth('a link that must have a carrier is waited for, also if there is nothing to do', async (nl) => {
  await nl.link.set('a-peer', { up: false })
  const plan = await nl.plan({ links: [{ name: 'a', carrier: true }, { name: 'b' }] })
  assert.ok(plan.isEmpty)
  try {
    await plan.apply({ settle: 0 })
    assert.unreachable('expected an error')
  } catch (error) {
    const { code, waiting, message } = error as NotSettledError
    assert.equal([code, waiting], ['ERR_NETLINK_NOT_SETTLED', ['a: no carrier']])
    assert.match(message, 'this remains: a: no carrier')
  }
  const applying = plan.apply(PATIENT)
  await nl.link.set('a-peer', { up: true })
  await applying
  assert.is((await nl.link.get('a'))?.carrier, true)
})

inBoth('links that are set up are waited for until their carrier was noticed', async (nl) => {
  const links = ['a', 'a-peer'].map((name) => ({ name, up: true }))
  for (const { name } of links) await nl.link.set(name, { up: false })
  await (await nl.plan({ links })).apply(PATIENT)
  for (const { name } of links) assert.is((await nl.link.get(name))?.operstate, 'UP')
})

inBoth('a link that is set up without a carrier is as wanted, unless it must have one', async (nl) => {
  const pair = { name: 'c', kind: 'veth', peer: { name: 'c-peer' }, up: true } as const
  await (await nl.plan({ links: [pair] })).apply({ settle: 0 })
  const plan = await nl.plan({ links: [{ ...pair, carrier: true }] })
  await refuses('the other end is down', () => plan.apply({ settle: 0 }), 'ERR_NETLINK_NOT_SETTLED', /c: no carrier/)
})

inBoth('a wrong carrier is a mistake, and that of a link that was read does not count', async (nl) => {
  for (const [links, says] of [
    [[{ name: 'a', carrier: false }], /links\[0\]: expected carrier to be true or to be left out, got false/],
    [[{ name: 'a', absent: true, carrier: true }], /links\[0\]: expected carrier to be left out with absent/],
  ] as const)
    await refuses('carrier', () => nl.plan({ links } as unknown as Desired), 'ERR_NETLINK_ARGUMENT', says)
  const qdiscs = [{ dev: 'a', kind: 'pfifo', carrier: true }] as unknown as NonNullable<Desired['qdiscs']>
  await refuses('of a qdisc', () => nl.plan({ qdiscs }), 'ERR_NETLINK_ARGUMENT', /got 'carrier'/)
  const read = await nl.link.get('a')
  await nl.link.set('a-peer', { up: false })
  if (read) await (await nl.plan({ links: [read] })).apply({ settle: 0 })
})

const desired: Desired = {
  links: [{ name: 'a', mtu: 1400 }],
  addresses: [{ address: '10.0.0.1/24', dev: 'a' }],
  routes: [{ dst: '10.1.0.0/16', via: '10.0.0.9' }],
}

inBoth('each step is reported when it was done, and an error of the report undoes the steps', async (nl) => {
  const before = await stateOf(nl)
  const plan = await nl.plan(desired)
  const seen: (readonly [Step, number | undefined])[] = []
  const applied = await plan.apply({ onStep: (step) => void seen.push([step, nl.link.getSync('a')?.mtu]) })
  assert.equal(
    seen.map(([step]) => step),
    plan.steps,
  )
  assert.is(seen[0]?.[1], 1400)
  await applied.undo()
  assert.equal(await stateOf(nl), before)
  const onStep = ({ id }: Step) => {
    if (id === 2) throw new Error('no more')
  }
  await refuses(
    'a report',
    () => plan.apply({ onStep }),
    'ERR_NETLINK_NOT_APPLIED',
    /no more; 2 done, 2 undone, 0 left/,
  )
  assert.equal(await stateOf(nl), before)
  assert.is(shortOf(plan).length, 3)
  await refuses(
    'a wrong one',
    () => plan.apply({ onStep: 1 as never }),
    'ERR_NETLINK_ARGUMENT',
    /onStep to be a function/,
  )
})

test.run()
