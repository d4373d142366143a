import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached, versions } from './attachment.js'

const test = suiteNeeding('cni-tap: addresses, routes and results', 'netns', 'tun')

/** Result of a fake IPAM plugin, in the newest version. */
const assigned = {
  cniVersion: '1.1.0',
  ips: [
    { address: '10.0.0.2/24', gateway: '10.0.0.1' },
    { address: '10.0.1.2/31' },
    { address: '10.0.2.2/32' },
    { address: '2001:db8::2/64', gateway: '2001:db8::1' },
  ],
  routes: [
    { dst: '0.0.0.0/0' },
    { dst: '10.7.0.0/16', gw: '10.0.0.9', priority: 7, mtu: 1300, advmss: 1260 },
    { dst: '10.8.0.0/16', table: 1000, scope: 0 },
    { dst: '10.9.0.0/16', table: 100, scope: 200 },
    { dst: '2001:db8:7::/48', priority: 9 },
    { dst: '::/0', gw: 'fe80::1' },
  ],
  dns: { nameservers: ['10.0.0.53'], search: ['example'] },
}

const routesOf = (a: Attachment, family: '-4' | '-6', table = 'main') =>
  JSON.parse(a.namespace.exec('ip', ['-j', '-d', family, 'route', 'show', 'table', table]) || '[]').filter(
    ({ dev, protocol }: { dev: string; protocol: string }) => dev === 'tap0' && protocol === 'boot',
  )

const sysctl = (a: Attachment, path: string) => a.namespace.exec('cat', [`/proc/sys/net/${path}`]).trim()

test('ADD applies addresses, sysctls and routes as assigned', () =>
  attached((a) => {
    a.succeed('ADD', a.config(a.fakeIpam(assigned)))
    // biome-ignore lint/suspicious/noExplicitAny: iproute2's JSON has no types
    const infos: any[] = a.namespace.ip('addr', 'show', 'dev', 'tap0')[0].addr_info
    const broadcasts = infos.map(({ local, broadcast }) => [local, broadcast])
    assert.equal(Object.fromEntries(broadcasts.filter(([local]) => !local.startsWith('fe80'))), {
      '10.0.0.2': '10.0.0.255',
      '10.0.1.2': undefined,
      '10.0.2.2': undefined,
      '2001:db8::2': undefined,
    })
    assert.is(sysctl(a, 'ipv4/conf/tap0/arp_notify'), '1')
    assert.is(sysctl(a, 'ipv6/conf/tap0/keep_addr_on_down'), '1')
    assert.is(sysctl(a, 'ipv6/conf/tap0/disable_ipv6'), '0')

    const [byDefault, special] = routesOf(a, '-4')
    assert.equal([byDefault.dst, byDefault.gateway], ['default', '10.0.0.1'])
    assert.equal([special.dst, special.gateway, special.metric], ['10.7.0.0/16', '10.0.0.9', 7])
    assert.equal([special.metrics[0].mtu, special.metrics[0].advmss], [1300, 1260])
    assert.equal(
      routesOf(a, '-4', '1000').map(({ dst }: { dst: string }) => dst),
      ['10.8.0.0/16'],
    )
    assert.equal(
      routesOf(a, '-4', '100').map(({ scope }: { scope: string }) => scope),
      ['site'],
    )
    const ipv6 = routesOf(a, '-6').map(({ dst, gateway, metric }: Record<string, unknown>) => [dst, gateway, metric])
    assert.equal(ipv6.sort(), [
      ['2001:db8:7::/48', '2001:db8::1', 9],
      ['default', 'fe80::1', 1024],
    ])
    a.succeed('DEL', a.config(a.fakeIpam(assigned)))
    a.assertClean()
  }))

test('ADD enables IPv6 if it was disabled, on lo too', () =>
  attached((a) => {
    a.namespace.exec('sh', [
      '-c',
      'for each in all default; do echo 1 > /proc/sys/net/ipv6/conf/$each/disable_ipv6; done',
    ])
    a.succeed('ADD', a.config(a.fakeIpam({ ips: [{ address: '2001:db8::2/64' }] })))
    for (const each of ['lo', 'tap0']) assert.is(sysctl(a, `ipv6/conf/${each}/disable_ipv6`), '0')
    assert.equal(a.addresses(), ['2001:db8::2/64'])
  }))

for (const version of versions) {
  test(`[${version}] a newer IPAM result is printed in the version of the configuration`, () =>
    attached((a) => {
      const { json } = a.succeed('ADD', a.config(a.fakeIpam(assigned)))
      assert.is(json.cniVersion, version)
      if (version < '0.3.0') {
        assert.is(json.ip4.ip, '10.0.0.2/24')
        assert.equal(json.ip6.routes, [{ dst: '2001:db8:7::/48' }, { dst: '::/0', gw: 'fe80::1' }])
      } else {
        assert.equal(json.routes, assigned.routes)
        const ips = json.ips.map(({ version: _, ...ip }: { version?: string }) => ip)
        assert.equal(
          ips,
          assigned.ips.map((ip) => ({ interface: 0, ...ip })),
        )
      }
      assert.equal(json.dns, assigned.dns)
    }, version))

  test(`[${version}] an IPAM result of this version is accepted`, () =>
    attached((a) => {
      const flat = { cniVersion: version, ips: [{ version: '4', address: '10.0.0.2/24' }] }
      const families = { cniVersion: version, ip4: { ip: '10.0.0.2/24' } }
      a.succeed('ADD', a.config(a.fakeIpam(version < '0.3.0' ? families : flat)))
      assert.equal(a.addresses(), ['10.0.0.2/24'])
    }, version))
}

test('dns comes from the configuration, else from IPAM, else from the previous result', () =>
  attached((a) => {
    const withDns = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }], dns: { domain: 'ipam' } }, {}, 'with')
    const without = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }, {}, 'without')
    const prevResult = { cniVersion: '1.1.0', dns: { domain: 'previous' } }
    const cases: [keys: object, domain: string | undefined][] = [
      [{ ...withDns, dns: { domain: 'config' }, prevResult }, 'config'],
      [{ ...withDns, dns: {}, prevResult }, 'ipam'],
      [{ ...without, prevResult }, 'previous'],
      [without, undefined],
    ]
    for (const [keys, domain] of cases) {
      assert.is(a.succeed('ADD', a.config(keys)).json.dns?.domain, domain)
      a.succeed('DEL', a.config(keys))
    }
  }))

test('ADD extends the previous result', () =>
  attached((a) => {
    const prevResult = {
      cniVersion: '1.1.0',
      interfaces: [{ name: 'br0' }, { name: 'eth0', sandbox: a.namespace.path }],
      ips: [{ interface: 1, address: '10.5.0.2/24' }],
      routes: [{ dst: '10.6.0.0/16' }],
    }
    const { json } = a.succeed('ADD', a.config({ prevResult, ...a.fakeIpam(assigned) }))
    assert.equal(json.interfaces.slice(0, 2), prevResult.interfaces)
    assert.is(json.interfaces[2].name, 'tap0')
    assert.equal(json.ips, [...prevResult.ips, ...assigned.ips.map((ip) => ({ interface: 2, ...ip }))])
    assert.equal(json.routes, [...prevResult.routes, ...assigned.routes])
    a.fail('ADD', a.config({ prevResult: { cniVersion: '0.4.0' } }), 6, /^could not parse prevResult: /, {
      ifname: 'tap1',
    })
  }))

test('the IPAM plugin gets stdin unchanged, and the environment', () =>
  attached((a) => {
    const { ipam } = a.fakeIpam('', {
      ADD: `env > '${a.folder}/env'; printf '{"ips":[{"address":"10.0.0.2/24"}]}'; echo note >&2`,
    })
    const text = ` ${JSON.stringify(a.config({ ipam, 'x.y/z': [1.5] }))}\n`
    const { stderr } = a.succeed('ADD', text, { args: 'IgnoreUnknown=1;A=b', env: { OTHER: 'value' } })
    assert.is(stderr, 'note\n')
    assert.is(a.read('plugins/fake.stdin'), text)
    const env = a.read('env').split('\n')
    const expected = [
      'CNI_COMMAND=ADD',
      'CNI_IFNAME=tap0',
      `CNI_NETNS=${a.namespace.path}`,
      'CNI_ARGS=IgnoreUnknown=1;A=b',
    ]
    for (const each of [...expected, 'OTHER=value']) assert.ok(env.includes(each), each)
  }))

test('the IPAM plugin inherits no other file descriptor', () =>
  attached((a) => {
    const { ipam } = a.fakeIpam('', {
      ADD: `ls -l /proc/$$/fd > '${a.folder}/fds'; printf '{"ips":[{"address":"10.0.0.2/24"}]}'`,
    })
    a.succeed('ADD', a.config({ ipam }))
    const fds = a.read('fds')
    assert.not.match(fds, /\/dev\/net\/tun|net:\[/)
    assert.ok(fds.split('socket:').length - 1 <= 3, fds)
  }))

test('the first regular file with that name in CNI_PATH is run', () =>
  attached((a) => {
    const { ipam } = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] })
    a.namespace.exec('mkdir', ['-p', `${a.folder}/directory/fake`])
    a.succeed('ADD', a.config({ ipam }), { path: `/nonexistent:${a.folder}/directory::${a.plugins}` })
    assert.equal(a.ipamCalls, ['ADD'])
    a.fail('ADD', a.config({ ipam }), 7, `failed to find plugin "fake" in path [/a /b]`, {
      path: '/a:/b',
      ifname: 'tap1',
    })
  }))

test('ADD retries an IPAM plugin that is still being written', () =>
  attached(async (a) => {
    const { ipam } = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] })
    const writer = openSync(join(a.plugins, ipam.type), 'r+')
    const running = a.start('ADD', a.config({ ipam }))
    await new Promise((resolve) => setTimeout(resolve, 700))
    closeSync(writer)
    const { exitCode, stdout } = await running
    assert.is(exitCode, 0, stdout)
    assert.equal(a.ipamCalls, ['ADD'])
  }))

test('multiQueue creates a multi-queue tap', () =>
  attached((a) => {
    a.succeed('ADD', a.config({ multiQueue: true }))
    assert.is(a.link().linkinfo.info_data.multi_queue, true)
    a.succeed('DEL', a.config({ multiQueue: true }))
    a.assertClean()
  }))

test('the tap has no carrier until a process attaches', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    // The flags follow with a delay of up to a second.
    assert.is(a.namespace.exec('cat', ['/sys/class/net/tap0/carrier']), '0\n')
  }))

test.run()
