import * as netlink from '@netloom/netlink'
import { type ByteOrder, decode, encode, type Members, type Struct } from '@netloom/netlink/codec'
import * as route from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { structParser } from '../../packages/netlink/dist/codec/binary-parser.js'
import { structWriter } from '../../packages/netlink/dist/codec/smart-buffer.js'
import '../support/built.js'

/** Compares our codec with binary-parser and smart-buffer, for every exported struct. */
const test = suite('structs compared with binary-parser and smart-buffer')

type Values = Record<string, unknown>
type AnyStruct = Struct<Members, Values>

const isStruct = (value: unknown): value is AnyStruct =>
  (value as AnyStruct | undefined)?.layout?.type === 'struct' && 'members' in (value as object)
const structs = Object.values<unknown>({ ...netlink, ...route }).filter(isStruct)

/** Makes the bytes valid for members with restrictions: padding is zero, and text is ASCII with a NUL at its end. */
function makeValid(members: Members, bytes: Buffer): Buffer {
  let at = 0
  for (const { name, size, layout } of Object.values(members)) {
    const member = bytes.subarray(at, at + size)
    if (layout.type === 'pad') member.fill(0)
    else if (layout.type === 'struct') makeValid(layout.members, member)
    else if (name.startsWith('char[')) member.fill('text').fill(0, size - 1)
    at += size
  }
  return bytes
}

/** Returns bytes that differ as long as possible, so that members cannot be confused. */
const bytesOf = ({ size, members }: AnyStruct): Buffer =>
  makeValid(members, Buffer.from(Array.from({ length: size }, (_, index) => (index * 37 + 129) & 0xff)))

/** Converts text to bytes: the other two parsers have no text. */
const withBytes = (members: Members, value: Values, order: ByteOrder): Values =>
  Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const declaration = members[key]
      if (declaration?.layout.type === 'bytes') return [key, encode(declaration, member, { order })]
      if (declaration?.layout.type === 'struct')
        return [key, withBytes(declaration.layout.members, member as Values, order)]
      return [key, member]
    }),
  )

test('all structs are compared', () => {
  const names = structs.map(({ name }) => name)
  for (const name of [
    'nlmsghdr',
    'ifinfomsg',
    'ifaddrmsg',
    'rtmsg',
    'rtnexthop',
    'rtnl_link_stats64',
    'ifla_bridge_id',
  ])
    assert.ok(names.includes(name), name)
  assert.ok(structs.length >= 13, String(structs.length))
})

for (const declaration of structs) {
  for (const order of ['LE', 'BE'] as const) {
    test(`${declaration.name}, ${order}, is read and written the same`, () => {
      const bytes = bytesOf(declaration)
      const value = decode(declaration, bytes, { order })
      const plain = withBytes(declaration.members, value, order)
      assert.equal({ ...structParser(declaration, order)(bytes, 0) }, plain, 'binary-parser')
      assert.equal(structWriter(order).write(declaration, plain).done(), bytes, 'smart-buffer')
      assert.equal(encode(declaration, value, { order }), bytes, 'encode')
    })
  }
}

test('structParser() reports missing bytes', () => {
  const read = structParser(netlink.nlmsghdr)
  assert.throws(() => read(Buffer.alloc(20), 8), /^expected nlmsghdr \(16 bytes\) at offset 8, got 12 bytes$/)
  assert.throws(() => read(Buffer.alloc(4), 8), /at offset 8, got 0 bytes$/)
})

test.run()
