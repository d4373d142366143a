import { TunTap, type TunTapOptions } from '@netloom/tuntap'
import { inScratch, type Namespace } from '../support/netns.js'
import { forbid } from '../support/seccomp.js'

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

/** asm/unistd.h */
const IOCTL = process.arch === 'x64' ? 16 : 29
const AIO_CALLS =
  process.arch === 'x64'
    ? { io_setup: 206, io_getevents: 208, io_submit: 209 }
    : { io_setup: 0, io_getevents: 4, io_submit: 2 }

/** Makes a system call of this thread fail with an error, as in a sandbox or beyond `fs.aio-max-nr`. Cannot be undone. */
export const forbidAio = (errno: number, call: keyof typeof AIO_CALLS = 'io_setup'): void =>
  forbid(errno, AIO_CALLS[call])

/** Makes an ioctl of this thread fail if its argument has one of these bits, as on a kernel that does not know them. Cannot be undone. */
export const forbidIoctlBits = (errno: number, request: number, bits: number): void =>
  forbid(errno, IOCTL, { second: request, thirdBits: bits })
