import { readCapture } from '../capture/read.js'
import { DecodeError } from '../codec/index.js'
import { GENL_ID_CTRL } from '../generic/index.js'
import { NETLINK } from '../message/index.js'
import { type DissectedDatagram, dissector } from './datagram.js'

/** A datagram of a capture, with its time. */
export interface DissectedCapture extends DissectedDatagram {
  /** Nanoseconds since 1970; 0n if the file has no time. */
  readonly time: bigint
}

/**
 * Reads a capture of LINKTYPE_NETLINK, pcap or pcapng, message by message.
 * @throws {DecodeError} if the file is damaged, with the offset. Everything before it has been yielded.
 */
export function* dissectCapture(file: Uint8Array): Generator<DissectedCapture, void, undefined> {
  const { dissect } = dissector(familiesOf(file))
  for (const datagram of readCapture(file)) yield { ...dissect(datagram), time: datagram.time }
}

/**
 * Collects the families of generic netlink from the whole file: a program may use a family long before another program requests
 * its number.
 */
function familiesOf(file: Uint8Array): ReadonlyMap<number, string> {
  const { dissect, families } = dissector()
  try {
    for (const datagram of readCapture(file)) {
      if (datagram.protocol === NETLINK.GENERIC && isOfController(datagram.bytes)) dissect(datagram)
    }
  } catch (error) {
    // The caller reaches the same error when it reads the file.
    if (!(error instanceof DecodeError)) throw error
  }
  return families
}

/** By the first message's type, in either byte order. */
const isOfController = (bytes: Buffer) =>
  bytes.length >= 6 && (bytes.readUInt16LE(4) === GENL_ID_CTRL || bytes.readUInt16BE(4) === GENL_ID_CTRL)
