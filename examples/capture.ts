// Writes the frames that the kernel sends to a tap into a pcap file, until Ctrl-C.
//
//   node --import tsx examples/capture.ts tap0 frames.pcap
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { TunTap } from '@netloom/tuntap'

const MAGIC_NANOSECONDS = 0xa1b23c4d
const LINKTYPE_ETHERNET = 1
const SNAPLEN = 262144

/** The header of a pcap file, draft-ietf-opsawg-pcap section 4 */
function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(MAGIC_NANOSECONDS)
  header.writeUInt16LE(2, 4) // version 2.4
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(SNAPLEN, 16)
  header.writeUInt32LE(LINKTYPE_ETHERNET, 20)
  return header
}

/** The header of a frame, section 5 */
function recordHeader({ length }: Buffer): Buffer {
  const header = Buffer.alloc(16)
  const now = performance.timeOrigin + performance.now()
  header.writeUInt32LE(Math.floor(now / 1000))
  header.writeUInt32LE(Math.floor((now % 1000) * 1e6), 4)
  header.writeUInt32LE(length, 8)
  header.writeUInt32LE(length, 12)
  return header
}

const [name = 'tap0', path = 'frames.pcap'] = process.argv.slice(2)
const file = createWriteStream(path)
file.write(fileHeader())

const tap = TunTap.attach({ mode: 'tap', name })
process.once('SIGINT', () => tap.close())
console.log('capturing')

let count = 0
for await (const frame of tap) {
  count++
  file.write(recordHeader(frame))
  // Waits while the disk is slower than the link. Meanwhile the kernel queues frames.
  if (!file.write(frame)) await once(file, 'drain')
}
file.end()
console.log(`${count} frames`)
