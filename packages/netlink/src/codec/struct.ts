import { type ByteOrder, perOrder, type Simplify } from './codec.js'
import { byteCount, DecodeError, EncodeError, isPlainObject, show } from './error.js'
import { type Fixed, type FixedCodec, fixedCodec, type Members } from './fixed.js'

/** Bytes the kernel ignores: absent from the decoded value. */
export interface Padding extends Fixed<undefined> {
  readonly layout: { readonly type: 'pad' }
}

/** `size` bytes of padding. */
export function pad(size: number): Padding {
  const codec = fixedCodec<undefined>('pad', size, { read: () => undefined, write: () => {} })
  return { name: 'pad', size, layout: { type: 'pad' }, codec: () => codec }
}

type Value<M extends Members> = {
  -readonly [K in keyof M as M[K] extends Padding ? never : K]: M[K] extends Fixed<infer T> ? T : never
}

/** A declared C struct. */
export interface Struct<M extends Members = Members, T = Simplify<Value<M>>> extends Fixed<T> {
  readonly members: M
}

interface Member {
  readonly key: string
  readonly at: number
  readonly codec: FixedCodec<unknown>
}

function memberCodecs(members: Members, order: ByteOrder): Member[] {
  let at = 0
  const placed: Member[] = []
  for (const [key, member] of Object.entries(members)) {
    if (member.layout.type !== 'pad') placed.push({ key, at, codec: member.codec(order) })
    at += member.size
  }
  return placed
}

/** Options of {@link struct}. */
export interface StructOptions {
  /** Older kernels send less of it: what is missing reads as zero. */
  readonly growable?: boolean
}

/**
 * Declares a C struct: members in memory order, padding explicit. More bytes than declared are a newer kernel's, and
 * passed over. A member left out when encoding is zero; a member that the struct does not have is refused.
 */
export function struct<const M extends Members>(
  name: string,
  members: M,
  { growable = false }: StructOptions = {},
): Struct<M> {
  const size = Object.values(members).reduce((sum, member) => sum + member.size, 0)
  const build = (order: ByteOrder): FixedCodec<Record<string, unknown>> => {
    const placed = memberCodecs(members, order)
    const codec = fixedCodec<Record<string, unknown>>(name, size, {
      read(bytes, start) {
        const value: Record<string, unknown> = {}
        for (const { key, at, codec } of placed) value[key] = codec.read(bytes, start + at)
        return value
      },
      write(bytes, start, value) {
        refuseOthers(name, value, placed)
        for (const { key, at, codec } of placed) {
          if (value[key] === undefined) continue
          try {
            codec.write(bytes, start + at, value[key])
          } catch (error) {
            throw EncodeError.within(`${name}.${key}`, error)
          }
        }
      },
    })
    return {
      ...codec,
      decode(bytes, start, end) {
        if (end - start >= size) return codec.read(bytes, start)
        if (growable) return codec.read(Buffer.concat([bytes.subarray(start, end)], size), 0)
        throw new DecodeError(`expected ${name} (${byteCount(size)}), got ${byteCount(end - start)}`)
      },
    }
  }
  return { name, size, members, layout: { type: 'struct', members }, codec: perOrder(build) } as unknown as Struct<M>
}

/** @throws {EncodeError} unless `value` is an object with no members but the struct's */
function refuseOthers(name: string, value: unknown, placed: readonly Member[]): void {
  if (!isPlainObject(value)) throw new EncodeError(`expected ${name} (an object), got ${show(value)}`)
  for (const key of Object.keys(value)) {
    if (!placed.some((member) => member.key === key)) throw new EncodeError(`${name} has no member '${key}'`)
  }
}
