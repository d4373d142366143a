import { type StdioOptions, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { libc } from '@netloom/netlink/socket'
import { TunTap, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { descriptors } from './device.js'

const test = suiteNeeding('TunTap.fromFd() and handing a descriptor on', 'netns', 'tun')

const O_CLOEXEC = 0o2000000

/** Duplicates a descriptor, as if it came from elsewhere. */
function duplicate(fd: number): number {
  const target = openSync('/', constants.O_RDONLY)
  assert.is(libc.dup3(fd, target, O_CLOEXEC), target)
  return target
}

test('reads the mode and the headers from the kernel', () =>
  inScratch(({ path: netns }) => {
    for (const mode of ['tap', 'tun'] as const) {
      for (const [options, framing] of [
        [{}, { pi: false, vnetHeaderSize: 0 }],
        [{ pi: true }, { pi: true, vnetHeaderSize: 0 }],
        [
          { pi: true, vnetHdr: 20 },
          { pi: true, vnetHeaderSize: 20 },
        ],
        [{ vnetHdr: true }, { pi: false, vnetHeaderSize: 10 }],
      ] as const) {
        using device = TunTap.create({ mode, name: 'dev0', netns, ...options })
        using copy = TunTap.fromFd(duplicate(device.fd))
        assert.equal([copy.mode, copy.name, copy.index], [mode, 'dev0', device.index])
        assert.equal(copy.framing, { ...framing, vnetByteOrder: 'little' })
        assert.throws(() => TunTap.fromFd(device.fd, { pi: !framing.pi }), /as the device has it/)
      }
    }
  }))

test('a device with a classic filter reports its header by its flags', () =>
  inScratch(({ path: netns }) => {
    using device = TunTap.create({ mode: 'tap', netns, pi: true })
    assert.is(device.flags().filtered, false)
    device.filters.attach(Buffer.from([6, 0, 0, 0, 255, 255, 0, 0]))
    assert.is(device.flags().filtered, true)
    using copy = TunTap.fromFd(duplicate(device.fd))
    assert.is(copy.framing.pi, true)
  }))

test('other descriptors are refused, and stay open', () => {
  const unattached = openSync('/dev/net/tun', 'r+')
  const file = openSync('/dev/null', 'r')
  const before = descriptors()
  for (const [fd, reason] of [
    [unattached, 'TUNGETIFF EBADFD'],
    [file, 'TUNGETIFF ENOTTY'],
    [999_999, 'TUNGETIFF EBADF'],
  ] as const) {
    assert.throws(
      () => TunTap.fromFd(fd),
      (error: unknown) => error instanceof TunTapError && `${error.ioctl} ${error.code}` === reason,
    )
  }
  for (const fd of [-1, 1.5, '3', undefined]) assert.throws(() => TunTap.fromFd(fd as number), TypeError)
  assert.is(descriptors(), before)
  closeSync(unattached)
  closeSync(file)
})

/** Runs a module that opens descriptor 3 in a process without privileges, in the namespace of this process. */
function inChild(body: string, fd: number, options: { uid?: number; gid?: number } = {}) {
  const program = `import { TunTap } from '${import.meta.resolve('@netloom/tuntap')}'\n${body}`
  const args = [...(process.versions.bun ? [] : ['--input-type=module']), '-e', program]
  const stdio: StdioOptions = ['pipe', 'pipe', 'pipe', fd]
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio, ...options })
  assert.is(status, 0, stderr)
  return stdout.trim()
}

test('a child process without privileges uses the descriptor', () =>
  inScratch((namespace) => {
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    using tap = TunTap.create({ mode: 'tap', name: 'tap0', netns: namespace.path, up: true })
    namespace.ip('address', 'add', '10.5.0.1/24', 'dev', 'tap0')
    namespace.ip('neighbour', 'add', '10.5.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'tap0')
    namespace.exec('bash', ['-c', 'echo x > /dev/udp/10.5.0.2/9'])
    const body = `
      const tap = TunTap.fromFd(3, { pi: false })
      const frame = tap.read(60_000)
      let index = 'no error'
      try { tap.index } catch (error) { index = error.code }
      console.log(process.getuid(), tap.name, frame?.toString('hex', 30, 34), index)`
    // The namespace is not the child's, and the child may not open it.
    assert.is(inChild(body, tap.fd, { uid: 65534, gid: 65534 }), '65534 tap0 0a050002 EPERM')
    const unknown = `try { TunTap.fromFd(3) } catch (error) { console.log(error.name, error.message) }`
    assert.match(inChild(unknown, tap.fd, { uid: 65534, gid: 65534 }), /^TypeError expected the option pi for tap0/)
  }))

test('in the namespace of the device, a process without privileges can look everything up', () =>
  inScratch((namespace) => {
    const program = `
      import { spawnSync } from 'node:child_process'
      import { TunTap } from '${import.meta.resolve('@netloom/tuntap')}'
      if (process.argv.at(-1) === 'child') {
        const tap = TunTap.fromFd(3)
        console.log(tap.name, tap.index, tap.mtu, tap.framing.pi, process.getuid())
      } else {
        const tap = TunTap.create({ mode: 'tap', pi: true, name: 'tap0', index: 77 })
        const args = [...process.execArgv.filter((arg) => arg.startsWith('--input')), '-e', process.env.PROGRAM, 'child']
        const { stdout, stderr } = spawnSync(process.execPath, args, { uid: 65534, gid: 65534, stdio: ['pipe', 'pipe', 'pipe', tap.fd] })
        process.stderr.write(stderr)
        process.stdout.write(stdout)
      }`
    const args = [...(process.versions.bun ? [] : ['--input-type=module']), '-e', program]
    const shown = namespace.exec(process.execPath, args, { env: { ...process.env, PROGRAM: program } })
    assert.is(shown.trim(), 'tap0 77 1500 true 65534')
  }))

test.run()
