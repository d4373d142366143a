import { AF, ArgumentError } from '../../../codec/index.js'
import { type BytecodeOp, INET_DIAG_BC } from '../../../diag/inet-bytecode.js'
import { familyOf } from '../../values/ip-text.js'
import type { LinkRef } from '../../values/link-ref.js'
import type { Condition, Expression, HostCondition } from './expression.js'

/** An operation without its jump, and its length in bytes. */
interface Sized {
  readonly op: Operand
  readonly length: number
}

type WithoutJump<T> = T extends { code: number } ? Omit<T, 'no'> : never
type Operand = WithoutJump<BytecodeOp>

/** Length of an operation without an operand (`struct inet_diag_bc_op`), and distance from the end of a program that refuses a socket. */
const OP = 4
/** Length of a `struct inet_diag_hostcond` without its address. */
const HOST = 8

/** Largest jump: `no` has 16 bits and is a multiple of four. */
const LONGEST = 0xfffc

/** Returns the operation of a condition on addresses. ss sends four bytes of address even if it has none. */
function host({ type, address, length = 0, port = -1 }: HostCondition): Sized {
  const code = type === 'src' ? INET_DIAG_BC.S_COND : INET_DIAG_BC.D_COND
  if (address === undefined)
    return { op: { code, family: AF.UNSPEC, prefixLen: 0, port, addr: '0.0.0.0' }, length: OP + HOST + 4 }
  const isInet6 = familyOf(address) === 'inet6'
  const family = isInet6 ? AF.INET6 : AF.INET
  return { op: { code, family, prefixLen: length, port, addr: address }, length: OP + HOST + (isInet6 ? 16 : 4) }
}

const comparisons = {
  sport: { 'at least': INET_DIAG_BC.S_GE, 'at most': INET_DIAG_BC.S_LE },
  dport: { 'at least': INET_DIAG_BC.D_GE, 'at most': INET_DIAG_BC.D_LE },
} as const

function operand(condition: Condition, indexOf: (link: LinkRef) => number): Sized {
  switch (condition.type) {
    case 'src':
    case 'dst':
      return host(condition)
    case 'sport':
    case 'dport':
      return { op: { code: comparisons[condition.type][condition.comparison], port: condition.port }, length: OP + 4 }
    case 'dev':
      return { op: { code: INET_DIAG_BC.DEV_COND, ifindex: indexOf(condition.link) }, length: OP + 4 }
    case 'mark':
      return { op: { code: INET_DIAG_BC.MARK_COND, mark: condition.mark, mask: condition.mask }, length: OP + 8 }
    case 'cgroup':
      return { op: { code: INET_DIAG_BC.CGROUP_COND, cgroupId: condition.id }, length: OP + 8 }
    case 'autobound':
      return { op: { code: INET_DIAG_BC.AUTO }, length: OP }
  }
}

/** Operations of a part of the program, and their length in bytes. */
interface Part {
  readonly ops: readonly BytecodeOp[]
  readonly length: number
}

type Chain = Extract<Expression, { readonly left: Expression }>

const isChain = (expression: Expression): expression is Chain => 'left' in expression

const jump = (no: number): BytecodeOp => ({ code: INET_DIAG_BC.JMP, no })

/**
 * Compiles an expression to the program of `INET_DIAG_REQ_BYTECODE`, with the same bytes as ss. A program runs to its end for a socket
 * that matches, and jumps behind its end for another one.
 * @throws {TypeError} if the program is too long
 */
export function compileExpression(expression: Expression, indexOf: (link: LinkRef) => number): BytecodeOp[] {
  /** `otherwise` is the distance from the end of this part to the operation that follows if it is false. */
  const part = (each: Expression, otherwise: number): Part => {
    if (each.type === 'not') {
      const of = part(each.of, OP)
      return { ops: [...of.ops, jump(OP + otherwise)], length: of.length + OP }
    }
    if (isChain(each)) return chain(each, otherwise)
    const { op, length } = operand(each, indexOf)
    return { ops: [{ ...op, no: length + otherwise } as BytecodeOp], length }
  }
  /** Terms are a list in which each one contains those to its left: it can be longer than the stack is deep. */
  const chain = (outermost: Expression, otherwise: number): Part => {
    const parts: (readonly BytecodeOp[])[] = []
    let each = outermost
    let next = otherwise
    let length = 0
    for (; isChain(each); each = each.left) {
      const right = part(each.right, next)
      parts.push(right.ops)
      length += right.length
      if (each.type === 'and') next += right.length
      else {
        parts.push([jump(OP + right.length)])
        length += OP
        next = OP
      }
    }
    const first = part(each, next)
    return { ops: [...parts, first.ops].reverse().flat(), length: length + first.length }
  }
  const { ops, length } = part(expression, OP)
  if (length > LONGEST - OP)
    throw new ArgumentError(`expected the filter to fit in ${LONGEST - OP} bytes of bytecode, got ${length}`)
  return [...ops]
}
