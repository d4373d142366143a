import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { Attachment } from '../cni-tap/attachment.js'
import { callPlugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { provided } from './environment.js'
import { Vm } from './vm.js'

// A node that has neither Node.js nor the sources: the commands of the README install the plugin from the archive of a release.

const test = suiteNeeding('e2e: the archive of a release in a clean root', 'netns', 'tun')

const mac = '02:00:00:00:78:01'
const archive = provided('NETLOOM_ARCHIVE')
const pod = new Attachment()
const root = mkdtempSync(join(tmpdir(), 'node-'))
const config = pod.config({ owner: 1000, group: 1000 })

const mount = (...args: string[]) => execFileSync('mount', args)

/** The commands of the README that install the plugin. */
function readmeCommands(): string {
  const page = readFileSync(fileURLToPath(new URL('../../packages/cni-tap/README.md', import.meta.url)), 'utf8')
  const [, commands = ''] = /^```sh\n([\s\S]*?)^```$/m.exec(page) ?? []
  assert.is(commands.trim().split('\n').length, 3, commands)
  return commands
}

/** The path is absolute, because the environment's PATH is that of the root. */
const inRoot = (program: string, ...args: string[]) => ['/usr/sbin/chroot', root, program, ...args]

/** Runs the installed plugin in the root. */
function call(command: string, more: object = {}) {
  const { exitCode, stdout, stderr, json } = callPlugin(
    pod.call(command, { ...config, ...more }, { netns: '/ns', path: '/opt/cni/bin' }),
    inRoot('/opt/cni/bin/tap'),
  )
  assert.is(exitCode, 0, stdout + stderr)
  return json
}

let vm: Vm | undefined

test.before(() => {
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', root)
  for (const folder of ['bin', 'proc', 'dev/net', 'opt/cni/bin', 'etc/cni/net.d'])
    mkdirSync(join(root, folder), { recursive: true })
  mount('--rbind', '/proc', join(root, 'proc'))
  execFileSync('mknod', [join(root, 'dev/net/tun'), 'c', '10', '200'])
  copyFileSync(provided('NETLOOM_BUSYBOX'), join(root, 'bin/busybox'))
  execFileSync('chroot', [root, '/bin/busybox', '--install', '-s', '/bin'])
  copyFileSync(archive, join(root, basename(archive)))
  writeFileSync(join(root, 'etc/cni/net.d/vm-net.conf'), JSON.stringify(config))
  writeFileSync(join(root, 'ns'), '')
  mount('--bind', pod.namespace.path, join(root, 'ns'))
  // QEMU runs as another user, which may open the device only if it may open /dev/net/tun.
  mount('-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/dev/net')
  execFileSync('mknod', ['-m', '666', '/dev/net/tun', 'c', '10', '200'])
})

test.after(async () => {
  await vm?.kill()
  execFileSync('umount', ['--recursive', '--lazy', root])
  rmdirSync(root)
  pod[Symbol.dispose]()
})

test('the commands of the README install the plugin and check a configuration', () => {
  const [program = '', ...args] = inRoot('/bin/sh', '-ec', readmeCommands())
  const printed = execFileSync(program, args, { env: { PATH: '/bin' }, encoding: 'utf8' })
  assert.match(printed, /^installed netloom tap .* as "\/opt\/cni\/bin\/tap"$/m)
  assert.match(printed, /^valid$/m)
})

test('a guest runs on the tap that it creates', async () => {
  const prevResult = call('ADD')
  // iproute2 prints the owner's name.
  assert.is(pod.namespace.exec('cat', ['/sys/class/net/tap0/owner']).trim(), '1000')
  pod.namespace.exec('ip', ['address', 'add', '10.78.0.1/24', 'dev', 'tap0'])
  vm = await Vm.boot({ netns: pod.namespace.path, tap: 'tap0', mac })
  await vm.run('ip address add 10.78.0.2/24 dev eth0')
  await vm.run('ip link set eth0 up')
  assert.ok(await vm.pings('10.78.0.1'))
  call('CHECK', { prevResult })
})

test('DEL removes the tap', async () => {
  await vm?.kill()
  call('DEL')
  pod.assertClean()
})

test.run()
