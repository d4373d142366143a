import { NLMSG } from '@netloom/netlink'
import { hostOrder } from '@netloom/netlink/codec'
import type { Datagram, Transport } from '../../../packages/netlink/dist/socket/transport.js'

const readU32 = Buffer.prototype[`readUInt32${hostOrder}`]
const readU16 = Buffer.prototype[`readUInt16${hostOrder}`]

/** Size in bytes of NLMSG_DONE: header and errno. */
const DONE_LENGTH = 20

/** True if the datagram ends a dump. Reads nothing but its last 20 bytes. */
function isLast({ bytes }: Datagram, seq: number): boolean {
  const at = bytes.length - DONE_LENGTH
  return (
    at >= 0 &&
    readU32.call(bytes, at) === DONE_LENGTH &&
    readU16.call(bytes, at + 4) === NLMSG.DONE &&
    readU32.call(bytes, at + 8) === seq
  )
}

/** Sends a request and receives datagrams to the end of the dump without decoding them. Returns the number of bytes. */
export function receiveDump(transport: Transport, request: Buffer, seq: number): number {
  transport.send(request)
  for (let bytes = 0; ; ) {
    const datagram = transport.receive()
    if (datagram === undefined) {
      transport.wait(Number.POSITIVE_INFINITY)
      continue
    }
    bytes += datagram.bytes.length
    if (isLast(datagram, seq)) return bytes
  }
}
