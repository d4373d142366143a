import { execFileSync, spawnSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { Pod } from '../cni-tap/pod.js'
import { suiteNeeding } from '../support/privileges.js'
import { provided } from './environment.js'
import { Vm } from './vm.js'

const test = suiteNeeding('e2e: a guest that has the interface of its pod', 'netns', 'tun', 'cniPlugins')

const gateway = '10.1.2.1'
const keys = { owner: 1000, group: 1000 }

/** True if the host of the pod reaches an address. */
const pings = ({ host }: Pod, address: string, size = 56): boolean => {
  const args = ['ping', '-c', '2', '-s', String(size), '-W', '5', '-w', '20', address]
  return spawnSync('ip', ['netns', 'exec', host.name, provided('NETLOOM_BUSYBOX'), ...args]).status === 0
}

let pod: Pod
let vm: Vm
let result: {
  ips: { address: string; interface: number }[]
  interfaces: { name: string; mac: string; sandbox: string }[]
}

test('a guest boots on the tap, with the MAC address of the interface', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/dev/net'])
  execFileSync('mknod', ['-m', '666', '/dev/net/tun', 'c', '10', '200'])
  pod = new Pod('bridge')
  result = pod.succeed('ADD', pod.config(keys, pod.before())).json
  const { name, mac } = result.interfaces.at(-1) ?? { name: '', mac: '' }
  vm = await Vm.boot({ netns: pod.attachment.namespace.path, tap: name, mac })
})

test.after(async () => {
  await vm?.kill()
  pod?.[Symbol.dispose]()
})

test('with the addresses of the result, the guest answers at the address of the pod', async () => {
  const own = result.ips.filter((ip) => result.interfaces[ip.interface]?.sandbox === 'c1')
  assert.is(own.length, 1)
  const address = own[0]?.address ?? ''
  await vm.run(`ip address add ${address} dev eth0`)
  await vm.run('ip link set eth0 up')
  assert.ok(await vm.pings(gateway))
  const [ip = ''] = address.split('/')
  assert.ok(pings(pod, ip))
  assert.ok(pings(pod, ip, 1472), 'expected the guest to answer frames of the whole MTU')
})

test('it is the guest that answers: without its address, no answer comes', async () => {
  await vm.run('ip address flush dev eth0')
  assert.not(pings(pod, '10.1.2.2'))
  pod.succeed('CHECK', pod.config(keys, result))
})

test('after DEL, the pod answers', async () => {
  await vm.kill()
  pod.succeed('DEL', pod.config(keys))
  assert.ok(pings(pod, '10.1.2.2'))
})

test.run()
