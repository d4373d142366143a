import { type Codec, type Declaration, perOrder } from './codec.js'
import { byteCount, DecodeError, EncodeError, show } from './error.js'
import type { Fixed } from './fixed.js'
import { i32, i64, u32, u64 } from './scalar.js'

/** NLA_UINT and NLA_SINT: four bytes if the number fits, otherwise eight (`nla_put_uint`). */
function variableInteger(name: string, short: Fixed<number>, long: Fixed<bigint>, fits: (value: bigint) => boolean) {
  return {
    kind: 'integer',
    name,
    codec: perOrder((order): Codec<bigint> => {
      const [four, eight] = [short.codec(order), long.codec(order)]
      return {
        name,
        decode(bytes, start, end) {
          if (end - start === four.size) return BigInt(four.read(bytes, start))
          if (end - start === eight.size) return eight.read(bytes, start)
          throw new DecodeError(`expected ${name} (4 or 8 bytes), got ${byteCount(end - start)}`)
        },
        encode(out, value) {
          if (typeof value !== 'bigint') throw new EncodeError(`expected ${name} (a bigint), got ${show(value)}`)
          if (fits(value)) four.encode(out, Number(value))
          else eight.encode(out, value)
        },
      }
    }),
  } satisfies Declaration<bigint>
}

/** An unsigned integer of 4 or 8 bytes, as a bigint. */
export const uint: Declaration<bigint> = variableInteger(
  'uint',
  u32,
  u64,
  (value) => BigInt.asUintN(32, value) === value,
)

/** A signed integer of 4 or 8 bytes, as a bigint. */
export const sint: Declaration<bigint> = variableInteger(
  'sint',
  i32,
  i64,
  (value) => BigInt.asIntN(32, value) === value,
)
