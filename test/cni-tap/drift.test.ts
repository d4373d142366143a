import * as assert from 'uvu/assert'
import { keys } from '../../packages/cni-tap/dist/cni/config-keys.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: CHECK compares what the configuration requires', 'netns', 'tun', 'cniPlugins')

/** A key of the configuration, and a change that another plugin could make. */
interface Drift {
  readonly keys: object
  /** Keys of both configurations. */
  readonly both?: object
  readonly change: string
  readonly message: RegExp
}

const sysctls = '/proc/sys/net/ipv6/conf/tap0'
const [mac, other] = ['02:00:00:00:00:01', '02:00:00:00:00:02']
/** Only a new device can have a different owner, group or number of queues. */
const recreate = (options: string) =>
  `ip link del tap0; ip tuntap add mode tap name tap0 ${options}; ip link set tap0 up address ${mac}`
const onBridge = { bridge: 'br0' }

/** Drifts by the configured key. */
const drifts: Record<string, Drift> = {
  mtu: { keys: { mtu: 1500 }, change: 'ip link set tap0 mtu 1400', message: /expected mtu 1500, found 1400/ },
  txQueueLen: {
    keys: { txQueueLen: 1000 },
    change: 'ip link set tap0 txqueuelen 50',
    message: /expected txQueueLen 1000, found 50/,
  },
  owner: {
    keys: { owner: 1000 },
    both: { mac },
    change: recreate('user 2000'),
    message: /expected owner 1000, found 2000/,
  },
  group: { keys: { group: 1000 }, both: { mac }, change: recreate('group 0'), message: /expected group 1000, found 0/ },
  multiQueue: {
    keys: { multiQueue: false },
    both: { mac },
    change: recreate('multi_queue'),
    message: /expected multiQueue false, found true/,
  },
  bridge: {
    keys: onBridge,
    change: 'ip link set tap0 nomaster',
    message: /expected master "br0" \(index \d+\), found none/,
  },
  hairpinMode: {
    keys: { hairpinMode: false },
    both: { ...onBridge, portIsolation: true },
    change: 'ip link set tap0 type bridge_slave hairpin on',
    message: /expected hairpinMode false, found true/,
  },
  portIsolation: {
    keys: { portIsolation: true },
    both: { ...onBridge, hairpinMode: true },
    change: 'ip link set tap0 type bridge_slave isolated off',
    message: /expected portIsolation true, found false/,
  },
  macspoofchk: {
    keys: { macspoofchk: true },
    both: { ...onBridge, mac },
    change: 'nft delete table bridge netloom',
    message: /expected table bridge netloom\/\S+ to drop/,
  },
  acceptRA: {
    keys: { acceptRA: false },
    change: `echo 1 > ${sysctls}/accept_ra`,
    message: /expected net.ipv6.conf.tap0.accept_ra 0, found 1/,
  },
  mac: {
    keys: { mac },
    change: `ip link set tap0 address ${other}`,
    message: /expected mac "02:00:00:00:00:01", found "02:00:00:00:00:02"/,
  },
  ipam: {
    keys: { ipam: { type: 'static', addresses: [{ address: '10.0.0.2/24' }], routes: [{ dst: '10.7.0.0/16' }] } },
    change: 'ip route flush dev tap0 2> /dev/null || true',
    message: /expected route 10.7.0.0\/16, found none/,
  },
}

/** Keys without a row, and the reason: they leave no trace in the device, or another test covers them. */
const exempt = {
  selinuxContext: 'the label of a device cannot be read',
  vlan: 'bridge-port.test.ts and the guest',
  vlanTrunk: 'bridge-port.test.ts and the guest',
  preserveDefaultVlan: 'bridge-port.test.ts and the guest',
  enabledad: 'how ADD waits',
  dns: 'part of the result only',
  redirect: 'redirect-drift.test.ts',
  tapName: 'redirect.test.ts',
  ingressRate: 'bandwidth.test.ts',
  ingressBurst: 'bandwidth.test.ts',
  egressRate: 'bandwidth.test.ts',
  egressBurst: 'bandwidth.test.ts',
  runtimeConfig: 'settings.test.ts',
  capabilities: 'for the runtime',
  logFile: 'log.test.ts',
  logLevel: 'log.test.ts',
  args: 'conventions.test.ts',
  sysctl: 'sysctl.test.ts',
  ipOn: 'conventions.test.ts',
  gcNetnsDirs: 'used by GC only: conventions.test.ts',
}
const setByRuntime = ['cniVersion', 'name', 'type', 'prevResult', 'cni.dev/valid-attachments', 'cni.dev/attachments']

test('every key has a row or a reason', () => {
  const known = [...Object.keys(drifts), ...Object.keys(exempt), ...setByRuntime]
  assert.equal(known.sort(), Object.keys(keys).sort())
})

/**
 * Runs ADD and applies the change. Returns the configuration for CHECK. nft does not accept a table name with a slash,
 * so GC of another network deletes that one.
 */
function addAndChange(a: Attachment, { both = {}, change }: Drift, more: object) {
  a.namespace.exec('ip', ['link', 'add', 'br0', 'up', 'type', 'bridge'])
  const config = a.config({ ...both, ...more })
  const prevResult = a.succeed('ADD', config).json
  if (change.startsWith('nft ')) deleteTable(a)
  else a.namespace.exec('sh', ['-e', '-c', change])
  return { ...config, prevResult }
}

/** Deletes the table with GC, which removes it if the attachment is not valid. The device keeps its alias. */
function deleteTable(a: Attachment): void {
  const alias = a.link().ifalias
  a.namespace.exec('ip', ['link', 'set', 'tap0', 'alias', ''])
  a.succeed('GC', a.config({ macspoofchk: true, 'cni.dev/valid-attachments': [] }))
  a.namespace.exec('ip', ['link', 'set', 'tap0', 'alias', alias])
}

for (const [key, drift] of Object.entries(drifts)) {
  test(`${key}: CHECK detects a change of a configured value`, () =>
    attached((a) => {
      a.fail('CHECK', addAndChange(a, drift, drift.keys), 102, drift.message)
    }))

  // The result always contains the address, so a plugin that changes it also changes the result.
  if (key === 'mac') continue
  test(`${key}: without the key, CHECK accepts the same change`, () =>
    attached((a) => {
      a.succeed('CHECK', addAndChange(a, drift, {}))
    }))
}

test('CHECK accepts a configuration with fewer keys than that of ADD, as in upstream’s own tests', () =>
  attached((a) => {
    const added = { owner: 0, group: 0, multiQueue: true, mtu: 1400, txQueueLen: 50, acceptRA: false }
    const prevResult = a.succeed('ADD', a.config({ ...added, ...a.hostLocal('10.1.2.0/24') })).json
    a.succeed('CHECK', { ...a.config(a.hostLocal('10.1.2.0/24')), prevResult })
  }))

const ipam = {
  type: 'static',
  addresses: [{ address: '10.0.0.2/24', gateway: '10.0.0.1' }, { address: '2001:db8::2/64' }],
  routes: [{ dst: '0.0.0.0/0' }, { dst: '10.7.0.0/16' }, { dst: '2001:db8:7::/48' }],
}

/** Plugins that run after ours. bandwidth without rates changes nothing; with rates it requires a veth. */
const followers: [type: string, keys: object, ours?: object][] = [
  ['tuning', { mtu: 1400 }],
  ['tuning', { mac: '02:00:00:00:00:77' }, { mac }],
  ['tuning', { mac: '02:00:00:00:00:77' }],
  ['tuning', { promisc: true }],
  ['tuning', { allmulti: true }],
  ['tuning', { txQLen: 77 }],
  ['tuning', { sysctl: { 'net.ipv4.conf.IFNAME.arp_notify': '0', 'net.ipv6.conf.IFNAME.accept_ra': '1' } }],
  ['sbr', {}],
  ['bandwidth', {}],
]
for (const [type, keys, ours = {}] of followers) {
  test(`after ${JSON.stringify(ours)}, CHECK accepts the changes of ${type} ${JSON.stringify(keys)}`, () =>
    attached((a) => {
      const config = a.config({ ipam, ...ours })
      const prevResult = a.chain(type, keys, a.succeed('ADD', config).json)
      a.succeed('CHECK', { ...config, prevResult })
      a.namespace.exec('ip', ['link', 'set', 'tap0', 'down'])
      a.fail('CHECK', { ...config, prevResult }, 102, '"tap0": expected up true, found false')
    }))
}

for (const version of ['0.4.0', '1.0.0'])
  test(`[${version}] passes after tuning changed the MTU, which the result does not contain`, () =>
    attached((a) => {
      const config = a.config({ ipam })
      const prevResult = a.chain('tuning', { mtu: 1400 }, a.succeed('ADD', config).json)
      a.succeed('CHECK', { ...config, prevResult })
    }, version))

test('after sbr, CHECK detects a route that is in no table any more', () =>
  attached((a) => {
    const config = a.config({ ipam })
    const prevResult = a.chain('sbr', {}, a.succeed('ADD', config).json)
    a.namespace.exec('ip', ['route', 'del', '10.7.0.0/16', 'table', '100'])
    a.fail('CHECK', { ...config, prevResult }, 102, '"tap0": expected route 10.7.0.0/16 via 10.0.0.1, found none')
  }))

test('after sbr, CHECK detects routes in a table that no rule uses any more', () =>
  attached((a) => {
    const config = a.config({ ipam })
    const prevResult = a.chain('sbr', {}, a.succeed('ADD', config).json)
    a.succeed('CHECK', { ...config, prevResult })
    a.namespace.exec('ip', ['rule', 'del', 'table', '100'])
    a.fail('CHECK', { ...config, prevResult }, 102, '"tap0": expected route 0.0.0.0/0 via 10.0.0.1, found none')
  }))

test.run()
