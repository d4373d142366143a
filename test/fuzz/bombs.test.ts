import { align, type Declaration, decode, EncodeError, encode } from '@netloom/netlink/codec'
import { linkMessage, rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { attribute, bombOf, cyclesOf, LARGEST, nestOf } from './bombs.js'
import { declared } from './declared.js'
import { survives } from './invariants.js'
import { headerSize, partsOf } from './parts.js'
import '../support/built.js'

// Deep nests and many attributes: input that is small to send and can be expensive to decode.

const everything = declared()
const messages = everything.filter(({ declaration }) => partsOf(declaration).attrs)
const link = linkMessage as Declaration<unknown>
const head = (declaration: Declaration<unknown>) => Buffer.alloc(align(headerSize(declaration)))

const test = suite('bombs')

test('every recursive declaration survives 64 KiB of nests', () => {
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

test('every attribute survives 64 KiB of itself nested in itself', () => {
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

test('encode rejects an attribute longer than a 16-bit length allows', () => {
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

test('the longest attribute can be encoded and decoded', () => {
  const ifalias = 'x'.repeat(LARGEST)
  const bytes = encode(link, { attrs: { ifalias } } as never)
  assert.equal((decode(link, bytes) as { attrs: unknown }).attrs, { ifalias })
})

test('decoding fails at a length that does not advance', () => {
  const routes = rtnetlink.byName('RTM_NEWROUTE').declaration
  for (const length of [0, 1, 2, 3]) {
    const bytes = Buffer.from(new Uint16Array([length, 1, 1, 1]).buffer)
    assert.is(survives(link, Buffer.concat([head(link), bytes])), false)
    assert.is(survives(routes, Buffer.concat([head(routes), attribute(9, bytes)])), false)
  }
})

test('encode rejects values that are nested too deeply', () => {
  let value: unknown = {}
  for (let depth = 0; depth < 20_000; depth++) value = { attrs: { linkinfo: { kind: 'veth', data: { peer: value } } } }
  assert.throws(
    () => encode(link, value as never),
    (error: unknown) => error instanceof EncodeError,
  )
})

test.run()
