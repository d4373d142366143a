import { printable, toJson } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { jsonText } from '../../packages/netlink/dist/inspect/json-text.js'
import { captureNames, captureOf } from '../support/captures.js'

const test = suite('values as JSON text')

/** Returns the JSON of the copy that `toJson` makes. */
const copied = (value: unknown) => {
  const text = JSON.stringify(toJson(value))
  return text === undefined ? undefined : printable(text)
}

test('any value has the JSON of its copy', () => {
  const value = fc.anything({
    withBigInt: true,
    withTypedArray: false,
    withNullPrototype: true,
    key: fc.string({ unit: 'binary' }),
    values: [
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.integer(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined, '\ud800', '\u202e', '\u009b', '__proto__', new Error('a\u0007b')),
      fc.uint8Array(),
    ],
  })
  fc.assert(
    fc.property(value, (each) => assert.is(jsonText(each), copied(each))),
    { numRuns: 2000 },
  )
})

for (const name of captureNames) {
  test(`the values of ${name} have the JSON of their copies`, () => {
    for (const { messages } of captureOf(name))
      for (const message of messages) {
        assert.is(jsonText(message.value), copied(message.value))
        const described = message.describe()
        assert.is(jsonText(described), copied(described))
      }
  })
}

test.run()
