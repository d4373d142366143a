import type { Scenario, Step } from './scenario.js'

/** The base of all examples: a tap without addresses. */
export const plain: Scenario = {
  cniVersion: '1.0.0',
  ifname: 'tap0',
  containerId: 'c1',
  netns: 'existing',
  args: '',
  ipam: { kind: 'none' },
  keys: {},
  setup: ['ip link add br0 up address 02:00:00:00:00:b0 type bridge'],
  steps: [{ command: 'ADD' }, { command: 'DEL' }],
}

const steps = (...commands: (string | Step)[]): { steps: readonly Step[] } => ({
  steps: commands.map((each) => (typeof each === 'string' ? { command: each } : each)),
})
const mac = '02:00:00:00:00:01'
const addresses = [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }]
const withRoutes = (...routes: object[]) => ({ ipam: { kind: 'static', addresses, routes } }) as const
const both = { owner: 1000, group: 1000 }
const previous = { interfaces: [{ name: 'eth0', sandbox: '/proc/1/ns/net' }] }

/** A scenario for each allowed difference, by its reason. */
export const examples: Readonly<Record<string, Partial<Scenario>>> = {
  'the specification lists cniVersion in an error object': { cniVersion: '9.9.9' },
  'upstream uses code 999 although a specific code exists': { keys: { mtu: '1500' } },
  'with code 999 upstream prints messages of Go libraries': { keys: { bridge: 'none' } },
  'the message about a malformed version comes from Go’s number parser': { cniVersion: 'abc', ...steps('CHECK') },
  'the message about a value of the wrong type comes from Go’s JSON decoder': { cniVersion: 5 },
  'since 1.1.0 an interface in the result has an mtu': { cniVersion: '1.1.0' },
  'the alias of the device names its owner': {},
  'a guest does not configure the pod: its router advertisements and redirects are ignored': {},
  'the DNS settings of the IPAM result are kept': {
    ipam: { kind: 'static', addresses, routes: [], dns: { nameservers: ['10.0.0.53'] } },
  },
  'the last process to attach sets pi and vnet_hdr; with owner and group upstream creates the device with another tool':
    {
      keys: both,
    },
  'with owner and group upstream ignores mac and mtu': { keys: { ...both, mac, mtu: 1400 } },
  'mtu and advmss of a route are applied': withRoutes({ dst: '0.0.0.0/0', mtu: 1300, advmss: 1260 }),
  'the previous result is extended; upstream drops it': { keys: { prevResult: previous } },
  'an invalid previous result is an error; upstream’s ADD ignores it': {
    keys: { prevResult: { ...previous, cniVersion: '0.4.0' } },
  },
  'two routes may differ only in mtu or advmss; upstream applies neither and adds the same route twice': withRoutes(
    { dst: '0.0.0.0/0' },
    { dst: '0.0.0.0/0', mtu: 1300 },
  ),
  'an existing name is an error; upstream adopts the device': { ifname: 'br0' },
  'a failed ADD leaves nothing behind; upstream leaves the tap or its reservation': { ipam: { kind: 'failing' } },
  'the ID that means “none” is rejected; upstream treats it as absent': { keys: { owner: 4294967295 } },
  'with owner and group upstream does not even validate mac and mtu': { keys: { ...both, mtu: 67 } },
  'STATUS rejects a configuration that ADD would reject': {
    cniVersion: '1.1.0',
    keys: { mtu: 67 },
    ...steps('STATUS'),
  },
  'a route on the link gets no gateway; upstream sets one, which the kernel rejects': withRoutes({
    dst: '10.7.0.0/16',
    scope: 253,
  }),
  'the gateway of a /32 is reached directly over the link': {
    ipam: {
      kind: 'static',
      addresses: [{ address: '10.0.0.2/32', gateway: '169.254.1.1' }],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  },
  'CHECK detects changes to the device': {
    keys: { mac },
    ...steps('ADD', { command: 'CHECK', before: 'ip link set tap0 address 02:00:00:00:00:02' }),
  },
  'CHECK looks up a route in its own table': {
    ...withRoutes({ dst: '10.7.0.0/16', table: 100 }),
    ...steps('ADD', 'CHECK', 'DEL'),
  },
  'CHECK does not expect a network route for a /32': {
    ipam: { kind: 'static', addresses: [{ address: '10.0.0.2/32' }], routes: [] },
    ...steps('ADD', 'CHECK', 'DEL'),
  },
  'CHECK validates the configuration before it calls the IPAM plugin': {
    args: 'MAC=zz',
    keys: both,
    ipam: { kind: 'fake', result: { ips: [{ address: '10.0.0.2/24' }] } },
    ...steps('ADD', 'CHECK'),
  },
  'STATUS ignores the previous result': { cniVersion: '1.1.0', keys: { prevResult: 5 }, ...steps('STATUS') },
  'DEL ignores CNI_ARGS and keys that only ADD needs': { args: 'X=Y', ...steps('DEL') },
  'DEL removes the tap even if IPAM fails': {
    ipam: { kind: 'missing' },
    setup: ['ip tuntap add mode tap name tap0'],
    ...steps('DEL'),
  },
  'DEL removes only taps; upstream tries to remove any device of that name': {
    ifname: 'br0',
    ...steps('DEL'),
  },
  'GC removes leftovers and calls GC of the IPAM plugin; upstream does nothing': {
    cniVersion: '1.1.0',
    ...steps('ADD', 'GC'),
  },
}
