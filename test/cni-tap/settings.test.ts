import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { tunData } from '../tuntap/device.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: settings of the device', 'netns', 'tun')

function settingsOf(a: Attachment): unknown[] {
  const { owner, group, multiQueue } = tunData(a.namespace.path, 'tap0')
  return [owner, group, multiQueue === 1]
}

const all = { owner: 54321, group: 54322, multiQueue: true }
const perAttachment: [name: string, keys: object, args: string, expected: unknown[]][] = [
  ['the configuration', all, '', [54321, 54322, true]],
  ['CNI_ARGS before the configuration', all, 'OWNER=54331;GROUP=54332;MULTIQUEUE=false', [54331, 54332, false]],
  [
    'the runtime before CNI_ARGS',
    { ...all, runtimeConfig: { owner: 54341, group: 54342, multiQueue: true } },
    'OWNER=54331;GROUP=54332;MULTIQUEUE=0',
    [54341, 54342, true],
  ],
  ['0 is an ID', { ...all, runtimeConfig: { owner: 0 } }, 'GROUP=0;IgnoreUnknown=1;K8S_POD_NAME=x', [0, 0, true]],
  ['keys in any case', { OWNER: 54321, Group: 54322, multiqueue: true }, '', [54321, 54322, true]],
  ['the last key wins if several differ only in case', { owner: 5, OWNER: 54321 }, '', [54321, undefined, false]],
  [
    'null means absent',
    { owner: null, group: 54322, multiQueue: null, runtimeConfig: null },
    '',
    [undefined, 54322, false],
  ],
]
for (const [name, keys, args, expected] of perAttachment) {
  test(`owner, group and multiQueue: ${name}`, () =>
    attached((a) => {
      const config = a.config(keys)
      const changes = { args }
      const prevResult = a.succeed('ADD', config, changes).json
      assert.equal(settingsOf(a), expected)
      a.succeed('CHECK', { ...config, prevResult }, changes)
      a.succeed('DEL', config, { args: 'nonsense' })
      a.assertClean()
    }))
}

test('CHECK compares the device with CNI_ARGS and the runtime too', () =>
  attached((a) => {
    const prevResult = a.succeed('ADD', a.config(), { args: 'OWNER=54331' }).json
    const checked = { ...a.config(), prevResult }
    a.succeed('CHECK', checked)
    a.fail('CHECK', checked, 102, '"tap0": expected owner 5, found 54331', { args: 'OWNER=5' })
    const runtimeConfig = { owner: 54332 }
    a.fail('CHECK', { ...checked, runtimeConfig }, 102, '"tap0": expected owner 54332, found 54331', {
      args: 'OWNER=54331',
    })
  }))

test('invalid IDs are rejected', () =>
  attached((a) => {
    a.fail('ADD', a.config(), 4, /^ARGS: error parsing value of pair "OWNER=x": /, { args: 'OWNER=x' })
    a.fail('ADD', a.config(), 4, /^ARGS: error parsing value of pair "GROUP=4294967295": /, {
      args: 'GROUP=4294967295',
    })
    a.fail('ADD', a.config({ runtimeConfig: { owner: 4294967295 } }), 7, /^invalid runtimeConfig /)
    a.fail('ADD', a.config({ runtimeConfig: { owner: '5' } }), 6, /^failed to load netconf: /)
    a.assertClean()
  }))

for (const txQueueLen of [0, 1, 5000]) {
  test(`txQueueLen ${txQueueLen}`, () =>
    attached((a) => {
      const config = a.config({ txQueueLen })
      const prevResult = a.succeed('ADD', config).json
      assert.is(a.link().txqlen ?? 0, txQueueLen)
      a.succeed('CHECK', { ...config, prevResult })
      a.namespace.exec('ip', ['link', 'set', 'tap0', 'txqueuelen', '77'])
      a.fail('CHECK', { ...config, prevResult }, 102, `"tap0": expected txQueueLen ${txQueueLen}, found 77`)
    }))
}

test("a txQueueLen that exceeds the kernel's memory leaves nothing", () =>
  attached((a) => {
    assert.is(a.run('ADD', a.config({ txQueueLen: 4294967295 })).exitCode, 1)
    a.assertClean()
  }))

test('mtu 0 means no mtu', () =>
  attached((a) => {
    assert.is(a.succeed('ADD', a.config({ mtu: 0 })).json.interfaces[0].mtu, 1500)
  }))

test('the alias names the network and the attachment', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    a.succeed('ADD', a.config(), { ifname: 'tap1' })
    a.succeed('ADD', { ...a.config(), name: `${a.network}-other` }, { ifname: 'tap2' })
    const [first, second, other] = ['tap0', 'tap1', 'tap2'].map((name) => a.link(name).ifalias.split('/'))
    assert.equal([first[0], first.length], ['netloom', 4])
    assert.is(second[1], first[1])
    assert.is.not(second[3], first[3])
    assert.is.not(other[1], first[1])
  }))

for (const keys of [
  { args: { cni: { x: 1 } } },
  { capabilities: { mac: true, owner: true } },
  { 'x.y/z': [1], type: 'tap', plugins: null },
]) {
  test(`irrelevant keys are ignored: ${Object.keys(keys)[0]}`, () =>
    attached((a) => {
      a.succeed('ADD', a.config(keys))
      a.succeed('DEL', a.config(keys))
      a.assertClean()
    }))
}

for (const keys of [
  { mtu: '1500' },
  { mtu: 1500.5 },
  { owner: -1 },
  { group: 4294967296 },
  { multiQueue: 'true' },
  { args: 5 },
]) {
  test(`a value of the wrong type is rejected: ${JSON.stringify(keys)}`, () =>
    attached((a) => {
      a.fail('ADD', a.config(keys), 6, /^failed to load netconf: json: cannot unmarshal /)
      a.assertClean()
    }))
}

test.run()
