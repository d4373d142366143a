import type { Connection } from '../../connection/connection.js'
import type { Monitor } from '../../connection/monitor.js'
import {
  type CnProcRequest,
  type connector,
  PROC_EVENT,
  type ProcEvent,
  procIgnore,
  procListen,
} from '../../connector/index.js'
import { errnoName } from '../../errno.js'
import { NetlinkError } from '../../message/index.js'
import { SystemError } from '../../socket/error.js'
import type { EventSource } from '../watch/event-stream.js'
import { isOfProcess, isWanted, toProcessEvent } from './decode.js'
import type { ProcessEvent } from './types.js'

type Messages = typeof connector.messages
type ProcessMonitor = Monitor<Messages>

/** EPERM, ECONNREFUSED: asm-generic/errno.h */
const EPERM = 1
const ECONNREFUSED = 111

const refusal = (errno: number, explanation: string | undefined, cause?: unknown) =>
  new NetlinkError(
    {
      ...{ request: 'PROC_CN_MCAST_LISTEN', object: 'events of processes', errno, code: errnoName(errno) },
      ...(explanation !== undefined && { explanation }),
    },
    cause === undefined ? undefined : { cause },
  )

/** Sends a request. @throws {NetlinkError} `ECONNREFUSED` in another network namespace than the initial one */
function send(monitor: ProcessMonitor, request: CnProcRequest): void {
  try {
    monitor.send('NLMSG_DONE', request)
  } catch (error) {
    if (!(error instanceof SystemError) || error.code !== 'ECONNREFUSED') throw error
    throw refusal(ECONNREFUSED, 'the kernel has NETLINK_CONNECTOR in the initial network namespace only', error)
  }
}

/** Returns the answer to the request with this `ack`. The kernel sends it before the request returns. Events before it are dropped. */
function answerTo(monitor: ProcessMonitor, ack: number): ProcEvent | undefined {
  for (;;) {
    const [event] = monitor.takeSync(1).events
    if (event === undefined) return undefined
    if (event.type !== 'NLMSG_DONE' || !isOfProcess(event.message)) continue
    if (event.message.event.what === PROC_EVENT.NONE && event.message.ack === ack + 1) return event.message.event
  }
}

/**
 * Requests the events. Only a request for all events has an answer, and older kernels know no other one. So it is sent first.
 * @throws {NetlinkError} `EPERM` if the kernel refuses it, or ignores it
 */
function listen(monitor: ProcessMonitor, ack: number, mask: number | undefined): void {
  send(monitor, procListen(ack))
  const answer = answerTo(monitor, ack)
  if (answer === undefined)
    throw refusal(EPERM, 'the kernel reports them to processes of the initial PID and user namespaces only')
  const errno = answer.ack?.err ?? 0
  if (errno !== 0) throw refusal(errno, undefined)
  if (mask !== undefined) send(monitor, procListen(0, mask))
}

/** Returns the source of the events of these kinds, PROC_EVENT_*; of all if `mask` is undefined. */
export const processEvents = (
  connection: () => Connection<Messages, 'PROC'>,
  mask: number | undefined,
): EventSource<Messages, ProcessEvent> => ({
  open(options) {
    const opened = connection()
    const monitor = opened.monitor(['PROC'], options)
    try {
      // Older kernels send all answers to all listeners. The port is different for each process.
      listen(monitor, opened.port & 0x7fffffff, mask)
    } catch (error) {
      monitor.close()
      throw error
    }
    return monitor
  },
  start: async () => {},
  async *events(monitor) {
    for await (const event of monitor) {
      if (event.type === 'overrun') yield { type: 'overrun' }
      if (event.type !== 'NLMSG_DONE' || !isOfProcess(event.message)) continue
      if (mask !== undefined && !isWanted(event.message.event, mask)) continue
      const converted = toProcessEvent(event.message)
      if (converted) yield converted
    }
  },
  stop(monitor) {
    // The kernel counts listeners, and forgets to when a socket is closed.
    monitor.send('NLMSG_DONE', procIgnore())
  },
})
