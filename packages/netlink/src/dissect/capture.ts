import type { CapturedDatagram } from '../capture/format.js'
import type { CaptureSource } from '../capture/input.js'
import { readCapture } from '../capture/read.js'
import { DecodeError } from '../codec/index.js'
import { GENL_ID_CTRL } from '../generic/index.js'
import { NETLINK } from '../message/index.js'
import { type DissectedDatagram, type DissectOptions, dissector, dissectorOf } from './datagram.js'
import { newCaptureState } from './known.js'

/** A dissected datagram of a capture, with the facts that its recorder knew: the time, and maybe process and duration. */
export interface DissectedCapture extends DissectedDatagram, Pick<CapturedDatagram, 'time' | 'process' | 'duration'> {}

/** Adds the facts that the recorder knew to a dissected datagram. */
export const withRecorded = (
  dissected: DissectedDatagram,
  { time, process, duration }: CapturedDatagram,
): DissectedCapture => ({
  ...dissected,
  time,
  ...(process && { process }),
  ...(duration !== undefined && { duration }),
})

/**
 * Dissects the datagrams of a capture that {@link readCapture} can read. Families of generic netlink are known from the start, even
 * if the capture names them later, unless the source is an iterator, which can be read only once.
 * @throws {DecodeError} with the offset, if the file is damaged. Everything before the damage is yielded first.
 */
export function* dissectCapture(
  source: CaptureSource,
  options?: DissectOptions,
): Generator<DissectedCapture, void, undefined> {
  const state = newCaptureState(new Map())
  const { dissect } = dissectorOf(state, options?.lossless ?? true)
  let knowsFamilies = source[Symbol.iterator]() === source
  for (const datagram of readCapture(source)) {
    // Most captures contain no generic netlink, so that the source is read only once.
    if (datagram.protocol === NETLINK.GENERIC && !knowsFamilies) {
      for (const [type, name] of familiesOf(source)) state.families.set(type, name)
      knowsFamilies = true
    }
    yield withRecorded(dissect(datagram), datagram)
  }
}

/**
 * Collects the generic netlink families of the whole capture. A program may use a family long before another program requests
 * its number.
 */
function familiesOf(source: CaptureSource): ReadonlyMap<number, string> {
  const { dissect, families } = dissector()
  try {
    for (const datagram of readCapture(source)) {
      if (datagram.protocol === NETLINK.GENERIC && isOfController(datagram.bytes)) dissect(datagram)
    }
  } catch (error) {
    // The caller gets the same error when it reads the capture.
    if (!(error instanceof DecodeError)) throw error
  }
  return families
}

/** True for the messages of nlctrl: compares the first message's type in both byte orders. */
const isOfController = (bytes: Buffer) =>
  bytes.length >= 6 && (bytes.readUInt16LE(4) === GENL_ID_CTRL || bytes.readUInt16BE(4) === GENL_ID_CTRL)
