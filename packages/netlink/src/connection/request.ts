import { isPlainObject } from '../codec/error.js'
import { type Codec, compile, EncodeError, type Output } from '../codec/index.js'
import { NLM_F, type Protocol, writeMessage } from '../message/index.js'

/**
 * Appends a request to `out`, NLM_F_REQUEST added to its flags.
 * @returns what wrote it, and so can read it
 * @throws {EncodeError} where it cannot be expressed; `out` is then worthless from where it ended
 */
export function writeRequest(
  out: Output,
  protocol: Protocol,
  name: string,
  request: unknown,
  { flags, seq, pid }: { readonly flags: number; readonly seq: number; readonly pid: number },
): Codec<unknown> {
  const { type, declaration, header: filledIn } = protocol.byName(name)
  const value = filledIn && isPlainObject(request) ? { ...filledIn, ...request } : request
  const codec = compile(declaration)
  try {
    declaration.check?.(value)
    writeMessage(out, { type, flags: NLM_F.REQUEST | flags, seq, pid }, () => codec.encode(out, value))
  } catch (error) {
    throw EncodeError.within(name, error)
  }
  return codec
}

/** Sequence numbers of one connection: 1 to 4294967295, as 0 is for notifications. */
export interface Sequence {
  /** The first of `count` numbers that follow each other. */
  next(count: number): number
}

export function sequence(): Sequence {
  let last = 0
  return {
    next(count) {
      const first = last + count > 0xffffffff ? 1 : last + 1
      last = first + count - 1
      return first
    },
  }
}
