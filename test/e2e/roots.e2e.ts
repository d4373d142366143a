import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type Attachment, attached, standardPlugins } from '../cni-tap/attachment.js'
import { suiteNeeding } from '../support/privileges.js'
import { provided } from './environment.js'
import { Root } from './root.js'

const test = suiteNeeding('e2e: other root directories', 'netns', 'tun', 'cniPlugins')

/** Runs `use` with a root that contains the plugin, /proc and /dev/net/tun. */
const inRoot = (use: (root: Root, a: Attachment) => void) =>
  attached((a) => {
    using root = new Root(a)
    root.addProc()
    root.addTun()
    use(root, a)
  })

const settings = { mtu: 1400, mac: '02:00:00:00:00:77', owner: 107, group: 107, multiQueue: true, txQueueLen: 600 }

test('a root with nothing but the executable: ADD, CHECK and DEL', () =>
  inRoot((root, a) => {
    const before = root.names()
    assert.equal(before, ['dev', 'ns', 'proc', 'tap'])
    const { json: prevResult, stderr } = root.succeed('ADD', a.config(settings))
    assert.is(stderr, '')
    assert.equal(prevResult.interfaces, [{ name: 'tap0', mac: settings.mac, mtu: 1400, sandbox: '/ns' }])
    const link = a.link()
    assert.equal([link.mtu, link.address, link.txqlen, link.flags.includes('UP')], [1400, settings.mac, 600, true])
    assert.equal([link.linkinfo.info_data.multi_queue, link.linkinfo.info_data.persist], [true, true])
    root.succeed('CHECK', { ...a.config(settings), prevResult })
    root.succeed('DEL', { ...a.config(settings), prevResult })
    root.succeed('DEL', { ...a.config(settings), prevResult })
    a.assertClean()
    assert.equal(root.names(), before)
  }))

test('a root with nothing but the executable: VERSION, STATUS and GC', () =>
  inRoot((root, a) => {
    assert.ok(root.succeed('VERSION', { cniVersion: '1.1.0' }).json.supportedVersions.includes('1.1.0'))
    root.succeed('STATUS', a.config())
    const { stderr } = root.succeed('GC', { ...a.config(), 'cni.dev/valid-attachments': [] })
    assert.match(stderr, /\/run\/netns/)
  }))

test('a bridge port with macspoofchk', () =>
  inRoot((root, a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
    const config = a.config({ bridge: 'br0', macspoofchk: true, hairpinMode: true })
    const { json: prevResult } = root.succeed('ADD', config)
    assert.is(a.link().master, 'br0')
    assert.is(a.link().linkinfo.info_slave_data.hairpin, true)
    root.succeed('CHECK', { ...config, prevResult })
    root.succeed('DEL', config)
    a.assertClean('br0')
  }))

test('an IPAM plugin that is missing, or has no libc: ADD fails and leaves nothing', () =>
  inRoot((root, a) => {
    const config = a.config({ ipam: { type: 'host-local', subnet: '10.9.0.0/24' } })
    assert.match(root.fail('ADD', config, 7).json.msg, /failed to find plugin "host-local"/)
    root.addProgram('/plugins/host-local', join(standardPlugins, 'host-local'))
    assert.match(root.fail('ADD', config, 7).json.msg, /host-local.*ENOENT/)
  }))

test('without /proc: ADD and DEL fail, and nothing is made', () =>
  attached((a) => {
    using root = new Root(a)
    root.addTun()
    const { json } = root.run('ADD', a.config())
    assert.ok(Number.isInteger(json.code) && json.msg.includes('/proc'), JSON.stringify(json))
    a.assertClean()
    assert.is(root.run('DEL', a.config()).exitCode, 1)
  }))

test('without /dev/net/tun: ADD and STATUS fail and name it', () =>
  attached((a) => {
    using root = new Root(a)
    root.addProc()
    assert.match(root.fail('ADD', a.config(), 101).json.msg, /\/dev\/net\/tun.*ENOENT/)
    assert.match(root.fail('STATUS', a.config(), 50).json.msg, /\/dev\/net\/tun/)
    root.succeed('DEL', a.config())
  }))

test('a read-only root', () =>
  inRoot((root, a) => {
    root.makeReadOnly()
    const { json: prevResult, stderr } = root.succeed('ADD', a.config(settings))
    assert.is(stderr, '')
    root.succeed('CHECK', { ...a.config(settings), prevResult })
    root.succeed('DEL', a.config(settings))
    a.assertClean()
  }))

for (const [what, isWritable] of [
  ['writable', true],
  ['read-only', false],
] as const) {
  test(`a read-only root with musl as its only libc, and an IPAM plugin in a ${what} folder`, () =>
    inRoot((root, a) => {
      root.addProgram('/lib/ld-musl-x86_64.so.1', join(provided('NETLOOM_MUSL'), 'lib/ld-musl-x86_64.so.1'))
      root.addTmp()
      const [folder, file] = isWritable ? ['/tmp', '/tmp/ipam'] : ['/plugins', '/plugins/ipam']
      root.addProgram(file, provided('NETLOOM_MUSL_IPAM'))
      assert.match(readFileSync(root.path(file), 'latin1'), /\/lib\/ld-musl-x86_64\.so\.1/)
      root.makeReadOnly()
      const config = a.config({ ipam: { type: 'ipam' } })
      const { json: prevResult } = root.succeed('ADD', config, { path: folder })
      assert.equal(a.addresses(), ['10.9.0.2/24'])
      assert.ok(a.namespace.ip('route').some(({ dst, gateway }) => dst === '10.10.0.0/16' && gateway === '10.9.0.1'))
      root.succeed('CHECK', { ...config, prevResult }, { path: folder })
      root.succeed('DEL', config, { path: folder })
      a.assertClean()
    }))
}

test('the reservations of host-local are on a read-only file system: ADD fails and leaves nothing', () =>
  attached((a) => {
    copyFileSync(join(standardPlugins, 'host-local'), join(a.plugins, 'host-local'))
    const config = a.config({ ipam: { type: 'host-local', subnet: '10.9.0.0/24', dataDir: '/proc/netloom' } })
    const { exitCode, json } = a.run('ADD', config)
    assert.equal([exitCode, json.code], [1, 999])
    a.assertClean()
  }))

/** Runs ADD and DEL under a limit. Returns true if ADD succeeded; else it must report code 11 and leave nothing. */
function addUnder(root: Root, a: Attachment, limit: readonly string[]): boolean {
  const { exitCode, json, stdout, stderr } = root.run('ADD', a.config(settings), {}, limit)
  if (exitCode !== 0) {
    assert.equal([exitCode, json?.code], [1, 11], `${limit.join(' ')}: ${stdout}${stderr}`)
    a.assertClean()
    return false
  }
  root.succeed('DEL', a.config(settings))
  a.assertClean()
  return true
}

/** Number of descriptors that chroot(1) needs to load its libraries, and those of the standard streams. */
const fewest = 4

test('few descriptors: ADD succeeds, or fails with code 11 and leaves nothing', () =>
  inRoot((root, a) => {
    const limits = Array.from({ length: 9 }, (_, index) => fewest + index)
    const outcomes = limits.map((limit) => addUnder(root, a, ['prlimit', `--nofile=${limit}`]))
    assert.is(outcomes[0], false, `expected ${fewest} descriptors to be too few`)
    const first = outcomes.indexOf(true)
    assert.ok(first > 0, 'expected ADD to succeed with the last limit')
    assert.ok(outcomes.slice(first).every(Boolean), `expected ADD to succeed with each higher limit, got ${outcomes}`)
  }))

test('little memory: ADD succeeds, or fails with code 11 and leaves nothing', () =>
  inRoot((root, a) => {
    const megabytes = [8, 9, 10, 12, 16, 24, 32, 64]
    const outcomes = megabytes.map((size) => addUnder(root, a, ['prlimit', `--as=${size * 2 ** 20}`]))
    assert.is(outcomes.at(-1), true, 'expected 64 MiB to be enough')
  }))

test('no file may be written (RLIMIT_FSIZE 0): ADD and DEL write none', () =>
  inRoot((root, a) => assert.is(addUnder(root, a, ['prlimit', '--fsize=0']), true)))

test.run()
