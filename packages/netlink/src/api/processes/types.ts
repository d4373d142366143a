import type { CnProcEvent, PROC_EVENT } from '../../connector/index.js'
import type { NameOf } from '../values/names.js'
import type { EventStreamOptions } from '../watch/event-stream.js'

/** Members of all events of processes. */
interface OfProcess {
  /** Id of the process (the kernel's `tgid`), in the initial PID namespace. */
  readonly pid: number
  /** Id of the thread (the kernel's `pid`). It is that of the process, for its first thread. */
  readonly tid: number
  /** Nanoseconds of CLOCK_MONOTONIC, as `process.hrtime.bigint()` returns them. */
  readonly time: bigint
  /** Number of the CPU on which it happened. */
  readonly cpu: number
  /** The message of the kernel. Not enumerable. */
  readonly message: CnProcEvent
}

/** The parent of a process. */
interface OfParent {
  /** Id of the parent process. */
  readonly parentPid: number
  /** Id of the thread of the parent. */
  readonly parentTid: number
}

/** A process was created, or a thread: then `tid` differs from `pid`, and the parent is that of the process. */
export interface ProcessFork extends OfProcess, OfParent {
  readonly type: 'fork'
}

/** A process executes another program. */
export interface ProcessExec extends OfProcess {
  readonly type: 'exec'
}

/** The user ids, or the group ids, of a process have changed. */
export interface ProcessIds extends OfProcess {
  readonly type: 'uid' | 'gid'
  /** Real id. */
  readonly real: number
  /** Effective id. */
  readonly effective: number
}

/** A process leads a new session. */
export interface ProcessSession extends OfProcess {
  readonly type: 'sid'
}

/** A debugger attaches to a process, or detaches from it. */
export interface ProcessTrace extends OfProcess {
  readonly type: 'ptrace'
  /** Id of the process that traces it. Absent if it detaches. */
  readonly tracerPid?: number
  /** Id of the thread that traces it. Absent if it detaches. */
  readonly tracerTid?: number
}

/** A thread has a new name, of at most 15 bytes. A program that is executed changes it without this event. */
export interface ProcessName extends OfProcess {
  readonly type: 'comm'
  readonly name: string
}

/** A process writes a core dump. The event `exit` follows. */
export interface ProcessCoredump extends OfProcess, OfParent {
  readonly type: 'coredump'
}

/** A process, or a thread, has ended. It has either `code` or `signal`. */
export interface ProcessExit extends OfProcess, OfParent {
  readonly type: 'exit'
  /** Exit code, 0 to 255. */
  readonly code?: number
  /** Signal that ended it, `SIGKILL`. A number if it has no name. */
  readonly signal?: string | number
  /** True if it has written a core dump. Absent otherwise. */
  readonly dumped?: true
}

/** The kernel has dropped events, because they were not read in time. */
export interface ProcessOverrun {
  readonly type: 'overrun'
}

/** An event of {@link ProcessOperations.watch}, discriminated by `type`. */
export type ProcessEvent =
  | ProcessFork
  | ProcessExec
  | ProcessIds
  | ProcessSession
  | ProcessTrace
  | ProcessName
  | ProcessCoredump
  | ProcessExit
  | ProcessOverrun

/** A kind of events of processes: PROC_EVENT_* in lower case. `nonzero_exit` are those of `exit` with a code other than 0, or a signal. */
export type ProcessEventKind = Exclude<NameOf<typeof PROC_EVENT>, 'none'>

/** Options of {@link ProcessOperations.watch}. */
export interface ProcessWatchOptions extends EventStreamOptions {
  /** The kinds of events. Default: all. Kernels from 6.6 on filter them, otherwise the library does. */
  readonly events?: readonly ProcessEventKind[] | undefined
}
