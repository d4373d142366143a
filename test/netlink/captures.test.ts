import { readFileSync } from 'node:fs'
import { readCapture, writePcap } from '@netloom/netlink/capture'
import { decode, encode } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureFile, captureNames, captureOf, messagesOf, unknownIn } from '../support/captures.js'

/** Every message of every recorded capture: read, written, and read again. */

const test = suite('recorded captures')

/** What has no row, and why: by capture, the way to it and how often it comes. */
const allowed: Readonly<Record<string, Readonly<Record<string, readonly [count: number, reason: string]>>>> = {}

const headerSize = 16
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

for (const name of captureNames) {
  test(`${name}: every message is read`, () => {
    const messages = messagesOf(name)
    assert.ok(messages.length > 0)
    const problems = messages.filter(({ error }) => error).map(({ type, error }) => `${type}: ${error?.message}`)
    assert.equal(problems, [])
  })

  test(`${name}: every message, encoded again, has the same bytes`, () => {
    for (const message of messagesOf(name)) {
      assert.is(hex(message.encode()), hex(message.bytes), message.type)
      assert.is(message.roundtrip, true)
    }
  })

  test(`${name}: every datagram, encoded again, has the same bytes`, () => {
    const recorded = [...readCapture(captureFile(`${name}.pcap`))]
    const read = captureOf(name)
    assert.is(read.length, recorded.length)
    for (const [index, { encode }] of read.entries()) assert.is(hex(encode()), hex(recorded[index]!.bytes))
  })

  test(`${name}: without losslessness, what a message means survives`, () => {
    for (const { declaration, header, bytes, type } of messagesOf(name)) {
      if (declaration === undefined) continue
      const value = decode(declaration, bytes.subarray(header ? headerSize : 0))
      assert.equal(decode(declaration, encode(declaration, value as never)), value, type)
    }
  })

  test(`${name}: what has no row is known to have none`, () => {
    const counts: Record<string, number> = {}
    for (const message of messagesOf(name)) {
      const found = unknownIn(message)
      assert.is(message.unknown, found.length, message.type)
      for (const way of found) counts[way] = (counts[way] ?? 0) + 1
    }
    const expected = Object.fromEntries(Object.entries(allowed[name] ?? {}).map(([way, [count]]) => [way, count]))
    assert.equal(counts, expected)
  })

  test(`${name}: the file itself, written again, has the same datagrams`, () => {
    const recorded = [...readCapture(captureFile(`${name}.pcap`))]
    for (const order of ['LE', 'BE'] as const) assert.equal([...readCapture(writePcap(recorded, order))], recorded)
  })
}

test('no capture is allowed anything without being there', () => {
  assert.equal(
    Object.keys(allowed).filter((name) => !captureNames.includes(name)),
    [],
  )
})

test('each capture has its line in the README', () => {
  const readme = readFileSync(new URL('../captures/README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/^\| (?!Capture)(\w[\w.-]+) +\| [^|]+ \| [^|]{10,} \|$/gm)].map(([, name]) => name)
  assert.equal(listed.sort(), [...captureNames].sort())
})

test.run()
