import { compile, type Declaration } from '../../codec/index.js'

/** A message that is decoded when it is first needed. */
interface Undecoded {
  readonly bytes: Buffer
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
  own.message ??= compile(own.declaration).decode(own.bytes, 0, own.bytes.length)
  return own.message
}

/** The properties of all objects. If each object had its own getter, V8 would give each one its own shape. */
const message = {
  get(this: Owner) {
    return messageOf(this)
  },
}

/**
 * Adds the message in `bytes[start, end)` to an object as the property `message`, like `withMessage`. It is decoded at the first
 * access. Its bytes are copied, so that the object does not keep the datagram.
 */
export function withLazyMessage<T extends object>(
  object: T,
  declaration: Declaration<unknown>,
  bytes: Buffer,
  start: number,
  end: number,
): T {
  const copy = Buffer.allocUnsafe(end - start)
  bytes.copy(copy, 0, start, end)
  Object.defineProperty(object, undecoded, { value: { bytes: copy, declaration, message: undefined } })
  return Object.defineProperty(object, 'message', message)
}
