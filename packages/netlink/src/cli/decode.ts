import { readFileSync } from 'node:fs'
import { DecodeError } from '../codec/index.js'
import { type DissectedCapture, dissectCapture } from '../dissect/index.js'
import { type Command, command, type Printer } from './command.js'
import type { Declaration } from './declaration.js'
import { jsonLine } from './json-line.js'
import { showMessage } from './print.js'
import { isoTime, showTime } from './time.js'

const declaration = {
  description: [
    "FILE is a pcap or pcapng file of LINKTYPE_NETLINK, in either byte order, as nlmon devices record it; '-' reads standard input. Times are UTC; outside of the years 0 to 9999 they are seconds since 1970. Control characters in names and strings are printed as \\uXXXX.",
  ],
  operands: { usage: 'FILE', help: "the capture, or '-' for standard input", least: 1, most: 1, completes: 'file' },
  options: {
    json: { help: 'prints a JSON object a line for each message' },
    words: { help: 'with --json: names in place of numbers that have one, e.g. "RTN_UNICAST"' },
  },
  sections: [
    {
      title: 'Members of the JSON objects',
      rows: [
        ['datagram', 'number of the datagram, from 1'],
        [
          'time',
          'when it was recorded, e.g. "2026-11-24T03:40:00.123456789Z"; outside of the years 0 to 9999 the seconds since 1970: "253402300800.000000000"',
        ],
        ['protocol', 'e.g. "NETLINK_ROUTE"'],
        ['type', 'e.g. "RTM_NEWLINK"; of generic netlink the command'],
        ['family', 'of generic netlink the family, else the address family; may be null'],
        ['toKernel', 'the direction'],
        ['header', 'len, type, flags, seq and pid of the message'],
        ['value', 'the payload: bytes as hex text; 64-bit numbers as a number if that is exact, else as text'],
        ['unknown', 'how many attributes had no row'],
        ['roundtrip', 'true if header and value, encoded again, give the same bytes'],
        ['error', 'why the payload could not be read, if so; value is its bytes then'],
      ],
    },
    {
      title: 'Bytes without a message',
      text: 'Bytes after the last message, unless they are zeros, have their own line whose type is null.',
    },
  ],
  examples: [
    ['netloom decode capture.pcap', 'Prints all messages of a capture'],
    ['tcpdump -i nlmon0 -w - | netloom decode -', 'Reads a capture from another program'],
    ['netloom decode --json --words capture.pcap | jq .type', 'Selects a member of each message'],
  ],
  exitCodes: {
    0: 'all messages are printed',
    1: 'the file is damaged or cannot be read; what came before is printed',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** True if bytes that are not zero follow the last message. */
const strayBytes = ({ rest }: DissectedCapture) => rest.length > 0 && rest.some((byte) => byte !== 0)

function printText(out: Printer, datagram: DissectedCapture): void {
  for (const message of datagram.messages) for (const line of showMessage(message, datagram.time)) out.line(line)
  if (!strayBytes(datagram)) return
  const { time, toKernel, protocol, rest } = datagram
  out.line(`${showTime(time)} ${toKernel ? '→' : '←'} kernel ${protocol} no message: ${rest.toString('hex')}`)
}

function printJson(out: Printer, datagram: DissectedCapture, number: number, words: boolean): void {
  const time = isoTime(datagram.time)
  for (const message of datagram.messages) out.line(jsonLine({ datagram: number, time }, message, words))
  if (!strayBytes(datagram)) return
  const { protocol, toKernel, rest } = datagram
  const stray = { type: null, family: null, toKernel, value: rest.toString('hex'), unknown: 0, roundtrip: true }
  out.line(JSON.stringify({ datagram: number, time, protocol, ...stray, error: 'no message' }))
}

function readInput(file: string): Buffer {
  return readFileSync(file === '-' ? 0 : file)
}

/** The command `netloom decode`. */
export const decode: Command = command(declaration, ({ options, operands }, out) => {
  const [file = '-'] = operands
  let number = 0
  try {
    for (const datagram of dissectCapture(readInput(file))) {
      number++
      if (options.json) printJson(out, datagram, number, options.words)
      else printText(out, datagram)
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    out.complain(`${file === '-' ? 'standard input' : file}: ${error.message}`)
    return 1
  }
  return 0
})
