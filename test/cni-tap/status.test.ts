import * as assert from 'uvu/assert'
import { callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: STATUS', 'netns', 'tun')

/** Runs STATUS through a program that removes something from its environment. */
function statusThrough(a: Attachment, program: string[], keys: object = {}) {
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

test('succeeds, and runs the IPAM plugin', () =>
  attached((a) => {
    assert.is(a.succeed('STATUS', a.config(a.fakeIpam(''))).stdout, '')
    assert.equal(a.ipamCalls, ['STATUS'])
    assert.is(a.succeed('STATUS', a.config()).stdout, '')
  }))

test('fails if the IPAM plugin fails', () =>
  attached((a) => {
    a.fail('STATUS', a.config(a.fakeIpam('', { STATUS: `echo '{"code":51,"msg":"m"}'; exit 1` })), 51, 'm')
  }))

test('fails if the IPAM plugin is missing', () =>
  attached((a) => {
    a.fail('STATUS', a.config({ ipam: { type: 'none' } }), 50, /^failed to find plugin "none" in path /)
  }))

test('fails for a configuration that ADD would reject', () =>
  attached((a) => {
    a.fail('STATUS', a.config({ mtu: 5 }), 7, /^invalid mtu /)
    a.fail('STATUS', a.config({ mac: 'zz' }), 7, /^invalid mac /)
    a.fail('STATUS', a.config({ mtu: '5' }), 6, /^failed to load netconf: /)
  }))

test("fails if the plugin's capabilities cannot be read", () =>
  attached((a) => {
    const withoutProc = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /proc && exec "$@"', 'sh']
    const { exitCode, json } = statusThrough(a, withoutProc)
    assert.is(exitCode, 1)
    assert.is(json.code, 50)
    assert.match(json.msg, /^cannot make tap devices: its capabilities cannot be looked up: ENOENT/)
  }))

for (const source of ['/dev/null', '/etc/hostname']) {
  test(`fails if /dev/net/tun is ${source}`, () =>
    attached((a) => {
      const { exitCode, json } = statusThrough(a, bindOver(source), a.fakeIpam(''))
      assert.is(exitCode, 1)
      assert.is(json.code, 50)
      assert.is(json.msg, "cannot make tap devices: /dev/net/tun is not the tun driver's device")
      assert.equal(a.ipamCalls, [])
    }))
}

test('fails if /dev/net/tun is missing', () =>
  attached((a) => {
    const hide = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs none /dev/net && exec "$@"', 'sh']
    const { json } = statusThrough(a, hide)
    assert.is(json.code, 50)
    assert.match(json.msg, /^cannot make tap devices: ENOENT/)
  }))

test('fails without CAP_NET_ADMIN', () =>
  attached((a) => {
    const { json } = statusThrough(a, ['setpriv', '--bounding-set=-net_admin', '--'])
    assert.is(json.code, 50)
    assert.is(json.msg, 'cannot make tap devices: CAP_NET_ADMIN is missing')
  }))

test.run()
