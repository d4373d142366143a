import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { waiting } from './image.js'
import { Podman } from './podman.js'

const test = suiteNeeding('e2e: podman', 'netns', 'tun', 'cniPlugins')

const podman = new Podman()
const leases = join(podman.folder, 'leases')
const ipam = (subnet: string) => ({ type: 'host-local', subnet, dataDir: leases })
podman.setNetwork('tapnet', { type: 'tap', ipam: ipam('10.66.0.0/24'), owner: 107 }, { type: 'tuning' })
podman.setNetwork('second', { type: 'tap', ipam: ipam('10.67.0.0/24'), mtu: 1400 })
podman.setNetwork('plain', { type: 'tap', multiQueue: true })

/** Returns the addresses that host-local reserves. */
function reservations(): string[] {
  const folders = existsSync(leases) ? readdirSync(leases) : []
  return folders.flatMap((name) => readdirSync(join(leases, name)).filter((each) => /^[\d.]+$/.test(each)))
}

function assertGone(): void {
  assert.equal(reservations(), [])
  const folder = '/run/netns'
  assert.equal(existsSync(folder) ? readdirSync(folder) : [], [])
}

/** Returns the commands that the plugin received after the first `from` calls. */
const commandsAfter = (from: number) =>
  podman.plugins
    .calls()
    .slice(from)
    .map(({ command }) => command)
    .filter((command) => command !== 'VERSION')

test('a container gets a tap with an address, and ADD and DEL are called once', async () => {
  const before = podman.plugins.calls().length
  const output = await podman.run(['--rm', '--network', 'tapnet'], '/bin/ip', 'address', 'show', 'dev', 'eth0')
  assert.match(output, /inet 10\.66\.0\.\d+\/24/)
  assert.match(output, /[<,]UP[,>]/)
  assert.equal(commandsAfter(before), ['ADD', 'DEL'])
  assertGone()
})

test('a name of the interface', async () => {
  const options = ['--rm', '--network', 'tapnet:interface_name=tapA']
  assert.match(await podman.run(options, '/bin/ip', 'address', 'show', 'dev', 'tapA'), /inet 10\.66\.0\./)
  assertGone()
})

test('a MAC address, which podman passes in CNI_ARGS', async () => {
  const mac = '02:00:00:00:66:01'
  const options = ['--rm', '--network', 'tapnet', '--mac-address', mac]
  assert.match(await podman.run(options, '/bin/ip', 'link', 'show', 'dev', 'eth0'), mac)
  assert.match(podman.plugins.calls().at(-1)?.args ?? '', `MAC=${mac}`)
})

test('an address, which podman passes in CNI_ARGS', async () => {
  const options = ['--rm', '--network', 'tapnet', '--ip', '10.66.0.77']
  assert.match(await podman.run(options, '/bin/ip', 'address', 'show', 'dev', 'eth0'), 'inet 10.66.0.77/24')
  assertGone()
})

test('a network without addresses, with a multi-queue tap', async () => {
  const output = await podman.run(['--rm', '--network', 'plain'], '/bin/cat', '/sys/class/net/eth0/tun_flags')
  // IFF_TAP, IFF_MULTI_QUEUE, IFF_PERSIST and IFF_NO_PI of linux/if_tun.h.
  assert.is(Number(output) & 0x1902, 0x1902)
})

test('two networks', async () => {
  const output = await podman.run(['--rm', '--network', 'tapnet', '--network', 'second'], '/bin/ip', '-4', 'address')
  assert.match(output, /inet 10\.66\.0\./)
  assert.match(output, /mtu 1400[\s\S]*inet 10\.67\.0\./)
  assertGone()
})

test('a container that runs: the tap is in its namespace, and goes with it', async () => {
  const id = await podman.run(['--detach', '--name', 'runs', '--network', 'tapnet'], ...waiting)
  assert.is(await podman.call('exec', 'runs', '/bin/cat', '/sys/class/net/eth0/owner'), '107')
  assert.is(reservations().length, 1)
  await podman.call('stop', '--time', '5', 'runs')
  await podman.call('rm', 'runs')
  assert.equal(
    podman.plugins.commandsOf(id).filter((command) => command !== 'VERSION'),
    ['ADD', 'DEL'],
  )
  assertGone()
})

test('a container that is killed and removed by force', async () => {
  await podman.run(['--detach', '--name', 'killed', '--network', 'tapnet'], ...waiting)
  await podman.call('kill', 'killed')
  await podman.call('rm', '--force', 'killed')
  assertGone()
})

test('a container that restarts gets its tap again', async () => {
  await podman.run(['--detach', '--name', 'again', '--network', 'tapnet'], ...waiting)
  await podman.call('restart', '--time', '5', 'again')
  assert.match(await podman.call('exec', 'again', '/bin/ip', 'address', 'show', 'dev', 'eth0'), /inet 10\.66\.0\./)
  assert.is(reservations().length, 1)
  await podman.call('rm', '--force', '--time', '5', 'again')
  assertGone()
})

test('ten containers at once', async () => {
  const outputs = await Promise.all(
    Array.from({ length: 10 }, () =>
      podman.run(['--rm', '--network', 'tapnet'], '/bin/sh', '-c', 'ip -4 address show dev eth0'),
    ),
  )
  for (const output of outputs) assert.match(output, /inet 10\.66\.0\./)
  assertGone()
})

test('no free address: the container does not start, and nothing is left', async () => {
  podman.setNetwork('tiny', { type: 'tap', ipam: ipam('10.68.0.0/30') })
  await podman.run(['--detach', '--name', 'holder', '--network', 'tiny'], ...waiting)
  const error = await podman.run(['--rm', '--network', 'tiny'], '/bin/ip', 'address').then(
    () => '',
    (reason) => String(reason.stderr),
  )
  assert.match(error, /no IP addresses available/)
  await podman.call('rm', '--force', '--time', '5', 'holder')
  assertGone()
})

test.run()
