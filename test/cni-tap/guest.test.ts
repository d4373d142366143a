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

/** ADD, a guest that advertises itself as a router, and the IPv6 state before and after. */
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

test('{"acceptRA":true}: the kernel takes what it takes by default', () =>
  attached(async (a) => {
    const { after } = await advertise(a, { acceptRA: true })
    assert.ok(after.addresses.some((address) => address.startsWith('2001:db8:bad:')))
    assert.match(after.routes, /^default via fe80::99 /m)
    assert.is(after.mtu, '1300')
  }))

const redirects = ['ipv4/conf/tap0/accept_redirects', 'ipv6/conf/tap0/accept_redirects']

test('redirects of the guest are ignored, without an IPv6 address too', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    for (const path of redirects) assert.is(sysctl(a, path), '0', path)
    assert.is(sysctl(a, 'ipv6/conf/tap0/accept_ra'), '0')
  }))

test('the port of a bridge, and a device whose IPv6 the MTU turns off later', () =>
  attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
    a.succeed('ADD', a.config({ bridge: 'br0' }))
    assert.is(sysctl(a, 'ipv6/conf/tap0/accept_ra'), '0')
    const { stderr } = a.succeed('ADD', a.config({ mtu: 1000, acceptRA: false }), { ifname: 'tap1' })
    assert.is(stderr, '')
  }))

/** Runs the plugin with a mount of its own in force. */
const mounted = (a: Attachment, mount: string, config: object, command = 'ADD') =>
  callPlugin(a.call(command, config), ['unshare', '-m', 'sh', '-c', `${mount} && exec "$@"`, 'sh', ...plugin])

const readOnlySysctls = 'mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys'
const hiddenSysctls = 'mount -t tmpfs none /proc/sys'

for (const [name, mount, errno] of [
  ['read-only', readOnlySysctls, 'EROFS'],
  ['hidden', hiddenSysctls, 'ENOENT'],
] as const) {
  test(`/proc/sys is ${name}: ADD succeeds, and notes each setting that could not be made`, () =>
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

  test(`/proc/sys is ${name}, and acceptRA is false: an error, and nothing stays`, () =>
    attached((a) => {
      const { exitCode, json } = mounted(a, mount, a.config({ ...a.fakeIpam(''), acceptRA: false }))
      assert.equal([exitCode, json.code], [1, 101])
      assert.ok(json.msg.startsWith(`failed to set net.ipv6.conf.tap0.accept_ra to 0: ${errno}`), json.msg)
      a.assertClean()
    }))
}

test('IPv6 that is disabled and cannot be enabled: the kernel refuses the address', () =>
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

test('acceptRA of another type is refused', () =>
  attached((a) => {
    a.fail('ADD', a.config({ acceptRA: 'no' }), 6, /^failed to load netconf: .*acceptRA/)
    a.assertClean()
  }))

test('CHECK looks at the settings if the configuration names them', () =>
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
