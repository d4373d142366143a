import { ArgumentError } from '@netloom/netlink/codec'
import type { Framing } from '../device/framing.js'
import type { Queue } from '../device/queue.js'
import { WriteBatchError } from './errors.js'
import type { Reader } from './reader.js'
import type { Writer } from './writer.js'

/** Moves the frames that are ready. Those that were not sent become the next ones again. Returns the number of frames. */
export function moveFrames(reader: Reader, writer: Writer): number {
  checkSameFormat(reader.queue, writer.queue)
  const frames = reader.readBatch()
  try {
    writer.writeBatch(frames)
  } catch (error) {
    const unsent =
      error instanceof WriteBatchError ? error.failures.map(({ index }) => frames[index] as Buffer) : frames
    reader.putBack(unsent)
    throw error
  }
  return frames.length
}

const describe = (mode: string, { pi, vnetHeaderSize, vnetByteOrder }: Framing): string =>
  `${mode} with pi: ${pi}, vnetHdr: ${vnetHeaderSize}${vnetHeaderSize > 0 ? ` (${vnetByteOrder}-endian)` : ''}`

/** @throws {TypeError} if a queue was closed, or the frames of one do not have the format of the other one */
function checkSameFormat(from: Queue, to: Queue): void {
  from.openFd()
  to.openFd()
  const isSame =
    from.mode === to.mode &&
    from.framing.pi === to.framing.pi &&
    from.framing.vnetHeaderSize === to.framing.vnetHeaderSize &&
    (from.framing.vnetHeaderSize === 0 || from.framing.vnetByteOrder === to.framing.vnetByteOrder)
  if (isSame) return
  const [source, target] = [describe(from.mode, from.framing), describe(to.mode, to.framing)]
  throw new ArgumentError(`expected devices with the same frames, got ${source} and ${target}`)
}
