import { Buffer } from '../codec/buffer.js'
import { perOrder } from '../codec/codec.js'
import { type Declaration, EncodeError, show, string } from '../codec/index.js'
import { append } from '../codec/output.js'
import { textBytes, textUntilNul } from '../codec/text.js'

/** An abstract name starts with a NUL and may contain more. */
function abstractName(bytes: Buffer): string {
  const parts: string[] = []
  for (let at = 0; at <= bytes.length; ) {
    const nul = bytes.indexOf(0, at)
    const stop = nul === -1 ? bytes.length : nul
    parts.push(textUntilNul(bytes, at, stop))
    at = stop + 1
  }
  return parts.join('\0')
}

const abstractBytes = (name: string): Buffer =>
  Buffer.concat(name.split('\0').flatMap((part) => [Buffer.of(0), textBytes(part)])).subarray(1)

/** Name of a unix socket, in the form of `node:net`: a path, or a NUL and a name in the abstract namespace. */
export const unixName: Declaration<string> = {
  kind: 'text',
  name: 'unix socket name',
  codec: perOrder((order) => {
    const path = string.codec(order)
    return {
      name: 'unix socket name',
      decode: (bytes, start, end) =>
        start === end || bytes[start] === 0 ? abstractName(bytes.subarray(start, end)) : path.decode(bytes, start, end),
      encode(out, value) {
        if (typeof value !== 'string') throw new EncodeError(`expected a string, got ${show(value)}`)
        if (value === '' || value.startsWith('\0')) append(out, abstractBytes(value))
        else path.encode(out, value)
      },
    }
  }),
}
