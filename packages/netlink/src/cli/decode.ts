import { DecodeError } from '../codec/index.js'
import { dissectCapture } from '../dissect/index.js'
import { type Command, command } from './command.js'
import type { Declaration } from './declaration.js'
import { viewOf } from './decode-views.js'
import { inputPieces } from './pieces.js'

const declaration = {
  description: [
    "FILE is a pcap or pcapng file of LINKTYPE_NETLINK, in either byte order, as nlmon devices record it; '-' reads standard input.",
    "Each request is a line, with its outcome and the time between request and answer. Below it are the kernel's words if it refused the request, and the events that the request caused. A dump is one line with the number of objects. Other events have their own lines. Times are seconds since the first message. Names of links come from the capture.",
    'A file is read in pieces, and never held as a whole. Families of generic netlink are known from the start. In standard input and pipes, which are read only once, they are known from the message that names them.',
    'Control characters in names and strings are printed as \\uXXXX. Keys and passwords are printed as (secret).',
  ],
  operands: { usage: 'FILE', help: "the capture, or '-' for standard input", least: 1, most: 1, completes: 'file' },
  options: {
    detail: {
      short: 'd',
      value: 'N',
      optional: /^\d+$/,
      expected: 'the number of a message',
      fits: (text: string) => text === '' || /^[1-9]\d*$/.test(text),
      help: 'prints all attributes: of every message, or of message N and its answers',
    },
    hex: { short: 'x', help: 'like -d, with the bytes of each part: their offset, and hexadecimal' },
    refused: { help: 'prints refused requests only' },
    filter: { value: 'FILTER', help: "prints what FILTER selects: 'type=RTM_NEWROUTE and oif=eth0 and not reply'" },
    stats: { help: 'prints a table: messages, bytes, refusals and times per type' },
    names: {
      value: 'SOURCE',
      default: 'capture',
      values: ['capture', 'machine'],
      help: 'machine: also uses the names of links, tables and protocols on this machine',
    },
    color: {
      value: 'WHEN',
      default: 'auto',
      values: ['auto', 'always', 'never'],
      help: 'colours; auto: on a terminal, unless NO_COLOR is set',
    },
    secrets: { help: 'prints keys and passwords' },
    json: { help: 'prints a JSON object a line for each message' },
    words: { help: 'with --json: names in place of numbers that have one, e.g. "RTN_UNICAST"' },
  },
  sections: [
    {
      title: 'Members of the JSON objects',
      rows: [
        ['datagram', 'number of the datagram, from 1'],
        ['message', 'number of the message, from 1'],
        ['exchange', 'number of the conversation: that of a request, its answers and the events that it caused'],
        ['role', '"request", "answer" or "event"'],
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
    {
      title: 'Filters',
      text: 'A filter consists of comparisons and words, with and, or, not and parentheses. = and != compare numbers, texts, names of constants with or without prefix, and names of links. < > <= >= compare numbers. ~ finds a part of a text, or a pattern between slashes.',
      rows: [
        ['request reply event', 'the role of the message'],
        ['refused dump', 'the conversation was refused, or is a dump'],
        ['type protocol family', "'type=RTM_NEWLINK', 'protocol=route', 'family=inet6'"],
        ['seq pid flags len number', 'members of the header, and the number of the message'],
        ['verb kind name', "the first words of its line: 'verb=delete and kind=link'"],
        ['process', 'the name of the process'],
        ['PATH', "a key of the decoded value, at any depth: 'mtu>1500', 'linkinfo.kind=bond', 'value.type=blackhole'"],
      ],
    },
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
