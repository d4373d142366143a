import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { Bulk, checksum, sendAll } from './bulk.js'
import { host, Lan } from './lan.js'
import { Vm, type VmOptions } from './vm.js'

const test = suiteNeeding('e2e: guests in QEMU', 'netns', 'tun')

const user = { owner: 1000, group: 1000 }
const macs = ['02:00:00:00:77:01', '02:00:00:00:77:02', '02:00:00:00:77:03'] as const

/** QEMU runs as another user, which may open the device only if it may open /dev/net/tun. */
function allowTun(): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/dev/net'])
  execFileSync('mknod', ['-m', '666', '/dev/net/tun', 'c', '10', '200'])
}

let lan: Lan
let one: Vm
let two: Vm
let result: object

const keys = { ...user, portIsolation: true }
const options = (tap: string, mac: string): VmOptions => ({ netns: lan.pod.namespace.path, tap, mac })
const getAddress = async (vm: Vm): Promise<string> => {
  await vm.run('udhcpc -i eth0 -n -q -t 20 -T 2 -s /init')
  const text = await vm.run('ip -4 address show dev eth0')
  return /inet ([\d.]+)\//.exec(text)?.[1] ?? ''
}

test('two guests boot on isolated ports', async () => {
  allowTun()
  lan = new Lan()
  result = lan.add('tap0', keys)
  lan.add('tap1', keys)
  ;[one, two] = await Promise.all([Vm.boot(options('tap0', macs[0])), Vm.boot(options('tap1', macs[1]))])
})

test.after(async () => {
  await Promise.all([one, two].map((vm) => vm?.kill()))
  lan?.[Symbol.dispose]()
})

const addresses: string[] = []

test('DHCP: both guests get an address', async () => {
  addresses.push(...(await Promise.all([one, two].map(getAddress))))
  for (const each of addresses) assert.match(each, /^10\.77\.0\.1\d\d$/)
  assert.is.not(addresses[0], addresses[1])
})

test('ping, in both directions', async () => {
  assert.ok(await one.pings(host.ip))
  assert.ok(lan.pings(addresses[0] ?? ''))
  assert.ok(await two.pings(host.ip))
})

test('IPv6: ping, in both directions', async () => {
  await one.run('ip -6 address add fd00:77::2/64 dev eth0')
  await one.run('for i in $(seq 60); do ip -6 address show dev eth0 | grep -q tentative || break; sleep 1; done')
  assert.ok(await one.pings(host.ip6))
  assert.ok(lan.pings('fd00:77::2'))
})

test('isolated ports: the guests do not reach each other, until one port is not isolated', async () => {
  const [, other = ''] = addresses
  assert.ok(await one.isUnreachable(other))
  lan.pod.namespace.exec('bridge', ['link', 'set', 'dev', 'tap1', 'isolated', 'off'])
  assert.ok(await one.pings(other))
  lan.pod.namespace.exec('bridge', ['link', 'set', 'dev', 'tap1', 'isolated', 'on'])
  assert.ok(await one.isUnreachable(other))
})

/** Bits of virtio's features (virtio_net.h) for checksums and TSO over IPv4, of the host and of the guest. */
const offloads = { CSUM: 0, GUEST_CSUM: 1, GUEST_TSO4: 7, HOST_TSO4: 11 }

test('offloads are on', async () => {
  const features = await one.run('cat /sys/class/net/eth0/device/features')
  for (const [name, bit] of Object.entries(offloads)) assert.is(features[bit], '1', name)
})

test('256 MiB of TCP in each direction arrive unchanged, in frames larger than the MTU', async () => {
  const bulk = new Bulk()
  try {
    const { http, receiver } = await bulk.start()
    await one.run('mount -t tmpfs -o size=32m tmpfs /mnt 2>/dev/null; true')
    await one.run(`wget -q -O /block http://${host.ip}:${http}/block`)
    const before = lan.counters('tap0')
    const sum = await one.run(`wget -q -O - http://${host.ip}:${http}/all | md5sum`)
    assert.is(sum.split(' ')[0], checksum)
    await one.run(sendAll(host.ip, receiver))
    assert.is(bulk.received, checksum)
    const after = lan.counters('tap0')
    for (const way of ['rx', 'tx'] as const) {
      const average = (after[way].bytes - before[way].bytes) / (after[way].packets - before[way].packets)
      console.log(`\nNOTE: 256 MiB, ${way} of the tap: ${average.toFixed(0)} bytes per frame`)
    }
    const [rx, tx] = (['rx', 'tx'] as const).map((way) => after[way].bytes - before[way].bytes)
    assert.ok((rx ?? 0) > 2 ** 28 && (tx ?? 0) > 2 ** 28)
    const sent = (after.tx.bytes - before.tx.bytes) / (after.tx.packets - before.tx.packets)
    assert.ok(sent > 1514, `expected frames larger than the MTU, got ${sent} bytes on average`)
  } finally {
    bulk.close()
  }
})

test('CHECK passes while the guest runs', () => {
  lan.pod.succeed('CHECK', { ...lan.config(keys), prevResult: result }, { ifname: 'tap0' })
})

test('the guest restarts on the same tap', async () => {
  await one.kill()
  one = await Vm.boot(options('tap0', macs[0]))
  assert.match(await getAddress(one), /^10\.77\.0\.1\d\d$/)
  assert.ok(await one.pings(host.ip))
  lan.pod.succeed('CHECK', { ...lan.config(keys), prevResult: result }, { ifname: 'tap0' })
})

test('another user, and another group, may not open the tap', async () => {
  await one.kill()
  for (const each of [
    { uid: 1001, gid: 1001 },
    { uid: 1001, gid: 1000 },
    { uid: 1000, gid: 1001 },
  ])
    assert.match(await Vm.refused({ ...options('tap0', macs[0]), ...each }), /Operation not permitted/)
})

test('DEL while the guest runs: the tap is removed, and the guest loses its network', async () => {
  assert.ok(await two.pings(host.ip))
  lan.pod.succeed('DEL', lan.config(keys), { ifname: 'tap1' })
  assert.not.ok(lan.pod.devices().includes('tap1'))
  assert.ok(await two.isUnreachable(host.ip))
  assert.ok(two.isRunning)
  await two.kill()
})

const jumbo = { mtu: 9000, multiQueue: true, macspoofchk: true, mac: macs[2], ...user }

test('a multi-queue tap refuses a guest with one queue', async () => {
  lan[Symbol.dispose]()
  lan = new Lan(9000)
  result = lan.add('tap0', jumbo)
  assert.match(await Vm.refused(options('tap0', macs[2])), /Invalid argument/)
})

test('two queues and jumbo frames', async () => {
  one = await Vm.boot({ ...options('tap0', macs[2]), queues: 2, mtu: 9000 })
  await getAddress(one)
  assert.is(await one.run('cat /sys/class/net/eth0/mtu'), '9000')
  assert.equal((await one.run('ls /sys/class/net/eth0/queues')).split(/\s+/).sort(), ['rx-0', 'rx-1', 'tx-0', 'tx-1'])
  const queues = lan.pod.namespace.exec('ls', ['/sys/class/net/tap0/queues']).trim().split(/\s+/)
  assert.equal(queues.sort(), ['rx-0', 'rx-1', 'tx-0', 'tx-1'])
  assert.ok(await one.pings(host.ip, 8972))
  const before = lan.counters('tap0')
  assert.ok(await one.pings(host.ip, 8972))
  const after = lan.counters('tap0')
  assert.ok(after.rx.packets - before.rx.packets < 10, 'expected jumbo frames, not fragments')
})

test('macspoofchk: frames from another address do not pass', async () => {
  const set = (mac: string) => `ip link set eth0 down; ip link set eth0 address ${mac}; ip link set eth0 up`
  assert.ok(await one.pings(host.ip))
  await one.run(set('02:00:00:00:77:99'))
  assert.ok(await one.isUnreachable(host.ip))
  await one.run(set(macs[2]))
  assert.ok(await one.pings(host.ip))
})

test('owner and group are those of the configuration', () => {
  const read = (name: string) => lan.pod.namespace.exec('cat', [`/sys/class/net/tap0/${name}`]).trim()
  assert.equal([read('owner'), read('group')], ['1000', '1000'])
  lan.pod.succeed('CHECK', { ...lan.config(jumbo), prevResult: result }, { ifname: 'tap0' })
  lan.pod.succeed('DEL', lan.config(jumbo), { ifname: 'tap0' })
  lan.pod.assertClean('br0', 'up0')
  assert.not.ok(existsSync('/sys/class/net/tap0'))
})

test.run()
