import { linkInfo, linkMessage, rtnetlink } from '@netloom/netlink'
import { align, type Declaration, decode, EncodeError, encode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { attribute, bombOf, cyclesOf, LARGEST, nestOf, times } from './bombs.js'
import { declared } from './declared.js'
import { survives } from './invariants.js'
import { partsOf } from './parts.js'

/** Depth and count: what is small to send and may be large to read. */

const everything = declared()
const messages = everything.filter(({ declaration }) => partsOf(declaration).attrs)
const link = linkMessage as Declaration<unknown>
const head = (declaration: Declaration<unknown>) => Buffer.alloc(align(partsOf(declaration).header?.size ?? 0))
const nothing = Buffer.alloc(0)

const test = suite('bombs')

test('64 KiB of nests, in every recursive place', () => {
  const cycles = new Map(
    messages.flatMap(({ declaration }) => cyclesOf(declaration)).map((cycle) => [cycle.from, cycle]),
  )
  for (const cycle of cycles.values()) {
    const bytes = bombOf(cycle)
    assert.ok(bytes.length > 40_000, cycle.name)
    assert.is(survives(cycle.from, bytes), false, `${cycle.name}: expected a DecodeError`)
  }
  assert.ok(cycles.size > 0)
})

test('64 KiB of one attribute in itself, for every attribute', () => {
  for (const { name, declaration } of messages) {
    const { table = {} } = partsOf(partsOf(declaration).attrs as Declaration<unknown>)
    for (const [key, [type, { nested }]] of Object.entries(table)) {
      if (!nested) continue
      try {
        survives(declaration, Buffer.concat([head(declaration), nestOf(type)]))
      } catch (error) {
        throw new Error(`${name}.${key}: ${error}`)
      }
    }
  }
})

/** The processor's time for reading, at best of some times, in milliseconds. */
function timeOf(declaration: Declaration<unknown>, bytes: Buffer, lossless: boolean): number {
  const once = () => {
    const from = process.cpuUsage()
    decode(declaration, bytes, { lossless })
    return process.cpuUsage(from).user / 1000
  }
  return Math.min(once(), once(), once(), once())
}

/** What quadratic work on 64 KiB takes many times over, and linear work on a slow machine does not. */
const MUCH = 500

/** Four times as many take four times as long; quadratic would be sixteen. What is soon done may be done unevenly. */
function expectLinear(declaration: Declaration<unknown>, make: (count: number) => Buffer, count: number): void {
  survives(declaration, make(count))
  for (const lossless of [false, true]) {
    const few = timeOf(declaration, make(count / 4), lossless)
    const many = timeOf(declaration, make(count), lossless)
    assert.ok(many < few * 10 + MUCH, `${count / 4} took ${few.toFixed(1)} ms, ${count} took ${many.toFixed(1)} ms`)
  }
}

const counted: Readonly<Record<string, readonly [Declaration<unknown>, (count: number) => Buffer, count: number]>> = {
  'of one unknown number': [
    link,
    (count) => Buffer.concat([head(link), times(count, attribute(999, nothing))]),
    16_000,
  ],
  'of as many unknown numbers': [
    link,
    (count) =>
      Buffer.concat([head(link), ...Array.from({ length: count }, (_, index) => attribute(100 + index, nothing))]),
    16_000,
  ],
  'of one known number': [
    link,
    (count) => Buffer.concat([head(link), times(count, attribute(4, Buffer.alloc(4)))]),
    8_000,
  ],
  'that are an element each': [
    link,
    (count) => Buffer.concat([head(link), attribute(52, times(count, attribute(53, Buffer.from('a\0'))))]),
    8_000,
  ],
  'without what selects them, among many others': [
    linkInfo as Declaration<unknown>,
    (count) =>
      Buffer.concat([
        ...Array.from({ length: count }, (_, index) => attribute(100 + index, nothing)),
        times(count, attribute(2, nothing)),
      ]),
    8_000,
  ],
  'in nests of their own': [
    link,
    (count) => Buffer.concat([head(link), times(count, attribute(18, attribute(1, Buffer.from('tun\0'))))]),
    4_000,
  ],
}

for (const [what, [declaration, make, count]] of Object.entries(counted)) {
  test(`${count} attributes ${what}`, () => expectLinear(declaration, make, count))
}

test('64 KiB of next hops', () => {
  const { declaration } = rtnetlink.byName('RTM_NEWROUTE')
  const hop = Buffer.from(new Uint16Array([8, 0, 0, 0]).buffer)
  expectLinear(declaration, (count) => Buffer.concat([head(declaration), attribute(9, times(count, hop))]), 8_000)
})

test('an attribute that is longer than 16 bits tell is not written', () => {
  const long = 'x'.repeat(0x10000)
  const tooLong: readonly [Declaration<unknown>, unknown][] = [
    [link, { attrs: { ifalias: long } }],
    [link, { attrs: { '?99': [{ payload: Buffer.alloc(0x10000) }] } }],
    [link, { attrs: { linkinfo: { kind: 'tun', '?9': [{ payload: Buffer.alloc(LARGEST) }] } } }],
    [link, { attrs: { propList: { altIfname: Array.from({ length: 20_000 }, () => 'a') } } }],
    [
      rtnetlink.byName('RTM_NEWROUTE').declaration,
      { attrs: { multipath: Array.from({ length: 10_000 }, () => ({})) } },
    ],
    [
      rtnetlink.byName('RTM_NEWROUTE').declaration,
      { attrs: { multipath: [{ attrs: { '?99': [{ payload: Buffer.alloc(LARGEST) }] } }] } },
    ],
  ]
  for (const [declaration, value] of tooLong) {
    for (const lossless of [false, true]) {
      assert.throws(
        () => encode(declaration, value as never, { lossless }),
        (error: unknown) => error instanceof EncodeError,
      )
    }
  }
})

test('the longest attribute is written, and read', () => {
  const ifalias = 'x'.repeat(LARGEST)
  const bytes = encode(link, { attrs: { ifalias } } as never)
  assert.equal((decode(link, bytes) as { attrs: unknown }).attrs, { ifalias })
})

test('a length that does not get on ends the reading', () => {
  const routes = rtnetlink.byName('RTM_NEWROUTE').declaration
  for (const length of [0, 1, 2, 3]) {
    const bytes = Buffer.from(new Uint16Array([length, 1, 1, 1]).buffer)
    assert.is(survives(link, Buffer.concat([head(link), bytes])), false)
    assert.is(survives(routes, Buffer.concat([head(routes), attribute(9, bytes)])), false)
  }
})

test('values as deep as no message is are refused', () => {
  let value: unknown = {}
  for (let depth = 0; depth < 20_000; depth++) value = { attrs: { linkinfo: { kind: 'veth', data: { peer: value } } } }
  assert.throws(
    () => encode(link, value as never),
    (error: unknown) => error instanceof EncodeError,
  )
})

test.run()
