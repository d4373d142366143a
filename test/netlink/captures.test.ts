import { readFileSync } from 'node:fs'
import { readCapture, writePcap } from '@netloom/netlink/capture'
import { decode, encode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureFile, captureNames, captureOf, messagesOf, unknownIn } from '../support/captures.js'

/** Every message of every recorded capture is decoded, encoded, and decoded again. */

const test = suite('recorded captures')

/** Attributes without a row: for each capture, path, count and reason. */
const allowedUnknown: Readonly<Record<string, Readonly<Record<string, readonly [count: number, reason: string]>>>> = {}

const headerSize = 16
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

for (const name of captureNames) {
  test(`${name}: every message can be decoded`, () => {
    const messages = messagesOf(name)
    assert.ok(messages.length > 0)
    const problems = messages.filter(({ error }) => error).map(({ type, error }) => `${type}: ${error?.message}`)
    assert.equal(problems, [])
  })

  test(`${name}: every message is encoded to the same bytes`, () => {
    for (const message of messagesOf(name)) {
      assert.is(hex(message.encode()), hex(message.bytes), message.type)
      assert.is(message.roundtrip, true)
    }
  })

  test(`${name}: every datagram is encoded to the same bytes`, () => {
    const recorded = [...readCapture(captureFile(`${name}.pcap`))]
    const read = captureOf(name)
    assert.is(read.length, recorded.length)
    for (const [index, { encode }] of read.entries()) assert.is(hex(encode()), hex(recorded[index]!.bytes))
  })

  test(`${name}: without the wire form, the values of a message survive`, () => {
    for (const { declaration, header, bytes, type } of messagesOf(name)) {
      if (declaration === undefined) continue
      const value = decode(declaration, bytes.subarray(header ? headerSize : 0))
      assert.equal(decode(declaration, encode(declaration, value as never)), value, type)
    }
  })

  test(`${name}: only allowed attributes have no row`, () => {
    const counts: Record<string, number> = {}
    for (const message of messagesOf(name)) {
      const found = unknownIn(message)
      assert.is(message.unknown, found.length, message.type)
      for (const attributePath of found) counts[attributePath] = (counts[attributePath] ?? 0) + 1
    }
    const expected = Object.fromEntries(
      Object.entries(allowedUnknown[name] ?? {}).map(([attributePath, [count]]) => [attributePath, count]),
    )
    assert.equal(counts, expected)
  })

  test(`${name}: the capture, written again, has the same datagrams`, () => {
    const recorded = [...readCapture(captureFile(`${name}.pcap`))]
    for (const order of ['LE', 'BE'] as const) assert.equal([...readCapture(writePcap(recorded, order))], recorded)
  })
}

test('allowed unknown attributes belong to existing captures', () => {
  assert.equal(
    Object.keys(allowedUnknown).filter((name) => !captureNames.includes(name)),
    [],
  )
})

test('each capture is described in the README', () => {
  const readme = readFileSync(new URL('../captures/README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| (?!Capture)(\w[\w.-]+) +\| [^|]+ \| [^|]{10,} \|$/gm)].map(([, name]) => name)
  assert.equal(listed.sort(), [...captureNames].sort())
})

test.run()
