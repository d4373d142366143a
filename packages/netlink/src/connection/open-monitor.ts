import { ArgumentError, show } from '../codec/error.js'
import type { Messages, Protocol } from '../message/index.js'
import type { ConnectionSockets } from './connection-sockets.js'
import { EventQueue } from './event-queue.js'
import { GroupMembership, groupNumber } from './group-membership.js'
import { Monitor } from './monitor.js'
import { type MonitorOptions, validateMonitorOptions } from './options.js'
import { SocketDriver } from './socket-driver.js'

/** Default size of a monitor's receive buffer, in bytes. */
const MONITOR_BUFFER = 4 * 1024 * 1024

/**
 * Opens a monitor on its own socket, or on the socket of requests if it is `shared`. Calls `forget` when it is closed.
 * @throws {SystemError} `EINVAL` if the kernel has no such group
 * @throws {TypeError} if the protocol declares no such group
 */
export function openMonitor<M extends Messages, G extends string>(
  protocol: Protocol<M, G>,
  sockets: ConnectionSockets,
  groups: readonly G[],
  options: MonitorOptions,
  forget: (close: () => void) => void,
): Monitor<M> {
  sockets.checkOpen()
  const { shared = false, receiveBuffer = MONITOR_BUFFER, allNsid, processes } = validateMonitorOptions(options)
  for (const [name, value] of Object.entries({ allNsid, processes }))
    if (shared && value) throw new ArgumentError(`expected ${name} on its own socket, got shared with it`)
  if (!Array.isArray(groups)) throw new ArgumentError(`expected an array of groups, got ${show(groups)}`)
  const numbers = groups.map((name) => groupNumber(protocol, name))
  const driver = shared ? sockets.driver : new SocketDriver(sockets.open({ allNsid, processes }))
  const membership = shared ? sockets.membership : new GroupMembership(driver.transport)
  try {
    driver.reserve(receiveBuffer)
    membership.join(numbers)
  } catch (error) {
    if (!shared) driver.close()
    throw error
  }
  const events = new EventQueue<M>(protocol, driver, numbers, () => {
    forget(events.close)
    if (shared) membership.leave(numbers)
    else driver.close()
  })
  sockets.monitors.add(events.close)
  return new Monitor(protocol, events, driver)
}
