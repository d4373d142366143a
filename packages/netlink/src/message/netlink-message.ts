import { align, compile, DecodeError, type Output } from '../codec/index.js'
import { append, output, reserve, written } from '../codec/output.js'
import { type Nlmsghdr, nlmsghdr } from './header.js'

/** A message in a datagram: its header, and the offsets [start, end) of its payload in `bytes`. */
export interface NetlinkMessage extends Nlmsghdr {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}

/**
 * Yields the messages in a datagram.
 * @throws {DecodeError} if the length of a message is invalid, after the messages before it
 */
export function* parseMessages(bytes: Buffer): Generator<NetlinkMessage, void, undefined> {
  for (let message = firstMessage(bytes); message; message = nextMessage(message)) yield message
}

/**
 * Returns the first message in a datagram, if any. Hot loops use it with {@link nextMessage}, because a generator takes as
 * long as decoding a message.
 */
export const firstMessage = (bytes: Buffer): NetlinkMessage | undefined => messageAt(bytes, 0)
/** Returns the message that follows another one, if any. */
export const nextMessage = ({ bytes, start, len }: NetlinkMessage): NetlinkMessage | undefined =>
  messageAt(bytes, start - nlmsghdr.size + align(len))

/** Returns the message at an offset of a datagram; undefined at its end. */
export function messageAt(bytes: Buffer, at: number): NetlinkMessage | undefined {
  if (at >= bytes.length) return undefined
  const left = bytes.length - at
  // Some programs send a buffer of fixed size, with zeros after the last message.
  if (left < nlmsghdr.size ? isZero(bytes, at) : bytes.readUInt32LE(at) === 0 && isZero(bytes, at)) return undefined
  if (left < nlmsghdr.size)
    throw new DecodeError(`expected nlmsghdr (16 bytes) at offset ${at} of the datagram, got ${left}`)
  const { len, type, flags, seq, pid } = compile(nlmsghdr).read(bytes, at)
  if (len < nlmsghdr.size || len > left) {
    throw new DecodeError(
      `expected a message of 16 to ${left} bytes at offset ${at} of the datagram, got one that claims ${len}`,
    )
  }
  return { len, type, flags, seq, pid, bytes, start: at + nlmsghdr.size, end: at + len }
}

function isZero(bytes: Buffer, start: number): boolean {
  for (let at = start; at < bytes.length; at++) if (bytes[at] !== 0) return false
  return true
}

/** A message header without the length, which {@link writeMessage} computes. */
export type MessageHeader = Omit<Nlmsghdr, 'len'>

/** Appends a message: its header, the payload that `payload` writes, and padding. */
export function writeMessage(out: Output, header: MessageHeader, payload: (out: Output) => void): void {
  const { type, flags, seq, pid } = header
  const at = reserve(out, nlmsghdr.size)
  payload(out)
  const len = out.length - at
  compile(nlmsghdr).write(out.bytes, at, { len, type, flags, seq, pid })
  reserve(out, align(len) - len)
}

/** Encodes a message as a datagram. */
export function encodeMessage(header: MessageHeader, payload: Uint8Array | ((out: Output) => void)): Buffer {
  const out = output()
  writeMessage(out, header, typeof payload === 'function' ? payload : (to) => append(to, payload))
  return written(out)
}
