import type { Desired, Link, Plan } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import { compareLink } from '../../packages/netlink/dist/api/link/diff.js'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { isMatch } from '../../packages/netlink/dist/api/values/compare.js'
import { build } from '../../packages/netlink/dist/plan/build.js'
import { checkDesired } from '../../packages/netlink/dist/plan/desired.js'
import { reversalOf } from '../../packages/netlink/dist/plan/link-originals.js'
import { additionsOfLink } from '../../packages/netlink/dist/plan/link-restoration.js'
import { lossesOfDeletion } from '../../packages/netlink/dist/plan/losses.js'
import { Snapshot } from '../../packages/netlink/dist/plan/snapshot.js'
import { shortOf } from '../support/plan.js'

const test = suite('plans of bonds')

/** Returns the data of the requests that undo a change of a bond, and the codes of refusals that they ignore. */
function undone(before: Readonly<Record<string, unknown>>, after: Readonly<Record<string, unknown>>): unknown[] {
  const found = { index: 7, name: 'bond0', kind: 'bond', up: false, data: before } as unknown as Link
  const spec = { name: 'bond0', kind: 'bond', data: after } as const
  const differences = compareLink(spec, found).filter((each) => !isMatch(each))
  const part = { group: 'settings', found, differences, down: undefined, isSetDown: false, loses: 'none' } as const
  const { done, value } = reversalOf(part, spec, []).next()
  assert.ok(done)
  return (value as { readonly value: unknown; readonly tolerated: readonly string[] }[]).map(({ value, tolerated }) => {
    assert.equal(tolerated, ['EACCES'])
    return (value as { readonly attrs: { readonly linkinfo: { readonly data: unknown } } }).attrs.linkinfo.data
  })
}

const mii = {
  mode: 'active-backup',
  numPeerNotif: 1,
  miimon: 100,
  arpInterval: 0,
  arpValidate: 'none',
  adLacpRate: 'slow',
  tlbDynamicLb: 1,
}
const arp = { ...mii, miimon: 0, arpInterval: 200, arpValidate: 'all' }

test('the monitoring that the kernel turns off along with the other one is restored', () => {
  assert.equal(undone(mii, { arpInterval: 200 }), [{ arpInterval: 0 }, { miimon: 100 }])
  assert.equal(undone(arp, { miimon: 100 }), [{ miimon: 0 }, { arpInterval: 200 }, { arpValidate: 3 }])
})

test('options of a mode are restored before the mode, and what the mode turns off after it', () => {
  assert.equal(undone(arp, { adLacpRate: 'fast', mode: '802.3ad' }), [
    ...[{ adLacpRate: 0 }, { mode: 1 }],
    ...[{ miimon: 0 }, { arpInterval: 200 }, { arpValidate: 3 }, { tlbDynamicLb: 1 }],
  ])
})

test('other options are restored alone', () => assert.equal(undone(mii, { numPeerNotif: 3 }), [{ numPeerNotif: 1 }]))

test('a list that was empty is emptied: the kernel did not report it', () =>
  assert.equal(undone(mii, { arpIpTarget: ['192.0.2.77'] }), [{ arpIpTarget: [] }]))

test('a list that is empty, and should be, is no difference', () => {
  const found = { index: 7, name: 'bond0', kind: 'bond', data: mii } as unknown as Link
  const differencesTo = (data: object) =>
    compareLink({ name: 'bond0', kind: 'bond', data } as Parameters<typeof compareLink>[0], found)
      .filter((each) => !isMatch(each))
      .map(({ key, actual }) => [key, actual])
  assert.equal(differencesTo({ arpIpTarget: [], nsIp6Target: [] }), [])
  assert.equal(differencesTo({ arpIpTarget: ['192.0.2.77'], nsIp6Target: [] }), [['data.arpIpTarget', []]])
})

/** A link as the kernel reports it. */
const linkMessage = (index: number, ifname: string, attrs: object = {}) => ({
  ...{ family: 0, type: 1, index, flags: 0, change: 0, attrs: { ifname, mtu: 1500, ...attrs } },
})

const bondOf = (data: object) => ({ linkinfo: { kind: 'bond', data: { mode: 1, miimon: 100, ...data } } })
const portOf = (master: number) => ({ master, linkinfo: { kind: 'veth', slaveKind: 'bond' } })

/** Plans a state with the links of a kernel that has bonds. Returns the steps in short, or the conflicts. */
function planned(present: readonly object[], desired: Desired): readonly string[] {
  const operation = build(checkDesired(desired))
  let next = operation.next()
  while (!next.done)
    next = operation.next(next.value.kind === 'dump' ? present.map((each) => toLink(each as never)) : [])
  const { conflicts } = next.value
  const reported = conflicts.map(({ type, path, message }) => `${type} ${path}: ${message}`)
  return reported.length > 0 ? reported : shortOf(next.value as unknown as Plan)
}

test('a new bond gets its active port when the ports are up; its primary one must exist', () =>
  assert.equal(
    planned([linkMessage(1, 'eth1')], {
      links: [
        {
          name: 'bond0',
          kind: 'bond',
          up: true,
          data: { mode: 'active-backup', activeSlave: 'eth1', primary: 'eth0' },
        },
        { name: 'eth0', kind: 'veth', master: 'bond0', up: true, peer: { name: 'p0' } },
        { name: 'eth1', master: 'bond0', up: true },
      ],
    }),
    [
      ...['add link eth0', 'add link bond0', 'change link eth0: master', 'change link eth1: master'],
      ...[
        'change link bond0: up',
        'change link eth0: up',
        'change link eth1: up',
        'change link bond0: data.activeSlave',
      ],
    ],
  ))

const bonded = [
  linkMessage(1, 'eth0', portOf(9)),
  linkMessage(2, 'eth1'),
  linkMessage(9, 'bond0', bondOf({ activeSlave: 1 })),
]

test('the mode of a bond changes between the ports that leave and those that join', () => {
  const bond = { name: 'bond0', kind: 'bond', data: { mode: 'balance-rr' } } as const
  assert.equal(planned(bonded, { links: [bond, { name: 'eth0', master: 0 }, { name: 'eth1', master: 'bond0' }] }), [
    'change link eth0: master',
    'change link bond0: data.mode',
    'change link eth1: master',
  ])
})

test('the mode of a bond whose ports stay is a conflict, whether they are named or not', () => {
  const bond = { name: 'bond0', kind: 'bond', data: { mode: 'balance-rr' } } as const
  for (const ports of [[], [{ name: 'eth0', master: 'bond0' }], [{ name: 'eth0', mtu: 1400 }]] as Desired['links'][])
    assert.equal(planned(bonded, { links: [bond, ...(ports ?? [])] }), [
      'in-use links[0].data.mode: expected bond0 to have no ports while data.mode changes, got eth0; let them leave in a plan before this one',
    ])
})

test('a removed bond is restored with its active port, which it has after its ports', () => {
  const snapshot = new Snapshot()
  for (const each of bonded) snapshot.add(toLink(each as never))
  const bond = snapshot.named('bond0') as Link
  const [creation] = answered(additionsOfLink(bond, undefined)) as { readonly value: unknown }[] as [
    { readonly value: ReturnType<typeof linkMessage> },
  ]
  assert.equal(creation.value.attrs, {
    ifname: 'bond0',
    mtu: 1500,
    linkinfo: { kind: 'bond', data: { mode: 1, miimon: 100 } },
  })
  // A plan forgets the links that it removes.
  snapshot.drop(bond)
  const requests = answered(snapshot.through(lossesOfDeletion(snapshot, bond)))
  assert.equal(
    requests.map(({ value }) => value),
    [
      { index: 1, flags: 0, change: 1 },
      { index: 1, attrs: { master: 9 } },
      { index: 9, attrs: { linkinfo: { kind: 'bond', data: { activeSlave: 1 } } } },
    ],
  )
})

/** Runs an operation in a namespace without other objects than links. */
function answered<T>(operation: Operation<T>): T {
  let next = operation.next()
  while (!next.done) next = operation.next([])
  return next.value
}

test.run()
