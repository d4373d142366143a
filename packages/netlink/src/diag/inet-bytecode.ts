import { perOrder } from '../codec/codec.js'
import { isPlainObject } from '../codec/error.js'
import {
  AF,
  type ByteOrder,
  constants,
  EncodeError,
  enumOf,
  hexadecimal,
  i32,
  ipAddress,
  type Members,
  type Opaque,
  bytes as opaque,
  pad,
  type Struct,
  show,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import type { Output } from '../codec/output.js'
import { own, ownMembers } from '../codec/own.js'

/** INET_DIAG_BC_*, linux/inet_diag.h */
export const INET_DIAG_BC = constants('INET_DIAG_BC', {
  NOP: 0,
  JMP: 1,
  S_GE: 2,
  S_LE: 3,
  D_GE: 4,
  D_LE: 5,
  AUTO: 6,
  S_COND: 7,
  D_COND: 8,
  DEV_COND: 9,
  MARK_COND: 10,
  S_EQ: 11,
  D_EQ: 12,
  CGROUP_COND: 13,
})

/**
 * Offset of the operation that follows if the condition is false, in bytes from this operation. If the condition is true, the
 * next operation follows.
 */
interface Jump {
  no: number
}
/** INET_DIAG_BC_NOP, JMP (always false) or AUTO (true if the kernel chose the port). */
export interface PlainOp extends Jump {
  code: 0 | 1 | 6
}
/** INET_DIAG_BC_S_GE, S_LE, D_GE, D_LE, S_EQ or D_EQ: compares the source or destination port. */
export interface PortOp extends Jump {
  code: 2 | 3 | 4 | 5 | 11 | 12
  port: number
}
/** INET_DIAG_BC_S_COND or D_COND with `struct inet_diag_hostcond`: compares address and port. */
export interface HostOp extends Jump {
  code: 7 | 8
  /** AF_*; AF_UNSPEC matches any family. */
  family: number
  prefixLen: number
  /** Port; -1 matches any port. */
  port: number
  addr?: string
}
/** INET_DIAG_BC_DEV_COND */
export interface DeviceOp extends Jump {
  code: 9
  ifindex: number
}
/** INET_DIAG_BC_MARK_COND with `struct inet_diag_markcond` */
export interface MarkOp extends Jump {
  code: 10
  mark: number
  mask: number
}
/** INET_DIAG_BC_CGROUP_COND */
export interface CgroupOp extends Jump {
  code: 13
  cgroupId: bigint
}
/** An undeclared operation, as received. If its length is invalid, it contains all bytes up to the end. */
export interface UnknownOp {
  code?: undefined
  payload: Buffer
}
export type BytecodeOp = PlainOp | PortOp | HostOp | DeviceOp | MarkOp | CgroupOp | UnknownOp

type Bag = Record<string, unknown>

/** `struct inet_diag_bc_op`, linux/inet_diag.h. `yes` is the length of the operation including its operand. */
export const inetDiagBcOp = struct('inet_diag_bc_op', { code: enumOf(u8, INET_DIAG_BC), yes: u8, no: u16 })
/** `struct inet_diag_hostcond`, linux/inet_diag.h. An address follows; its length depends on the operation's length. */
export const inetDiagHostcond = struct('inet_diag_hostcond', {
  family: enumOf(u8, AF),
  prefixLen: u8,
  _pad: pad(2),
  port: i32,
})
/** `struct inet_diag_markcond`, linux/inet_diag.h */
export const inetDiagMarkcond = struct('inet_diag_markcond', {
  mark: writtenAs(u32, hexadecimal),
  mask: writtenAs(u32, hexadecimal),
})

const nothing = struct('inet_diag_bc_op', {})
/** The operand of a port operation: a second `inet_diag_bc_op` with the port in its member `no`. */
const port = struct('inet_diag_bc_op', { _code: pad(1), _yes: pad(1), port: u16 })
const device = struct('inet_diag_bc_op', { ifindex: u32 })
const cgroup = struct('inet_diag_bc_op', { cgroupId: u64 })

const host = inetDiagHostcond
/** The operands, by `code`. */
const tails: readonly Struct<Members, object>[] = [
  nothing,
  nothing,
  port,
  port,
  port,
  port,
  nothing,
  host,
  host,
  device,
  inetDiagMarkcond,
  port,
  port,
  cgroup,
]

/** Decodes the operation at `bytes[at, end)`. Returns undefined if it is too short for its code. */
function readOp(order: ByteOrder, code: number, no: number, bytes: Buffer, at: number, end: number): Bag | undefined {
  const tail = tails[code]
  const from = at + inetDiagBcOp.size
  if (tail === undefined || end - from < tail.size) return undefined
  const value: Bag = { code, no, ...tail.codec(order).read(bytes, from) }
  if (tail === host && from + host.size < end) {
    value.addr = ipAddress.codec(order).decode(bytes, from + host.size, end)
  }
  return value
}

function readOps(order: ByteOrder, bytes: Buffer, start: number, end: number): Bag[] {
  const ops: Bag[] = []
  for (let at = start; at < end; ) {
    const isHead = end - at >= inetDiagBcOp.size
    const { code, yes, no } = isHead ? inetDiagBcOp.codec(order).read(bytes, at) : { code: 0, yes: 0, no: 0 }
    const isOp = yes >= inetDiagBcOp.size && yes <= end - at
    const next = isOp ? at + yes : end
    const op = isOp ? readOp(order, code, no, bytes, at, next) : undefined
    ops.push(op ?? { payload: bytes.subarray(at, next) })
    at = next
  }
  return ops
}

function writeOpAt(order: ByteOrder, index: number, out: Output, op: unknown): void {
  try {
    writeOp(order, out, op)
  } catch (error) {
    throw EncodeError.within(`[${index}]`, error)
  }
}

function writeOp(order: ByteOrder, out: Output, op: unknown): void {
  if (!isPlainObject(op)) throw new EncodeError(`expected an operation of inet_diag bytecode, got ${show(op)}`)
  const { code, no, addr, ...rest } = ownMembers(op)
  if (code === undefined) {
    opaque.codec(order).encode(out, own(rest, 'payload') as Buffer)
    return
  }
  const tail = tails[code as number]
  if (tail === undefined) throw new EncodeError(`expected a code of INET_DIAG_BC_*, got ${show(code)}`)
  if (addr !== undefined && tail !== host) throw new EncodeError(`expected no addr with code ${show(code)}`)
  const at = out.length
  inetDiagBcOp.codec(order).encode(out, { code: code as number, yes: 0, no: no as number })
  tail.codec(order).encode(out, rest)
  if (addr !== undefined) ipAddress.codec(order).encode(out, addr as string)
  u8.codec(order).write(out.bytes, at + 1, out.length - at)
}

/**
 * INET_DIAG_REQ_BYTECODE, linux/inet_diag.h: a filter program. A socket matches if the program ends exactly at the end of the
 * code.
 */
export const inetDiagBytecode: Opaque<BytecodeOp[]> = {
  kind: 'opaque',
  name: 'inet_diag bytecode',
  members: {
    ...Object.assign({}, ...[inetDiagBcOp, ...tails].map(({ members }) => members)),
    addr: ipAddress,
    payload: opaque,
  },
  codec: perOrder((order) => ({
    name: 'inet_diag bytecode',
    decode: (bytes, start, end) => readOps(order, bytes, start, end) as unknown as BytecodeOp[],
    encode(out, ops) {
      if (!Array.isArray(ops)) throw new EncodeError(`expected an array of operations, got ${show(ops)}`)
      for (const [index, op] of ops.entries()) writeOpAt(order, index, out, op)
    },
  })),
}
