import { bytes, type Codec, type Declaration } from '../../codec/index.js'
import { nlmsghdr } from '../../message/index.js'

/** Reads a reply as all bytes of its message, with the header, which precedes the payload in the datagram. */
const codec: Codec<Buffer> = {
  name: 'message',
  decode: (from, start, end) => from.subarray(start - nlmsghdr.size, end),
  encode: bytes.codec('LE').encode,
}

/** Declares a reply that is not decoded, so that the views dissect it like the message of a capture. */
export const wholeMessage: Declaration<Buffer> = { kind: 'opaque', name: codec.name, codec: () => codec }
