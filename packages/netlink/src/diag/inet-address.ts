import { perOrder } from '../codec/codec.js'
import { fixedCodec } from '../codec/fixed.js'
import { AF, EncodeError, type Fixed, formatAddress, parseAddress, show } from '../codec/index.js'

/** Size of `__be32 addr[4]`, which contains an IPv6 address, or an IPv4 address in its first element. */
const SLOT = 16

const isZero = (bytes: Buffer, start: number, end: number) => bytes.subarray(start, end).every((byte) => byte === 0)

function slot(name: string, isInet: (bytes: Buffer, at: number) => boolean): Fixed<string> {
  return {
    kind: 'text',
    name,
    size: SLOT,
    layout: { type: 'bytes' },
    codec: perOrder(() =>
      fixedCodec<string>(name, SLOT, {
        read: (bytes, at) => formatAddress(bytes, at, at + (isInet(bytes, at) ? 4 : SLOT)),
        write(bytes, at, value) {
          if (typeof value !== 'string') throw new EncodeError(`expected an address, got ${show(value)}`)
          bytes.set(parseAddress(value), at)
        },
      }),
    ),
  }
}

/** Declares an address. The byte `back` bytes before it contains its family. */
export const addressByFamily = (back: number) =>
  slot('IPv4 or IPv6 address', (bytes, at) => bytes.readUInt8(at - back) === AF.INET)

/** An address whose message does not contain the family. Decodes as IPv4 if all bytes after the first four are zero. */
export const anyAddress = slot('IPv4 or IPv6 address', (bytes, at) => isZero(bytes, at + 4, at + SLOT))
