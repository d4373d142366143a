import { Buffer } from './buffer.js'
import type { ByteOrder } from './codec.js'
import { byteCount, DecodeError, EncodeError, isPlainObject, show } from './error.js'
import { type Fixed, type FixedCodec, fixedCodec, type Members } from './fixed.js'
import { heatUp } from './generate.js'
import { generateStructRead, generateStructWrite } from './generate-struct.js'
import { reserve } from './output.js'
import { own, setOwn } from './own.js'

type StructValue = Record<string, unknown>

/** The properties of a struct that its codec needs. */
export interface StructParts {
  readonly name: string
  readonly members: Members
  readonly size: number
  /** True if older kernels send fewer bytes. Missing members decode as zero. */
  readonly growable: boolean
  /** A key of the value that is not a member of the struct, e.g. `attrs`. The codec ignores it. */
  readonly extraKey?: string
}

interface Member {
  readonly key: string
  readonly at: number
  readonly codec: FixedCodec<unknown>
  readonly declaration: Fixed<unknown>
}

function memberCodecs(members: Members, order: ByteOrder): Member[] {
  let at = 0
  const placed: Member[] = []
  for (const [key, member] of Object.entries(members)) {
    if (member.layout.type !== 'pad') placed.push({ key, at, codec: member.codec(order), declaration: member })
    at += member.size
  }
  return placed
}

/** Creates the codec of a struct. At first it interprets the members. After {@link HOT} calls it generates code. */
export function structCodec(struct: StructParts, order: ByteOrder): FixedCodec<StructValue> {
  const { name, members, size, growable } = struct
  const placed = memberCodecs(members, order)
  const write = (bytes: Buffer, start: number, value: StructValue) => {
    refuseOthers(struct, value, placed)
    for (const { key, at, codec, declaration } of placed) {
      const member = own(value, key)
      if (member === undefined) continue
      try {
        codec.write(bytes, start + at, member)
      } catch (error) {
        throw EncodeError.within(`${name}.${key}`, error, declaration)
      }
    }
  }
  const read = (bytes: Buffer, start: number) => {
    const value: StructValue = {}
    for (const { key, at, codec } of placed) setOwn(value, key, codec.read(bytes, start + at))
    return value
  }
  const codec: FixedCodec<StructValue> = {
    ...fixedCodec<StructValue>(name, size, { read, write }),
    decode(bytes, start, end) {
      if (end - start >= size) return codec.read(bytes, start)
      if (growable) return codec.read(Buffer.concat([bytes.subarray(start, end)], size), 0)
      throw new DecodeError(`expected ${name} (${byteCount(size)}), got ${byteCount(end - start)}`)
    },
    encode(out, value) {
      const at = reserve(out, size)
      codec.write(out.bytes, at, value)
    },
  }
  heatUp(codec, 'read', () => generateStructRead(struct, order))
  heatUp(codec, 'write', () => generateStructWrite(struct, order, write))
  return codec
}

/** @throws {EncodeError} if `value` is not a plain object, or has a property that is not a member */
function refuseOthers({ name, extraKey }: StructParts, value: unknown, placed: readonly Member[]): void {
  if (!isPlainObject(value)) throw new EncodeError(`expected ${name} (an object), got ${show(value)}`)
  for (const key of Object.keys(value)) {
    if (key !== extraKey && !placed.some((member) => member.key === key))
      throw new EncodeError(`${name} has no member '${key}'`)
  }
}
