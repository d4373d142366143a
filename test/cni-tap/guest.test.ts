import type { TunTap } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'
import { arpRequest, isArpReply, routerAdvertisement } from './icmpv6.js'

const test = suiteNeeding('cni-tap: a hostile guest', 'netns', 'tun')

const guest = '02:00:00:00:00:99'
const router = 'fe80::99'
const advertised = { mac: guest, router, prefix: '2001:db8:bad::', mtu: 1300 }

const sysctl = (a: Attachment, path: string) => a.namespace.exec('cat', [`/proc/sys/net/${path}`]).trim()

/** Returns the state that a router advertisement changes: addresses, routes and the MTU for IPv6. */
const ipv6State = (a: Attachment) => ({
  addresses: a.addresses(),
  routes: a.namespace.exec('ip', ['-6', 'route', 'show', 'proto', 'ra']).trim(),
  mtu: sysctl(a, 'ipv6/conf/tap0/mtu'),
})

/** The kernel handles router advertisements once the device has a carrier and its link-local address is unique. */
async function untilReady(a: Attachment): Promise<void> {
  const settled = () => {
    const infos = a.namespace.ip('-6', 'addr', 'show', 'dev', 'tap0')[0]?.addr_info ?? []
    return infos.some(({ scope, tentative }: { scope: string; tentative?: boolean }) => scope === 'link' && !tentative)
  }
  while (!settled()) await new Promise((resolve) => setTimeout(resolve, 50))
}

function awaitArpReply(tap: TunTap): void {
  for (;;) {
    const bytes = tap.read(10_000)
    assert.ok(bytes, 'expected an ARP reply')
    if (isArpReply(bytes)) return
  }
}

/** Runs ADD and a guest that advertises itself as a router. Returns the IPv6 state before and after. */
async function advertise(a: Attachment, keys: object) {
  const ipam = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }, { address: '2001:db8::2/64' }] })
  a.succeed('ADD', a.config({ ...ipam, ...keys }))
  using tap = a.attach()
  await untilReady(a)
  const before = ipv6State(a)
  tap.write(routerAdvertisement(advertised))
  // The kernel handles frames in order: once this one is answered, the advertisement has been handled too.
  tap.write(arpRequest(guest, '10.0.0.9', '10.0.0.2'))
  awaitArpReply(tap)
  return { before, after: ipv6State(a) }
}

for (const keys of [{}, { acceptRA: false }, { acceptRA: null }]) {
  test(`${JSON.stringify(keys)}: a router advertisement changes no address, route or MTU`, () =>
    attached(async (a) => {
      const { before, after } = await advertise(a, keys)
      assert.equal(after, before)
      assert.is(before.routes, '')
    }))
}

test('{"acceptRA":true}: the kernel applies router advertisements as by default', () =>
  attached(async (a) => {
    const { after } = await advertise(a, { acceptRA: true })
    assert.ok(after.addresses.some((address) => address.startsWith('2001:db8:bad:')))
    assert.match(after.routes, /^default via fe80::99 /m)
    assert.is(after.mtu, '1300')
  }))

const redirects = ['ipv4/conf/tap0/accept_redirects', 'ipv6/conf/tap0/accept_redirects']

test('redirects of the guest are ignored, also without an IPv6 address', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    for (const path of redirects) assert.is(sysctl(a, path), '0', path)
    assert.is(sysctl(a, 'ipv6/conf/tap0/accept_ra'), '0')
  }))

test('acceptRA defaults to off on a bridge port', () =>
  attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
    a.succeed('ADD', a.config({ bridge: 'br0' }))
    assert.is(sysctl(a, 'ipv6/conf/tap0/accept_ra'), '0')
  }))

/** Sets the pod's defaults, which the kernel copies to a device when an MTU of 1280 or more enables IPv6 on it. */
const setDefaults = (a: Attachment, value: 0 | 1) => {
  for (const name of ['accept_ra', 'accept_redirects'])
    a.namespace.exec('sh', ['-ec', `echo ${value} > /proc/sys/net/ipv6/conf/default/${name}`])
}
const setMtu = (a: Attachment, mtu: number) => a.namespace.exec('ip', ['link', 'set', 'tap0', 'mtu', String(mtu)])
const unsafe =
  "if the MTU is raised to 1280 or more, the kernel uses the pod's defaults: expected net.ipv6.conf.default.accept_ra 0, found 1; expected net.ipv6.conf.default.accept_redirects 0, found 1"

test('acceptRA false with an MTU below 1280 is an error, unless the defaults of the pod are safe', () =>
  attached((a) => {
    setDefaults(a, 1)
    const config = a.config({ mtu: 1000, acceptRA: false })
    a.fail('ADD', config, 7, `invalid acceptRA false with mtu 1000: ${unsafe}`)
    a.assertClean()
    setDefaults(a, 0)
    const { stderr, json: prevResult } = a.succeed('ADD', config)
    assert.is(stderr, '')
    const check = { ...a.config({ acceptRA: false }), prevResult }
    a.succeed('CHECK', check)
    setMtu(a, 1500)
    for (const path of ['accept_ra', 'accept_redirects']) assert.is(sysctl(a, `ipv6/conf/tap0/${path}`), '0', path)
    a.succeed('CHECK', check)
  }))

test('acceptRA false with an MTU below 1280 of the bridge is an error too', () =>
  attached((a) => {
    setDefaults(a, 1)
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'mtu', '1200', 'type', 'bridge'])
    a.fail('ADD', a.config({ bridge: 'br0', acceptRA: false }), 7, `invalid acceptRA false with mtu 1200: ${unsafe}`)
    a.assertClean('br0')
  }))

test('an MTU below 1280 prints a note, unless the defaults of the pod are safe', () =>
  attached((a) => {
    setDefaults(a, 1)
    const { stderr } = a.succeed('ADD', a.config({ mtu: 1000 }))
    assert.is(stderr, `"tap0" may accept router advertisements of the guest later: ${unsafe}\n`)
    assert.is(sysctl(a, 'ipv4/conf/tap0/accept_redirects'), '0')
    assert.is(a.succeed('ADD', a.config({ mtu: 1000, acceptRA: true }), { ifname: 'tap1' }).stderr, '')
    setDefaults(a, 0)
    assert.is(a.succeed('ADD', a.config({ mtu: 1000 }), { ifname: 'tap2' }).stderr, '')
  }))

test('CHECK passes while the MTU disables IPv6, and detects the settings that return with a higher MTU', () =>
  attached((a) => {
    setDefaults(a, 1)
    const prevResult = a.succeed('ADD', a.config({ acceptRA: false })).json
    const check = { ...a.config({ acceptRA: false }), prevResult }
    setMtu(a, 1000)
    a.succeed('CHECK', check)
    setMtu(a, 1500)
    a.fail('CHECK', check, 102, '"tap0": expected net.ipv6.conf.tap0.accept_ra 0, found 1')
  }))

/** Runs the plugin in a mount namespace with an additional mount. */
const mounted = (a: Attachment, mount: string, config: object, command = 'ADD') =>
  callPlugin(a.call(command, config), ['unshare', '-m', 'sh', '-c', `${mount} && exec "$@"`, 'sh', ...plugin])

const readOnlySysctls = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys'
const hiddenSysctls = 'mount -t tmpfs none /proc/sys'

/** Mounts that hide the settings. An empty directory looks like a kernel without IPv6. */
const hidingMounts = {
  'by an empty directory': 'mount -t tmpfs none /proc/sys/net',
  'by another directory of /proc': 'mount --bind /proc/sys/net/core /proc/sys/net',
}
for (const [name, mount] of Object.entries(hidingMounts)) {
  test(`settings are hidden (${name}): ADD fails if acceptRA is false, else it prints a note`, () =>
    attached((a) => {
      const { exitCode, json } = mounted(a, mount, a.config({ acceptRA: false }))
      assert.equal([exitCode, json.code], [1, 101])
      assert.ok(json.msg.startsWith('failed to set net.ipv6.conf.tap0.accept_ra to 0: ENOENT'), json.msg)
      a.assertClean()
      const { stderr, ...added } = mounted(a, mount, a.config())
      assert.is(added.exitCode, 0)
      assert.match(stderr, /^failed to set net.ipv6.conf.tap0.accept_ra to 0: ENOENT/m)
      const check = { ...a.config({ acceptRA: false }), prevResult: added.json }
      assert.match(mounted(a, mount, check, 'CHECK').json.msg, /expected net.ipv6.conf.tap0.accept_ra 0, found failed/)
    }))
}

for (const [name, mount, errno] of [
  ['read-only', readOnlySysctls, 'EROFS'],
  ['hidden', hiddenSysctls, 'ENOENT'],
] as const) {
  test(`/proc/sys is ${name}: ADD succeeds, with a note for each setting that failed`, () =>
    attached((a) => {
      const ipam = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }, { address: '2001:db8::2/64' }] })
      const { exitCode, stdout, stderr } = mounted(a, mount, a.config(ipam))
      assert.is(exitCode, 0, stdout)
      const settings = [
        'net.ipv6.conf.tap0.accept_ra to 0',
        'net.ipv6.conf.tap0.accept_redirects to 0',
        'net.ipv4.conf.tap0.accept_redirects to 0',
        'net.ipv4.conf.tap0.arp_notify to 1',
        'net.ipv6.conf.tap0.keep_addr_on_down to 1',
      ]
      const notes = stderr.split('\n').filter((line) => line.startsWith('failed to set '))
      assert.is(notes.length, settings.length, stderr)
      for (const [index, setting] of settings.entries()) {
        assert.ok(notes[index]?.startsWith(`failed to set ${setting}: ${errno}`), notes[index])
      }
      assert.equal(a.addresses(), ['10.0.0.2/24', '2001:db8::2/64'])
      a.succeed('DEL', a.config(ipam))
      a.assertClean()
    }))

  test(`/proc/sys is ${name}, and acceptRA is false: ADD fails and leaves nothing`, () =>
    attached((a) => {
      const { exitCode, json } = mounted(a, mount, a.config({ ...a.fakeIpam(''), acceptRA: false }))
      assert.equal([exitCode, json.code], [1, 101])
      assert.ok(json.msg.startsWith(`failed to set net.ipv6.conf.tap0.accept_ra to 0: ${errno}`), json.msg)
      a.assertClean()
    }))
}

test('if IPv6 is disabled and cannot be enabled, the kernel rejects the address', () =>
  attached((a) => {
    for (const each of ['all', 'default'])
      a.namespace.exec('sh', ['-c', `echo 1 > /proc/sys/net/ipv6/conf/${each}/disable_ipv6`])
    const { exitCode, json, stderr } = mounted(
      a,
      readOnlySysctls,
      a.config(a.fakeIpam({ ips: [{ address: '2001:db8::2/64' }] })),
    )
    assert.equal([exitCode, json.code], [1, 101])
    assert.match(json.msg, /^failed to add address 2001:db8::2\/64 to "tap0": /)
    assert.match(stderr, /^failed to set net.ipv6.conf.lo.disable_ipv6 to 0: EROFS/m)
    a.assertClean()
  }))

test('acceptRA of the wrong type is rejected', () =>
  attached((a) => {
    a.fail('ADD', a.config({ acceptRA: 'no' }), 6, /^failed to load netconf: .*acceptRA/)
    a.assertClean()
  }))

test('CHECK compares the settings that the configuration names', () =>
  attached((a) => {
    const prevResult = a.succeed('ADD', a.config()).json
    const check = (keys: object) => ({ ...a.config(keys), prevResult })
    a.succeed('CHECK', check({ acceptRA: false }))
    a.namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/tap0/accept_ra'])
    a.succeed('CHECK', check({}))
    a.succeed('CHECK', check({ acceptRA: true }))
    const message = '"tap0": expected net.ipv6.conf.tap0.accept_ra 0, found 1'
    a.fail('CHECK', check({ acceptRA: false }), 102, message)
    const { json } = mounted(a, hiddenSysctls, check({ acceptRA: false }), 'CHECK')
    assert.match(json.msg, /expected net.ipv6.conf.tap0.accept_ra 0, found failed to read .*ENOENT/)
  }))

test.run()
