import * as netlink from '@netloom/netlink'
import { type Declaration, DecodeError, decode, encode } from '@netloom/netlink/codec'
import * as connector from '@netloom/netlink/connector'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as rdma from '@netloom/netlink/rdma'
import * as route from '@netloom/netlink/route'
import * as uevent from '@netloom/netlink/uevent'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isSet } from '../support/header-family.js'
import '../support/built.js'

/** Bytes without a meaning are kept: padding of headers and structs, short headers, and trailing bytes. */
const test = suite('padding')

const exported = [netlink, route, diag, generic, netfilter, uevent, xfrm, rdma, connector].flatMap((each) =>
  Object.entries(each as Record<string, unknown>),
)

type Rows = Readonly<Record<string, readonly [number, Declaration<unknown>, Declaration<unknown>?, ...unknown[]]>>
const rowsOf = (each: unknown): Rows =>
  typeof each === 'object' && each !== null && 'messages' in each
    ? { ...(each.messages as Rows), ...(each as { replies?: Rows }).replies }
    : {}

/** Every message in both directions, with each declaration once. */
const messages = new Map(
  exported.flatMap(([, each]) =>
    Object.entries(rowsOf(each)).flatMap(([name, [, request, reply = request]]): [Declaration<unknown>, string][] => [
      [request, name],
      [reply, name],
    ]),
  ),
)

/** Returns a generator of pseudo-random numbers below `limit`, the same ones in each run. */
function numbers(seed: number) {
  let state = seed
  return (limit: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

/** Address families that select different formats. */
const families = [0, 1, 2, 7, 10, 16, 17, 28, 29, 30, 35, 40, 43, 44, 45, 128, 129]
const orders = ['LE', 'BE'] as const

/** Decodes and encodes the bytes, which must stay the same. Returns false if they cannot be decoded. */
function isKept(declaration: Declaration<unknown>, bytes: Buffer, order: 'LE' | 'BE'): boolean {
  const options = { order, lossless: true }
  let value: unknown
  try {
    value = decode(declaration, bytes, options)
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
  assert.is(
    encode(declaration, value as object, options).toString('hex'),
    bytes.toString('hex'),
    `${declaration.name} ${order}`,
  )
  return true
}

for (const [declaration, name] of messages) {
  test(`the header of ${name} (${declaration.name}) keeps all bytes`, () => {
    const next = numbers(7)
    let read = 0
    for (const order of orders) {
      for (let length = 0; length <= 300; length += length < 24 ? 1 : 4) {
        for (let round = 0; round < 3; round++) {
          const bytes = Buffer.from(Array.from({ length }, () => (next(3) === 0 ? 0 : next(256))))
          if (length > 0) bytes[0] = families[next(families.length)] ?? 0
          if (isKept(declaration, bytes, order)) read++
        }
      }
    }
    assert.ok(read > 0, 'no header could be decoded')
  })
}

test('RTM_NEWNDUSEROPT keeps padding, options and attributes', () => {
  for (const text of [
    '02000000030001000200020000000100', // pyroute2
    '0aff 0800 03000000 86 00 eeee dddddddd' + '1901 aabb 0000003c' + '1400 0100 fe80000000000000 0000000000000001',
  ]) {
    const bytes = Buffer.from(text.replaceAll(' ', ''), 'hex')
    const [, declaration] = route.rtnetlink.messages.RTM_NEWNDUSEROPT
    assert.ok(isKept(declaration, bytes, 'LE'))
  }
})

/** Returns an attribute with this number and payload. */
function attribute(type: number, payload: Buffer, order: 'LE' | 'BE'): Buffer {
  const bytes = Buffer.alloc(4 + ((payload.length + 3) & ~3))
  bytes[`writeUInt16${order}`](4 + payload.length, 0)
  bytes[`writeUInt16${order}`](type, 2)
  payload.copy(bytes, 4)
  return bytes
}

const sets = exported.map(([, each]) => each).filter(isSet)

test('every struct in an attribute keeps all bytes', () => {
  const next = numbers(11)
  let read = 0
  for (const set of sets) {
    for (const [type, declaration] of Object.values(set.table) as [
      number,
      Declaration<unknown> & { size?: number },
    ][]) {
      const size = declaration.size ?? next(64)
      for (const order of orders) {
        for (const length of [size, size + 4, size * 2, Math.max(0, size - 4)]) {
          const payload = Buffer.from(Array.from({ length }, () => next(256)))
          if (isKept(set as unknown as Declaration<unknown>, attribute(type, payload, order), order)) read++
        }
      }
    }
  }
  assert.ok(read > 5000, `${read} attributes could be decoded`)
})

test.run()
