import type { ByteOrder, Declaration, Scope } from './codec.js'
import { DecodeError, EncodeError } from './error.js'
import { append, type Output, output, retract, written } from './output.js'

/** A payload that its sender spelt in another way than we do: what we write for the value, and what it wrote. */
export interface Respelt {
  readonly canonical: Buffer
  readonly original: Buffer
}

/**
 * The way `value` was spelt, if it is not ours. What does not read the same in both spellings is no spelling of it, and
 * not kept: an encoder that is wrong must not hide behind the bytes that were received.
 */
export function respelt(
  declaration: Declaration<unknown>,
  order: ByteOrder,
  value: unknown,
  original: Buffer,
  scope: Scope | undefined,
): Respelt | undefined {
  const canonical = canonicalOf(declaration, order, value, scope)
  if (canonical === undefined || canonical.equals(original)) return undefined
  // Few programs come here, and most are to start fast.
  const { isDeepStrictEqual } = process.getBuiltinModule('node:util')
  const plain = declaration.codec(order)
  const read = (bytes: Buffer) => plain.decode(bytes, 0, bytes.length, scope)
  const same = unless(DecodeError, () => isDeepStrictEqual(read(canonical), read(original)))
  return same ? { canonical, original } : undefined
}

function canonicalOf(
  declaration: Declaration<unknown>,
  order: ByteOrder,
  value: unknown,
  scope: Scope | undefined,
): Buffer | undefined {
  return unless(EncodeError, () => {
    const out = output()
    declaration.codec(order, true).encode(out, value, scope)
    return written(out)
  })
}

/** What `work` gives; nothing where it throws an error of this kind. */
function unless<T>(kind: typeof DecodeError | typeof EncodeError, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof kind) return undefined
    throw error
  }
}

/** Puts the sender's spelling of what was written from `from` on in the place of ours, if the value is still the same. */
export function respell(out: Output, from: number, payload: Respelt | undefined): void {
  if (payload === undefined || !out.bytes.subarray(from, out.length).equals(payload.canonical)) return
  retract(out, out.length - from)
  append(out, payload.original)
}
