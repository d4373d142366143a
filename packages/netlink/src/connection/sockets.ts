import type { SocketOptions, Transport } from '../socket/transport.js'
import { type Channel, cancelled, openChannel } from './channel.js'
import { joinGroups, type Membership } from './membership.js'
import type { ConnectionOptions } from './options.js'
import type { Parts } from './parts.js'
import { openPool, type Pool } from './pool.js'

/**
 * The sockets of a connection. Nothing in here refers to the connection itself, so that it can be collected when it is forgotten;
 * its sockets are closed then.
 */
export interface Sockets {
  /** The channel that requests use. */
  readonly channel: Channel
  readonly membership: Membership
  /** Those of dumps. */
  readonly pool: Pool
  /** Functions that close the monitors. */
  readonly monitors: Set<() => void>
  /** Opens one more. @throws {TypeError} if the connection is closed */
  open(options?: SocketOptions): Transport
  expectOpen(): void
  /** Requests and dumps hold the process, or no longer do. */
  hold(holds: boolean): void
  /** Closes them; what is in flight ends with `ECANCELED`. A second time does nothing. */
  close(): void
}

export function openSockets(
  protocol: number,
  { socketFactory, transport, recorder }: Parts,
  { strict, sendBuffer, dumpSockets = 4 }: ConnectionOptions,
): Sockets {
  const channel = openChannel(transport)
  const monitors = new Set<() => void>()
  let held = true
  let closed = false
  const expectOpen = () => {
    if (closed) throw new TypeError('expected an open netlink socket, got one that was closed')
  }
  const open = (options: SocketOptions = {}) => {
    expectOpen()
    return socketFactory.open(protocol, { strict, sendBuffer, ...options })
  }
  const pool = openPool(dumpSockets, () => {
    if (closed) throw cancelled()
    const opened = openChannel(open())
    if (!held) opened.unref()
    return opened
  })
  return {
    channel,
    membership: joinGroups(transport),
    pool,
    monitors,
    open,
    expectOpen,
    hold(holds) {
      for (const each of [channel, ...pool.channels()]) holds ? each.ref() : each.unref()
      held = holds
    },
    close() {
      if (closed) return
      closed = true
      for (const close of [...monitors]) close()
      pool.close()
      channel.close()
      recorder?.close()
    },
  }
}
