import { openSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: ownership by alias', 'netns', 'tun', 'cniPlugins')

function rename(a: Attachment, from: string, to: string): void {
  for (const change of [['down'], ['name', to]]) a.namespace.exec('ip', ['link', 'set', from, ...change])
}

test('DEL deletes a renamed tap and the one that a second ADD created', () =>
  attached((a) => {
    const config = a.config(a.hostLocal('10.1.2.0/24'))
    a.succeed('ADD', config)
    rename(a, 'tap0', 'renamed')
    a.succeed('ADD', a.config())
    const { stderr } = a.succeed('DEL', config)
    assert.is(stderr, '')
    a.assertClean()
  }))

test('DEL deletes a renamed tap, keeps the device that has its name now, and prints a note', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    rename(a, 'tap0', 'renamed')
    a.namespace.exec('ip', ['link', 'add', 'tap0', 'type', 'veth', 'peer', 'name', 'peer'])
    const { stderr } = a.succeed('DEL', a.config())
    assert.match(stderr, /^"tap0" was left alone: expected the tap of this attachment, found veth\n$/)
    assert.equal(a.devices().sort(), ['lo', 'peer', 'tap0'])
  }))

test('DEL keeps devices of other attachments, of other kinds and without an alias', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    const { ifalias } = a.link()
    a.succeed('ADD', a.config(), { ifname: 'tap1' })
    a.succeed('ADD', a.config(), { ifname: 'tap2', containerId: 'c2' })
    a.succeed('ADD', { ...(a.config() as object), name: 'other' }, { ifname: 'tap3' })
    a.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', 'plain'])
    a.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
    a.namespace.exec('ip', ['link', 'set', 'veth0', 'alias', ifalias])
    a.succeed('DEL', a.config())
    assert.equal(a.devices().sort(), ['lo', 'plain', 'tap1', 'tap2', 'tap3', 'veth0', 'veth1'])
  }))

test('the rollback of an ADD keeps a renamed tap of an earlier ADD', () =>
  attached(async (a) => {
    a.succeed('ADD', a.config())
    rename(a, 'tap0', 'renamed')
    const failing = a.fakeIpam('', { ADD: 'exit 3' })
    a.fail('ADD', a.config(failing), 103)
    assert.equal(a.devices().sort(), ['lo', 'renamed'])
    // The plugin cannot write its result: /dev/full accepts no byte.
    const { exitCode } = await a.start('ADD', a.config(), {}, { stdio: ['pipe', openSync('/dev/full', 'w'), 'pipe'] })
    assert.is(exitCode, 1)
    assert.equal(a.devices().sort(), ['lo', 'renamed'])
    a.succeed('DEL', a.config())
    a.assertClean()
  }))

test('GC removes a renamed tap', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    rename(a, 'tap0', 'renamed')
    a.succeed('GC', a.config({ 'cni.dev/valid-attachments': null }))
    a.assertClean()
  }))

test.run()
