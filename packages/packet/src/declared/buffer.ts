import { bytes, type Declaration, decode, type Output } from '@netloom/netlink/codec'

/** The rest of a payload. Encoding takes every Uint8Array. */
export const octets = bytes as unknown as Declaration<Uint8Array>

const codec = bytes.codec('BE')

/** Appends bytes to the output of a codec. */
export const append = (out: Output, part: Uint8Array): void => codec.encode(out, part as Buffer)

/** Returns the codec's Buffer over the same memory: that of Node, or the one that browsers get. */
export const bufferOf = (array: Uint8Array): Buffer => decode(bytes, array)
