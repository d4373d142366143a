import { compile, type Declaration } from '../../codec/index.js'

/** A message that is decoded when it is first needed: `bytes[start, end)`. */
interface Undecoded {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  readonly declaration: Declaration<unknown>
  message: unknown
}

/** Key of an object's undecoded message. Copies of the object share it. */
const undecoded = Symbol('undecoded message')

interface Owner {
  readonly [undecoded]: Undecoded
}

function messageOf(owner: Owner): unknown {
  const own = owner[undecoded]
  own.message ??= compile(own.declaration).decode(own.bytes, own.start, own.end)
  return own.message
}

/** Decodes the message of an object of {@link withLazyMessage} by another declaration, such as one of some attributes. */
export function decodePart<T>(owner: object, declaration: Declaration<T>): T {
  const { bytes, start, end } = (owner as Owner)[undecoded]
  return compile(declaration).decode(bytes, start, end)
}

/** The properties of all objects. If each object had its own getter, V8 would give each one its own shape. */
const message = {
  get(this: Owner) {
    return messageOf(this)
  },
}

/**
 * Adds the message in `bytes[start, end)` to an object as the property `message`, like `withMessage`. It is decoded at the first
 * access. Until then the object keeps the whole datagram, of at most 32 KiB: copies of their own would cost lists more than the
 * rest of an object.
 */
export function withLazyMessage<T extends object>(
  object: T,
  declaration: Declaration<unknown>,
  bytes: Buffer,
  start: number,
  end: number,
): T {
  Object.defineProperty(object, undecoded, { value: { bytes, start, end, declaration, message: undefined } })
  return Object.defineProperty(object, 'message', message)
}
