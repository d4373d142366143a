import type { CapturedDatagram } from '../capture/format.js'
import { writePcapng } from '../capture/write-pcapng.js'
import { Buffer } from '../codec/buffer.js'
import { PACKET } from '../constants/index.js'
import { NETLINK } from '../message/index.js'
import type { InspectedDatagram } from './conversation.js'
import { hiddenRanges } from './hidden.js'
import { Redactor } from './redact.js'

/** Returns the number of a protocol from its name. Protocols without one are named by their number. */
const protocolNumber = (name: string): number =>
  (NETLINK.values as Readonly<Record<string, number>>)[name.replace('NETLINK_', '')] ?? Number(/\d+/.exec(name)?.[0])

/** Returns the bytes of a datagram. Those that are keys or may contain some are zeros. */
function redacted({ messages, rest, protocol }: InspectedDatagram, redactor: Redactor): Buffer {
  const parts = messages.flatMap((message) => {
    const bytes = Buffer.from(message.bytes)
    for (const { start, end } of hiddenRanges(message, redactor)) bytes.fill(0, start, end)
    return [bytes, Buffer.alloc(message.padding.length)]
  })
  const mayHold = redactor.mayHoldKeys({ protocol, family: undefined })
  return Buffer.concat([...parts, mayHold ? Buffer.alloc(rest.length) : rest])
}

const whole = ({ messages, rest }: InspectedDatagram) =>
  Buffer.concat([...messages.flatMap(({ bytes, padding }) => [bytes, padding]), rest])

/**
 * Returns a pcapng file of datagrams, to be given to others: keys and passwords are zeros, unless `secrets` is true.
 * @throws {EncodeError} if a datagram's time is out of range
 */
export function sharedCapture(datagrams: readonly InspectedDatagram[], secrets = false): Buffer {
  const redactor = new Redactor()
  return writePcapng(
    datagrams.map((datagram): CapturedDatagram => {
      const { time, process, duration, protocol, toKernel } = datagram
      return {
        ...{ time, protocol: protocolNumber(protocol), packetType: toKernel ? PACKET.KERNEL : PACKET.USER },
        bytes: secrets ? whole(datagram) : redacted(datagram, redactor),
        ...(process && { process }),
        ...(duration !== undefined && { duration }),
      }
    }),
  )
}
