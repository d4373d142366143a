import { setImmediate } from 'node:timers/promises'
import { dissector, NETLINK } from '../dissect/index.js'
import { type Command, type Printer, parse } from './command.js'
import { type EventSocket, openEventSocket } from './event-socket.js'
import { groupNumber, groups } from './group-names.js'
import { isoTime, jsonLine } from './json-line.js'
import { showMessage } from './print.js'
import { writeAll } from './printer.js'
import { wrapped } from './wrap.js'

const help = `netloom monitor: prints what happens to links, addresses, routes and so on

Usage: netloom monitor [GROUP …] [--json] [--netns PATH]

Listens to those groups of NETLINK_ROUTE, or to all, until SIGINT (Ctrl-C) or SIGTERM comes.
Where more happens than can be read in time, the kernel drops some of it; standard error
tells. Times are UTC.

Groups: ${wrapped(groups.keys(), 90, 8)}

  --json        prints a JSON object a line for each message, as netloom decode --json does
                (but for the datagram's number)
  --netns PATH  listens in this network namespace, e.g. /run/netns/blue

Exit code: 0; 1 where the namespace or a group cannot be had; 2 where the arguments are wrong.
`

/** How long a signal may have to wait, in milliseconds: its handler runs between two waits. */
const PATIENCE = 200

/** linux/if_packet.h: what the kernel sends to us */
const PACKET_HOST = 0

/** A group of notifications. */
interface Group {
  readonly name: string
  readonly group: number
}

/** Joins the groups that were named; where none was, all that this kernel has. */
function join(socket: EventSocket, named: readonly Group[]): void {
  for (const { name, group } of named) {
    if (!socket.join(group)) throw Object.assign(new Error(`this kernel has no group '${name}'`), { code: 'EINVAL' })
  }
  if (named.length === 0) for (const group of groups.values()) socket.join(group)
}

/** Makes what prints datagrams, as text or as JSON. */
function show(out: Printer, json: boolean): (bytes: Buffer) => void {
  const { dissect } = dissector()
  return (bytes) => {
    const time = BigInt(Date.now()) * 1_000_000n
    for (const message of dissect({ protocol: NETLINK.ROUTE, packetType: PACKET_HOST, bytes }).messages) {
      if (json) out.line(jsonLine({ time: isoTime(time) }, message))
      else for (const line of showMessage(message, time)) out.line(line)
    }
  }
}

/** Prints what the socket brings, until `stopped`. */
async function follow(socket: EventSocket, out: Printer, json: boolean, stopped: () => boolean): Promise<void> {
  const print = show(out, json)
  while (!stopped()) {
    const received = socket.receive(PATIENCE)
    if (received === 'overrun') writeAll(2, 'netloom: too much happened at once: some of it was lost\n')
    else if (received !== 'nothing') print(received)
    out.flush()
    await setImmediate()
  }
}

/** `netloom monitor` */
export const monitor: Command = {
  summary: 'prints what happens to links, addresses, routes and so on, as it happens',
  help,
  async run(args, out) {
    const { values, positionals } = parse({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, netns: { type: 'string' } },
      allowPositionals: true,
    })
    const wanted = positionals.map((name) => ({ name, group: groupNumber(name) }))
    let stop = false
    const onSignal = () => {
      stop = true
    }
    const signals = ['SIGINT', 'SIGTERM'] as const
    const socket = openEventSocket(NETLINK.ROUTE, values.netns)
    try {
      join(socket, wanted)
      for (const signal of signals) process.on(signal, onSignal)
      await follow(socket, out, values.json, () => stop)
      return 0
    } finally {
      for (const signal of signals) process.off(signal, onSignal)
      socket.close()
    }
  },
}
