import { DecodeError } from '../codec/index.js'
import { dissectCapture } from '../dissect/index.js'
import { type Command, command } from './command.js'
import type { Declaration } from './declaration.js'
import { viewOf } from './decode-views.js'
import { filterSection, viewOptions } from './options.js'
import { inputPieces } from './pieces.js'

const declaration = {
  description: [
    "FILE is a pcap or pcapng file of LINKTYPE_NETLINK, in either byte order, as nlmon devices record it; '-' reads standard input.",
    "Each request is a line, with its outcome and the time between request and answer. Below it are the kernel's words if it refused the request, and the events that the request caused. A dump is one line with the number of objects. Other events have their own lines. Times are seconds since the first message. Names of links come from the capture.",
    'A file is read in pieces, and never held as a whole. Families of generic netlink are known from the start. In standard input and pipes, which are read only once, they are known from the message that names them.',
    'A log of strace is read, too, if strace had the options -f -ttt -T -yy -e trace=%network -e read=all -e write=all.',
    'Control characters in names and strings are printed as \\uXXXX. Keys and passwords are printed as (secret).',
  ],
  operands: { usage: 'FILE', help: "the capture, or '-' for standard input", least: 1, most: 1, completes: 'file' },
  options: {
    ...viewOptions,
  },
  sections: [
    {
      title: 'Members of the JSON objects',
      rows: [
        ['datagram', 'number of the datagram, from 1'],
        ['message', 'number of the message, from 1'],
        ['exchange', 'number of the conversation: that of a request, its answers and the events that it caused'],
        ['role', '"request", "answer" or "event"'],
        ['request', 'of an answer: number of the message that it answers'],
        ['latencyUs', 'of an answer: microseconds from the request to it'],
        ['durationUs', 'microseconds that the system call took, if the capture contains that'],
        ['process', 'pid, and name if known, if the capture contains that'],
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
        ['error', 'why the payload could not be read, if so; value is its bytes then'],
      ],
    },
    filterSection,
    {
      title: 'Bytes without a message',
      text: 'Bytes after the last message, unless they are zeros, have their own line whose type is null.',
    },
  ],
  examples: [
    ['netloom decode capture.pcap', 'Prints the conversations of a capture'],
    ['netloom decode --refused capture.pcap', 'Prints what the kernel refused, and why'],
    ["netloom decode --filter 'oif=eth0 and not reply' capture.pcap", 'Prints what concerns a link'],
    ['netloom decode -d 74 capture.pcap', 'Prints message 74 and its answers with all attributes'],
    ['tcpdump -i nlmon0 -w - | netloom decode -', 'Reads a capture from another program'],
    ['netloom decode --json --words capture.pcap | jq .type', 'Selects a member of each message'],
  ],
  exitCodes: {
    0: 'all messages are printed',
    1: 'the file is damaged or cannot be read; what came before is printed',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** The command `netloom decode`. */
export const decode: Command = command(declaration, ({ options, operands }, out) => {
  const [file = '-'] = operands
  using view = viewOf(out, options)
  let damage: string | undefined
  let isEmpty = true
  try {
    for (const datagram of dissectCapture(inputPieces(file, out), { lossless: false })) {
      isEmpty = false
      view.add(datagram)
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    damage = `${file === '-' ? 'standard input' : file}: ${error.message}`
  }
  if (damage === undefined || !isEmpty) view.end()
  if (damage === undefined) return 0
  out.complain(damage)
  return 1
})
