import type { Desired } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import type { Operation, OperationRequest } from '../../packages/netlink/dist/api/run/operation.js'
import { build } from '../../packages/netlink/dist/plan/build.js'
import { checkDesired } from '../../packages/netlink/dist/plan/desired.js'
import '../support/built.js'

// Kinds that the kernel of a machine may lack. What the kernel deletes: prio_tune, ets_qdisc_change.

const test = suite('plans that change qdiscs, of which the kernel deletes others')

const link = {
  ...{ family: 0, type: 1, index: 5, flags: 1, change: 0 },
  attrs: { ifname: 'a', mtu: 1500, linkinfo: { kind: 'veth' } },
}
const ROOT = 0xffffffff
const qdisc = (kind: string, handle: number, parent: number, options: object) => ({
  ...{ family: 0, ifindex: 5, handle: handle << 16, parent, info: 1 },
  attrs: { kind, options },
})
const pfifo = (handle: number, parent: number) => qdisc('pfifo', handle, parent, { limit: 20 })
const priomap = new Array(16).fill(0)

/** A prio or ets with four bands, which has queues in three of them, one in another prio. */
const present = (kind: string) => [
  qdisc(kind, 1, ROOT, kind === 'prio' ? { bands: 4, priomap } : { nbands: 4, nstrict: 4 }),
  ...[pfifo(0x10, 0x10001), pfifo(0x30, 0x10003)],
  ...[qdisc('prio', 0x40, 0x10004, { bands: 3, priomap }), pfifo(0x42, 0x400002)],
]

/** Runs an operation on a kernel with these qdiscs. The changes that planning sends have no effect. */
function run<T>(operation: Operation<T>, qdiscs: readonly object[]): T {
  const answer = ({ name, kind, reply }: OperationRequest): unknown[] => {
    if (kind === 'change') return []
    if (name === 'RTM_GETLINK') return reply === undefined ? [link] : [toLink(link as never)]
    return name === 'RTM_GETQDISC' ? [...qdiscs] : []
  }
  let next = operation.next()
  while (!next.done) next = operation.next(answer(next.value))
  return next.value
}

const planned = (kind: string, desired: readonly object[]) =>
  run(build(checkDesired({ qdiscs: desired } as unknown as Desired)), present(kind))

for (const [kind, withBands] of [
  ['prio', (bands: number) => ({ dev: 'a', kind: 'prio', options: { bands, priomap } })],
  ['ets', (bands: number) => ({ dev: 'a', kind: 'ets', options: { bands, strict: bands } })],
] as const) {
  test(`fewer bands of ${kind}: the step names what is lost, and its undo restores it`, () => {
    const { steps, drafts, conflicts } = planned(kind, [withBands(2)])
    assert.equal(conflicts, [])
    assert.equal(
      steps.map(({ verb, undo, disrupts }) => [verb, undo, disrupts]),
      [
        [
          'change',
          'lossy',
          'pfifo 30: in 1:3, prio 40: in 1:4, pfifo 42: in 40:2: deleted, with queue, classes and filters',
        ],
      ],
    )
    const requests = drafts[0] ? run(drafts[0].reversal(), present(kind)) : []
    assert.equal(
      requests.map(({ name, value, options }) => [name, (value as { handle: number }).handle >>> 16, options]),
      [
        ['RTM_NEWQDISC', 1, {}],
        ...[0x30, 0x40, 0x42].map((handle) => ['RTM_NEWQDISC', handle, { create: true, excl: true }]),
      ],
    )
  })

  test(`bands of ${kind}: desired and absent ones in removed bands, and one in a new band`, () => {
    const child = (parent: string, handle: string) => ({ dev: 'a', kind: 'pfifo', parent, handle })
    const refused = planned(kind, [withBands(2), child('1:3', '30:')])
    assert.equal(
      refused.conflicts.map(({ type, path, message }) => `${type} ${path} ${message}`),
      [`reference qdiscs[1].parent expected a class from 1:1 to 1:2, one for each band of ${kind}, got 1:3`],
    )
    const absent = planned(kind, [withBands(3), { dev: 'a', parent: '1:4', absent: true }])
    assert.equal([absent.steps.map(({ verb }) => verb), absent.conflicts], [['change'], []])
    const wider = planned(kind, [child('1:6', '60:'), withBands(6)])
    assert.equal(
      [wider.steps.map(({ verb, undo, after }) => `${verb} ${undo} ${after}`), wider.conflicts],
      [['change exact ', 'add exact 1'], []],
    )
    assert.equal(planned(kind, [withBands(4)]).steps, [])
  })
}

test.run()
