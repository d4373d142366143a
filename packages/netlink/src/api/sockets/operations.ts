import { ownOnly } from '../../codec/own.js'
import { calledBy } from '../../connection/caller.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { sockDiag } from '../../diag/index.js'
import { bind } from '../run/bind.js'
import type { Connections } from '../run/connections.js'
import type { Read, ReadOptions, ReadOptionsSync } from '../run/names.js'
import type { AnyConnection } from '../run/operation.js'
import { Runner } from '../run/runner.js'
import { withLinks } from '../run/with-links.js'
import type { DevName } from '../values/link-names.js'
import { checkKeys } from '../values/objects.js'
import { EventStream } from '../watch/event-stream.js'
import type { InetProtocol, SocketProtocol } from './protocols.js'
import { list } from './read.js'
import { destroy, flush, get } from './single.js'
import type { InetSocket, SocketEvent, SocketFilter, SocketKey, SocketOf, SocketWatchOptions } from './types.js'
import { closedSockets } from './watch.js'

/** Operations on single sockets and lists of them, in two forms each. */
interface SocketLists {
  /**
   * Lists sockets, like `ss`. The kernel filters those of protocols above IP; all states are listed by default.
   *
   * ```ts
   * await nl.sockets.list({ protocol: 'tcp', state: 'listening', process: true }) // ss -Htlp
   * await nl.sockets.list({ protocol: 'tcp', where: 'dport = :443 and not dst 10.0.0.0/8', info: true })
   * ```
   * @throws {NetlinkError} `ENOENT` if the kernel cannot list the sockets of a protocol that is named
   */
  list<P extends SocketProtocol = SocketProtocol, N extends boolean = false>(
    filter?: SocketFilter<P>,
    options?: ReadOptions<N>,
  ): Promise<Read<N, SocketOf<P>, SocketOf<P> & DevName>[]>

  /** Lists sockets, like `ss`. Synchronous form of {@link SocketOperations.list}. */
  listSync<P extends SocketProtocol = SocketProtocol, N extends boolean = false>(
    filter?: SocketFilter<P>,
    options?: ReadOptionsSync<N>,
  ): Read<N, SocketOf<P>, SocketOf<P> & DevName>[]

  /**
   * Returns one socket with all details; `undefined` if there is none. A socket that was read is found by its cookie, so that another one
   * with the same addresses is not returned instead.
   */
  get<P extends SocketProtocol, N extends boolean = false>(
    key: SocketKey<P>,
    options?: ReadOptions<N>,
  ): Promise<Read<N, SocketOf<P>, SocketOf<P> & DevName> | undefined>

  /** Returns one socket with all details. Synchronous form of {@link SocketOperations.get}. */
  getSync<P extends SocketProtocol, N extends boolean = false>(
    key: SocketKey<P>,
    options?: ReadOptionsSync<N>,
  ): Read<N, SocketOf<P>, SocketOf<P> & DevName> | undefined

  /**
   * Closes a socket of another process, like `ss --kill`. A connection is reset, and the process gets `ECONNABORTED`.
   * @throws {NetlinkError} `ENOENT` if there is no such socket, `EOPNOTSUPP` if the kernel cannot close sockets
   */
  destroy(key: SocketKey<InetProtocol>, options?: WaitOptions): Promise<void>

  /** Closes a socket of another process, like `ss --kill`. Synchronous form of {@link SocketOperations.destroy}. */
  destroySync(key: SocketKey<InetProtocol>, options?: TimeoutOptions): void

  /**
   * Closes all sockets that the filter selects, like `ss --kill` with a filter. Those that are closed in the meantime are left out.
   * @returns the sockets that were closed
   * @throws {TypeError} if the filter is empty
   */
  flush(filter: SocketFilter<InetProtocol>, options?: WaitOptions): Promise<InetSocket[]>

  /** Closes all sockets that the filter selects, like `ss --kill` with a filter. Synchronous form of {@link SocketOperations.flush}. */
  flushSync(filter: SocketFilter<InetProtocol>, options?: TimeoutOptions): InetSocket[]
}

/** Operations on the sockets of a network namespace: `nl.sockets`. */
export interface SocketOperations extends SocketLists {
  /**
   * Returns the sockets of TCP and UDP that are closed, for `for await`, with their last counters. Like `ss --events`. The kernel
   * requires CAP_NET_ADMIN.
   *
   * ```ts
   * for await (const event of nl.sockets.watch({ protocol: 'tcp' }))
   *   if (event.type === 'destroyed') console.log(event.socket.dst, event.socket.tcp?.bytesReceived)
   * ```
   * @throws {TypeError} for a wrong option. Other errors are those of the loop.
   */
  watch(options?: SocketWatchOptions): EventStream<SocketEvent>
}

/** Describes the argument of an operation: `tcp 10.0.0.1:22 10.0.0.2:4444`. */
function describe(argument: unknown): string {
  if (typeof argument !== 'object' || argument === null) return ''
  const { protocol, src, sport, dst, dport, cookie, inode } = argument as Readonly<Record<string, unknown>>
  const local = src === undefined || sport === undefined ? [] : [`${src}:${sport}`]
  const remote = dst === undefined || dport === undefined ? [] : [`${dst}:${dport}`]
  const others =
    local.length > 0 ? [] : [cookie !== undefined && `cookie ${cookie}`, inode !== undefined && `inode ${inode}`]
  return [protocol, ...local, ...remote, ...others].filter((each) => typeof each === 'string').join(' ')
}

const watchKeys = { protocol: 1, family: 1, signal: 1, receiveBuffer: 1 } satisfies Record<
  keyof SocketWatchOptions,
  unknown
>

/** Creates the operations. */
export function open(connections: Connections): SocketOperations {
  const routed = withLinks(connections, () => connections.protocol(sockDiag) as AnyConnection)
  const lists = bind<SocketLists>(new Runner(() => routed, 'socket', describe), {
    list: { arguments: 1, run: list, reads: true },
    get: { arguments: 1, run: get, reads: true },
    destroy: { arguments: 1, run: destroy },
    flush: { arguments: 1, run: flush },
  })
  const watch: SocketOperations['watch'] = (options = {}) =>
    calledBy(watch, () => {
      checkKeys('options', options, watchKeys)
      const { protocol, family, ...rest } = ownOnly(options)
      const source = closedSockets(() => connections.protocol(sockDiag), { protocol, family })
      return EventStream.from(source, rest)
    })
  return { ...lists, watch }
}
