import { Parser } from 'binary-parser'
import { Buffer } from './buffer.js'
import { mayGenerateCode } from './code-generation.js'
import { type ByteOrder, hostOrder } from './codec.js'
import { byteCount, DecodeError } from './error.js'
import type { Fixed, Members } from './fixed.js'
import { layoutReader } from './layout-reader.js'
import type { Struct } from './struct.js'

/**
 * Reads structs with the npm package binary-parser, which only this file imports. It is independent of the codec, and tests
 * compare the two. It generates code from text, so it is not used on hot paths.
 */

/** A method of binary-parser, e.g. `uint32le`. */
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
      // Wraps each element in an object, because binary-parser has no arrays of byte strings.
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
 * Reads a struct at offset `at`. `base` is the offset of `bytes` in the file, for the error. Text and addresses are returned as bytes.
 * @throws {DecodeError} if there are too few bytes
 */
export type StructReader<T> = (bytes: Uint8Array, at: number, base?: number) => T

/** True if binary-parser works here. It generates code, and needs TextDecoder even if the struct contains no text. */
const canUseBinaryParser = () => mayGenerateCode() && 'TextDecoder' in globalThis

/** Creates a reader of a struct. It uses binary-parser if that works here, and `layoutReader` otherwise. */
export function structParser<T>(declaration: Struct<Members, T>, order: ByteOrder = hostOrder): StructReader<T> {
  const { name, size, members } = declaration
  const parse = canUseBinaryParser() ? generatedParser(members, order) : layoutReader(members, order)
  return (bytes, at, base = 0) => {
    const end = at + size
    if (end > bytes.length) {
      throw new DecodeError(
        `expected ${name} (${byteCount(size)}) at offset ${base + at}, got ${byteCount(Math.max(0, bytes.length - at))}`,
      )
    }
    return parse(Buffer.from(bytes.buffer, bytes.byteOffset + at, size)) as T
  }
}

function generatedParser(members: Members, order: ByteOrder): (bytes: Buffer) => unknown {
  // Nested, because V8 handles the root object that binary-parser creates in its slow dictionary mode.
  const parser = new Parser().nest('value', { type: parserOf(members, order) })
  return (bytes) => parser.parse(bytes).value
}
