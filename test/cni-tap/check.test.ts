import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: CHECK', 'netns', 'tun')

const assigned = {
  ips: [
    { address: '10.0.0.2/24', gateway: '10.0.0.1' },
    { address: '2001:db8::2/64', gateway: '2001:db8::1' },
  ],
  routes: [
    { dst: '0.0.0.0/0' },
    { dst: '10.8.0.0/16', table: 1000 },
    { dst: '::/0' },
    { dst: '10.7.0.0/16', priority: 7 },
  ],
}

/** Runs `use` with an attachment that has one of everything, and with the configuration for CHECK. */
function withTap(use: (a: Attachment, config: Record<string, unknown>) => void, keys: object = {}) {
  return attached((a) => {
    a.namespace.exec('ip', ['link', 'add', 'br0', 'type', 'bridge'])
    const ours = { bridge: 'br0', mtu: 1400, owner: 1000, group: 1000, ...a.fakeIpam(assigned), ...keys }
    const prevResult = a.succeed('ADD', a.config(ours)).json
    use(a, { ...a.config(ours), prevResult })
  })
}

test('passes after ADD, and runs the IPAM plugin', () =>
  withTap((a, config) => {
    assert.is(a.succeed('CHECK', config).stdout, '')
    assert.equal(a.ipamCalls, ['ADD', 'CHECK'])
  }))

test('passes for a tap without addresses', () =>
  attached((a) => {
    const prevResult = a.succeed('ADD', a.config()).json
    a.succeed('CHECK', { ...a.config(), prevResult })
  }))

test('passes for a tap without an alias, as upstream creates it', () =>
  withTap((a, config) => {
    a.namespace.exec('ip', ['link', 'set', 'tap0', 'alias', ''])
    a.succeed('CHECK', config)
  }))

test('passes if the namespace has another path', () =>
  withTap((a, config) => {
    a.succeed('CHECK', config, { netns: a.namespace.path.replace('/run/', '/var/run/') })
  }))

test('passes if pi and vnet_hdr have changed', () =>
  withTap((a, config) => {
    a.attach({ vnetHdr: true, pi: true }).close()
    a.succeed('CHECK', config)
  }))

test('passes after a chained plugin changed MAC and MTU and updated the result', () =>
  withTap((a, config) => {
    a.namespace.exec('ip', ['link', 'set', 'tap0', 'mtu', '1300', 'address', '02:00:00:00:00:aa'])
    const prevResult = structuredClone(config.prevResult) as { interfaces: [{ mtu: number; mac: string }] }
    prevResult.interfaces[0].mtu = 1300
    prevResult.interfaces[0].mac = '02:00:00:00:00:AA'
    a.succeed('CHECK', { ...config, prevResult })
  }))

test('fails without a previous result', () =>
  withTap((a, { prevResult: _, ...config }) => {
    a.fail('CHECK', config, 7, 'Required prevResult missing')
    a.fail('CHECK', { ...config, prevResult: null }, 7, 'Required prevResult missing')
    a.fail('CHECK', { ...config, prevResult: { cniVersion: '0.4.0' } }, 6, /^could not parse prevResult: /)
  }))

test('fails if the IPAM plugin reports an error', () =>
  withTap((a, config) => {
    a.fakeIpam('', { CHECK: `echo '{"code":77,"msg":"m"}'; exit 1` })
    a.fail('CHECK', config, 77, 'm')
  }))

test('fails if the namespace no longer exists', () =>
  withTap((a, config) => {
    a.fail('CHECK', config, 8, /^failed to open netns /, { netns: '/run/netns/netloom-no-such-namespace' })
  }))

test('fails for another sandbox', () =>
  withTap((a, config) => {
    const prevResult = { interfaces: [{ name: 'tap0', sandbox: '/proc/1/ns/net' }] }
    const message = `Sandbox in prevResult /proc/1/ns/net doesn't match configured netns: ${a.namespace.path}`
    a.fail('CHECK', { ...config, prevResult }, 102, message)
    a.fail('CHECK', { ...config, prevResult: {} }, 102, /^Sandbox in prevResult {2}doesn't match/)
  }))

/** Changes to an attachment: a command in the namespace, and the error of CHECK. */
const faults: [name: string, command: string, message: RegExp][] = [
  ['the tap was deleted', 'ip link del tap0', /^"tap0": expected a tap, found no such device$/],
  [
    'a veth replaced the tap',
    'ip link del tap0; ip link add tap0 type veth peer name other',
    /^"tap0": expected a tap, found veth$/,
  ],
  [
    'a tun replaced the tap',
    'ip link del tap0; ip tuntap add mode tun name tap0',
    /^"tap0": expected a tap, found a tun$/,
  ],
  [
    'the name is only an alternative name of another device',
    'ip link del tap0; ip link add x type veth peer name y; ip link property add dev x altname tap0',
    /^"tap0": expected a tap, found no such device$/,
  ],
  [
    'the alias of another attachment',
    'ip link set tap0 alias netloom:x:y',
    /^"tap0": expected alias "netloom\/\S+", found "netloom:x:y"$/,
  ],
  ['no longer on the bridge', 'ip link set tap0 nomaster', /^"tap0": expected master "br0" \(index \d+\), found none$/],
  [
    'on another bridge',
    'ip link add br1 type bridge; ip link set tap0 master br1',
    /^"tap0": expected master "br0" \(index \d+\), found "br1" \(index \d+\)$/,
  ],
  ['the bridge was deleted', 'ip link del br0', /^invalid bridge "br0": /],
  [
    'MAC changed',
    'ip link set tap0 address 02:00:00:00:00:aa',
    /^"tap0": expected mac "\S+", found "02:00:00:00:00:aa"$/,
  ],
  ['MTU changed', 'ip link set tap0 mtu 1300', /^"tap0": expected mtu 1400, found 1300$/],
  ['the tap is down', 'ip link set tap0 down', /^"tap0": expected up true, found false$/],
  [
    'an address was deleted',
    'ip addr del 10.0.0.2/24 dev tap0',
    /^"tap0": expected address 10.0.0.2\/24, found .*2001:db8::2\/64/,
  ],
  [
    'an address has a different prefix length',
    'ip addr add 10.0.0.2/25 dev tap0; ip addr del 10.0.0.2/24 dev tap0',
    /^"tap0": expected address 10.0.0.2\/24, found 10.0.0.2\/25/,
  ],
  [
    'a route was deleted',
    'ip route del 10.7.0.0/16',
    /^"tap0": expected route 10.7.0.0\/16 via 10.0.0.1 metric 7, found none$/,
  ],
  [
    'a route of another table was deleted',
    'ip route flush table 1000',
    /^"tap0": expected route 10.8.0.0\/16 via 10.0.0.1 table 1000, found none$/,
  ],
  [
    'a route has a different metric',
    'ip route del 10.7.0.0/16; ip route add 10.7.0.0/16 via 10.0.0.1 metric 8',
    /expected route 10.7.0.0\/16/,
  ],
  [
    'the IPv6 default route was deleted',
    'ip -6 route del default',
    /^"tap0": expected route ::\/0 via 2001:db8::1, found none$/,
  ],
  [
    'the default route leads through another device',
    'ip route del default; ip link set br0 up; ip route add default via 10.0.0.1 dev br0 onlink',
    /^"tap0": expected route 0.0.0.0\/0 via 10.0.0.1, found it through device \d+$/,
  ],
]
for (const [name, command, message] of faults) {
  test(name, () =>
    withTap((a, config) => {
      a.namespace.exec('sh', ['-e', '-c', command])
      a.fail('CHECK', config, /bridge was deleted/.test(name) ? 7 : 102, message)
    }),
  )
}

const others: [name: string, keys: object, message: string][] = [
  ['owner', { owner: 1001 }, '"tap0": expected owner 1001, found 1000'],
  ['group', { group: 0 }, '"tap0": expected group 0, found 1000'],
  ['multiQueue', { multiQueue: true }, '"tap0": expected multiQueue true, found false'],
]
for (const [name, keys, message] of others) {
  test(`fails if the configuration has a different ${name}`, () =>
    withTap((a, config) => a.fail('CHECK', { ...config, ...keys }, 102, message)))
}

test('fails for a tap that is not persistent', () =>
  withTap((a, config) => {
    // The kernel would delete it if no file held it open.
    const hold = a.attach()
    try {
      hold.setPersist(false)
      a.fail('CHECK', config, 102, '"tap0": expected persist true, found false')
    } finally {
      hold.close()
    }
  }))

test('reports all differences', () =>
  withTap((a, config) => {
    a.namespace.exec('sh', ['-c', 'ip link set tap0 nomaster mtu 1300'])
    const { json } = a.fail('CHECK', config, 102, '"tap0": expected mtu 1400, found 1300')
    assert.match(json.details, /^"tap0": expected master "br0" \(index \d+\), found none$/)
  }))

test('passes if routes of other interfaces of a chain lead elsewhere', () =>
  attached((a) => {
    a.namespace.exec('sh', [
      '-e',
      '-c',
      'ip link add eth0 type veth peer name x; ip addr add 10.5.0.2/24 dev eth0; ip link set eth0 up; ip route add 10.6.0.0/16 via 10.5.0.1',
    ])
    const sandbox = a.namespace.path
    const chained = {
      cniVersion: '1.1.0',
      interfaces: [{ name: 'eth0', sandbox }],
      ips: [{ interface: 0, address: '10.5.0.2/24' }],
      routes: [{ dst: '10.6.0.0/16', gw: '10.5.0.1' }],
    }
    const keys = a.fakeIpam({ ips: [{ address: '10.0.0.2/24' }], routes: [{ dst: '10.7.0.0/16', gw: '10.0.0.1' }] })
    const prevResult = a.succeed('ADD', a.config({ ...keys, prevResult: chained })).json
    a.succeed('CHECK', { ...a.config(keys), prevResult })
    a.namespace.exec('ip', ['route', 'del', '10.6.0.0/16'])
    a.fail(
      'CHECK',
      { ...a.config(keys), prevResult },
      102,
      '"tap0": expected route 10.6.0.0/16 via 10.5.0.1, found none',
    )
  }))

test.run()
