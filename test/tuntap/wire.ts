import { addressOf, check, libcFunction } from '@netloom/netlink/socket'
import { TunTap, type TunTapOptions } from '@netloom/tuntap'
import { inScratch, type Namespace } from '../support/netns.js'

/** Two devices that are connected by a bridge: a frame that is written to one is read from the other one. */
export interface Wire {
  readonly a: TunTap
  readonly b: TunTap
  readonly namespace: Namespace
}

/** Returns an Ethernet frame with a number, which {@link numberOf} returns. The kernel does not send its type by itself. */
export function numbered(number: number, length = 60): Buffer {
  const frame = Buffer.alloc(length, number % 251)
  Buffer.from('ffffffffffff02000000000a88b5', 'hex').copy(frame)
  frame.writeUInt32BE(number, 14)
  return frame
}

export const numberOf = (frame: Buffer) => frame.readUInt32BE(14)

/** Returns the numbers from `from` on. */
export const count = (length: number, from = 0) => Array.from({ length }, (_, index) => from + index)

type Options = Partial<Omit<TunTapOptions, 'name' | 'netns'>>

/** Creates a wire, calls `use`, and removes everything. `options` are those of both devices. */
export const withWire = (use: (wire: Wire) => void | Promise<void>, options: Options = {}) =>
  inScratch(async (namespace) => {
    namespace.exec('sh', ['-c', 'echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6'])
    namespace.ip('link', 'add', 'br0', 'type', 'bridge', 'forward_delay', 0, 'mcast_snooping', 0)
    namespace.ip('link', 'set', 'br0', 'up')
    const [a, b] = ['tapA', 'tapB'].map((name) => {
      const tap = TunTap.create({ mode: 'tap', name, netns: namespace.path, ...options })
      namespace.ip('link', 'set', name, 'master', 'br0', 'txqueuelen', 4000, 'up')
      return tap
    }) as [TunTap, TunTap]
    try {
      await use({ a, b, namespace })
    } finally {
      a.close()
      b.close()
    }
  })

/** linux/prctl.h, linux/seccomp.h, linux/filter.h, linux/audit.h */
const PR_SET_NO_NEW_PRIVS = 38
const PR_SET_SECCOMP = 22
const SECCOMP_MODE_FILTER = 2
const SECCOMP_RET_ALLOW = 0x7fff0000
const SECCOMP_RET_ERRNO = 0x00050000
const LOAD_NUMBER = 0x20 // BPF_LD | BPF_W | BPF_ABS
const JUMP_IF_EQUAL = 0x15 // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_IF_ANY_SET = 0x45 // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06 // BPF_RET | BPF_K

/** asm/unistd.h */
const IOCTL = process.arch === 'x64' ? 16 : 29
const AIO_CALLS =
  process.arch === 'x64'
    ? { io_setup: 206, io_getevents: 208, io_submit: 209 }
    : { io_setup: 0, io_getevents: 4, io_submit: 2 }

const instruction = (code: number, ifTrue: number, ifFalse: number, value: number) => {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt16LE(code)
  bytes.set([ifTrue, ifFalse], 2)
  bytes.writeUInt32LE(value, 4)
  return bytes
}

/** Applies a seccomp filter to this thread. Cannot be undone. */
function filterCalls(...instructions: readonly Buffer[]): void {
  const program = Buffer.concat(instructions)
  const header = Buffer.alloc(16)
  header.writeUInt16LE(program.length / 8)
  header.writeBigUInt64LE(addressOf(program), 8)
  const prctl = libcFunction('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)')
  check('prctl', prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
  check('prctl', prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, Number(addressOf(header)), 0, 0))
}

/** Makes a system call of this thread fail with an error, as in a sandbox or beyond `fs.aio-max-nr`. Cannot be undone. */
export const forbidAio = (errno: number, call: keyof typeof AIO_CALLS = 'io_setup'): void =>
  filterCalls(
    instruction(LOAD_NUMBER, 0, 0, 0),
    instruction(JUMP_IF_EQUAL, 0, 1, AIO_CALLS[call]),
    instruction(RETURN, 0, 0, SECCOMP_RET_ERRNO + errno),
    instruction(RETURN, 0, 0, SECCOMP_RET_ALLOW),
  )

/** Offsets of the arguments of ioctl(2) in `struct seccomp_data`, linux/seccomp.h, on little-endian machines. */
const REQUEST = 24
const ARGUMENT = 32

/** Makes an ioctl of this thread fail if its argument has one of these bits, as on a kernel that does not know them. Cannot be undone. */
export const forbidIoctlBits = (errno: number, request: number, bits: number): void =>
  filterCalls(
    instruction(LOAD_NUMBER, 0, 0, 0),
    instruction(JUMP_IF_EQUAL, 0, 5, IOCTL),
    instruction(LOAD_NUMBER, 0, 0, REQUEST),
    instruction(JUMP_IF_EQUAL, 0, 3, request),
    instruction(LOAD_NUMBER, 0, 0, ARGUMENT),
    instruction(JUMP_IF_ANY_SET, 0, 1, bits),
    instruction(RETURN, 0, 0, SECCOMP_RET_ERRNO + errno),
    instruction(RETURN, 0, 0, SECCOMP_RET_ALLOW),
  )
