import { AF, ArgumentError } from '../../codec/index.js'
import { none } from '../../connection/flags.js'
import type { Inet6DiagMessage, InetDiagMessage } from '../../diag/index.js'
import { NetlinkError } from '../../message/index.js'
import { checkFlush } from '../run/flush.js'
import { type Operation, requestOf } from '../run/operation.js'
import { toInetSocket } from './inet-decode.js'
import { type CheckedKey, checkKey, type Ends, hasKey, idOf } from './key.js'
import { type InetProtocol, inetProtocols, isInet, protocolsOf, type SocketProtocol } from './protocols.js'
import { filterKeys, listOf } from './read.js'
import { listProtocol, protocolPart, type Selection } from './request.js'
import { stateBits } from './states.js'
import type { InetSocket, Socket, SocketFilter, SocketKey, SocketOf } from './types.js'

/** Everything that the kernel reports of a socket. */
const everything: Selection = {
  ...{ states: stateBits(undefined), families: [AF.INET, AF.INET6], bytecode: undefined },
  ...{ info: true, memory: true, tos: true },
}

/** Extensions of a request for one socket: all. */
const ALL_EXTENSIONS = 0xff

/** Swaps the ends: udp_dump_one() of the kernel looks up a socket by those of a packet that it receives. */
const swapped = ({ src, sport, dst, dport, ...rest }: Ends): Ends => ({
  ...{ src: dst, sport: dport, dst: src, dport: sport },
  ...rest,
})

/** Requests one socket by its ends. The kernel may return the one that receives their packets instead: a listening socket. */
function* readByEnds(key: CheckedKey, protocol: InetProtocol, ends: Ends): Operation<InetSocket | undefined> {
  const isUdp = protocol === 'udp' || protocol === 'udplite'
  const { family, id } = yield* idOf(key, isUdp ? swapped(ends) : ends)
  const request = { family, id, ext: ALL_EXTENSIONS, states: everything.states, ...protocolPart(protocol) }
  try {
    const [message] = (yield requestOf('read', 'SOCK_DIAG_BY_FAMILY', request, none)) as (
      | InetDiagMessage
      | Inet6DiagMessage
    )[]
    const socket = message && toInetSocket(message, protocol)
    return socket !== undefined && hasKey(key, socket) ? socket : undefined
  } catch (error) {
    // The kernel reports ESTALE for another cookie in some versions.
    if (error instanceof NetlinkError && (error.code === 'ENOENT' || error.code === 'ESTALE')) return undefined
    throw error
  }
}

function* find(key: CheckedKey): Operation<Socket | undefined> {
  const { protocol, ends } = key
  if (ends !== undefined && isInet(protocol)) {
    const found = yield* readByEnds(key, protocol, ends)
    if (found !== undefined) return found
  }
  // The kernel finds no socket by its cookie alone, and by its ends only one of those that share them.
  return (yield* listProtocol(protocol, everything)).find((socket) => hasKey(key, socket))
}

/** Returns one socket; undefined if there is none. */
export function* get<P extends SocketProtocol>(key: SocketKey<P>): Operation<SocketOf<P> | undefined> {
  return (yield* find(checkKey(key))) as SocketOf<P> | undefined
}

/** Reasons of the kernel not to close a socket. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such socket',
  EOPNOTSUPP:
    'this kernel cannot close sockets of this protocol: CONFIG_INET_DIAG_DESTROY is off, or the protocol lacks it',
}

/** Closes a socket. */
function* close(key: CheckedKey, protocol: InetProtocol, ends: Ends): Operation<void> {
  const { family, id } = yield* idOf(key, ends)
  try {
    yield requestOf('change', 'SOCK_DESTROY', { family, id, ...protocolPart(protocol) }, none)
  } catch (error) {
    if (!(error instanceof NetlinkError)) throw error
    const explanation = reasons[error.code] ?? error.explanation
    throw new NetlinkError({ ...error, explanation }, { cause: error })
  }
}

const noSuchSocket = () => new NetlinkError({ request: 'SOCK_DESTROY', errno: 2, explanation: reasons.ENOENT })

/** Closes one socket. @throws {NetlinkError} `ENOENT` if it does not exist */
export function* destroy(key: SocketKey): Operation<void> {
  const checked = checkKey(key)
  const { protocol } = checked
  if (!isInet(protocol))
    throw new ArgumentError(`expected protocol of key to be one of ${inetProtocols.join(', ')}, got ${protocol}`)
  // With a cookie, the kernel closes this socket or none.
  if (checked.cookie !== undefined && checked.ends !== undefined) return yield* close(checked, protocol, checked.ends)
  const found = yield* find(checked)
  if (found === undefined) throw noSuchSocket()
  const exact = checkKey(found)
  return yield* close(exact, protocol, exact.ends as Ends)
}

/** Options of a list that add members to its sockets. */
const details = ['process', 'info', 'memory', 'tos'] satisfies (keyof SocketFilter)[]

/** Closes the sockets that a filter selects, and returns them. */
export function* flush(filter: SocketFilter<InetProtocol>): Operation<InetSocket[]> {
  checkFlush(filter, filterKeys, { details })
  const { protocol, state, ...conditions } = filter
  // All states are no condition.
  if (stateBits(state) === everything.states) checkFlush({ ...conditions, protocol }, filterKeys, { details })
  const protocols = protocolsOf(protocol, true)
  const other = protocols.find((each) => !isInet(each))
  if (other !== undefined)
    throw new ArgumentError(`expected protocol of filter to be of ${inetProtocols.join(', ')}, got ${other}`)
  const closed: InetSocket[] = []
  for (const socket of yield* listOf(filter, protocols)) {
    try {
      yield* destroy(socket)
      closed.push(socket as InetSocket)
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.code !== 'ENOENT') throw error
    }
  }
  return closed
}
