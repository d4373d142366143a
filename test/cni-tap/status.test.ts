import * as assert from 'uvu/assert'
import { callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: STATUS', 'netns', 'tun')

/** Runs STATUS by way of a program that takes something away. */
function under(a: Attachment, program: string[], keys: object = {}) {
  return callPlugin(a.call('STATUS', a.config(keys)), [...program, ...plugin])
}

const bindOver = (source: string) => [
  'unshare',
  '-m',
  'sh',
  '-c',
  `mount --bind ${source} /dev/net/tun && exec "$@"`,
  'sh',
]

test('all is well, and the IPAM plugin is asked', () =>
  attached((a) => {
    assert.is(a.succeed('STATUS', a.config(a.fakeIpam(''))).stdout, '')
    assert.equal(a.asked, ['STATUS'])
    assert.is(a.succeed('STATUS', a.config()).stdout, '')
  }))

test('the IPAM plugin says no', () =>
  attached((a) => {
    a.fail('STATUS', a.config(a.fakeIpam('', { STATUS: `echo '{"code":51,"msg":"m"}'; exit 1` })), 51, 'm')
  }))

test('the IPAM plugin is missing', () =>
  attached((a) => {
    a.fail('STATUS', a.config({ ipam: { type: 'none' } }), 50, /^failed to find plugin "none" in path /)
  }))

test('a configuration that no ADD would take', () =>
  attached((a) => {
    a.fail('STATUS', a.config({ mtu: 5 }), 7, /^invalid mtu /)
    a.fail('STATUS', a.config({ mac: 'zz' }), 7, /^invalid mac /)
    a.fail('STATUS', a.config({ mtu: '5' }), 6, /^failed to load netconf: /)
  }))

test('its own capabilities cannot be looked up', () =>
  attached((a) => {
    const withoutProc = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh']
    const { exitCode, json } = under(a, withoutProc)
    assert.is(exitCode, 1)
    assert.is(json.code, 50)
    assert.match(json.msg, /^cannot make tap devices: its capabilities cannot be looked up: ENOENT/)
  }))

for (const source of ['/dev/null', '/etc/hostname']) {
  test(`/dev/net/tun is ${source}`, () =>
    attached((a) => {
      const { exitCode, json } = under(a, bindOver(source), a.fakeIpam(''))
      assert.is(exitCode, 1)
      assert.is(json.code, 50)
      assert.is(json.msg, "cannot make tap devices: /dev/net/tun is not the tun driver's device")
      assert.equal(a.asked, [])
    }))
}

test('/dev/net/tun is missing', () =>
  attached((a) => {
    const hide = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /dev/net && exec "$@"', 'sh']
    const { json } = under(a, hide)
    assert.is(json.code, 50)
    assert.match(json.msg, /^cannot make tap devices: ENOENT/)
  }))

test('CAP_NET_ADMIN is missing', () =>
  attached((a) => {
    const { json } = under(a, ['setpriv', '--bounding-set=-net_admin', '--'])
    assert.is(json.code, 50)
    assert.is(json.msg, 'cannot make tap devices: CAP_NET_ADMIN is missing')
  }))

test.run()
