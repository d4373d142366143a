import { setImmediate as nextTurn } from 'node:timers/promises'
import { PACKET } from '../constants/index.js'
import { dissector } from '../dissect/index.js'
import { NETLINK } from '../message/index.js'
import { SystemError } from '../socket/index.js'
import { kernelSockets } from '../socket/socket-factory.js'
import { IGNORED, type Transport } from '../socket/transport.js'
import { type Command, command, type Printer } from './command.js'
import type { Declaration } from './declaration.js'
import { groupNumber, groups } from './group-names.js'
import { jsonLine } from './json-line.js'
import { netnsOption } from './options.js'
import { showMessage } from './print.js'
import { isoTime } from './time.js'

const declaration = {
  description: [
    'Listens to those groups of NETLINK_ROUTE, or to all, until SIGINT (Ctrl-C) or SIGTERM comes. If messages arrive faster than they are read, the kernel drops some. That is reported on standard error. Times are UTC.',
  ],
  operands: { usage: '[GROUP …]', help: `one of ${[...groups.keys()].join(' ')}` },
  options: {
    json: {
      help: "prints a JSON object a line for each message, as netloom decode --json does (except the datagram's number)",
    },
    words: { help: 'with --json: names in place of numbers that have one' },
    netns: netnsOption,
  },
  examples: [
    ['netloom monitor', 'Prints everything that happens'],
    ['netloom monitor link ipv4-route --netns blue', 'Prints changes of links and routes of another namespace'],
  ],
  exitCodes: {
    0: 'a signal ended it, or the reader closed the pipe',
    1: 'the namespace or a group is not available',
    2: 'the arguments are wrong',
  },
} as const satisfies Declaration

/** A multicast group. */
interface Group {
  readonly name: string
  readonly group: number
}

/** The running kernel does not have a group that this version knows. */
class UnknownGroupError extends Error {
  override readonly name = 'UnknownGroupError'
  readonly code = 'ERR_NETLOOM_UNKNOWN_GROUP'

  constructor(group: string) {
    super(`this kernel has no group '${group}'`)
  }
}

/** Joins the given groups. If there are none, joins all groups that the kernel supports. */
function join(transport: Transport, named: readonly Group[]): void {
  for (const { name, group } of named.length > 0 ? named : [...groups].map(([name, group]) => ({ name, group }))) {
    try {
      transport.join(group)
    } catch (error) {
      if (!(error instanceof SystemError && error.code === 'EINVAL')) throw error
      if (named.length > 0) throw new UnknownGroupError(name)
    }
  }
}

/** Size of the receive buffer, in bytes. */
const RECEIVE_BUFFER = 4 * 1024 * 1024

/** Output format of the messages. */
interface Format {
  readonly json: boolean
  /** With `json`: prints names instead of numbers. */
  readonly words: boolean
}

/** Returns a function that prints datagrams in the given format. */
function show(out: Printer, { json, words }: Format): (bytes: Buffer) => void {
  const { dissect } = dissector()
  return (bytes) => {
    const time = BigInt(Date.now()) * 1_000_000n
    for (const message of dissect({ protocol: NETLINK.ROUTE, packetType: PACKET.HOST, bytes }).messages) {
      if (json) out.line(jsonLine({ time: isoTime(time) }, message, words))
      else for (const line of showMessage(message, time)) out.line(line)
    }
  }
}

/** Number of datagrams to read in one turn of the event loop, so that signals are handled. */
const AT_ONCE = 256

/** Prints the received datagrams. Returns false if there may be more. */
function drain(transport: Transport, print: (bytes: Buffer) => void, out: Printer): boolean {
  for (let count = 0; count < AT_ONCE; count++) {
    try {
      const datagram = transport.receive()
      if (datagram === undefined) return true
      if (datagram !== IGNORED) print(datagram.bytes)
    } catch (error) {
      if (!(error instanceof SystemError && ['ENOBUFS', 'EMSGSIZE'].includes(error.code))) throw error
      out.complain('too much happened at once: some of it was lost')
    }
  }
  return false
}

/** Prints datagrams until SIGINT or SIGTERM. */
async function follow(transport: Transport, out: Printer, format: Format): Promise<void> {
  const print = show(out, format)
  let stopped = false
  let wake = () => {}
  const onSignal = () => {
    stopped = true
    wake()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, onSignal)
  const readiness = transport.watch(() => wake())
  try {
    while (!stopped) {
      const drained = drain(transport, print, out)
      out.flush()
      if (!drained) {
        await nextTurn()
        continue
      }
      await new Promise<void>((resolve) => {
        wake = resolve
        readiness.arm()
      })
    }
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

/** The command `netloom monitor`. */
export const monitor: Command = command(declaration, async ({ options, operands }, out) => {
  const wanted = operands.map((name) => ({ name, group: groupNumber(name) }))
  const transport = kernelSockets(options.netns).open(NETLINK.ROUTE, {})
  try {
    transport.reserve(RECEIVE_BUFFER)
    join(transport, wanted)
    await follow(transport, out, options)
    return 0
  } finally {
    transport.close()
  }
})
