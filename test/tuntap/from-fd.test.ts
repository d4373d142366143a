import { type StdioOptions, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { ArgumentError } from '@netloom/netlink'
import { addressOf, check, libc, libcFunction } from '@netloom/netlink/socket'
import { TunTap, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { descriptors } from './device.js'

const test = suiteNeeding('TunTap.fromFd() and handing a descriptor on', 'netns', 'tun')

const O_CLOEXEC = 0o2000000

/** bits/socket.h and linux/socket.h */
const AF_UNIX = 1
const SOCK_STREAM_CLOEXEC = 1 + O_CLOEXEC
const SOL_SOCKET = 1
const SCM_RIGHTS = 1
const MSG_CMSG_CLOEXEC = 0x40000000

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
        const given = duplicate(device.fd)
        assert.throws(() => TunTap.fromFd(given, { pi: !framing.pi }), /as the device has it/)
        closeSync(given)
      }
    }
  }))

test('a descriptor has one owner: after that has closed it, another file may get its number', () =>
  inScratch(({ path: netns }) => {
    const owners = [
      TunTap.create({ mode: 'tap', name: 'tap0', netns, multiQueue: true }),
      TunTap.attach({ mode: 'tap', name: 'tap0', netns, multiQueue: true }),
    ]
    owners.push(TunTap.fromFd(duplicate(owners[0]?.fd ?? -1)))
    const before = descriptors()
    for (const { fd } of owners)
      assert.throws(
        () => TunTap.fromFd(fd),
        (error: unknown) => error instanceof ArgumentError && error.message.includes(`got ${fd}, which another TunTap`),
      )
    assert.is(descriptors(), before)
    for (const owner of owners) {
      const { fd } = owner
      const copy = duplicate(fd)
      owner.close()
      // The number is free again.
      assert.is(libc.dup3(copy, fd, O_CLOEXEC), fd)
      closeSync(copy)
      using next = TunTap.fromFd(fd)
      assert.is(next.name, 'tap0')
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

/** Opens a pair of connected Unix sockets. */
function socketPair(): readonly [number, number] {
  const pair = Buffer.alloc(8)
  check('socketpair', libcFunction('int socketpair(int, int, int, void *)')(AF_UNIX, SOCK_STREAM_CLOEXEC, 0, pair))
  return [pair.readInt32LE(0), pair.readInt32LE(4)]
}

/** Receives a message with one descriptor (`struct msghdr` and `struct cmsghdr` of 64 bits). Returns its text and the descriptor. */
function receiveDescriptor(socket: number): readonly [string, number] {
  const [text, ancillary, vector, header] = [64, 24, 16, 56].map((size) => Buffer.from(new ArrayBuffer(size))) as [
    Buffer,
    Buffer,
    Buffer,
    Buffer,
  ]
  vector.writeBigUInt64LE(addressOf(text))
  vector.writeBigUInt64LE(BigInt(text.length), 8)
  header.writeBigUInt64LE(addressOf(vector), 16)
  header.writeBigUInt64LE(1n, 24)
  header.writeBigUInt64LE(addressOf(ancillary), 32)
  header.writeBigUInt64LE(BigInt(ancillary.length), 40)
  const length = check('recvmsg', libc.recvmsg(socket, header, MSG_CMSG_CLOEXEC))
  assert.equal([ancillary.readInt32LE(8), ancillary.readInt32LE(12)], [SOL_SOCKET, SCM_RIGHTS])
  return [text.toString('latin1', 0, length), ancillary.readInt32LE(16)]
}

test('a descriptor that another process created and sent with SCM_RIGHTS', () =>
  inScratch((namespace) => {
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    const [ours, theirs] = socketPair()
    const sender = `
import fcntl, os, socket, struct
tap = os.open('/dev/net/tun', os.O_RDWR)
name = fcntl.ioctl(tap, 0x400454ca, struct.pack('16sH22x', b'', 0x0002 | 0x1000 | 0x4000))[:16].rstrip(b'\\0') # TUNSETIFF: a tap, IFF_NO_PI, IFF_VNET_HDR
socket.send_fds(socket.socket(fileno=3), [name], [tap])`
    namespace.exec('python3', ['-c', sender], { stdio: ['ignore', 'pipe', 'inherit', theirs] })
    const [name, fd] = receiveDescriptor(ours)
    for (const socket of [ours, theirs]) libc.close(socket)
    using tap = TunTap.fromFd(fd)
    assert.equal([tap.name, name, tap.mode, tap.framing.vnetHeaderSize], ['tap0', 'tap0', 'tap', 10])
    // The sender has ended, and this is the only descriptor. It is nonblocking now.
    assert.is(tap.read(), undefined)
    namespace.ip('link', 'set', 'tap0', 'address', '02:00:00:00:00:01', 'up')
    namespace.ip('address', 'add', '10.5.0.1/24', 'dev', 'tap0')
    namespace.ip('neighbour', 'add', '10.5.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'tap0')
    namespace.exec('bash', ['-c', 'echo -n hello > /dev/udp/10.5.0.2/9'])
    assert.is(tap.read(60_000)?.toString('latin1', 10 + 42), 'hello')
    tap.close()
    assert.equal(
      namespace.ip('link').map(({ ifname }) => ifname),
      ['lo'],
    )
  }))

test('a descriptor that a service manager passes: LISTEN_PID, LISTEN_FDS, and 3 is the first one', () =>
  inScratch((namespace) => {
    using tap = TunTap.create({ mode: 'tun', name: 'tun0', netns: namespace.path })
    const program = `
      import { TunTap } from '${import.meta.resolve('@netloom/tuntap')}'
      const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES } = process.env
      if (Number(LISTEN_PID) !== process.pid) throw new Error('the descriptors are meant for process ' + LISTEN_PID)
      const taps = Array.from({ length: Number(LISTEN_FDS) }, (_, index) => TunTap.fromFd(3 + index))
      console.log(LISTEN_FDNAMES, taps.map(({ name, mode }) => name + ' ' + mode).join())`
    const runtime = [process.execPath, ...(process.versions.bun ? [] : ['--input-type=module']), '-e']
    // As systemd does: the process that calls execve(2) sets its own number.
    const start = 'LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=stored exec "$@"'
    const stdio: StdioOptions = ['ignore', 'pipe', 'inherit', tap.fd]
    assert.is(namespace.exec('sh', ['-c', start, 'sh', ...runtime, program], { stdio }), 'stored tun0 tun\n')
  }))

test.run()
