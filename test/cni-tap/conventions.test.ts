import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

/** Keys that runtimes and CNI's conventions define: args.cni, the capability dns; the owner of the addresses. */
const test = suiteNeeding('cni-tap: conventions', 'netns', 'tun', 'cniPlugins')

const mac = (last: number) => `02:00:00:00:00:0${last}`

test('the MAC address: runtimeConfig, then args.cni, CNI_ARGS and the configuration', () =>
  attached((a) => {
    const sources = [
      { runtimeConfig: { mac: mac(1) } },
      { args: { cni: { mac: mac(2), labels: [{ key: 'x' }] } } },
      {},
      { mac: mac(4) },
    ]
    for (const first of [0, 1, 2, 3]) {
      const config = a.config(Object.assign({}, ...sources.slice(first)))
      const call = first <= 2 ? { args: `MAC=${mac(3)}` } : {}
      const prevResult = a.succeed('ADD', config, call).json
      assert.is(a.link().address, mac(first + 1))
      a.succeed('CHECK', { ...config, prevResult }, call)
      a.succeed('DEL', config, call)
    }
  }))

test('args.cni.ips reaches the IPAM plugin', () =>
  attached((a) => {
    const config = a.config({ args: { cni: { ips: ['10.1.2.9/24'] } }, ...a.hostLocal() })
    const prevResult = a.succeed('ADD', config).json
    assert.equal([prevResult.ips[0].address, a.addresses()], ['10.1.2.9/24', ['10.1.2.9/24']])
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('DEL', config)
    a.assertClean()
    const noted = a.succeed('ADD', a.config({ args: { cni: { ips: ['10.1.2.9'] } } }))
    assert.is(noted.stderr, 'args.cni.ips has no effect without ipam\n')
    a.succeed('DEL', a.config())
  }))

const invalid: readonly (readonly [keys: object, code: number, msg: RegExp])[] = [
  [{ args: { cni: { mac: 'x' } } }, 7, /^invalid args\.cni\.mac "x": expected a unicast/],
  [{ args: { cni: { ips: ['10.1.2'] } } }, 7, /^invalid args .*: expected IP addresses in cni\.ips, found "10\.1\.2"$/],
  [{ args: { cni: { ips: '10.1.2.9' } } }, 6, /args\.cni\.ips of type \[\]string/],
  [{ args: { cni: 5 } }, 6, /args\.cni of type object/],
  [{ args: [] }, 6, /args of type object/],
  [{ runtimeConfig: { dns: { servers: 'x' } } }, 6, /runtimeConfig\.dns\.servers of type \[\]string/],
  [{ ipOn: 'host' }, 7, /^invalid ipOn "host": expected one of tap, guest$/],
  [{ ipOn: true }, 6, /ipOn of type string/],
  [{ ipOn: 'guest', enabledad: true }, 7, /^invalid enabledad true: expected ipOn "tap" too$/],
  [{ gcNetnsDirs: ['run'] }, 7, /^invalid gcNetnsDirs \["run"\]: expected absolute paths$/],
  [{ gcNetnsDirs: '/run' }, 6, /gcNetnsDirs of type \[\]string/],
]

for (const [keys, code, msg] of invalid)
  test(`invalid: ${JSON.stringify(keys)}`, () =>
    attached((a) => {
      const config = a.config({ ...a.fakeIpam({ ips: [{ address: '10.0.0.1/24' }] }), ...keys })
      for (const command of ['ADD', 'CHECK', 'STATUS']) a.fail(command, config, code, msg)
      a.assertClean()
      a.succeed('DEL', config)
      const gc = { ...config, 'cni.dev/valid-attachments': [] }
      if ('gcNetnsDirs' in keys) a.fail('GC', gc, code, msg)
      else a.succeed('GC', gc)
    }))

test('the capability dns has precedence over the key dns, and that over IPAM', () =>
  attached((a) => {
    const ipam = a.fakeIpam({ ips: [{ address: '10.0.0.1/24' }], dns: { nameservers: ['10.0.0.3'], domain: 'ipam' } })
    const dns = { nameservers: ['10.0.0.2'], domain: 'key' }
    const runtime = { servers: ['10.0.0.1'], searches: ['example.org'], options: ['ndots:5'] }
    const resultOf = (keys: object) => {
      const config = a.config({ ...ipam, ...keys })
      const prevResult = a.succeed('ADD', config).json
      a.succeed('CHECK', { ...config, prevResult })
      a.succeed('DEL', config)
      return prevResult.dns
    }
    assert.equal(resultOf({ dns, capabilities: { dns: true }, runtimeConfig: { dns: runtime } }), {
      nameservers: ['10.0.0.1'],
      search: ['example.org'],
      options: ['ndots:5'],
    })
    assert.equal(resultOf({ dns, runtimeConfig: { dns: { servers: [] } } }), dns)
    assert.equal(resultOf({ runtimeConfig: { dns: {} } }), { nameservers: ['10.0.0.3'], domain: 'ipam' })
  }))

const families = ['10.1.2.0/24', '2001:db8::/64']

test('ipOn guest: addresses and routes are in the result only, and CHECK refuses them on the device', () =>
  attached((a) => {
    const { ipam } = a.hostLocal(...families)
    const config = a.config({ ipOn: 'guest', ipam: { ...ipam, routes: [{ dst: '0.0.0.0/0' }] } })
    const prevResult = a.succeed('ADD', config).json
    assert.equal(
      prevResult.ips.map(({ address, interface: index }: { address: string; interface: number }) => [address, index]),
      [
        ['10.1.2.2/24', 0],
        ['2001:db8::2/64', 0],
      ],
    )
    assert.equal(prevResult.routes, [{ dst: '0.0.0.0/0' }])
    assert.equal([a.addresses(), a.reservations().length], [[], 2])
    assert.is(a.namespace.exec('ip', ['route', 'show', 'dev', 'tap0']).trim(), '')
    a.succeed('CHECK', { ...config, prevResult })
    a.namespace.exec('ip', ['addr', 'add', '10.1.2.2/24', 'dev', 'tap0'])
    const msg = '"tap0": expected address 10.1.2.2/24 in the guest only, found it on the device'
    a.fail('CHECK', { ...config, prevResult }, 102, msg)
    a.succeed('DEL', config)
    a.assertClean()
    const onTap = a.config({ ipOn: 'tap', ...a.hostLocal() })
    a.succeed('ADD', onTap)
    assert.is(a.addresses().length, 1)
    a.succeed('GC', { ...onTap, 'cni.dev/valid-attachments': [] })
    a.assertClean()
  }))

/** Moves the mounted namespace to another folder. Returns the folder. */
function mountElsewhere(a: Attachment): string {
  const folder = join(a.folder, 'netns')
  mkdirSync(folder)
  writeFileSync(join(folder, 'pod'), '')
  execFileSync('mount', ['--bind', a.namespace.path, join(folder, 'pod')])
  return folder
}

test('GC searches gcNetnsDirs too', () =>
  attached((a) => {
    const folder = mountElsewhere(a)
    const path = join(folder, 'pod')
    try {
      execFileSync('umount', [a.namespace.path])
      rmSync(a.namespace.path)
      const config = a.config(a.hostLocal())
      a.succeed('ADD', config, { netns: path })
      a.succeed('ADD', config, { netns: path, ifname: 'tap1', containerId: 'c2' })
      const gc = (keys: object, valid: object[]) =>
        a.succeed('GC', { ...config, ...keys, 'cni.dev/valid-attachments': valid })
      const valid = [{ containerID: 'c2', ifname: 'tap1' }]
      const taps = () =>
        execFileSync('nsenter', [`--net=${path}`, 'ip', '-br', 'link'], { encoding: 'utf8' }).match(/^tap\d/gm)
      gc({}, valid)
      assert.equal(taps(), ['tap0', 'tap1'])
      symlinkSync(folder, `${folder}.link`)
      const missing = join(a.folder, 'missing')
      const { stderr } = gc({ gcNetnsDirs: [missing, `${folder}.link`, folder] }, valid)
      assert.ok(stderr.includes(`${JSON.stringify(missing)} in gcNetnsDirs does not exist`), stderr)
      assert.equal([taps(), a.reservations()], [['tap1'], ['10.1.2.3']])
      gc({ gcNetnsDirs: [folder] }, [])
      assert.equal([taps(), a.reservations()], [null, []])
    } finally {
      writeFileSync(a.namespace.path, '')
      execFileSync('mount', ['--bind', path, a.namespace.path])
      execFileSync('umount', [path])
    }
  }))

test('stdin reaches the IPAM plugin unchanged', () =>
  attached((a) => {
    const { ipam } = a.fakeIpam({ ips: [{ address: '10.0.0.1/24' }] })
    const config = a.config({
      ipam,
      args: { cni: { ips: ['10.0.0.1'], other: 5 } },
      runtimeConfig: { ips: ['10.0.0.1'] },
    })
    a.succeed('ADD', config)
    assert.is(readFileSync(join(a.plugins, 'fake.stdin'), 'utf8'), JSON.stringify(config))
    a.succeed('DEL', config)
  }))

test.run()
