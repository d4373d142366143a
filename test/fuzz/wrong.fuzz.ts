import type { ByteOrder, Declaration } from '@netloom/netlink/codec'
import { encode } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { property } from '../support/fuzz.js'
import { loadCold } from './cold.js'
import { type Declared, generable } from './declared.js'
import { generated } from './generate.js'
import { spoilt } from './wrong.js'

/** Interpreted and generated code, given the same wrong values: they write the same bytes or throw the same error. */

interface Case {
  readonly index: number
  readonly numbers: Uint32Array
  readonly spoil: Uint32Array
  readonly order: ByteOrder
}

const cold = await loadCold()
const warmDeclarations = generable()
const coldDeclarations = generable(cold.exports)
if (warmDeclarations.map(({ name }) => name).join() !== coldDeclarations.map(({ name }) => name).join())
  throw new Error('expected the same declarations in both copies')

/** After so many calls code is generated. */
const HOT = 101

type Encode = (declaration: Declaration<unknown>, value: never, options: { order: ByteOrder }) => Buffer

/** The bytes of a value, or the error. */
function outcome(write: Encode, declaration: Declaration<unknown>, value: unknown, order: ByteOrder): string {
  try {
    return write(declaration, value as never, { order }).toString('hex')
  } catch (error) {
    const { name, message, path, code } = error as Error & { path?: string[]; code?: string }
    return JSON.stringify({ name, code, message, path })
  }
}

const at = (list: readonly Declared[], index: number) => list[index] as Declared

// Each run makes code hot first.
export const share = 0.05

export const properties = [
  property<Case>({
    name: 'wrong values, to interpreted and to generated code',
    arbitrary: fc.record({
      index: fc.nat(warmDeclarations.length - 1),
      numbers: fc.uint32Array({ maxLength: 60 }),
      spoil: fc.uint32Array({ minLength: 4, maxLength: 4 }),
      order: fc.constantFrom<ByteOrder>('LE', 'BE'),
    }),
    check({ index, numbers, spoil, order }) {
      const { name, declaration } = at(warmDeclarations, index)
      const right = generated(declaration, numbers)
      for (let call = 0; call < HOT; call++) encode(declaration, right as never, { order })
      const wrong = spoilt(generated(declaration, numbers), spoil)
      const warm = outcome(encode as Encode, declaration, wrong, order)
      const interpreted = outcome(cold.codec.encode as Encode, at(coldDeclarations, index).declaration, wrong, order)
      if (warm !== interpreted) throw new Error(`${name}: generated code ${warm}, interpreted ${interpreted}`)
      if (warm.startsWith('{') && !warm.startsWith('{"name":"EncodeError"'))
        throw new Error(`${name}: expected an EncodeError, got ${warm}`)
    },
    explain: ({ index, numbers, spoil }) =>
      `${at(warmDeclarations, index).name}: ${fc.stringify(spoilt(generated(at(warmDeclarations, index).declaration, numbers), spoil))}`,
  }),
]
