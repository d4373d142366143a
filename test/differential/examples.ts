import type { Scenario, Step } from './scenario.js'

/** Nothing out of the ordinary: a tap without addresses. */
export const plain: Scenario = {
  cniVersion: '1.0.0',
  ifname: 'tap0',
  containerId: 'c1',
  netns: 'there',
  args: '',
  ipam: { kind: 'none' },
  keys: {},
  world: ['ip link add br0 up address 02:00:00:00:00:b0 type bridge'],
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

/** For each allowed difference, by its reason, a scenario that shows it. */
export const examples: Readonly<Record<string, Partial<Scenario>>> = {
  'the specification lists cniVersion in an error object': { cniVersion: '9.9.9' },
  'upstream says 999 where there is a code': { keys: { mtu: '1500' } },
  'under 999 upstream tells what a library of Go says': { keys: { bridge: 'none' } },
  'the words of Go’s number parser about a malformed version': { cniVersion: 'abc', ...steps('CHECK') },
  'the words of Go’s JSON decoder about a value of another type': { cniVersion: 5 },
  '1.1.0 knows the mtu of an interface': { cniVersion: '1.1.0' },
  'the alias says whose the device is': {},
  'a guest does not configure the pod: its router advertisements and redirects are ignored': {},
  'what IPAM says of name resolution is kept': {
    ipam: { kind: 'static', addresses, routes: [], dns: { nameservers: ['10.0.0.53'] } },
  },
  'pi and vnet_hdr are whoever’s attaches last; with owner and group upstream makes the device with another tool': {
    keys: both,
  },
  'with owner and group upstream forgets mac and mtu': { keys: { ...both, mac, mtu: 1400 } },
  'mtu and advmss of a route are applied': withRoutes({ dst: '0.0.0.0/0', mtu: 1300, advmss: 1260 }),
  'the previous result is extended; upstream forgets it': { keys: { prevResult: previous } },
  'a previous result that cannot be read is an error; upstream’s ADD does not look at it': {
    keys: { prevResult: { ...previous, cniVersion: '0.4.0' } },
  },
  'two routes that differ in mtu or advmss alone are two; upstream, which applies neither, makes one twice': withRoutes(
    { dst: '0.0.0.0/0' },
    { dst: '0.0.0.0/0', mtu: 1300 },
  ),
  'a name that exists is an error; upstream takes the device for its own': { ifname: 'br0' },
  'an ADD that fails leaves nothing; upstream leaves the tap, or what it had reserved': { ipam: { kind: 'failing' } },
  'the ID that means none is refused; to upstream it is as absent': { keys: { owner: 4294967295 } },
  'with owner and group upstream does not even look at mac and mtu': { keys: { ...both, mtu: 67 } },
  'STATUS refuses a configuration that ADD would refuse': {
    cniVersion: '1.1.0',
    keys: { mtu: 67 },
    ...steps('STATUS'),
  },
  'a route on the link gets no gateway; the kernel refuses the one that upstream gives it': withRoutes({
    dst: '10.7.0.0/16',
    scope: 253,
  }),
  'the gateway of a /32 is on the link': {
    ipam: {
      kind: 'static',
      addresses: [{ address: '10.0.0.2/32', gateway: '169.254.1.1' }],
      routes: [{ dst: '0.0.0.0/0' }],
    },
  },
  'CHECK looks at the device, and finds what has happened to it': {
    keys: { mac },
    ...steps('ADD', { command: 'CHECK', before: 'ip link set tap0 address 02:00:00:00:00:02' }),
  },
  'CHECK looks for a route in its table': {
    ...withRoutes({ dst: '10.7.0.0/16', table: 100 }),
    ...steps('ADD', 'CHECK', 'DEL'),
  },
  'CHECK looks for no route to the network of an address that has none': {
    ipam: { kind: 'static', addresses: [{ address: '10.0.0.2/32' }], routes: [] },
    ...steps('ADD', 'CHECK', 'DEL'),
  },
  'STATUS looks at no previous result': { cniVersion: '1.1.0', keys: { prevResult: 5 }, ...steps('STATUS') },
  'DEL looks at no key that only ADD needs, nor at CNI_ARGS': { args: 'X=Y', ...steps('DEL') },
  'DEL removes the tap also where IPAM fails': {
    ipam: { kind: 'missing' },
    world: ['ip tuntap add mode tap name tap0'],
    ...steps('DEL'),
  },
  'DEL removes nothing but taps; upstream removes, or tries to, whatever is called so': {
    ifname: 'br0',
    ...steps('DEL'),
  },
  'GC collects, and has IPAM collect; upstream does nothing': { cniVersion: '1.1.0', ...steps('ADD', 'GC') },
}
