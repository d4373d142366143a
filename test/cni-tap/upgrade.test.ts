import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { callPlugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached, standardPlugins } from './attachment.js'

const test = suiteNeeding(
  'cni-tap: attachments created by another version or by upstream',
  'netns',
  'tun',
  'cniPlugins',
)

/** A recorded attachment of version 0.1.0: its device, configuration and result. */
interface Scene {
  /** Commands that recreate the device with the settings it had. */
  readonly setup: readonly string[]
  readonly keys: object
  readonly ipamResult?: object
  /** Contains `<netns>` for the path of the namespace. */
  readonly prevResult: object
  readonly others?: readonly string[]
}

const file = new URL('scenes/0.1.0.json', import.meta.url)
const scenes: Readonly<Record<string, Scene>> = JSON.parse(readFileSync(file, 'utf8'))

/** Recreates the scene in a namespace. Returns its configuration. */
function recreateScene(a: Attachment, { setup, keys, ipamResult, prevResult }: Scene) {
  a.namespace.exec('sh', ['-e', '-c', setup.join('\n')])
  const ipam = ipamResult === undefined ? {} : a.fakeIpam(ipamResult)
  const result = JSON.parse(JSON.stringify(prevResult).replaceAll('<netns>', a.namespace.path))
  return { config: { ...a.config({ ...keys, ...ipam }), name: 'scene' }, result }
}

for (const [name, scene] of Object.entries(scenes)) {
  const { others = [] } = scene

  test(`0.1.0, ${name}: CHECK passes and detects a change, a second ADD is rejected, and DEL deletes it`, () =>
    attached((a) => {
      const { config, result } = recreateScene(a, scene)
      a.succeed('CHECK', { ...config, prevResult: result })
      a.fail('ADD', config, 100, 'interface "tap0" already exists')
      a.succeed('CHECK', { ...config, prevResult: result })
      a.namespace.exec('ip', ['link', 'set', 'tap0', 'address', '02:00:00:00:00:02'])
      a.fail('CHECK', { ...config, prevResult: result }, 102, /expected mac /)
      assert.is(a.succeed('DEL', config).stderr, '')
      assert.equal(a.devices().sort(), ['lo', ...others].sort())
      a.succeed('ADD', config)
    }))

  test(`0.1.0, ${name}: GC recognizes it by its alias`, () =>
    attached((a) => {
      const { config } = recreateScene(a, scene)
      const gc = (...valid: object[]) => a.succeed('GC', { ...config, 'cni.dev/valid-attachments': valid })
      gc({ containerID: 'c1', ifname: 'tap0' })
      assert.ok(a.devices().includes('tap0'))
      gc({ containerID: 'c2', ifname: 'tap0' })
      assert.equal(a.devices().sort(), ['lo', ...others].sort())
      if (scene.ipamResult !== undefined) assert.equal(a.ipamCalls, ['GC', 'GC', 'DEL'])
    }))
}

const upstream = [`${standardPlugins}/tap`]

const ipam = {
  type: 'static',
  addresses: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }, { address: '2001:db8::2/64' }],
  routes: [{ dst: '0.0.0.0/0' }, { dst: '10.7.0.0/16' }],
}
const settings: Readonly<Record<string, object>> = {
  'no addresses': {},
  addresses: { ipam },
  'owner and group': { owner: 1000, group: 1000 },
  'several queues': { multiQueue: true },
  'a bridge': { bridge: 'br0', mac: '02:00:00:00:00:01' },
  'an mtu': { mtu: 1400 },
}

for (const [name, keys] of Object.entries(settings)) {
  const prepare = (a: Attachment) =>
    a.namespace.ip('link', 'add', 'br0', 'address', '02:00:00:00:00:b0', 'type', 'bridge')

  test(`upstream's, with ${name}: CHECK passes, a second ADD is rejected, GC keeps it, and DEL deletes it`, () =>
    attached((a) => {
      prepare(a)
      const config = a.config(keys)
      const added = callPlugin(a.call('ADD', config), upstream)
      assert.is(added.exitCode, 0, added.stdout)
      a.succeed('CHECK', { ...config, prevResult: added.json })
      a.fail('ADD', config, 100, 'interface "tap0" already exists')
      // It has no alias, so its owner is unknown.
      a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] })
      a.succeed('CHECK', { ...config, prevResult: added.json })
      assert.is(a.succeed('DEL', config).stderr, '')
      assert.equal(a.devices().sort(), ['br0', 'lo'])
    }))

  test(`ours, with ${name}: upstream's CHECK passes, and its DEL deletes it`, () =>
    attached((a) => {
      prepare(a)
      const config = a.config(keys)
      const prevResult = a.succeed('ADD', config).json
      for (const [command, more] of [
        ['CHECK', { prevResult }],
        ['DEL', {}],
      ] as const) {
        const { exitCode, stdout } = callPlugin(a.call(command, { ...config, ...more }), upstream)
        assert.is(exitCode, 0, `${command}: ${stdout}`)
      }
      assert.equal(a.devices().sort(), ['br0', 'lo'])
      a.succeed('DEL', config)
    }))
}

test.run()
