import { basename } from 'node:path'
import { type Command, command, type Printer } from '../command.js'
import { type Declaration, UsageError } from '../declaration.js'
import { Ending } from '../ending.js'
import { inputPieces } from '../pieces.js'
import { openBrowser } from './open-browser.js'
import { ViewServer } from './server.js'

/** Largest capture, in bytes: the browser gets it as a part of the page. */
const LARGEST = 256 * 1024 * 1024

const declaration = {
  description: [
    "Shows a capture in a browser: conversations, all parts of each message, their bytes, the topology, and what the kernel refused. FILE is a pcap or pcapng file, or a log of strace; '-' reads standard input.",
    'The page is served on the loopback link only, at an address with a random part, and to requests for that address only. It contains the capture, and its own policy forbids it to connect to anything. The program ends on SIGINT or SIGTERM, or with Ctrl-C.',
  ],
  operands: { usage: 'FILE', help: "the capture, or '-' for standard input", least: 1, most: 1, completes: 'file' },
  options: {
    'no-open': { help: 'prints the address, and does not open a browser (xdg-open)' },
    port: {
      value: 'PORT',
      default: '0',
      help: 'the port; 0: any free one',
      expected: 'a number from 0 to 65535',
      fits: (text: string) => /^\d{1,5}$/.test(text) && Number(text) <= 65535,
    },
  },
  examples: [
    ['netloom view capture.pcap', 'Shows a capture in the browser'],
    ['netloom view --no-open --port 8080 capture.pcap', 'Prints the address, for ssh -L 8080:127.0.0.1:8080'],
  ],
  exitCodes: {
    0: 'a signal has ended the program',
    1: 'the file cannot be read, is larger than 256 MiB, or the port is in use',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** Reads the whole capture. Returns undefined if it is too large. */
function read(file: string, out: Printer): Buffer | undefined {
  const pieces: Buffer[] = []
  let size = 0
  for (const piece of inputPieces(file, out)) {
    size += piece.length
    if (size > LARGEST) return undefined
    pieces.push(Buffer.from(piece))
  }
  return Buffer.concat(pieces)
}

/** The command `netloom view`. */
export const view: Command = command(declaration, async ({ options, operands }, out) => {
  const [file] = operands
  if (file === undefined) throw new UsageError('expected FILE, got nothing')
  const capture = read(file, out)
  if (capture === undefined) {
    out.complain(`expected a capture of at most ${LARGEST} bytes, got more: open the page and drop the file on it`)
    return 1
  }
  using ending = new Ending()
  using server = new ViewServer(file === '-' ? 'standard input' : basename(file), capture)
  const url = await server.start(Number(options.port))
  out.line(url)
  out.flush()
  if (!options['no-open']) openBrowser(url, () => out.complain(`no browser could be opened: visit ${url}`))
  await ending.done
  return 0
})
