import { openSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { isEverFasterThan, took } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'

/** Bugs of the upstream plugin, one per row. No row may leave anything behind. */
const test = suiteNeeding("cni-tap: upstream's bugs", 'netns', 'tun', 'cniPlugins')

const row = (name: string, use: (attachment: Attachment) => unknown, version?: string) =>
  test(name, () => attached(use, version))

const mac = '02:00:00:00:00:01'

row('owner and group both set: mac and mtu are applied', (a) => {
  const config = a.config({ owner: 54321, group: 54322, mac, mtu: 1400 })
  const { interfaces } = a.succeed('ADD', config).json
  assert.equal(interfaces, [{ name: 'tap0', mac, mtu: 1400, sandbox: a.namespace.path }])
  const link = a.link()
  assert.is(link.address, mac)
  assert.is(link.mtu, 1400)
  const { user, group, persist } = link.linkinfo.info_data
  assert.equal([Number(user), Number(group), persist], [54321, 54322, true])
  a.succeed('DEL', config)
  a.assertClean()
})

row('ADD with an existing name fails and touches nothing', (a) => {
  a.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
  a.namespace.exec('ip', ['link', 'add', 'br0', 'type', 'bridge'])
  a.namespace.exec('ip', ['link', 'property', 'add', 'dev', 'br0', 'altname', 'other'])
  a.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', 'tap9'])
  const before = a.namespace.ip('link')
  for (const ifname of ['veth0', 'lo', 'other', 'br0', 'tap9']) {
    const config = a.config({ ...a.hostLocal() })
    a.fail('ADD', config, 100, `interface "${ifname}" already exists`, { ifname })
    assert.equal(a.namespace.ip('link'), before)
  }
  a.assertClean('veth0', 'veth1', 'br0', 'tap9')
})

row('DEL of a name that is not a tap succeeds, prints a note and touches nothing', (a) => {
  a.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
  a.namespace.exec('ip', ['link', 'add', 'br0', 'type', 'bridge'])
  const before = a.namespace.ip('link')
  for (const ifname of ['veth0', 'lo', 'br0']) {
    const { stdout, stderr } = a.succeed('DEL', a.config(), { ifname })
    assert.is(stdout, '')
    assert.match(stderr, new RegExp(`^"${ifname}" was left alone: expected the tap of this attachment, found `))
  }
  assert.equal(a.namespace.ip('link'), before)
})

row('DEL of an alternative name touches nothing', (a) => {
  a.succeed('ADD', a.config())
  a.namespace.exec('ip', ['link', 'property', 'add', 'dev', 'tap0', 'altname', 'other'])
  a.succeed('DEL', a.config(), { ifname: 'other' })
  a.assertClean('tap0')
})

row(
  'DEL removes a tap without an alias, as upstream creates it, and never one with the alias of another attachment',
  (a) => {
    a.namespace.exec('ip', ['tuntap', 'add', 'mode', 'tap', 'name', 'tap0'])
    assert.is(a.succeed('DEL', a.config()).stderr, '')
    a.assertClean()
    a.succeed('ADD', a.config())
    for (const change of [{ containerId: 'c2' }, {}]) {
      const config = 'containerId' in change ? a.config() : { ...a.config(), name: `${a.network}-other` }
      assert.match(
        a.succeed('DEL', config, change).stderr,
        /^"tap0" was left alone: .*, found tun with alias "netloom\//,
      )
    }
    a.assertClean('tap0')
    assert.is(a.succeed('DEL', a.config()).stderr, '')
    a.assertClean()
  },
)

for (const ifname of ['tap%d', '%', 'a%sb']) {
  row(`${ifname} is rejected`, (a) => {
    a.fail('ADD', a.config(), 4, 'interface name contains %', { ifname })
    a.assertClean()
    a.succeed('DEL', a.config(), { ifname })
  })
}
for (const ifname of ['all', 'default']) {
  row(`${ifname} is rejected`, (a) => {
    a.fail('ADD', a.config(), 4, 'interface name is all or default', { ifname })
    a.assertClean()
    a.succeed('DEL', a.config(), { ifname })
  })
}

const invalidMacs = [
  '02-00-00-00-00-01',
  '0200.0000.0001',
  '02:00:00:00:00:00:00:01',
  '01:00:00:00:00:01',
  '00:00:00:00:00:00',
  'zz',
]
row('an invalid MAC is rejected', (a) => {
  for (const bad of invalidMacs) {
    a.fail('ADD', a.config({ mac: bad }), 7, /^invalid mac /)
    a.fail('ADD', a.config({ mac: bad, owner: 0, group: 0 }), 7, /^invalid mac /)
  }
  a.fail('ADD', a.config({ runtimeConfig: { mac: 'zz' } }), 7, /^invalid runtimeConfig.mac "zz": /)
  a.fail('ADD', a.config(), 7, /^invalid MAC "zz"/, { args: 'MAC=zz' })
  a.assertClean()
})

row('the MAC comes from the runtime, else CNI_ARGS, else the configuration', (a) => {
  const macs = ['02:00:00:00:00:0a', '02:00:00:00:00:0b', '02:00:00:00:00:0c'] as const
  const cases: [keys: object, args: string | undefined, expected: string][] = [
    [{ mac: macs[0] }, undefined, macs[0]],
    [{ mac: macs[0] }, `IgnoreUnknown=true;MAC=${macs[1]}`, macs[1]],
    [{ mac: macs[0], runtimeConfig: { mac: macs[2] } }, `MAC=${macs[1]}`, macs[2]],
    [{ mac: '2:0:0:0:0:A' }, undefined, macs[0]],
  ]
  for (const [keys, args, expected] of cases) {
    const changes = args === undefined ? {} : { args }
    assert.is(a.succeed('ADD', a.config(keys), changes).json.interfaces[0].mac, expected)
    assert.is(a.link().address, expected)
    a.succeed('DEL', a.config(keys), changes)
  }
  a.assertClean()
})

row('invalid CNI_ARGS are rejected', (a) => {
  a.fail('ADD', a.config(), 4, 'ARGS: invalid pair ""', { args: `MAC=${mac};` })
  a.fail('ADD', a.config(), 4, 'ARGS: unknown args ["FOO=BAR" "X=Y"]', { args: 'FOO=BAR;X=Y' })
  a.assertClean()
})

row('mtu out of range is rejected', (a) => {
  for (const mtu of [-1, 67, 65522]) a.fail('ADD', a.config({ mtu }), 7, `invalid mtu ${mtu}: expected 68 to 65521`)
  a.assertClean()
  for (const mtu of [68, 65521]) {
    assert.is(a.succeed('ADD', a.config({ mtu })).json.interfaces[0].mtu, mtu)
    a.succeed('DEL', a.config())
  }
})

row('owner and group 4294967295 are rejected', (a) => {
  for (const key of ['owner', 'group'])
    a.fail('ADD', a.config({ [key]: 4294967295 }), 7, new RegExp(`^invalid ${key} `))
  for (const owner of ['0', -1, 4294967296, 1.5]) a.fail('ADD', a.config({ owner }), 6, /^failed to load netconf: /)
  a.assertClean()
})

row('a missing bridge, or a device that is not a bridge, is rejected', (a) => {
  a.namespace.exec('ip', ['link', 'add', 'veth0', 'type', 'veth', 'peer', 'name', 'veth1'])
  for (const bridge of ['br0', 'veth0', 'lo', 'a-name-that-is-too-long']) {
    a.fail('ADD', a.config({ bridge, ...a.hostLocal() }), 7, new RegExp(`^invalid bridge "${bridge}": `))
  }
  a.assertClean('veth0', 'veth1')
})

row('a missing IPAM plugin is an error', (a) => {
  const config = a.config({ ipam: { type: 'no-such-plugin' } })
  a.fail('ADD', config, 7, /^failed to find plugin "no-such-plugin" in path \[\/\S+ \/\S+\]$/)
  a.fail('ADD', a.config({ ipam: { type: '../x' } }), 7, 'invalid plugin name: ../x')
  a.assertClean()
})

const failures: [name: string, script: string, code: number, msg: string | RegExp, details?: string][] = [
  ['with its own error', `echo '{"code":77,"msg":"m","details":"d"}'; exit 1`, 77, 'm', 'd'],
  ['with an error without a code', `echo '{"msg":"m"}'; exit 1`, 0, 'm'],
  ['silently', 'exit 3', 103, 'netplugin failed with no error message: exit status 3'],
  ['with text on stderr', 'echo "no \\"luck\\"" >&2; exit 1', 103, 'netplugin failed: "no \\"luck\\"\\n"'],
  [
    'with text on stdout',
    'echo oops; exit 1',
    103,
    /^netplugin failed but error parsing its diagnostic message "oops\\n": /,
  ],
  ['with too much output', 'yes', 103, 'netplugin printed more than 16777216 bytes'],
  ['by a signal', 'kill -9 $$', 103, 'netplugin failed with no error message: signal: SIGKILL'],
]
for (const [name, script, code, msg, details] of failures) {
  row(`IPAM fails ${name}`, (a) => {
    const { json } = a.fail('ADD', a.config(a.fakeIpam('', { ADD: script })), code, msg)
    assert.is(json.details, details)
    assert.equal(a.ipamCalls, ['ADD', 'DEL'])
    a.assertClean()
  })
}

const unusable: [name: string, result: unknown, code: number, msg: string | RegExp][] = [
  ['empty', {}, 103, 'IPAM plugin returned missing IP config'],
  ['nothing', '', 103, /^cannot use the result of IPAM plugin "fake": /],
  ['null', 'null', 103, 'IPAM plugin returned missing IP config'],
  ['not JSON', 'hello', 103, /^cannot use the result of IPAM plugin "fake": /],
  ['of an unknown version', { cniVersion: '9.9.9' }, 103, /unsupported CNI result version "9.9.9"$/],
  [
    'an invalid address',
    { ips: [{ address: '10.0.0.300/24' }] },
    103,
    /invalid CIDR address "10.0.0.300\/24" in field ips\[0\].address$/,
  ],
  [
    'an address that cannot be assigned',
    { ips: [{ address: '10.0.0.2/24' }, { address: '10.0.0.2/24' }] },
    101,
    /^failed to add address 10.0.0.2\/24 to "tap0": /,
  ],
  [
    'a gateway of a different family',
    { ips: [{ address: '10.0.0.2/24' }], routes: [{ dst: '10.9.0.0/16', gw: '2001:db8::1' }] },
    103,
    'cannot use the result of the IPAM plugin: route 10.9.0.0/16: expected a gateway of the same family, got 2001:db8::1',
  ],
  [
    'an invalid route',
    { ips: [{ address: '10.0.0.2/24' }], routes: [{ dst: '10.9.0.0/16', gw: '192.168.7.7' }] },
    101,
    /^failed to add route 10.9.0.0\/16 via 192.168.7.7 dev "tap0": /,
  ],
]
for (const [name, result, code, msg] of unusable) {
  row(`IPAM result ${name}`, (a) => {
    a.fail('ADD', a.config(a.fakeIpam(result)), code, msg)
    assert.equal(a.ipamCalls, ['ADD', 'DEL'])
    a.assertClean()
  })
}

row('if IPAM DEL also fails during the rollback, the first error is reported with the second as a detail', (a) => {
  const scripts = { ADD: `echo '{"code":77,"msg":"m"}'; exit 1`, DEL: 'echo sorry >&2; exit 1' }
  const { json } = a.fail('ADD', a.config(a.fakeIpam('', scripts)), 77, 'm')
  assert.is(json.details, 'rollback: IPAM DEL: netplugin failed: "sorry\\n"')
  assert.equal(a.devices(), ['lo'])
})

row('an exhausted IPAM range is an error', (a) => {
  const config = a.config(a.hostLocal('10.1.2.0/30'))
  a.succeed('ADD', config)
  a.fail('ADD', config, 999, /no IP addresses available/, { ifname: 'tap1', containerId: 'c2' })
  assert.equal(a.devices(), ['lo', 'tap0'])
  assert.equal(a.reservations(), ['10.1.2.2'])
  a.succeed('DEL', config)
  a.assertClean()
})

for (const version of ['0.1.0', '0.2.0']) {
  row(
    `L2 with a configuration of ${version}`,
    (a) => {
      a.fail('ADD', a.config(), 7, 'cannot convert: no valid IP addresses')
      a.assertClean()
    },
    version,
  )
}

row('a second L3 ADD of the same attachment leaves the first unchanged', (a) => {
  const config = a.config(a.hostLocal())
  a.succeed('ADD', config)
  a.fail('ADD', config, 100)
  assert.equal(a.addresses(), ['10.1.2.2/24'])
  assert.equal(a.reservations(), ['10.1.2.2'])
  a.succeed('DEL', config)
  a.assertClean()
})

row('ADD fails if the namespace is missing', (a) => {
  const netns = '/run/netns/netloom-no-such-namespace'
  a.fail('ADD', a.config(a.hostLocal()), 8, /^failed to open netns "\/run\/netns\/netloom-no-such-namespace": ENOENT/, {
    netns,
  })
  a.assertClean()
})

row('ADD fails if CNI_NETNS is not a namespace', (a) => {
  const file = join(a.folder, 'file')
  writeFileSync(file, '')
  a.namespace.exec('mkfifo', [join(a.folder, 'fifo')])
  for (const netns of [file, join(a.folder, 'fifo'), a.folder, '/dev/null', '/proc/cpuinfo', '/proc/self/ns/uts']) {
    a.fail('ADD', a.config(a.hostLocal()), 8, undefined, { netns })
  }
  a.assertClean()
})

row("the plugin's own namespace is rejected before anything is created", (a) => {
  const config = a.config(a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }))
  const netns = '/proc/self/ns/net'
  const ifname = 'netloom-own'
  for (const command of ['ADD', 'DEL']) {
    a.fail(command, config, 8, "plugin's netns and netns from CNI_NETNS should not be the same", { netns, ifname })
  }
  assert.equal(a.ipamCalls, [])
})

row('DEL succeeds if the file of the namespace is unmounted, missing or not given', (a) => {
  const file = join(a.folder, 'netns')
  writeFileSync(file, '')
  const config = a.config(a.hostLocal())
  for (const netns of [file, '/run/netns/netloom-no-such-namespace', '/proc/4194303/ns/net', '', `${file}/x`]) {
    a.succeed('ADD', config)
    assert.is(a.succeed('DEL', config, { netns }).stdout, '')
    assert.equal(a.reservations(), [])
    a.succeed('DEL', config)
  }
  a.assertClean()
})

row('if IPAM fails, DEL deletes the tap and then reports the failure', (a) => {
  const config = a.config(
    a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] }, { DEL: `echo '{"code":77,"msg":"m"}'; exit 1` }),
  )
  a.succeed('ADD', config)
  a.fail('DEL', config, 77, 'm')
  assert.equal(a.devices(), ['lo'])
  a.fail('DEL', config, 77, 'm')
  rmSync(join(a.plugins, 'fake'))
  a.fail('DEL', config, 7, /^failed to find plugin "fake" /)
})

row('DEL ignores invalid ADD-only keys and CNI_ARGS', (a) => {
  // host-local would reject the CNI_ARGS too.
  const ipam = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }] })
  a.succeed('ADD', a.config(ipam))
  const bad = {
    mtu: 'x',
    mac: 'zz',
    owner: -1,
    bridge: 5,
    dns: 5,
    prevResult: { ips: 5 },
    selinuxContext: {},
    multiQueue: 1,
  }
  a.succeed('DEL', a.config({ ...ipam, ...bad }), { args: 'no pair' })
  a.assertClean()
})

row('an IPv6 address with an mtu below 1280 is rejected', (a) => {
  a.fail(
    'ADD',
    a.config({ mtu: 1279, ...a.hostLocal('2001:db8::/64') }),
    7,
    'invalid mtu 1279: an IPv6 address needs 1280 or more',
  )
  a.assertClean()
})

row('selinuxContext on a host without SELinux is an error', (a) => {
  const config = a.config({ selinuxContext: 'system_u:system_r:container_t:s0' })
  a.fail('ADD', config, 7, 'invalid selinuxContext: SELinux is not enabled on this host')
  a.assertClean()
})

row('an IPv6 gateway does not delay ADD by five seconds', (a) => {
  const attachAndDetach = (config: object) => {
    a.succeed('ADD', config)
    assert.is(a.addresses().length, 1)
    a.succeed('DEL', config)
  }
  const [v4, v6] = [a.config(a.hostLocal()), a.config(a.hostLocal('2001:db8::/64'))]
  const limit = () => took(() => attachAndDetach(v4)) + 4000
  assert.ok(isEverFasterThan(limit, () => attachAndDetach(v6)))
  a.assertClean()
})

row('if stdout cannot be written, everything is rolled back', async (a) => {
  const config = a.config(a.hostLocal())
  const full = openSync('/dev/full', 'w')
  const { exitCode, stderr } = await a.start('ADD', config, {}, { stdio: ['pipe', full, 'pipe'] })
  assert.is(exitCode, 1)
  assert.match(stderr, /ENOSPC/)
  a.assertClean()
})

row('killed while the IPAM plugin runs: no device is left, and DEL cleans up the rest', (a) => {
  const config = a.config(a.fakeIpam({}, { ADD: 'kill -9 $PPID; sleep 0.1' }))
  assert.is(a.run('ADD', config).exitCode, null)
  assert.equal(a.devices(), ['lo'])
  a.succeed('DEL', config)
  a.assertClean()
})

test.run()
