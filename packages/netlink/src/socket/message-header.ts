import { compile, i32, pad, struct, u32, u64 } from '../codec/index.js'
import { addressOf } from './libc.js'

/** `struct iovec`, linux/uio.h, where pointers have 64 bits */
const iovec = struct('iovec', { base: u64, len: u64 })

/** `struct msghdr`, recvmsg(2), where pointers have 64 bits */
const msghdr = struct('msghdr', {
  name: u64,
  namelen: u32,
  _pad1: pad(4),
  iov: u64,
  iovlen: u64,
  control: u64,
  controllen: u64,
  flags: i32,
  _pad2: pad(4),
})

/** `struct cmsghdr`, cmsg(3) */
const cmsghdr = struct('cmsghdr', { len: u64, level: i32, type: i32 })

/** Where control messages begin: at multiples of a `size_t`. */
const cmsgAlign = (length: number) => (length + 7) & ~7

/** Room for the few numbers that netlink tells beside a datagram. */
const CONTROL_ROOM = 128

/** Buffers that recvmsg(2) fills. */
export interface MessageHeader {
  /** The `struct msghdr` that has recvmsg fill `buffer`, which must outlive the call. */
  into(buffer: Uint8Array): Buffer
  /** A number that the last call told beside the datagram, by the type of its control message. */
  control(type: number): number | undefined
}

/** A message header that has the sender's address put into `name`; `level` is that of the control messages of interest. */
export function messageHeader(name: Uint8Array, level: number): MessageHeader {
  const control = Buffer.alloc(CONTROL_ROOM)
  const vector = Buffer.alloc(iovec.size)
  const header = Buffer.alloc(msghdr.size)
  const codecs = { iovec: compile(iovec), msghdr: compile(msghdr), cmsghdr: compile(cmsghdr) }
  const before = {
    ...{ name: addressOf(name), namelen: name.length, iov: addressOf(vector), iovlen: 1n },
    ...{ control: addressOf(control), controllen: BigInt(control.length), flags: 0 },
  }
  let buffer: Uint8Array | undefined
  return {
    into(wanted) {
      if (wanted !== buffer) codecs.iovec.write(vector, 0, { base: addressOf(wanted), len: BigInt(wanted.length) })
      buffer = wanted
      codecs.msghdr.write(header, 0, before)
      return header
    },
    control(wanted) {
      const told = Number(codecs.msghdr.read(header, 0).controllen)
      for (let at = 0; at + cmsghdr.size <= told; ) {
        const { len, level: of, type } = codecs.cmsghdr.read(control, at)
        if (of === level && type === wanted) return compile(i32).read(control, at + cmsgAlign(cmsghdr.size))
        at += Math.max(cmsghdr.size, cmsgAlign(Number(len)))
      }
      return undefined
    },
  }
}
