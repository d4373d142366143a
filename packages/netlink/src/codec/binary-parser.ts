import { Parser } from 'binary-parser'
import { type ByteOrder, hostOrder } from './codec.js'
import { byteCount, DecodeError } from './error.js'
import type { Fixed, Members } from './fixed.js'
import type { Struct } from './struct.js'

/** The one import of binary-parser: a reader of structs that owes our own nothing, for what is not hot. */

/** A parser method of binary-parser, named as it names them: `uint32le`, `int8`. */
type IntegerMember = 'uint8' | 'int8' | `${'uint' | 'int'}${16 | 32 | 64}${'le' | 'be'}`

function addMember(parser: Parser, key: string, { size, layout }: Fixed<unknown>, order: ByteOrder): Parser {
  switch (layout.type) {
    case 'pad':
      return parser.seek(size)
    case 'bytes':
      return parser.buffer(key, { length: size })
    case 'struct':
      return parser.nest(key, { type: parserOf(layout.members, order) })
    case 'array': {
      // Each in an object of its own, as binary-parser has no arrays of byte strings.
      const type = parserOf({ value: layout.element }, order)
      const formatter = (elements: { value: unknown }[]) => elements.map(({ value }) => value)
      return parser.array(key, { type, length: layout.count, formatter })
    }
    case 'integer': {
      const kind = `${layout.signed ? 'int' : 'uint'}${size * 8}`
      const member = (size === 1 ? kind : kind + (layout.order ?? order).toLowerCase()) as IntegerMember
      return parser[member](key)
    }
  }
}

const parserOf = (members: Members, order: ByteOrder) =>
  Object.entries(members).reduce((parser, [key, member]) => addMember(parser, key, member, order), new Parser())

/**
 * Makes a reader of a struct with binary-parser. Text and addresses come as the bytes they are.
 * @throws {DecodeError} (the reader) where there are too few bytes
 */
export function structParser<T>(
  declaration: Struct<Members, T>,
  order: ByteOrder = hostOrder,
): (bytes: Uint8Array, at: number) => T {
  // Nested, as binary-parser leaves the root object in a slow state.
  const parser = new Parser().nest('value', { type: parserOf(declaration.members, order) })
  return (bytes, at) => {
    const end = at + declaration.size
    if (end > bytes.length) {
      throw new DecodeError(
        `expected ${declaration.name} (${byteCount(declaration.size)}) at offset ${at}, got ${byteCount(Math.max(0, bytes.length - at))}`,
      )
    }
    return parser.parse(bytes.subarray(at, end)).value as T
  }
}
