import { printable } from '../codec/index.js'
import { PACKET } from '../constants/index.js'
import { type DissectedDatagram, dissector } from '../dissect/index.js'
import { Redactor } from '../inspect/index.js'
import { showLine } from './line.js'
import { writeAll } from './printer.js'
import { now, showTime } from './time.js'

function* linesOf(
  { messages, rest, protocol, toKernel }: DissectedDatagram,
  time: bigint,
  redactor: Redactor,
): Generator<string> {
  for (const message of messages) yield showLine(message, time, redactor)
  if (messages.length === 0)
    yield `${showTime(time)} ${toKernel ? '→' : '←'} kernel ${protocol}  unreadable: ${rest.toString('hex')}`
}

/**
 * Returns a function that prints the messages of a datagram on standard error, each as one line. It ignores all errors: it is for
 * debugging, and must not change what a program does. `NETLOOM_DEBUG` uses it.
 */
export function debugPrinter(protocol: number): (packetType: number, datagram: Uint8Array) => void {
  const { dissect } = dissector()
  const redactor = new Redactor()
  return (packetType, datagram) => {
    try {
      // The sender may use its buffer again, and an answer is printed with its request.
      const bytes = Buffer.from(datagram)
      const direction = packetType === PACKET.OUTGOING ? PACKET.KERNEL : packetType
      const lines = linesOf(dissect({ protocol, packetType: direction, bytes }), now(), redactor)
      writeAll(2, [...lines].map((line) => `${printable(line)}\n`).join(''))
    } catch {}
  }
}
