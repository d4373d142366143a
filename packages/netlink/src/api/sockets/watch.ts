import { ArgumentError, show } from '../../codec/error.js'
import type { Connection } from '../../connection/connection.js'
import type { MonitorEvent } from '../../connection/events.js'
import { IPPROTO } from '../../constants/index.js'
import type { Inet6DiagMessage, InetDiagMessage, sockDiag } from '../../diag/index.js'
import { familyNumber } from '../values/ip-text.js'
import type { EventSource } from '../watch/event-stream.js'
import { toInetSocket } from './inet-decode.js'
import type { SocketEvent, SocketWatchOptions } from './types.js'

type Messages = typeof sockDiag.messages
type Group = 'INET_TCP_DESTROY' | 'INET_UDP_DESTROY' | 'INET6_TCP_DESTROY' | 'INET6_UDP_DESTROY'
type SocketConnection = Connection<Messages, Group>

const groups = [
  { group: 'INET_TCP_DESTROY', protocol: 'tcp', family: 'inet' },
  { group: 'INET_UDP_DESTROY', protocol: 'udp', family: 'inet' },
  { group: 'INET6_TCP_DESTROY', protocol: 'tcp', family: 'inet6' },
  { group: 'INET6_UDP_DESTROY', protocol: 'udp', family: 'inet6' },
] as const

/** Returns the multicast groups of the closed sockets. @throws {TypeError} */
function groupsOf({ protocol, family }: Pick<SocketWatchOptions, 'protocol' | 'family'>): Group[] {
  if (protocol !== undefined && protocol !== 'tcp' && protocol !== 'udp')
    throw new ArgumentError(
      `expected protocol to be tcp or udp, whose closed sockets the kernel announces, got ${show(protocol)}`,
    )
  if (family !== undefined) familyNumber(family)
  return groups
    .filter((each) => (protocol ?? each.protocol) === each.protocol && (family ?? each.family) === each.family)
    .map(({ group }) => group)
}

/** Converts a notification. The kernel announces sockets of TCP and UDP, with their protocol. */
function eventOf(event: MonitorEvent<Messages>): SocketEvent {
  if (event.type === 'overrun' || event.type === 'unreadable') return { type: 'overrun' }
  const message = event.message as InetDiagMessage | Inet6DiagMessage
  const protocol = message.attrs.protocol === IPPROTO.UDP ? 'udp' : 'tcp'
  return { type: 'destroyed', socket: toInetSocket(message, protocol) }
}

/** Returns the source of the sockets that are closed. @throws {TypeError} for a wrong option */
export function closedSockets(
  connection: () => SocketConnection,
  options: Pick<SocketWatchOptions, 'protocol' | 'family'>,
): EventSource<Messages, SocketEvent> {
  const joined = groupsOf(options)
  return {
    open: (monitorOptions) => connection().monitor(joined, monitorOptions),
    start: async () => {},
    async *events(monitor) {
      for await (const event of monitor) yield eventOf(event)
    },
  }
}
