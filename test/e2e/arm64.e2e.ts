import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { provided } from './environment.js'
import { Vm } from './vm.js'

const test = suiteNeeding('e2e: the executable for arm64', 'netns')

const pod = '/run/netns/pod'
const qemu = (log: string) =>
  [
    [provided('NETLOOM_QEMU_ARM64'), '-nodefaults', '-display', 'none', '-no-reboot'],
    ['-machine', 'virt', '-cpu', 'cortex-a72', '-accel', 'tcg', '-m', '512'],
    ['-kernel', provided('NETLOOM_VMLINUZ_ARM64'), '-initrd', provided('NETLOOM_INITRAMFS_ARM64')],
    ['-append', 'console=ttyAMA0 loglevel=4 panic=-1 guest_port=hvc0'],
    ['-serial', `file:${log}`, '-device', 'virtio-serial-pci'],
    ['-chardev', 'stdio,id=port,signal=off', '-device', 'virtconsole,chardev=port'],
  ].flat()

let vm: Vm

const config = (keys: object = {}) => ({ cniVersion: '1.1.0', name: 'arm', type: 'tap', ...keys })

/** Runs the plugin in the guest. Returns its exit code and output. */
function call(command: string, stdin: object, netns = pod): Promise<{ output: string; exitCode: number }> {
  const env = `CNI_COMMAND=${command} CNI_CONTAINERID=c1 CNI_NETNS=${netns} CNI_IFNAME=tap0 CNI_PATH=/plugins`
  return vm.try(`echo '${JSON.stringify(stdin)}' | ${env} /tap`)
}

/** Runs the plugin, which must succeed. Returns its result. */
async function succeed(command: string, stdin: object) {
  const { output, exitCode } = await call(command, stdin)
  assert.is(exitCode, 0, output)
  return output === '' ? undefined : JSON.parse(output)
}

const inPod = (command: string) => vm.run(`nsenter --net=${pod} ${command}`)

test.after(() => vm?.kill())

test('the guest boots, and the plugin reports its versions', async () => {
  vm = await Vm.start(qemu)
  assert.is(await vm.run('uname -m'), 'aarch64')
  await vm.run(`mkdir -p /run/netns /plugins /dev/net && touch ${pod} && unshare --net=${pod} true`)
  assert.ok((await succeed('VERSION', { cniVersion: '1.1.0' })).supportedVersions.includes('1.1.0'))
})

test('STATUS', () => succeed('STATUS', config()))

test('ADD, CHECK and DEL with each key', async () => {
  const keys = { mtu: 1400, mac: '02:00:00:00:64:01', owner: 107, group: 107, multiQueue: true, txQueueLen: 600 }
  const prevResult = await succeed('ADD', config(keys))
  assert.is(prevResult.interfaces[0].mac, keys.mac)
  assert.match(await inPod('ip link show dev tap0'), /mtu 1400 .*qlen 600/)
  assert.match(await inPod('ip link show dev tap0'), keys.mac)
  await succeed('CHECK', config({ ...keys, prevResult }))
  await succeed('DEL', config(keys))
  await succeed('DEL', config(keys))
  assert.not.match(await inPod('ip link'), 'tap0')
})

test('an IPAM plugin: addresses and routes of both families', async () => {
  const answer = {
    cniVersion: '1.1.0',
    ips: [{ address: '10.9.0.2/24', gateway: '10.9.0.1' }, { address: '2001:db8::2/64' }],
    routes: [{ dst: '10.10.0.0/16' }],
  }
  await vm.run(`printf '%s\\n' '#!/bin/sh' 'cat >/dev/null' '[ $CNI_COMMAND = ADD ] || exit 0' > /plugins/ipam`)
  await vm.run(`printf '%s\\n' "echo '"'${JSON.stringify(answer)}'"'" >> /plugins/ipam; chmod +x /plugins/ipam`)
  const keys = { ipam: { type: 'ipam' } }
  const prevResult = await succeed('ADD', config(keys))
  const addresses = await inPod('ip address show dev tap0')
  assert.match(addresses, 'inet 10.9.0.2/24')
  assert.match(addresses, 'inet6 2001:db8::2/64')
  assert.match(await inPod('ip route'), '10.10.0.0/16 via 10.9.0.1 dev tap0')
  await succeed('CHECK', config({ ...keys, prevResult }))
  await succeed('DEL', config(keys))
})

test('a bridge port with macspoofchk', async () => {
  await inPod('ip link add br0 type bridge')
  await inPod('ip link set br0 up')
  const keys = { bridge: 'br0', macspoofchk: true, portIsolation: true }
  const prevResult = await succeed('ADD', config(keys))
  assert.match(await inPod('ip link show dev tap0'), 'master br0')
  await succeed('CHECK', config({ ...keys, prevResult }))
  await succeed('DEL', config(keys))
  assert.not.match(await inPod('ip link'), 'tap0')
})

test('GC removes what is not valid', async () => {
  await succeed('ADD', config())
  const valid = (...list: object[]) => config({ 'cni.dev/valid-attachments': list })
  await succeed('GC', valid({ containerID: 'c1', ifname: 'tap0' }))
  assert.match(await inPod('ip link'), 'tap0')
  await succeed('GC', valid())
  assert.not.match(await inPod('ip link'), 'tap0')
})

test('errors have their codes', async () => {
  const codeOf = async (...args: Parameters<typeof call>) => JSON.parse((await call(...args)).output).code
  assert.is(await codeOf('ADD', config({ mtu: 'x' })), 6)
  assert.is(await codeOf('ADD', config({ mtu: 67 })), 7)
  assert.is(await codeOf('ADD', config(), '/run/netns/none'), 8)
  assert.not.match(await inPod('ip link'), 'tap0')
})

test.run()
