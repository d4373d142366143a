import type { ByteOrder, Declaration } from '@netloom/netlink/codec'
import { encode } from '@netloom/netlink/codec'
import fc from 'fast-check'
import { property } from '../support/fuzz.js'
import { type Declared, generable } from './declared.js'
import { generated } from './generate.js'
import { loadInterpreted } from './interpreted.js'
import { corrupted } from './wrong.js'

// Interpreted and generated code must treat wrong values alike: the same bytes, or the same error.

interface Case {
  readonly index: number
  readonly numbers: Uint32Array
  readonly corruption: Uint32Array
  readonly order: ByteOrder
}

const interpretedPackage = await loadInterpreted()
const hotDeclarations = generable()
const interpretedDeclarations = generable(interpretedPackage.exports)
if (hotDeclarations.map(({ name }) => name).join() !== interpretedDeclarations.map(({ name }) => name).join())
  throw new Error('expected the same declarations in both copies')

/** Number of calls after which code has been generated. */
const HOT = 101

type Encode = (declaration: Declaration<unknown>, value: never, options: { order: ByteOrder }) => Buffer

/** Returns the bytes of a value, or the error, as text. */
function outcome(write: Encode, declaration: Declaration<unknown>, value: unknown, order: ByteOrder): string {
  try {
    return write(declaration, value as never, { order }).toString('hex')
  } catch (error) {
    const { name, message, path, code } = error as Error & { path?: string[]; code?: string }
    return JSON.stringify({ name, code, message, path })
  }
}

const at = (list: readonly Declared[], index: number) => list[index] as Declared

// Each run first makes its codec generate code.
export const share = 0.05

export const properties = [
  property<Case>({
    name: 'interpreted and generated code treat wrong values alike',
    arbitrary: fc.record({
      index: fc.nat(hotDeclarations.length - 1),
      numbers: fc.uint32Array({ maxLength: 60 }),
      corruption: fc.uint32Array({ minLength: 4, maxLength: 4 }),
      order: fc.constantFrom<ByteOrder>('LE', 'BE'),
    }),
    check({ index, numbers, corruption, order }) {
      const { name, declaration } = at(hotDeclarations, index)
      const right = generated(declaration, numbers)
      for (let call = 0; call < HOT; call++) encode(declaration, right as never, { order })
      const wrong = corrupted(generated(declaration, numbers), corruption)
      const hot = outcome(encode as Encode, declaration, wrong, order)
      const interpreted = outcome(
        interpretedPackage.codec.encode as Encode,
        at(interpretedDeclarations, index).declaration,
        wrong,
        order,
      )
      if (hot !== interpreted) throw new Error(`${name}: generated code ${hot}, interpreted ${interpreted}`)
      if (hot.startsWith('{') && !hot.startsWith('{"name":"EncodeError"'))
        throw new Error(`${name}: expected an EncodeError, got ${hot}`)
    },
    explain: ({ index, numbers, corruption }) =>
      `${at(hotDeclarations, index).name}: ${fc.stringify(corrupted(generated(at(hotDeclarations, index).declaration, numbers), corruption))}`,
  }),
]
