import * as fc from 'fast-check'
import { versions } from '../cni-tap/attachment.js'

/** Source of the addresses. */
export type Ipam =
  | { readonly kind: 'none' | 'missing' | 'failing' }
  | { readonly kind: 'host-local'; readonly subnets: readonly string[] }
  | {
      readonly kind: 'static'
      readonly addresses: readonly object[]
      readonly routes: readonly object[]
      readonly dns?: object
    }
  | { readonly kind: 'fake'; readonly result: unknown }

/** One call of the plugin. `before` is a shell command that runs in the namespace first. */
export interface Step {
  readonly command: string
  readonly before?: string
}

/** Input of both plugins. */
export interface Scenario {
  readonly cniVersion: unknown
  readonly ifname: string
  readonly containerId: string
  /** `existing`: the twin's own namespace. `missing`: a path that does not exist. */
  readonly netns: 'existing' | 'missing'
  readonly args: string
  readonly ipam: Ipam
  /** Keys of the configuration. */
  readonly keys: Readonly<Record<string, unknown>>
  /** Shell commands that set up the namespace. */
  readonly setup: readonly string[]
  readonly steps: readonly Step[]
}

const mostly = <A, B>(good: fc.Arbitrary<A>, odd: fc.Arbitrary<B>, weight = 12): fc.Arbitrary<A | B> =>
  fc.oneof({ arbitrary: good, weight }, { arbitrary: odd, weight: 1 })

const among = <const T extends readonly unknown[]>(...values: T): fc.Arbitrary<T[number]> => fc.constantFrom(...values)

/** Addresses that scenarios set, in a range that the kernel does not use for random ones. */
const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:0A'] as const
const oddMacs = ['02-00-00-00-00-01', '0200.0000.0001', '01:00:00:00:00:01', '00:00:00:00:00:00', 'zz', '', 5] as const
const oddIds = [4294967295, 4294967296, -1, '0', null] as const
const id = mostly(among(0, 1000, 54321, 4294967294), among(...oddIds))
const mac = mostly(among(...macs), among(...oddMacs, null))
const dns = among({}, { nameservers: ['10.0.0.53'] }, { domain: 'example', search: ['a'], options: ['o'] }, null)

const keyArbitraries: Record<string, fc.Arbitrary<unknown>> = {
  multiQueue: mostly(among(true, false), among('true', 1, null)),
  mtu: mostly(among(1400, 1500, 1280, 9000, 68, 65521, 0), among(-1, 67, 65522, '1500', 1400.5, null)),
  mac,
  owner: id,
  group: id,
  bridge: mostly(among('br0'), among('veth0', 'none', 'lo', '', null, 'a-name-that-is-too-long', 5)),
  dns,
  args: among({ cni: {} }, null),
  runtimeConfig: mostly(fc.record({ mac }, { requiredKeys: [] }), among(null, [])),
  prevResult: mostly(
    among({
      interfaces: [{ name: 'eth0', sandbox: '/proc/1/ns/net', mac: '02:00:00:00:00:e0' }],
      ips: [{ version: '4', interface: 0, address: '10.77.0.2/24', gateway: '10.77.0.1' }],
      routes: [{ dst: '10.78.0.0/16', gw: '10.77.0.9' }],
      dns: { domain: 'previous' },
    }),
    among({ ips: [{ address: 'x' }] }, { cniVersion: '9.9.9' }, 5, null),
    3,
  ),
  capabilities: among({ mac: true }),
  unknown: among(1, 'x', { mtu: 5 }),
}

/** Returns the name in any case: keys are matched case-insensitively. */
const anyCase = (name: string) => mostly(fc.constant(name), among(name.toLowerCase(), name.toUpperCase()))

const keys = fc
  .subarray(Object.keys(keyArbitraries), { maxLength: 5 })
  .chain((names) =>
    fc.tuple(...names.map((name) => fc.tuple(anyCase(name), keyArbitraries[name] as fc.Arbitrary<unknown>))),
  )
  .map((entries) => Object.fromEntries(entries))

const gateways = fc.boolean()
const ipv4 = fc
  .tuple(fc.integer({ min: 0, max: 3 }), among(24, 25, 30, 16), gateways)
  .map(([net, length, gateway]) => ({
    address: `10.${net}.0.2/${length}`,
    ...(gateway && { gateway: `10.${net}.0.1` }),
  }))
const hostIpv4 = among(
  { address: '10.9.0.2/32' },
  { address: '10.9.1.2/31', gateway: '10.9.1.3' },
  { address: '10.9.2.2/32', gateway: '169.254.1.1' },
)
// Without a gateway: with one, upstream waits five seconds. differential.test.ts has a case with a gateway.
const ipv6 = fc.integer({ min: 0, max: 2 }).map((net) => ({ address: `2001:db8:${net}::2/64` }))
const addresses = fc.uniqueArray(
  fc.oneof({ arbitrary: ipv4, weight: 4 }, { arbitrary: hostIpv4, weight: 1 }, { arbitrary: ipv6, weight: 2 }),
  {
    minLength: 1,
    maxLength: 3,
    selector: ({ address }) => address.split('/')[0],
  },
)
const route = fc.record(
  {
    dst: mostly(
      among('0.0.0.0/0', '10.7.0.0/16', '10.8.0.0/16', '192.168.0.0/24', '2001:db8:7::/48', '::/0'),
      among('10.7.1.2/16'),
    ),
    gw: mostly(among('10.0.0.9', '10.1.0.9', '10.2.0.9'), among('192.168.77.1')),
    priority: among(0, 7, 4000000000),
    table: among(0, 100, 254, 1000),
    scope: among(0, 200, 253),
    mtu: among(1300),
    advmss: among(1200),
  },
  { requiredKeys: ['dst'] },
)
/** Few routes name a gateway, because it must be in the network of an address. */
const routes = fc.array(
  mostly(
    route.map(({ gw: _, ...rest }) => rest),
    route,
    4,
  ),
  { maxLength: 3 },
)

const ipam: fc.Arbitrary<Ipam> = fc.oneof(
  { arbitrary: fc.constant<Ipam>({ kind: 'none' }), weight: 4 },
  {
    arbitrary: fc.subarray(['10.1.2.0/24', '2001:db8:1::/64', '10.3.0.0/29'], { minLength: 1, maxLength: 2 }).map(
      (subnets): Ipam => ({
        kind: 'host-local',
        subnets: subnets
          .filter((subnet) => !subnet.includes(':'))
          .concat(subnets.filter((subnet) => subnet.includes(':'))),
      }),
    ),
    weight: 2,
  },
  {
    arbitrary: fc
      .record({ addresses, routes, dns: dns.filter((each) => each !== null) })
      .map((each): Ipam => ({ kind: 'static', ...each, dns: each.dns as object })),
    weight: 3,
  },
  {
    arbitrary: fc
      .record({ ips: addresses, routes, dns }, { requiredKeys: ['ips'] })
      .map((result): Ipam => ({ kind: 'fake', result })),
    weight: 3,
  },
  {
    arbitrary: among(
      { kind: 'missing' },
      { kind: 'failing' },
      { kind: 'fake', result: {} },
      { kind: 'fake', result: '' },
    ),
    weight: 1,
  },
)

/** Devices that can exist before ADD. */
const existing = ['ip tuntap add mode tap name tap0', 'ip link add tap0 type veth peer name other', 'ip link set lo up']
const setup = fc.subarray(existing, { maxLength: 1 }).map((lines) => [
  // The address is set, because otherwise a bridge takes its ports' addresses, and changes it when the last one leaves.
  'ip link add br0 up address 02:00:00:00:00:b0 type bridge',
  'ip link add veth0 type veth peer name veth1',
  ...lines,
])
const outsideChanges = [
  'true',
  'ip link set tap0 mtu 1300',
  'ip link set tap0 nomaster',
  'ip link set tap0 down',
  'ip link set tap0 address 02:00:00:00:00:aa',
  'ip addr flush dev tap0',
  'ip route flush proto boot',
  'ip link del tap0',
  'ip link del tap0; ip link add tap0 type veth peer name other',
]

const steps = fc
  .tuple(fc.boolean(), fc.array(among(...outsideChanges), { maxLength: 1 }), among('DEL', 'DEL', 'DEL', 'ADD', 'GC'))
  .map(([status, changes, last]): Step[] => [
    ...(status ? [{ command: 'STATUS' }] : []),
    { command: 'ADD' },
    { command: 'CHECK' },
    ...changes.map((before) => ({ command: 'CHECK', before })),
    { command: last },
    { command: 'DEL' },
    { command: 'DEL' },
  ])

const cniVersion = mostly(
  fc.oneof({ arbitrary: among(...versions), weight: 1 }, { arbitrary: among('1.0.0', '1.1.0'), weight: 1 }),
  among('9.9.9', 'abc', 5, null, '', '1.0'),
  15,
)
const ifname = mostly(among('tap0'), among('lo', 'veth0', 'tap%d', 'all', 'tap.7', 'sixteen-bytes-xx', 'a b'))
const args = mostly(
  among('', '', 'IgnoreUnknown=1;MAC=02:00:00:00:00:03', 'IgnoreUnknown=1;K8S_POD_NAME=x'),
  among('MAC=02:00:00:00:00:03', 'X=Y', 'MAC=zz', ';', 'MAC=', 'IgnoreUnknown=no'),
)

const containerId = mostly(among('c1'), among('c_1.x-y', '-c', 'c/1', ''), 20)
const netns = mostly(among('existing'), among('missing'), 20)

export const scenarios: fc.Arbitrary<Scenario> = fc.record({
  containerId,
  netns,
  cniVersion,
  ifname,
  args,
  ipam,
  keys,
  setup,
  steps,
})
