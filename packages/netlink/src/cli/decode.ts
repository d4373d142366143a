import { readFileSync } from 'node:fs'
import { DecodeError } from '../codec/index.js'
import { type DissectedCapture, dissectCapture } from '../dissect/index.js'
import { type ColourChoice, hasColours } from './colour.js'
import { type Command, command, type Printer } from './command.js'
import { ConversationPrinter } from './conversations.js'
import type { Declaration, Parsed } from './declaration.js'
import { DetailPrinter } from './detail.js'
import { jsonLine } from './json-line.js'
import { strayBytes } from './stray.js'
import { isoTime } from './time.js'

const declaration = {
  description: [
    "FILE is a pcap or pcapng file of LINKTYPE_NETLINK, in either byte order, as nlmon devices record it; '-' reads standard input.",
    "Each request is a line, with its outcome and the time between request and answer. Below it are the kernel's words if it refused the request, and the events that the request caused. A dump is one line with the number of objects. Other events have their own lines. Times are seconds since the first message. Names of links come from the capture.",
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
    ['netloom decode capture.pcap', 'Prints the conversations of a capture'],
    ['netloom decode --refused capture.pcap', 'Prints what the kernel refused, and why'],
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

type Options = Parsed<typeof declaration>['options']

/** One view of a capture. */
interface View {
  add(datagram: DissectedCapture): void
  /** Prints what is left. */
  end(): void
}

function jsonView(out: Printer, { words }: Options): View {
  let number = 0
  return {
    add(datagram) {
      number++
      const time = isoTime(datagram.time)
      for (const message of datagram.messages) out.line(jsonLine({ datagram: number, time }, message, words))
      if (!strayBytes(datagram)) return
      const { protocol, toKernel, rest } = datagram
      const stray = { type: null, family: null, toKernel, value: rest.toString('hex'), unknown: 0, roundtrip: true }
      out.line(JSON.stringify({ datagram: number, time, protocol, ...stray, error: 'no message' }))
    },
    end() {},
  }
}

function viewOf(out: Printer, options: Options): View {
  if (options.json) return jsonView(out, options)
  const { color, refused, detail, hex, secrets } = options
  if (detail !== undefined || hex) {
    const isColoured = hasColours(color as ColourChoice, process.stdout.isTTY === true, process.env)
    return new DetailPrinter(out, { only: Number(detail) || undefined, bytes: hex, secrets, isColoured })
  }
  return new ConversationPrinter(out, { colour: color as ColourChoice, refused, hints: true })
}

function readInput(file: string): Buffer {
  return readFileSync(file === '-' ? 0 : file)
}

/** The command `netloom decode`. */
export const decode: Command = command(declaration, ({ options, operands }, out) => {
  const [file = '-'] = operands
  const view = viewOf(out, options)
  let damage: string | undefined
  let isEmpty = true
  try {
    for (const datagram of dissectCapture(readInput(file), { lossless: false })) {
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
