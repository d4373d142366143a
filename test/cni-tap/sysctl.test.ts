import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: sysctl', 'netns', 'tun', 'cniPlugins')

/** Reads a setting of the device, as the pod sees it. */
const settingOf = (a: Attachment, name: string) => a.namespace.exec('sysctl', ['-n', name]).trim()

const sysctl = {
  'net.ipv4.conf.IFNAME.forwarding': '1',
  'net/ipv4/conf/IFNAME/arp_notify': '0',
  'net.ipv6.conf.IFNAME.accept_ra': '2',
  'net.ipv6.conf.IFNAME.keep_addr_on_down': '0',
  'net.ipv4.neigh.IFNAME.base_reachable_time_ms': '15000',
}

test('settings are made, have precedence over those of the plugin, and CHECK compares them', () =>
  attached((a) => {
    const config = a.config({ sysctl, ...a.hostLocal('10.1.2.0/24', '2001:db8::/64') })
    const prevResult = a.succeed('ADD', config).json
    for (const [name, value] of Object.entries(sysctl))
      assert.is(settingOf(a, name.replaceAll('/', '.').replace('IFNAME', 'tap0')), value, name)
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('STATUS', config)
    a.namespace.exec('sysctl', ['-q', '-w', 'net.ipv4.conf.tap0.forwarding=0'])
    a.fail('CHECK', { ...config, prevResult }, 102, '"tap0": expected net.ipv4.conf.tap0.forwarding 1, found 0')
    a.succeed('CHECK', { ...config, sysctl: {}, prevResult })
    a.succeed('DEL', config)
    a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] })
    a.assertClean()
  }))

test('other devices and the pod are not changed, and names with dots work', () =>
  attached((a) => {
    const before = ['all', 'default', 'lo'].map((name) => settingOf(a, `net.ipv4.conf.${name}.forwarding`))
    const config = a.config({ sysctl: { 'net.ipv4.conf.IFNAME.forwarding': '1' } })
    const prevResult = a.succeed('ADD', config, { ifname: 'tap0.5' }).json
    assert.is(settingOf(a, 'net/ipv4/conf/tap0.5/forwarding'), '1')
    a.succeed('CHECK', { ...config, prevResult }, { ifname: 'tap0.5' })
    assert.equal(
      ['all', 'default', 'lo'].map((name) => settingOf(a, `net.ipv4.conf.${name}.forwarding`)),
      before,
    )
    a.succeed('DEL', config, { ifname: 'tap0.5' })
    a.assertClean()
  }))

test('numbers and lists are compared as the kernel prints them', () =>
  attached((a) => {
    const config = a.config({ sysctl: { 'net.ipv4.conf.IFNAME.rp_filter': '0x2' } })
    const prevResult = a.succeed('ADD', config).json
    assert.is(settingOf(a, 'net.ipv4.conf.tap0.rp_filter'), '2')
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('DEL', config)
  }))

const invalid: readonly (readonly [sysctl: unknown, code: number, msg: RegExp])[] = [
  ...[
    'net.ipv4.ip_forward',
    'net.ipv4.conf.all.forwarding',
    'net.ipv4.conf.eth0.forwarding',
    'net.ipv4.conf.tap0.forwarding',
    'net.ipv4.conf.IFNAME.../all.forwarding',
    'net/ipv4/conf/IFNAME/../all/forwarding',
    'net.ipv4/conf.IFNAME.forwarding',
    'net.core.somaxconn',
    'kernel.core_pattern',
    'net.ipv4.conf.IFNAME.',
    'net.ipv4.conf.IFNAME.forwarding\n',
    '',
  ].map(
    (name) =>
      [{ [name]: '1' }, 7, /^invalid sysctl .*: expected names like net\.ipv4\.conf\.IFNAME\.forwarding/] as const,
  ),
  [{ 'net.ipv4.conf.IFNAME.forwarding': '' }, 7, /expected one line of text as the value of net\.ipv4/],
  [{ 'net.ipv4.conf.IFNAME.forwarding': '1\n' }, 7, /expected one line of text/],
  [
    { 'net/ipv4/conf/IFNAME/forwarding': '0', 'net.ipv4.conf.IFNAME.forwarding': '1' },
    7,
    /: expected each setting once, found net\.ipv4\.conf\.IFNAME\.forwarding with dots and with slashes$/,
  ],
  [{ 'net.ipv4.conf.IFNAME.forwarding': 1 }, 6, /sysctl\.net\.ipv4\.conf\.IFNAME\.forwarding of type string/],
  [['net.ipv4.conf.IFNAME.forwarding'], 6, /sysctl of type map of string/],
  [
    { 'net.ipv4.conf.IFNAME.no_such_setting': '1' },
    101,
    /^failed to set net\.ipv4\.conf\.tap0\.no_such_setting to 1: .*ENOENT/,
  ],
  [{ 'net.ipv4.conf.IFNAME.forwarding': 'x' }, 101, /^failed to set net\.ipv4\.conf\.tap0\.forwarding to x: .*EINVAL/],
]

for (const [given, code, msg] of invalid)
  test(`invalid: ${JSON.stringify(given)}`, () =>
    attached((a) => {
      const config = a.config({ sysctl: given, ...a.hostLocal() })
      a.fail('ADD', config, code, msg)
      a.assertClean()
      if (code !== 101) for (const command of ['STATUS', 'CHECK']) a.fail(command, config, code, msg)
      a.succeed('DEL', config)
    }))

test('acceptRA: false excludes settings that would undo it', () =>
  attached((a) => {
    const config = (name: string, value: string) => a.config({ acceptRA: false, sysctl: { [name]: value } })
    for (const name of ['net.ipv6.conf.IFNAME.accept_ra', 'net/ipv4/conf/IFNAME/accept_redirects'])
      for (const command of ['ADD', 'STATUS'])
        a.fail(command, config(name, '2'), 7, `invalid acceptRA false: expected no ${name} in sysctl`)
    a.assertClean()
    const same = config('net.ipv6.conf.IFNAME.accept_ra', '0')
    const prevResult = a.succeed('ADD', same).json
    a.succeed('CHECK', { ...same, prevResult })
  }))

test('an IPv6 setting of a device without IPv6 is an error', () =>
  attached((a) => {
    const config = a.config({ mtu: 1000, sysctl: { 'net.ipv6.conf.IFNAME.forwarding': '1' } })
    a.fail('ADD', config, 101, /^failed to set net\.ipv6\.conf\.tap0\.forwarding to 1: .*ENOENT/)
    a.assertClean()
  }))

test.run()
