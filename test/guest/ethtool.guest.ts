import { Netlink, NetlinkError } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { withDevice } from '../support/devlink.js'
import { ethtool, ethtoolJson } from '../support/ethtool.js'
import { loadNetdevsim } from '../support/guest-modules.js'
import type { Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

/**
 * Changes of rings, queues, coalescing, pause frames and error correction, compared with those of ethtool. No device of this machine's
 * kernel lets them be changed. netdevsim does: ethtool changes one of its ports, and the library the other.
 */
const test = suiteNeeding('changes of ethtool by a driver', 'netns')

test.before(loadNetdevsim)

type Subject = 'rings' | 'channels' | 'coalesce' | 'pause' | 'fec'

/** Options of ethtool that show and change each subject. */
const options: Readonly<Record<Subject, readonly [show: string, set: string]>> = {
  rings: ['-g', '-G'],
  channels: ['-l', '-L'],
  coalesce: ['-c', '-C'],
  pause: ['-a', '-A'],
  fec: ['--show-fec', '--set-fec'],
}

/** Changes, one after another, as arguments of ethtool and as objects. */
const changes: readonly (readonly [Subject, string, object])[] = [
  ['rings', 'rx 512 tx 256', { rx: 512, tx: 256 }],
  ['rings', 'rx-mini 16 rx-jumbo 32', { rxMini: 16, rxJumbo: 32 }],
  ['rings', 'rx 4096', { rx: 4096 }],
  ['channels', 'combined 1', { combined: 1 }],
  ['channels', 'combined 3', { combined: 3 }],
  ['coalesce', 'rx-usecs 10 adaptive-rx on', { rxUsecs: 10, adaptiveRx: true }],
  ['coalesce', 'tx-usecs 0 tx-frames 32 adaptive-tx on', { txUsecs: 0, txFrames: 32, adaptiveTx: true }],
  [
    'coalesce',
    'rx-usecs-irq 3 tx-frames-irq 4 stats-block-usecs 5',
    { rxUsecsIrq: 3, txFramesIrq: 4, statsBlockUsecs: 5 },
  ],
  ['coalesce', 'pkt-rate-low 5 rx-usecs-low 6 rx-frames-low 7', { pktRateLow: 5, rxUsecsLow: 6, rxFramesLow: 7 }],
  [
    'coalesce',
    'pkt-rate-high 8 tx-usecs-high 9 sample-interval 1',
    { pktRateHigh: 8, txUsecsHigh: 9, sampleInterval: 1 },
  ],
  ['coalesce', 'adaptive-rx off', { adaptiveRx: false }],
  ['pause', 'rx on tx on', { rx: true, tx: true }],
  ['pause', 'tx off', { tx: false }],
  ['fec', 'encoding rs', { modes: ['RS'], auto: false }],
  ['fec', 'encoding auto', { modes: [], auto: true }],
  ['fec', 'encoding rs baser', { modes: ['RS', 'BASER'], auto: false }],
  ['fec', 'encoding off', { modes: ['None'], auto: false }],
]

interface Ports {
  readonly nl: Netlink
  readonly namespace: Namespace
  /** The port that ethtool changes. */
  readonly theirs: string
  readonly ours: string
}

const withPorts = (use: (ports: Ports) => Promise<void>) =>
  withDevice(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    const [theirs = '', ours = ''] = (await nl.devlink.port.list()).map(({ netdev }) => netdev ?? '')
    await use({ nl, namespace, theirs, ours })
  })

/** Returns what ethtool shows of a link, without its name. */
function shown(namespace: Namespace, subject: Subject, link: string): string {
  const { ifname, ...rest } = ethtoolJson(namespace, [options[subject][0], link]) ?? {}
  assert.is(ifname, link, `ethtool ${options[subject][0]} ${link}`)
  return JSON.stringify(rest, undefined, 1)
}

/** Changes any of the subjects: their changes have different types. */
const setAny = (nl: Netlink, subject: Subject, link: string, change: object) =>
  (nl.ethtool[subject] as Netlink['ethtool']['rings']).set(link, change)

test('changes are those of ethtool, and are read as they were written', () =>
  withPorts(async ({ nl, namespace, theirs, ours }) => {
    for (const [subject, args, change] of changes) {
      const before = shown(namespace, subject, ours)
      assert.is(before, shown(namespace, subject, theirs), `${subject} before ${args}`)
      const { status, complaint } = ethtool(namespace, [options[subject][1], theirs, ...args.split(' ')])
      assert.is(status, 0, `${args}: ${complaint}`)
      await setAny(nl, subject, ours, change)
      const after = shown(namespace, subject, ours)
      assert.is(after, shown(namespace, subject, theirs), `${subject} after ${args}`)
      assert.is(after === before, false, `${subject}: ${args} changes something`)
      const read = (await nl.ethtool[subject].get(ours)) as unknown as Record<string, unknown>
      for (const [key, value] of Object.entries(change)) assert.equal(read[key], value, `${key} after ${args}`)
    }
  }))

test('a change that the driver refuses is an error with its reason, and changes nothing', () =>
  withPorts(async ({ nl, namespace, theirs, ours }) => {
    for (const [subject, args, change, code] of [
      ['rings', 'rx 5000', { rx: 5000 }, 'EINVAL'],
      ['channels', 'combined 4000', { combined: 4000 }, 'EINVAL'],
      ['channels', 'combined 0', { combined: 0 }, 'EINVAL'],
      ['pause', 'autoneg on', { autonegotiation: true }, 'EINVAL'],
    ] as const) {
      const before = shown(namespace, subject, ours)
      assert.is.not(ethtool(namespace, [options[subject][1], theirs, ...args.split(' ')]).status, 0, args)
      const error: unknown = await setAny(nl, subject, ours, change).catch((reason: unknown) => reason)
      assert.instance(error, NetlinkError, args)
      assert.is((error as NetlinkError).code, code, args)
      assert.match((error as Error).message, ours)
      assert.is(shown(namespace, subject, ours), before)
    }
  }))

test('a change of a ring is an event', () =>
  withPorts(async ({ nl, ours }) => {
    using events = await nl.ethtool.watch().ready()
    await nl.ethtool.rings.set(ours, { rx: 64 })
    for await (const event of events) {
      if (event.type !== 'changed' || event.subject !== 'rings') continue
      assert.equal([event.object.devName, event.object.rx], [ours, 64])
      break
    }
  }))

test.run()
