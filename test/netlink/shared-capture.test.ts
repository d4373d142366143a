import { readCapture } from '@netloom/netlink/capture'
import { type DissectedCapture, dissectCapture } from '@netloom/netlink/dissect'
import {
  type Assigned,
  Conversations,
  hiddenRanges,
  JsonLines,
  NameHistory,
  Redactor,
  sharedCapture,
} from '@netloom/netlink/inspect'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { captureFile, captureNames, captureOf } from '../support/captures.js'

/** Tests what is given to others: captures without keys. */
const test = suite('shared captures')

const dissected = (file: Uint8Array): DissectedCapture[] => [...dissectCapture(file, { lossless: false })]

function assignedIn(datagrams: readonly DissectedCapture[]): Assigned[] {
  const conversations = new Conversations()
  return datagrams.flatMap((datagram) => conversations.add(datagram))
}

function linesOf(datagrams: readonly DissectedCapture[], secrets: boolean): string[] {
  const lines = new JsonLines({ secrets })
  return assignedIn(datagrams).map((assigned) => lines.message(assigned, 1))
}

/** Returns the texts of the keys that `--secrets` prints, and that are not printed without. */
function keysIn(datagrams: readonly DissectedCapture[]): Set<string> {
  const keys = new Set<string>()
  for (const { messages } of datagrams)
    for (const message of messages)
      for (const { secret, value } of message.spans())
        if (secret && value instanceof Uint8Array && value.length >= 8 && value.some((byte) => byte !== 0))
          keys.add(Buffer.from(value).toString('hex'))
  return keys
}

let keyCount = 0

for (const name of captureNames) {
  test(`${name}: the shared capture has the same messages, without keys`, () => {
    const original = captureOf(name)
    const file = sharedCapture(original)
    assert.equal(linesOf(dissected(file), false), linesOf(original, false))
    const hex = Buffer.from(file).toString('hex')
    for (const key of keysIn(original)) {
      keyCount++
      assert.not.ok(hex.includes(key), `${name} contains the key ${key}`)
    }
  })

  test(`${name}: with secrets, it has the same bytes`, () => {
    const original = captureFile(`${name}.pcap`)
    const shared = sharedCapture(dissected(original), true)
    const bytes = (file: Uint8Array) => [...readCapture(file)].map((each) => [each.time, each.bytes.toString('hex')])
    assert.equal(bytes(shared), bytes(original))
  })
}

test('captures contain keys to hide', () => {
  assert.ok(keyCount > 4, `${keyCount} keys`)
})

test('bytes without a declaration are hidden in families that have keys only', () => {
  const ranges = (name: string) => {
    const redactor = new Redactor()
    return captureOf(name).flatMap(({ messages }) => messages.map((each) => hiddenRanges(each, redactor)))
  }
  assert.equal(ranges('ipaddr').flat(), [])
  assert.ok(ranges('04-wireguard').flat().length > 0)
  // `reserved` of genlmsghdr is padding behind nlmsghdr, cmd and version. Zeros are no key.
  for (const { start } of ranges('04-wireguard').flat()) assert.is.not(start, 18)
})

test('names are those at a message', () => {
  const names = new NameHistory()
  const conversations = new Conversations({ names })
  let last = 0
  const seen = new Map<number, string>()
  for (const datagram of captureOf('kinds'))
    for (const { inspected } of conversations.add(datagram)) {
      last = inspected.number
      const { message } = inspected
      if (message.toKernel || message.type !== 'RTM_NEWLINK') continue
      const { index, attrs } = message.value as { index: number; attrs: { ifname?: string } }
      if (attrs.ifname === undefined) continue
      seen.set(last, `${index} ${attrs.ifname}`)
    }
  assert.ok(seen.size > 10)
  for (const [at, text] of seen) {
    const [index, name] = text.split(' ')
    names.at = at
    assert.is(names.link(Number(index)), name)
  }
  const [first, text] = [...seen][0] as [number, string]
  names.at = first - 1
  assert.is(names.link(Number(text.split(' ')[0])), undefined)
})

test.run()
