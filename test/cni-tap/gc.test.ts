import { spawn } from 'node:child_process'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: GC', 'netns', 'tun')

const valid = (...pairs: [containerID: string, ifname: string][]) => ({
  'cni.dev/valid-attachments': pairs.map(([containerID, ifname]) => ({ containerID, ifname })),
})

/** Three taps of the network in two namespaces, and devices that are none of ours. */
async function withTaps(use: (a: Attachment, b: Attachment) => void) {
  await attached((a) =>
    attached((b) => {
      a.succeed('ADD', a.config(), { containerId: 'c1', ifname: 'tap0' })
      a.succeed('ADD', a.config(), { containerId: 'c1', ifname: 'tap1' })
      a.succeed('ADD', a.config(), { containerId: 'c2', ifname: 'tap0', netns: b.namespace.path })
      b.succeed('ADD', b.config(), { containerId: 'c2', ifname: 'other-net' })
      b.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', 'foreign'])
      b.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
      const { ifalias } = b.link('tap0')
      b.namespace.exec('ip', ['link', 'set', 'veth0', 'alias', ifalias])
      use(a, b)
    }),
  )
}

const foreign = ['foreign', 'other-net', 'veth0', 'veth1']

test('what is valid stays, in every namespace', () =>
  withTaps((a, b) => {
    a.succeed('GC', a.config(valid(['c1', 'tap0'], ['c1', 'tap1'], ['c2', 'tap0'])))
    assert.equal(a.devices().sort(), ['lo', 'tap0', 'tap1'])
    assert.equal(b.devices().sort(), [...foreign, 'lo', 'tap0'].sort())
  }))

test('what is not goes, and nothing that is not ours', () =>
  withTaps((a, b) => {
    assert.is(a.succeed('GC', a.config(valid(['c1', 'tap1'], ['c1', 'tap9']))).stdout, '')
    assert.equal(a.devices().sort(), ['lo', 'tap1'])
    assert.equal(b.devices().sort(), [...foreign, 'lo'].sort())
    a.succeed('GC', a.config(valid()))
    assert.equal(a.devices(), ['lo'])
  }))

test('the legacy key counts too, and whatever either of them lists is valid', () =>
  withTaps((a, b) => {
    const legacy = { 'cni.dev/attachments': [{ containerID: 'c2', ifname: 'tap0' }] }
    a.succeed('GC', a.config({ ...valid(['c1', 'tap0']), ...legacy }))
    assert.equal(a.devices().sort(), ['lo', 'tap0'])
    a.succeed('GC', a.config({ ...legacy, 'cni.dev/valid-attachments': null }))
    assert.equal(a.devices(), ['lo'])
    assert.ok(b.devices().includes('tap0'))
  }))

test('a list that is missing, null or malformed is an error, never an empty one', () =>
  withTaps((a, b) => {
    a.fail('GC', a.config(), 7, 'missing cni.dev/valid-attachments')
    a.fail('GC', a.config({ 'cni.dev/valid-attachments': null }), 7, 'missing cni.dev/valid-attachments')
    a.fail('GC', a.config({ 'cni.dev/valid-attachments': [{ containerID: 'c1' }] }), 6)
    assert.equal(a.devices().sort(), ['lo', 'tap0', 'tap1'])
    assert.ok(b.devices().includes('tap0'))
  }))

test('is forwarded to the IPAM plugin; what that says does not keep the taps', () =>
  withTaps((a, b) => {
    a.succeed('GC', a.config({ ...valid(['c1', 'tap0']), ...a.fakeIpam('') }))
    assert.equal(a.asked, ['GC'])
    const failing = a.fakeIpam('', { GC: `echo '{"code":77,"msg":"m"}'; exit 1` })
    a.fail('GC', a.config({ ...valid(), ...failing }), 77, 'm')
    assert.equal(a.devices(), ['lo'])
    assert.not(b.devices().includes('tap0'))
  }))

test('a namespace where devices come and go all the time', () =>
  attached((a) => {
    const loop = 'while :; do ip link add v0 type veth peer name v1; ip link del v0; done'
    const busy = spawn('ip', ['netns', 'exec', a.namespace.name, 'sh', '-c', loop], { stdio: 'ignore', detached: true })
    try {
      for (let times = 0; times < 3; times++) {
        a.succeed('ADD', a.config())
        // A list that changes while it is told may miss a device.
        for (let tries = 0; tries < 10 && a.devices().includes('tap0'); tries++) a.succeed('GC', a.config(valid()))
        assert.not(a.devices().includes('tap0'))
      }
    } finally {
      process.kill(-(busy.pid as number), 'SIGKILL')
    }
  }))

test('ADD-only keys and CNI_ARGS are not looked at', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    a.succeed('GC', a.config({ ...valid(), mtu: 'x', prevResult: 5 }), { args: 'x' })
    a.assertClean()
  }))

test.run()
