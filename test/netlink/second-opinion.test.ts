import * as netlink from '@netloom/netlink'
import { type ByteOrder, decode, encode, type Members, type Struct } from '@netloom/netlink/codec'
import * as route from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { structParser } from '../../packages/netlink/dist/codec/binary-parser.js'
import { structWriter } from '../../packages/netlink/dist/codec/smart-buffer.js'
import '../support/built.js'

/** binary-parser and smart-buffer against our own codec, for every struct that is exported. */
const test = suite('structs, a second opinion')

type Bag = Record<string, unknown>
type AnyStruct = Struct<Members, Bag>

const isStruct = (value: unknown): value is AnyStruct =>
  (value as AnyStruct | undefined)?.layout?.type === 'struct' && 'members' in (value as object)
const structs = Object.values<unknown>({ ...netlink, ...route }).filter(isStruct)

/** Makes members that cannot hold just any bytes ones that can be: padding is zero, text is ASCII and ends with a NUL. */
function tame(members: Members, bytes: Buffer): Buffer {
  let at = 0
  for (const { name, size, layout } of Object.values(members)) {
    const member = bytes.subarray(at, at + size)
    if (layout.type === 'pad') member.fill(0)
    else if (layout.type === 'struct') tame(layout.members, member)
    else if (name.startsWith('char[')) member.fill('text').fill(0, size - 1)
    at += size
  }
  return bytes
}

/** Bytes that are all different for as long as that goes, so that no two members can be mistaken. */
const bytesOf = ({ size, members }: AnyStruct): Buffer =>
  tame(members, Buffer.from(Array.from({ length: size }, (_, index) => (index * 37 + 129) & 0xff)))

/** The other two know bytes where ours has text. */
const withBytes = (members: Members, value: Bag, order: ByteOrder): Bag =>
  Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const declaration = members[key]
      if (declaration?.layout.type === 'bytes') return [key, encode(declaration, member, { order })]
      if (declaration?.layout.type === 'struct')
        return [key, withBytes(declaration.layout.members, member as Bag, order)]
      return [key, member]
    }),
  )

test('all of them are looked at', () => {
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
    test(`${declaration.name}, ${order}`, () => {
      const bytes = bytesOf(declaration)
      const value = decode(declaration, bytes, { order })
      const plain = withBytes(declaration.members, value, order)
      assert.equal({ ...structParser(declaration, order)(bytes, 0) }, plain, 'binary-parser reads the same')
      assert.equal(structWriter(order).write(declaration, plain).done(), bytes, 'smart-buffer writes the same')
      assert.equal(encode(declaration, value, { order }), bytes, 'we write what we read')
    })
  }
}

test('the reader says what is missing', () => {
  const read = structParser(netlink.nlmsghdr)
  assert.throws(() => read(Buffer.alloc(20), 8), /^expected nlmsghdr \(16 bytes\) at offset 8, got 12 bytes$/)
  assert.throws(() => read(Buffer.alloc(4), 8), /at offset 8, got 0 bytes$/)
})

test.run()
