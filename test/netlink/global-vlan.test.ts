import type { Desired, Plan } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { list } from '../../packages/netlink/dist/api/bridge-global-vlan/read.js'
import type { NewBridgeGlobalVlan } from '../../packages/netlink/dist/api/bridge-global-vlan/types.js'
import { ensureBridgeGlobalVlan, set } from '../../packages/netlink/dist/api/bridge-global-vlan/write.js'
import { toLink } from '../../packages/netlink/dist/api/link/decode.js'
import type { Operation, OperationRequest } from '../../packages/netlink/dist/api/run/operation.js'
import { build } from '../../packages/netlink/dist/plan/build.js'
import { checkDesired } from '../../packages/netlink/dist/plan/desired.js'
import { shortOf } from '../support/plan.js'

/** `test/guest/global-vlan.guest.ts` has those of a kernel. */
const test = suite('options of VLANs in their whole bridge')

/** The options that the kernel reports of VLANs 1 and 10 to 19. */
const usual = {
  ...{ mcastSnooping: 1, mcastIgmpVersion: 2, mcastMldVersion: 1, mcastLastMemberCnt: 2, mcastStartupQueryCnt: 2 },
  ...{ mcastLastMemberIntvl: 100n, mcastQueryIntvl: 12500n, mcastQuerier: 0, msti: 0 },
}
const globals = () => [
  { id: 1, ...usual },
  { id: 10, range: 19, ...usual },
]

const link = (index: number, ifname: string, kind: string, master = 0) => ({
  ...{ family: 0, type: 1, index, flags: 1, change: 0 },
  attrs: {
    ...{ ifname, mtu: 1500, linkinfo: { kind, ...(master > 0 && { slaveKind: 'bridge' }) } },
    ...(master > 0 && { master }),
  },
})
const links = [link(5, 'br0', 'bridge'), link(6, 'p0', 'veth', 5), link(7, 'p1', 'veth')]

/** A kernel with a bridge, which applies the options that it receives. */
class Bridge {
  entries: Readonly<Record<string, unknown>>[] = globals()
  readonly sent: unknown[] = []

  run<T>(operation: Operation<T>): T {
    let next = operation.next()
    while (!next.done) next = operation.next(this.#answer(next.value))
    return next.value
  }

  #answer({ name, kind, value, reply }: OperationRequest): unknown[] {
    const {
      index,
      ifindex,
      attrs = {},
    } = value as Readonly<Record<string, unknown>> & {
      attrs?: Readonly<Record<string, unknown>>
    }
    if (name === 'RTM_GETLINK') {
      const found = links.filter(
        (each) => kind === 'dump' || each.index === index || each.attrs.ifname === attrs.ifname,
      )
      return reply === undefined ? found : found.map((each) => toLink(each as never))
    }
    if (kind === 'change' && name === 'RTM_NEWVLAN') {
      this.sent.push(attrs)
      for (const each of (attrs.globalOptions ?? []) as { id: number; range?: number }[]) this.#apply(each)
    }
    if (name !== 'RTM_GETVLAN') return []
    if (attrs.flags === 2)
      return ifindex === 0 || ifindex === 5 ? [{ family: 7, ifindex: 5, attrs: { globalOptions: this.entries } }] : []
    const entry = [{ info: { vid: 1, flags: 6 } }, { info: { vid: 10, flags: 0 }, range: 19 }]
    return ifindex === 0 || ifindex === 6 ? [{ family: 7, ifindex: 6, attrs: { entry } }] : []
  }

  #apply({ id, range = id, ...options }: { id: number; range?: number }): void {
    const single = this.entries.flatMap((entry) => {
      const [from, to] = [Number(entry.id), Number(entry.range ?? entry.id)]
      return Array.from({ length: to - from + 1 }, (_, at) => ({ ...entry, id: from + at, range: from + at }))
    })
    this.entries = single.map((entry) => (entry.id >= id && entry.id <= range ? { ...entry, ...options } : entry))
  }
}

test('they are listed as ranges, with their numbers of 64 bits', () => {
  const bridge = new Bridge()
  const found = bridge.run(list({ vid: 12, vidEnd: 30 }))
  assert.equal(JSON.parse(JSON.stringify(found)), [
    {
      ...{ dev: 5, vid: 12, vidEnd: 19, mcastSnooping: true, mcastQuerier: false, mcastIgmpVersion: 2 },
      ...{ mcastMldVersion: 1, mcastLastMemberCnt: 2, mcastStartupQueryCnt: 2, mcastLastMemberIntvl: 100 },
      ...{ mcastQueryIntvl: 12500, msti: 0 },
    },
  ])
  assert.is(found[0]?.mcastQueryIntvl, 12500n)
  assert.equal(bridge.run(list({ dev: 'p0' })), [])
})

test('only given options are sent, and nothing if they are so', () => {
  const bridge = new Bridge()
  bridge.run(set({ dev: 'br0', vid: 12, vidEnd: 14, mcastQuerier: true, mcastQueryIntvl: 6000n }))
  assert.equal(bridge.sent, [{ globalOptions: [{ id: 12, range: 14, mcastQuerier: 1, mcastQueryIntvl: 6000n }] }])
  const same = bridge.run(ensureBridgeGlobalVlan({ dev: 'br0', vid: 12, vidEnd: 14, mcastQuerier: true }))
  assert.equal([same.changed, bridge.sent.length], [false, 1])
  const { changes } = bridge.run(ensureBridgeGlobalVlan({ dev: 'br0', vid: 11, vidEnd: 14, mcastQuerier: true }))
  assert.equal(
    changes.map(({ key, before, after }) => [key, before, after]),
    [['mcastQuerier', [false, true], true]],
  )
})

test('VLANs that the bridge does not have, and values that the kernel refuses', () => {
  const bridge = new Bridge()
  assert.throws(() => bridge.run(set({ dev: 'br0', vid: 18, vidEnd: 25, msti: 1 })), /no VLAN 20-25 \(ENOENT/)
  for (const [wrong, words] of [
    [{ mcastIgmpVersion: 1 }, /mcastIgmpVersion of vlan to be an integer from 2 to 3, got 1/],
    [{ mcastQueryIntvl: 5 }, /mcastQueryIntvl of vlan to be a bigint/],
    [{ mcastSnooping: 1 }, /mcastSnooping of vlan to be true or false/],
    [{ msti: 4095 }, /msti of vlan/],
    [{ pvid: true }, /keys dev, vid, vidEnd.*got 'pvid'/],
    [{ vidEnd: 3 }, /vidEnd of vlan to be at least vid/],
  ] as const)
    assert.throws(() => bridge.run(set({ dev: 'br0', vid: 18, ...wrong } as NewBridgeGlobalVlan)), words)
  assert.equal(bridge.sent, [])
})

const planned = (desired: Desired) => new Bridge().run(build(checkDesired(desired)))

test('a plan sets them after the VLANs, and of links that it creates', () => {
  const { conflicts, steps, ...rest } = planned({
    links: [
      { name: 'br1', kind: 'bridge' },
      { name: 'p1', master: 'br1' },
    ],
    bridgeGlobalVlans: [
      { dev: 'br0', vid: 10, vidEnd: 21, mcastQuerier: true },
      { dev: 'br0', vid: 1, mcastSnooping: true },
      { dev: 'br1', vid: 1, msti: 3 },
      { dev: 'br1', vid: 7, msti: 3 },
    ],
    bridgeVlans: [
      { dev: 'p0', vid: 20, vidEnd: 22 },
      { dev: 'p1', vid: 7 },
    ],
  })
  assert.equal(conflicts, [])
  assert.equal(shortOf({ steps, ...rest } as unknown as Plan), [
    ...['add link br1', 'change link p1: master', 'add vlan vid 20 vidEnd 22 dev p0', 'add vlan vid 7 dev p1'],
    'change globalVlan vid 10 vidEnd 21 dev br0: vid,mcastQuerier',
    ...['add globalVlan vid 1 dev br1', 'add globalVlan vid 7 dev br1'],
  ])
  // Two links, the VLANs of p0, and the default ones of br1 and p1.
  assert.equal([rest.unchanged, rest.others], [1, 2 + 11 + 2])
})

test('a plan reports VLANs that no port will have, two specs of one, and that they cannot be absent', () => {
  const { conflicts } = planned({
    bridgeGlobalVlans: [
      { dev: 'br0', vid: 19, vidEnd: 22, msti: 3 },
      { dev: 'br0', vid: 19, mcastQuerier: true },
      { dev: 'none', vid: 1, msti: 1 },
    ],
  })
  assert.equal(
    conflicts.map(({ type, path, message }) => `${type} ${path}: ${message}`),
    [
      'duplicate bridgeGlobalVlans[1]: expected one spec of each globalVlan, got another one at bridgeGlobalVlans[0]',
      'reference bridgeGlobalVlans[2].dev: no link "none"',
      'reference bridgeGlobalVlans[0].vid: expected VLANs of the bridge or one of its ports, got 20-22, which none has',
    ],
  )
  assert.throws(
    () => planned({ bridgeGlobalVlans: [{ dev: 'br0', vid: 1, absent: true }] } as never),
    /bridgeGlobalVlans\[0\]: expected one of the known keys, .*got 'absent'/,
  )
})

test.run()
