import {
  attributes,
  compile,
  type Declaration,
  DecodeError,
  decode,
  EncodeError,
  encode,
  lazy,
  list,
  string,
  u8,
  u16,
} from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { vectors } from '../support/vectors.js'

vectors(list(u16), {
  correct: [
    [[], ''],
    [[7, 8], { LE: '0600 0100 0700 0000  0600 0200 0800 0000', BE: '0006 0001 0007 0000  0006 0002 0008 0000' }],
  ],
  decodes: [[{ LE: '0600 0900 0700 0000  0600 0000 0800 0000' }, [7, 8]]], // attribute numbers are ignored
  errValues: [undefined, null, 5, 'ab', {}, [65536], [undefined], ['1']],
  errHex: [
    [{ LE: '0600 0100 0700 0000 0500 0200 08' }, '[1]: expected u16 (2 bytes), got 1 byte'],
    [{ LE: '0300 0100' }, 'expected an attribute of 4 to 4 bytes at offset 0, got one that claims 3'],
  ],
})

const item = attributes('ITEM', { port: [1, u16] })

vectors(list(item), {
  correct: [
    [
      [{ port: 1 }, {}],
      { LE: '0c00 0180 0600 0100 0100 0000  0400 0280', BE: '000c 8001 0006 0001 0001 0000  0004 8002' },
    ],
  ],
  errValues: [[{ port: -1 }], [5]],
  errHex: [[{ LE: '0400 0180 0900 0280 0500 0100 01' }, '[1] > ITEM_PORT: expected u16 (2 bytes), got 1 byte']],
})

interface Node {
  depth?: number | undefined
  inner?: Node | undefined
}
const nodeAttrs = attributes('NODE', {
  depth: [1, u8],
  inner: [2, lazy((): Declaration<Node> => nodes)],
})

const nodes = nodeAttrs as unknown as Declaration<Node>

vectors(nodes, {
  correct: [
    [
      { depth: 1, inner: { depth: 2, inner: {} } },
      { LE: '0500 0100 01000000  1000 0280 0500 0100 02000000 0400 0280' },
    ],
  ],
})

const test = suite('lazy()')

const nest = (levels: number): Node => (levels === 0 ? { depth: 9 } : { inner: nest(levels - 1) })

/** Returns `levels` nested headers, each as long as the rest. */
function nestedBytes(levels: number): Buffer {
  const bytes = Buffer.alloc(levels * 4)
  for (let level = 0; level < levels; level++) {
    bytes.writeUInt16LE((levels - level) * 4, level * 4)
    bytes.writeUInt16LE(0x8002, level * 4 + 2)
  }
  return bytes
}

const tooDeep = /expected at most 32 levels of NODE, got more$/

test('32 levels can be encoded and decoded', () => {
  assert.equal(decode(nodes, encode(nodes, nest(32))), nest(32))
})

test('33 levels are rejected by encode() and decode()', () => {
  const refusedBy = (kind: typeof DecodeError | typeof EncodeError) => (error: unknown) =>
    error instanceof kind && tooDeep.test(error.message) && error.path.length === 33
  assert.throws(() => encode(nodes, nest(33)), refusedBy(EncodeError))
  assert.throws(() => decode(nodes, nestedBytes(33), { order: 'LE' }), refusedBy(DecodeError))
})

test('a rejection does not affect later calls', () => {
  for (let i = 0; i < 3; i++) assert.throws(() => encode(nodes, nest(33)), tooDeep)
  assert.equal(decode(nodes, encode(nodes, nest(32))), nest(32))
})

test('a nest of 20,000 bytes is a DecodeError', () => {
  const read = () => decode(nodes, nestedBytes(5000), { order: 'LE' })
  assert.throws(read, (error: unknown) => error instanceof DecodeError && tooDeep.test(error.message))
})

test('lazy() has the name and the nested flag of its declaration', () => {
  const late = lazy(() => nodeAttrs)
  assert.is(late.name, 'NODE')
  assert.is(late.nested, true)
  assert.is(compile(late).name, 'NODE')
  assert.is(lazy(() => string).nested, false)
})

test.run()
