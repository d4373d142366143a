import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { ethtool } from '../support/ethtool.js'
import { type EthtoolRow, rows } from '../support/ethtool-rows.js'
import { complaint, inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Commands of ethtool in one namespace, and calls in a twin. What ethtool prints of both must be the same.

const test = suiteNeeding('changes of ethtool', 'netns', 'tun', 'ethtool')

function addLinks(namespace: Namespace): void {
  namespace.ip('link', 'add', 'v0', 'numrxqueues', 4, 'numtxqueues', 4, 'type', 'veth', 'peer', 'name', 'v1')
  namespace.exec('ip', ['tuntap', 'add', 'tap0', 'mode', 'tap', 'multi_queue'])
}

/** The option of ethtool that prints what a change is about. */
const options: Readonly<Record<string, readonly string[]>> = { features: ['-k'], channels: ['-l'], coalesce: ['-c'] }

/** Returns what ethtool prints of the subject of a row. */
const stateOf = (namespace: Namespace, [, subject, link]: EthtoolRow) =>
  ethtool(namespace, ['--json', ...(options[subject] ?? []), link]).output

/** Runs a call. Returns false if it fails. */
async function didCall(nl: Netlink, [, subject, link, change]: EthtoolRow): Promise<boolean> {
  const { set } = nl.ethtool[subject] as { set(link: string, change: object): Promise<unknown> }
  try {
    await set(link, change)
    return true
  } catch (error) {
    assert.match(complaint(error), /EOPNOTSUPP|EINVAL/)
    return false
  }
}

const tso = 'tcp-segmentation-offload'

/** More changes than those that are compared by their bytes: some in the words of the API only. */
const more: readonly EthtoolRow[] = [
  ['-K v0 tx on sg on', 'features', 'v0', { 'tx-checksumming': true, 'scatter-gather': true }],
  ['-K v0 tso on', 'features', 'v0', { [tso]: true }],
  ['-K tap0 tx-udp-segmentation off', 'features', 'tap0', { 'tx-udp-segmentation': false }],
  ['-s tap0 msglvl 0x7', 'debug', 'tap0', { messages: ['drv', 'probe', 'link'] }],
  ['-s tap0 speed 2500 duplex half', 'linkModes', 'tap0', { speed: 2500, duplex: 'half' }],
  ['-C tap0 rx-frames 16', 'coalesce', 'tap0', { rxFrames: 16 }],
  ['-L v0 rx 3 tx 1', 'channels', 'v0', { rx: 3, tx: 1 }],
  ['-L v0 rx 1000', 'channels', 'v0', { rx: 1000 }],
]

test('the commands and the calls have the same effect', () =>
  inScratch((commands) =>
    inScratch(async (calls) => {
      for (const namespace of [commands, calls]) addLinks(namespace)
      using nl = Netlink.open({ netns: calls.path })
      let changes = 0
      const supported = new Set(['features', 'debug', 'linkModes', 'channels', 'coalesce'])
      for (const row of [...rows, ...more].filter(([, subject]) => supported.has(subject))) {
        const [command, subject] = row
        const before = stateOf(calls, row)
        const { status } = ethtool(commands, command.split(' '))
        const worked = await didCall(nl, row)
        // ethtool also fails if a change of features has no effect.
        if (subject !== 'features') assert.is(worked, status === 0, command)
        const state = stateOf(calls, row)
        assert.is(state, stateOf(commands, row), command)
        if (state !== before) changes += 1
      }
      assert.ok(changes >= 12, `${changes} rows change something`)
    }),
  ))

test('a change of features resolves to what changed, also because it depends on others', () =>
  inScratch(async (namespace) => {
    addLinks(namespace)
    using nl = Netlink.open({ netns: namespace.path })
    const before = await nl.ethtool.features.get('v0')
    const changed = await nl.ethtool.features.set('v0', { 'scatter-gather': false })
    const after = nl.ethtool.features.getSync('v0')
    const differing = Object.keys(after.features).filter(
      (name) => after.features[name]?.active !== before.features[name]?.active,
    )
    assert.ok(differing.length > 2, 'segmentation depends on it')
    assert.equal(Object.keys(changed).sort(), differing.sort())
    for (const name of differing) assert.is(changed[name], after.features[name]?.active)
    assert.is(after.groups['scatter-gather'], false)
    assert.equal(nl.ethtool.features.setSync('v0', { 'scatter-gather': false }), {})
    const one = { [tso]: true, 'tx-tcp6-segmentation': false }
    nl.ethtool.features.setSync('v0', { 'scatter-gather': true, ...one })
    const printed = ethtool(namespace, ['-k', 'v0']).output
    assert.match(printed, 'tx-tcp-segmentation: on')
    assert.match(printed, 'tx-tcp6-segmentation: off')
  }))

test.run()
