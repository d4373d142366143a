import { type Declaration, perOrder } from '../../codec/codec.js'
import { withLazyMessage } from './lazy-message.js'

/** Describes how an object is made from its message. */
export interface ObjectReply<P, T extends { readonly message: unknown }> {
  readonly message: Declaration<T['message']>
  /** Declares what the members of the object need, e.g. with {@link picked} attributes. Default: the message. */
  readonly part?: Declaration<P>
  /** Makes an object, without its message. */
  toObject(part: P): Omit<T, 'message'>
}

/**
 * Declares objects of the API as replies, for lists. Only what their members need is decoded and kept. The message of an object is
 * decoded when it is first used: in a list of 10,000 objects, unused messages would take most of the time, because the garbage
 * collector copies them.
 */
export const objectReply = <P, T extends { readonly message: unknown }>({
  message,
  part = message as Declaration<unknown> as Declaration<P>,
  toObject,
}: ObjectReply<P, T>): Declaration<T> => ({
  kind: 'opaque',
  name: message.name,
  codec: perOrder((order) => {
    const codec = part.codec(order)
    return {
      name: message.name,
      decode: (bytes, start, end) =>
        withLazyMessage(toObject(codec.decode(bytes, start, end)), message, bytes, start, end) as T,
      encode(out, object) {
        message.codec(order).encode(out, object.message)
      },
    }
  }),
})
