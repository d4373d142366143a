import { closeSync, openSync, readSync } from 'node:fs'
import { arch } from 'node:process'
import { addressOf, check, libc, libcFunction } from '@netloom/netlink/socket'
import { type ClassicFilter, TunTap, TunTapError } from '@netloom/tuntap'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('TunTap: filters and steering', 'netns', 'tun')

/** Returns an Ethernet frame to an address, with an experimental EtherType. */
const frameTo = (address: string, length = 60) => {
  const frame = Buffer.alloc(length)
  Buffer.from(address.replaceAll(':', ''), 'hex').copy(frame)
  Buffer.from('020000000001', 'hex').copy(frame, 6)
  frame.writeUInt16BE(0x88b5, 12)
  return frame
}

/** Joins two taps by a bridge that floods, and calls `use` with the one that sends and the options of the one that receives. */
const withBridge = (use: (sender: TunTap, receiver: TunTap, namespace: Namespace) => void, multiQueue = false) =>
  inScratch((namespace) => {
    const { path: netns } = namespace
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
    using sender = TunTap.create({ mode: 'tap', name: 'sender', netns, up: true })
    using receiver = TunTap.create({ mode: 'tap', name: 'receiver', netns, up: true, multiQueue })
    for (const { name } of [sender, receiver]) namespace.ip('link', 'set', name, 'master', 'br0')
    namespace.ip('link', 'set', 'br0', 'up')
    use(sender, receiver, namespace)
  })

/** Sends frames to these addresses, and returns those that arrive. The last one is always delivered. */
function delivered(sender: TunTap, receiver: TunTap, addresses: readonly string[], last: string): string[] {
  for (const address of [...addresses, last]) sender.write(frameTo(address))
  const found: string[] = []
  for (let frame = receiver.read(60_000); frame !== undefined; frame = receiver.read(60_000)) {
    if (frame.readUInt16BE(12) !== 0x88b5) continue
    const address = frame.toString('hex', 0, 6).replace(/..(?=.)/g, '$&:')
    if (address === last) return found
    found.push(address)
  }
  throw new Error('expected the last frame to arrive')
}

const own = '02:00:00:00:00:aa'
const foreign = '02:00:00:00:00:bb'
const broadcast = 'ff:ff:ff:ff:ff:ff'
const multicast = '01:00:5e:00:00:01'

test('addresses', () =>
  withBridge((sender, receiver) => {
    const arrive = () => delivered(sender, receiver, [foreign, broadcast, multicast], own)
    assert.equal(arrive(), [foreign, broadcast, multicast])
    assert.is(receiver.filters.setAddresses({ addresses: [own] }), 1)
    assert.equal(arrive(), [])
    assert.is(receiver.filters.setAddresses({ addresses: [broadcast, own] }), 2)
    assert.equal(arrive(), [broadcast])
    receiver.filters.setAddresses({ addresses: [own], allMulticast: true })
    assert.equal(arrive(), [broadcast, multicast])
    // Nine addresses: the unicast one is compared exactly, although it is the last.
    const others = Array.from({ length: 8 }, (_, at) => `01:00:5e:00:01:0${at}`)
    assert.is(receiver.filters.setAddresses({ addresses: [...others, own] }), 8)
    assert.not.ok(arrive().includes(foreign))
    assert.is(receiver.filters.setAddresses(undefined), 0)
    assert.equal(arrive(), [foreign, broadcast, multicast])
  }))

test('invalid addresses are refused before anything is set', () =>
  withBridge((_, receiver) => {
    const nine = Array.from({ length: 9 }, (_, at) => `02:00:00:00:00:0${at}`)
    for (const [filter, message] of [
      [{ addresses: [] }, /a number of addresses from 1 to 65535, got 0/],
      [{ addresses: nine }, /at most 8 unicast addresses.*got 9/],
      [{ addresses: ['02:00'] }, /each address to be a MAC address/],
      [{ addresses: own }, /addresses as an array/],
      [{ addresses: [own], allMulticast: 1 }, /allMulticast to be true or false/],
    ] as const) {
      assert.throws(
        () => receiver.filters.setAddresses(filter as never),
        (error: unknown) => error instanceof TypeError && message.test(error.message),
        String(message),
      )
    }
  }))

/** `struct sock_filter`: code, jt, jf, k */
const instruction = (code: number, jt: number, jf: number, k: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code)
  bytes[2] = jt
  bytes[3] = jf
  bytes.writeUInt32LE(k, 4)
  return bytes
}

/** Keeps frames whose destination begins with 0x02: ldb [0]; jeq 2; ret 65535; ret 0 */
const onlyLocal = Buffer.concat([
  instruction(0x30, 0, 0, 0),
  instruction(0x15, 0, 1, 2),
  instruction(0x06, 0, 0, 0xffff),
  instruction(0x06, 0, 0, 0),
])

test('a classic BPF program', () =>
  withBridge((sender, receiver) => {
    const arrive = () => delivered(sender, receiver, [foreign, broadcast, multicast], own)
    receiver.filters.attach(onlyLocal)
    assert.equal(arrive(), [foreign])
    receiver.filters.detach()
    assert.equal(arrive(), [foreign, broadcast, multicast])
    for (const [program, message] of [
      [Buffer.alloc(0), /1 to 4096 instructions of 8 bytes, got 0 bytes/],
      [Buffer.alloc(12), /got 12 bytes/],
      [Buffer.alloc(4097 * 8), /got 32776 bytes/],
      ['x', /a program of bytes/],
    ] as const) {
      assert.throws(
        () => receiver.filters.attach(program as never),
        (error: unknown) => error instanceof TypeError && message.test(error.message),
      )
    }
    // A program that does not end with a return.
    assert.throws(
      () => receiver.filters.attach(instruction(0x30, 0, 0, 0)),
      (error: unknown) => error instanceof TunTapError && error.ioctl === 'TUNATTACHFILTER' && error.code === 'EINVAL',
    )
    assert.equal(arrive(), [foreign, broadcast, multicast])
  }))

test('a detached queue gets the classic BPF program again when it is attached', () =>
  withBridge((_, receiver, { path: netns }) => {
    using other = TunTap.attach({ mode: 'tap', name: 'receiver', netns, multiQueue: true })
    receiver.filters.attach(onlyLocal)
    other.detachQueue()
    if (globalThis.gc) globalThis.gc()
    other.attachQueue()
    receiver.filters.detach()
  }, true))

/** Reads the memory of this process. */
function memoryAt(address: bigint, length: number): Buffer {
  const bytes = Buffer.alloc(length)
  const memory = openSync('/proc/self/mem', 'r')
  assert.is(readSync(memory, bytes, 0, length, address), length)
  closeSync(memory)
  return bytes
}

test('the classic BPF program that was attached last', () =>
  withBridge((_, receiver, { path: netns }) => {
    using other = TunTap.attach({ mode: 'tap', name: 'receiver', netns, multiQueue: true })
    assert.is(other.filters.last(), undefined)
    receiver.filters.attach(onlyLocal)
    const { length, address } = other.filters.last() as ClassicFilter
    assert.is(length, 4)
    assert.equal(memoryAt(address, onlyLocal.length), onlyLocal)
    // The kernel also reports one that it refused, and keeps reporting one that was detached.
    assert.throws(() => other.filters.attach(instruction(0x30, 0, 0, 0)), /TUNATTACHFILTER/)
    receiver.filters.detach()
    assert.is(receiver.filters.last()?.length, 1)
    using tun = TunTap.create({ mode: 'tun', netns })
    assert.throws(
      () => tun.filters.last(),
      (error: unknown) => error instanceof TunTapError && error.ioctl === 'TUNGETFILTER' && error.code === 'EINVAL',
    )
  }, true))

/** linux/bpf.h and asm/unistd.h */
const BPF_PROG_LOAD = 5
const SOCKET_FILTER = 1
const bpfCall = arch === 'x64' ? 321 : 280
const syscall = libcFunction('long syscall(long, unsigned long, void *, unsigned long)')

/** Loads an eBPF program of two instructions: `r0 = result; exit`. Returns its descriptor. */
function returning(result: number): number {
  const code = Buffer.from(new ArrayBuffer(16))
  code[0] = 0xb7
  code.writeInt32LE(result, 4)
  code[8] = 0x95
  const license = Buffer.from(new ArrayBuffer(8))
  license.write('GPL')
  const attr = Buffer.from(new ArrayBuffer(128))
  attr.writeUInt32LE(SOCKET_FILTER)
  attr.writeUInt32LE(2, 4)
  attr.writeBigUInt64LE(addressOf(code), 8)
  attr.writeBigUInt64LE(addressOf(license), 16)
  return check('bpf', syscall(bpfCall, BPF_PROG_LOAD, attr, attr.length))
}

test('an eBPF program that filters', () =>
  withBridge((sender, receiver) => {
    const drop = returning(0)
    receiver.filters.setProgram(drop)
    libc.close(drop)
    for (const address of [own, broadcast]) sender.write(frameTo(address))
    receiver.filters.setProgram(undefined)
    // The frames before the last one were dropped, and are not delivered late.
    assert.equal(delivered(sender, receiver, [], foreign), [])
    const keep = returning(20)
    receiver.filters.setProgram(keep)
    libc.close(keep)
    sender.write(frameTo(own))
    assert.is(receiver.read(60_000)?.length, 20)
    receiver.filters.setProgram(undefined)
    assert.throws(
      () => receiver.filters.setProgram(0),
      (error: unknown) => error instanceof TunTapError && error.ioctl === 'TUNSETFILTEREBPF' && error.code === 'EINVAL',
    )
  }))

test('an eBPF program that chooses the queue', () =>
  withBridge((sender, receiver, { path: netns }) => {
    using second = TunTap.attach({ mode: 'tap', name: 'receiver', netns, multiQueue: true })
    for (const [queue, number] of [
      [second, 1],
      [receiver, 0],
      [second, 3],
    ] as const) {
      const program = returning(number)
      receiver.filters.setSteering(program)
      libc.close(program)
      assert.equal(delivered(sender, queue, [foreign, broadcast], own), [foreign, broadcast])
    }
    receiver.filters.setSteering(undefined)
    assert.throws(
      () => receiver.filters.setSteering(99_999),
      (error: unknown) => error instanceof TunTapError && /the program is not an open descriptor/.test(error.message),
    )
  }, true))

test.run()
