import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type DissectedMessage, dissectCapture } from '@netloom/netlink/dissect'
import { sayAgain } from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { memberChanges, memberText } from '../../packages/netlink/dist/cli/monitor/member-changes.js'
import { captureFile, captureNames, messagesOf } from '../support/captures.js'
import { runHere } from '../support/cli.js'

const test = suite('keys in output')

const recorded = (name: string) => fileURLToPath(new URL(`../captures/${name}.pcap`, import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'netloom-secrets-'))
test.after(() => rmSync(folder, { recursive: true }))

const MARK = '\u0001secret\u0001'

/** Returns the keys in a message, in hexadecimal: the values that `describe` replaces. */
function keysIn(message: DissectedMessage): string[] {
  const keys: string[] = []
  message.describe({
    secret(value) {
      if (value instanceof Uint8Array && value.some((byte) => byte !== 0)) keys.push(Buffer.from(value).toString('hex'))
      return MARK
    },
  })
  return keys
}

const views = [[], ['-d'], ['-x'], ['--json'], ['--json', '--words'], ['--stats'], ['--refused'], ['-d', '--refused']]

const withKeys = captureNames
  .map((name) => ({ name, keys: [...new Set(messagesOf(name).flatMap(keysIn))] }))
  .filter(({ keys }) => keys.length > 0)

for (const { name } of withKeys)
  test(`${name}: a changed key is reported as changed, without the keys`, () => {
    for (const message of messagesOf(name)) {
      const { value, declaration } = message
      const keys = keysIn(message)
      if (keys.length === 0 || declaration === undefined) continue
      const changed = withOtherKeys(value, new Set(keys))
      const changes = memberChanges(declaration, value, changed, new Set())
      assert.ok(changes.length > 0)
      const texts = changes.map(memberText)
      for (const text of texts) assert.match(text, /^\S+ \(secret\) → \(secret\)$/)
      for (const key of keys) assert.not.ok(texts.join().includes(key))
      assert.equal(memberChanges(declaration, value, value, new Set()), [])
    }
  })

/** Returns a copy of a value in which each byte of the keys is different. */
function withOtherKeys(value: unknown, keys: ReadonlySet<string>): unknown {
  if (value instanceof Uint8Array)
    return keys.has(Buffer.from(value).toString('hex')) ? Buffer.from(value.map((byte) => byte ^ 0xff)) : value
  if (Array.isArray(value)) return value.map((each) => withOtherKeys(each, keys))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withOtherKeys(each, keys)]))
}

function assertHidden(lines: readonly string[], keys: readonly string[]): void {
  // Hexadecimal views separate the bytes.
  const text = lines.join('\n').replace(/(?<=[\da-f]{2}) (?=[\da-f]{2})/g, '')
  for (const key of keys) {
    const at = text.indexOf(key.slice(0, 16))
    assert.ok(at < 0, `${key} in ${text.slice(at - 500, at + 100)}`)
  }
}

test('captures contain keys of WireGuard, IPsec and MACsec', () => {
  const names = withKeys.map(({ name }) => name)
  for (const name of ['04-wireguard', 'xfrm', 'generic']) assert.ok(names.includes(name), `${name} in ${names}`)
})

for (const { name, keys } of withKeys)
  test(`${name}: no view prints a key, unless --secrets is given`, async () => {
    for (const view of views) {
      const { lines } = await runHere(decode, recorded(name), ...view)
      assertHidden(lines, keys)
    }
    const { lines } = await runHere(decode, recorded(name), '--json', '--secrets')
    const shown = lines.join('\n')
    for (const key of keys) assert.ok(shown.includes(key), `${key} with --secrets`)
  })

const noNames = { link: () => undefined, table: () => undefined, protocol: () => undefined }

/** Returns all requests of a capture as source code and as commands. */
function saidAgain(file: Buffer): string[] {
  const lines = [...dissectCapture(file)].flatMap(({ messages }) =>
    messages.map((message) => JSON.stringify(sayAgain(message, noNames))),
  )
  assert.ok(lines.length > 0)
  return lines
}

/** Damages of an attribute at an offset: a number without a declaration, and a length beyond the end. */
const damages: Readonly<Record<string, (bytes: Buffer, at: number) => unknown>> = {
  'have an unknown attribute in the place of the key': (bytes, at) => bytes.writeUInt16LE(0x3ff0, at + 2),
  'are cut inside the attribute of the key': (bytes, at) => bytes.writeUInt16LE(0xfff0, at),
}

for (const [what, damage] of Object.entries(damages))
  for (const { name, keys } of withKeys)
    test(`${name}: no view prints a key of messages that ${what}`, async () => {
      const file = Buffer.from(captureFile(`${name}.pcap`))
      let from = 0
      let count = 0
      for (const message of messagesOf(name)) {
        const start = file.indexOf(message.bytes, from)
        assert.ok(start >= from, 'the message is in the file')
        from = start + message.bytes.length
        const spans = message.spans()
        const key = spans.findIndex(({ secret }) => secret)
        const around = spans.slice(0, key + 1).findLast(({ kind }) => kind === 'attribute')
        if (around === undefined) continue
        damage(file, start + around.offset)
        count++
      }
      assert.ok(count > 0, 'there are keys in attributes')
      const path = join(folder, `${name}.pcap`)
      writeFileSync(path, file)
      for (const view of [[], ['-d'], ['-x'], ['--json']])
        assertHidden((await runHere(decode, path, ...view)).lines, keys)
      assertHidden(saidAgain(file), keys)
    })

test.run()
