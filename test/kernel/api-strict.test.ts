import { ArgumentError, Connection, Netlink } from '@netloom/netlink'
import { nlctrl } from '@netloom/netlink/generic'
import * as assert from 'uvu/assert'
import { inBothWays, refuses } from '../support/api.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('wrong calls of Netlink that depend on the kernel', 'netns')

/** A value of any type. */
const any = (value: unknown) => value as never

inBothWays(test, 'a wrong value in a part of a link is refused before the link exists', async (nl) => {
  const wrong = [
    { name: 'q0', kind: 'veth', peer: { name: 'q1', up: 'yes' } },
    { name: 'q0', kind: 'bridge', alias: 'a\0b' },
    { name: 'q0', kind: 'bridge', altNames: ['a\0b'] },
    { name: 'q0', kind: 'dummy', data: {} },
    { name: 'q0', kind: 'bridge', flags: ['PROMISC'] },
    { name: 'q0', kind: 'bridge', data: Promise.resolve({}) },
  ]
  const before = (await nl.link.list()).length
  for (const link of wrong)
    await refuses(
      JSON.stringify(link),
      () => nl.link.add(any(link)),
      'ERR_NETLINK_ARGUMENT',
      /up|alias|altNames|data|flags/,
    )
  assert.is((await nl.link.list()).length, before)
  await refuses('data of dummy', () => nl.link.add(any(wrong[3])), 'TypeError', /no data with kind "dummy"/)
  await refuses(
    'a route',
    () => nl.route.add({ dst: '10.8.0.0/16', via: 'nonsense', dev: 'nosuch' }),
    'TypeError',
    /via/,
  )
})

inBothWays(test, 'a kind in a change must be that of the link', async (nl) => {
  await nl.link.add({ name: 'v0', kind: 'veth', peer: { name: 'v1' } })
  await nl.link.add({ name: 'br0', kind: 'bridge' })
  await nl.link.set('v0', { kind: 'veth', mtu: 1400 } as never)
  assert.is((await nl.link.get('v0'))?.mtu, 1400)
  await refuses(
    'kind',
    () => nl.link.set('v0', any({ kind: 'bogus', mtu: 1300 })),
    'TypeError',
    /kind.*"veth".*"bogus"/,
  )
  await refuses('slaveKind', () => nl.link.set('v0', any({ slaveKind: 'bogus' })), 'TypeError', /slaveKind.*"bogus"/)
  await nl.link.set('v0', { master: 'br0' })
  await nl.link.set('v0', { slaveKind: 'bridge', slaveData: { cost: 7 } })
  await refuses(
    'data of another master',
    () => nl.link.set('v0', { slaveKind: 'bond', slaveData: { queueId: 1 } }),
    ...(['TypeError', /slaveKind.*"bridge".*"bond"/] as const),
  )
  assert.is((await nl.link.get('v0'))?.mtu, 1400)
})

inBothWays(test, 'EEXIST says that the index is taken', async (nl) => {
  await nl.link.add({ name: 'd0', kind: 'bridge', index: 77 })
  const call = () => nl.link.add({ name: 'd1', kind: 'bridge', index: 77 })
  await refuses('index', call, 'EEXIST', /index: index 77 is taken by "d0"/)
  await refuses('name', () => nl.link.add({ name: 'd0', kind: 'bridge', index: 78 }), 'EEXIST', /^RTM_NEWLINK d0: file/)
  await refuses('ensure', () => nl.link.ensure({ name: 'd2', kind: 'bridge', netns: 'x' }), 'TypeError', /netns/)
})

inBothWays(test, 'EEXIST says that the link was moved', (nl) =>
  inScratch(async (other) => {
    await nl.link.add({ name: 'd0', kind: 'veth', peer: { name: 'd1' } })
    await refuses('move', () => nl.link.set('d0', { netns: other.path, name: 'lo' }), 'EEXIST', /other namespace now/)
    assert.is(await nl.link.get('d0'), undefined)
    using there = Netlink.open({ netns: other.path })
    assert.is(there.link.getSync('d0')?.kind, 'veth')
  }),
)

test('every wrong call has a code', () =>
  inScratch(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    using cache = await nl.cache(['link'])
    const calls: Readonly<Record<string, () => unknown>> = {
      'watch(null options)': () => nl.watch(['link'], any(null)),
      'until()': () => cache.until(any(undefined)),
      'until(an object)': () => cache.until(any({ name: 'lo' })),
      'find(a wrong kind)': () => cache.find(any('nope'), any({})),
      'find(null)': () => cache.find('link', any(null)),
      'objectsOf(a wrong kind)': () => cache.objectsOf(any('nope')),
      'generic(null)': () => nl.generic(any(null)),
      'generic({})': () => nl.generic(any({})),
      'policy(null)': () => nl.policy(any(null), any('x')),
      'policy({})': () => nl.policy(any({}), any('x')),
      'policy(a symbol)': () => nl.policy(nlctrl, any(Symbol('x'))),
      'accepts(null)': () => nl.accepts(nlctrl, 'CTRL_CMD_GETFAMILY', any(null)),
      'flush()': () => nl.route.flush(any(undefined)),
      'flush(null)': () => nl.address.flush(any(null)),
      'list(null)': () => nl.link.list(any(null)),
      'a family without a prototype': () => nl.address.list({ family: any(Object.create(null)) }),
      'sendBuffer: 1e308': () => Connection.open({ sendBuffer: 1e308 }),
      'receiveBuffer: 2 ** 40': () => nl.cache(['link'], { receiveBuffer: 2 ** 40 }),
      'netns: {}': () => Netlink.open({ netns: any({}) }),
    }
    for (const [what, call] of Object.entries(calls)) {
      await refuses(what, call, 'ERR_NETLINK_ARGUMENT', /expected .* got /)
      try {
        await call()
      } catch (error) {
        assert.instance(error, ArgumentError, what)
      }
    }
  }))

test.run()
