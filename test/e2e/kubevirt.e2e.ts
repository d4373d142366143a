import { execFileSync } from 'node:child_process'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { host, Lan } from './lan.js'
import { domainXml, interfaceXml, Libvirt } from './libvirt.js'
import { Vm } from './vm.js'

/** Pods as KubeVirt makes them: QEMU is uid 107 and has no capability, and libvirt gets a tap that exists. */
const test = suiteNeeding('e2e: KubeVirt', 'netns', 'tun')

const user = { owner: 107, group: 107 }
const macs = ['02:00:00:00:78:01', '02:00:00:00:78:02', '02:00:00:00:78:03'] as const
const address = '10.77.0.50'

const lan = new Lan()
const libvirt = new Libvirt(lan.pod.namespace.path)
let result: object

test.after(async () => {
  await libvirt.virsh('destroy', 'guest').catch(() => {})
  libvirt.stop()
  lan[Symbol.dispose]()
})

/** Waits for a guest that boots. */
async function answers(): Promise<boolean> {
  for (let tries = 0; tries < 12; tries++) if (lan.pings(address)) return true
  return false
}

test('QEMU as uid 107 without capabilities', async () => {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/dev/net'])
  execFileSync('mknod', ['-m', '666', '/dev/net/tun', 'c', '10', '200'])
  result = lan.add('tap0', user)
  const options = { netns: lan.pod.namespace.path, tap: 'tap0', mac: macs[0], uid: 107 }
  const vm = await Vm.boot(options)
  await vm.run(`ip address add ${address}/24 dev eth0`)
  assert.ok(await vm.pings(host.ip))
  assert.match(await Vm.refused({ ...options, uid: 108 }), /Operation not permitted/)
  await vm.kill()
})

test('libvirt starts as uid 107', async () => {
  await libvirt.start()
  assert.match(await libvirt.virsh('version'), /QEMU/)
})

test('libvirt starts a guest on the tap, which answers', async () => {
  const file = libvirt.write('guest.xml', domainXml('guest', interfaceXml('tap0', macs[0]), `${address}/24`))
  await libvirt.virsh('create', file)
  assert.ok(await answers())
  assert.match(await libvirt.virsh('domiflist', 'guest'), /tap0 +ethernet/)
})

test('CHECK passes while the guest runs', () => {
  lan.pod.succeed('CHECK', { ...lan.config(user), prevResult: result }, { ifname: 'tap0' })
})

test('a second tap is plugged into the guest', async () => {
  lan.add('tap1', user)
  await libvirt.virsh('attach-device', 'guest', libvirt.write('second.xml', interfaceXml('tap1', macs[1])))
  assert.match(await libvirt.virsh('domiflist', 'guest'), /tap1 +ethernet/)
  assert.ok(lan.pod.link('tap1').flags.includes('LOWER_UP'))
})

test('a tap of another user is refused, and the guest goes on', async () => {
  lan.add('tap2', { owner: 108, group: 108 })
  const file = libvirt.write('third.xml', interfaceXml('tap2', macs[2]))
  const error = await libvirt.virsh('attach-device', 'guest', file).then(
    () => '',
    (reason) => String(reason.stderr),
  )
  assert.match(error, /Operation not permitted/)
  assert.ok(await answers())
})

test('the guest ends: the tap stays, and a new guest gets it', async () => {
  await libvirt.virsh('destroy', 'guest')
  assert.not.ok(lan.pod.link('tap0').flags.includes('LOWER_UP'))
  await libvirt.virsh('create', `${libvirt.folder}/guest.xml`)
  assert.ok(await answers())
})

test('DEL of all taps leaves nothing', async () => {
  await libvirt.virsh('destroy', 'guest')
  for (const ifname of ['tap0', 'tap1', 'tap2']) lan.pod.succeed('DEL', lan.config(user), { ifname })
  lan.pod.assertClean('br0', 'up0')
})

test.run()
