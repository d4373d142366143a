import type { ByteOrder } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { property } from '../support/fuzz.js'
import { generable } from './declared.js'
import { generated } from './generate.js'
import { encoded, roundTrips } from './invariants.js'

interface Case {
  readonly index: number
  readonly numbers: Uint32Array
  readonly order: ByteOrder
}

const declarations = generable()

const valueOfCase = ({ index, numbers }: Case) => {
  const found = declarations[index]
  if (found === undefined) throw new TypeError(`expected one of ${declarations.length} declarations, got ${index}`)
  return { ...found, value: generated(found.declaration, numbers) }
}

export const share = 3

export const properties = [
  property<Case>({
    name: 'generated values survive encoding and decoding',
    arbitrary: fc.record({
      index: fc.nat(declarations.length - 1),
      numbers: fc.uint32Array({ maxLength: 120 }),
      order: fc.constantFrom<ByteOrder>('LE', 'BE'),
    }),
    check(each) {
      const { declaration, value } = valueOfCase(each)
      roundTrips(declaration, value, each.order)
    },
    explain(each) {
      const { name, declaration, value } = valueOfCase(each)
      const text = fc.stringify(value)
      try {
        return `${name} ${text} ${encoded(declaration, value, each.order).toString('hex')}`
      } catch {
        return `${name} ${text}`
      }
    },
  }),
]
