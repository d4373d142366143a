import { constants } from 'node:os'
import { type CnOther, type CnProcEvent, PROC_EVENT, type ProcEvent } from '../../connector/index.js'
import { named } from '../values/names.js'
import { type Draft, withMessage } from '../values/objects.js'
import type { ProcessEvent, ProcessExit } from './types.js'

const { signals } = constants

/** Returns the name of a signal. Some have two: the first one is that of POSIX. */
const signalName = (number: number): string | number =>
  Object.entries(signals).find(([, each]) => each === number)?.[0] ?? number

/** Bits of a status as waitpid(2) returns it. */
const SIGNAL = 0x7f
const CORE = 0x80

/** Returns how a process ended. */
function outcomeOf(status: number): Pick<ProcessExit, 'code' | 'signal' | 'dumped'> {
  const signal = status & SIGNAL
  if (signal === 0) return { code: (status >> 8) & 0xff }
  return { signal: signalName(signal), ...((status & CORE) !== 0 && { dumped: true as const }) }
}

type Members = Partial<
  Record<'processPid' | 'processTgid' | 'childPid' | 'childTgid' | 'parentPid' | 'parentTgid', number>
>

/** Returns the members of the event's union. */
function unionOf({ what: _what, cpu: _cpu, timestampNs: _time, ...union }: ProcEvent): Members {
  const [members = {}] = Object.values(union)
  return members as Members
}

/** Returns the members of one kind of events. */
function detailsOf({ id, ptrace, comm, exit }: ProcEvent): object {
  if (id) return { real: id.r, effective: id.e }
  if (comm) return { name: comm.comm }
  if (exit) return outcomeOf(exit.exitCode)
  // The kernel reports 0 if the tracer detaches.
  return ptrace && ptrace.tracerTgid !== 0 ? { tracerPid: ptrace.tracerTgid, tracerTid: ptrace.tracerPid } : {}
}

/** True for a message about processes. */
export const isOfProcess = (message: CnProcEvent | CnOther): message is CnProcEvent => 'event' in message

/** Converts a message to an event. Undefined for the answer to a request, and for an event that is not declared. */
export function toProcessEvent(message: CnProcEvent): ProcessEvent | undefined {
  const { event } = message
  const type = named(PROC_EVENT, event.what)
  if (type === 'none' || typeof type === 'number') return undefined
  const union = unionOf(event)
  const { parentPid, parentTgid } = union
  const object: Draft<object> = {
    type,
    pid: union.childTgid ?? union.processTgid,
    tid: union.childPid ?? union.processPid,
    ...(parentTgid !== undefined && { parentPid: parentTgid, parentTid: parentPid }),
    ...detailsOf(event),
    time: event.timestampNs,
    cpu: event.cpu,
  }
  return withMessage(object, message) as ProcessEvent
}

/** True if an event is of the kinds in `mask`, PROC_EVENT_*: kernels before 6.6 send all. */
export const isWanted = ({ what, exit }: ProcEvent, mask: number): boolean =>
  (what & mask) !== 0 || (exit !== undefined && exit.exitCode !== 0 && (mask & PROC_EVENT.NONZERO_EXIT) !== 0)
