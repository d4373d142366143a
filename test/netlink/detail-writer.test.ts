import { PACKET } from '@netloom/netlink/capture'
import { type DissectedMessage, dissector, NETLINK } from '@netloom/netlink/dissect'
import { detailLines, plainText } from '@netloom/netlink/inspect'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DetailWriter } from '../../packages/netlink/dist/inspect/detail-writer.js'
import { captureNames, captureOf } from '../support/captures.js'

const test = suite('lines of messages, written directly from their bytes')

/** Returns the lines that the spans of a message give. */
const linesOfSpans = (message: DissectedMessage, { secrets }: DetailWriter) =>
  [...detailLines(message, { secrets })].map((line) => `${plainText(line)}\n`).join('')

/** Compares both ways to the lines. Returns false if the writer leaves the message to its spans. */
function isWritten(writer: DetailWriter, message: DissectedMessage): boolean {
  const text = writer.text(message)
  if (text === undefined) return false
  const where = `${message.type} ${message.bytes.toString('hex')}`
  assert.is(text, linesOfSpans(message, writer), where)
  assert.is(message.error, undefined, where)
  return true
}

const numberOf = (protocol: string) => NETLINK[protocol.slice('NETLINK_'.length) as keyof typeof NETLINK] as number

for (const name of captureNames) {
  test(`the messages of ${name}`, () => {
    for (const secrets of [false, true]) {
      const writer = new DetailWriter(secrets)
      for (const { messages } of captureOf(name)) for (const message of messages) isWritten(writer, message)
    }
  })
}

test('most messages of links, routes, addresses, neighbours and tunnels are written directly', () => {
  const writer = new DetailWriter(false)
  const ofKind = /^RTM_(NEW|DEL|GET|SET)(LINK|ROUTE|ADDR|NEIGH)$/
  const all = captureNames.flatMap((name) =>
    captureOf(name).flatMap(({ messages }) => messages.filter(({ type, error }) => ofKind.test(type) && !error)),
  )
  const written = all.filter((message) => isWritten(writer, message))
  assert.ok(all.length > 1000, `${all.length} messages`)
  assert.ok(written.length > 0.9 * all.length, `${written.length} of ${all.length} messages`)
})

test('changed messages have the same lines', () => {
  const datagrams = captureNames.flatMap((name) => captureOf(name).map((each) => ({ name, each })))
  const families = dissector()
  for (const name of captureNames)
    for (const { protocol, messages } of captureOf(name))
      if (protocol === 'NETLINK_GENERIC')
        for (const { bytes } of messages)
          families.dissect({ protocol: NETLINK.GENERIC, packetType: PACKET.HOST, bytes })
  const writers = [new DetailWriter(false), new DetailWriter(true)]
  const change = fc.tuple(fc.nat(0xffff), fc.nat(0xff))
  const property = fc.property(
    fc.nat(datagrams.length - 1),
    fc.array(change, { minLength: 1, maxLength: 4 }),
    fc.boolean(),
    (index, changes, isSmall) => {
      const { protocol, messages, toKernel } = datagrams[index]!.each
      const bytes = Buffer.concat(messages.slice(0, 4).flatMap((message) => [message.bytes, message.padding]))
      // The headers decide if anything is read, so that most changes are behind them.
      for (const [at, value] of changes)
        if (bytes.length > 16) bytes[16 + (at % (bytes.length - 16))] = isSmall ? value % 8 : value
      const packetType = toKernel ? PACKET.KERNEL : PACKET.HOST
      const found = dissector(families.families).dissect({ protocol: numberOf(protocol), packetType, bytes })
      for (const message of found.messages) for (const writer of writers) isWritten(writer, message)
    },
  )
  fc.assert(property, { numRuns: 2000, includeErrorInReport: true })
})

test.run()
