import {
  type Alternative,
  type ByteOrder,
  bytes,
  charArray,
  choice,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  followed,
  type Infer,
  type Members,
  nanoseconds,
  pad,
  type Struct,
  struct,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'

/** PROC_CN_MCAST_*, linux/cn_proc.h: requests to send events of processes, and to stop it */
export const PROC_CN_MCAST = constants('PROC_CN_MCAST', { LISTEN: 1, IGNORE: 2 })

/** PROC_EVENT_*, linux/cn_proc.h: events of processes. NONE is the answer to a request. */
export const PROC_EVENT = constants('PROC_EVENT', {
  NONE: 0,
  FORK: 0x1,
  EXEC: 0x2,
  UID: 0x4,
  GID: 0x40,
  SID: 0x80,
  PTRACE: 0x100,
  COMM: 0x200,
  NONZERO_EXIT: 0x20000000, // in requests only: exits with a status other than 0
  COREDUMP: 0x40000000,
  EXIT: 0x80000000,
})

/** `struct proc_input`, linux/cn_proc.h: the events to send. Kernels before 6.6 ignore it, and want {@link procMcast}. */
export const procInput = struct('proc_input', {
  mcastOp: enumOf(u32, PROC_CN_MCAST),
  eventType: flagsOf(u32, PROC_EVENT), // 0 for all
})

/** `enum proc_cn_mcast_op`, linux/cn_proc.h, alone: a request for all events */
export const procMcast = struct('proc_cn_mcast_op', { mcastOp: enumOf(u32, PROC_CN_MCAST) })

/** A request to NETLINK_CONNECTOR for events of processes. */
export type ProcInput = Infer<typeof procMcast> & Partial<Pick<Infer<typeof procInput>, 'eventType'>>

export const procInputOfLength: Declaration<ProcInput> = choice<ProcInput>('proc_input', [procInput, procMcast], {
  ofBytes: (_bytes, start, end) => (end - start < procInput.size ? procMcast : procInput),
  ofValue: ({ eventType }) => (eventType === undefined ? procMcast : procInput),
})

// The kernel's `pid` is the id of a thread, and `tgid` that of its process.
const process = { processPid: u32, processTgid: u32 }
const parent = { parentPid: u32, parentTgid: u32 }

/** `struct fork_proc_event`, linux/cn_proc.h: a new process, or a new thread of the same process */
export const forkProcEvent = struct('fork_proc_event', { ...parent, childPid: u32, childTgid: u32 })

/** `struct exec_proc_event`, linux/cn_proc.h */
export const execProcEvent = struct('exec_proc_event', process)

/** `struct id_proc_event`, linux/cn_proc.h: new user ids of a process, or group ids with PROC_EVENT_GID */
export const idProcEvent = struct('id_proc_event', { ...process, r: u32, e: u32 })

/** `struct sid_proc_event`, linux/cn_proc.h: the process leads a new session */
export const sidProcEvent = struct('sid_proc_event', process)

/** `struct ptrace_proc_event`, linux/cn_proc.h. The ids of the tracer are 0 when it detaches. */
export const ptraceProcEvent = struct('ptrace_proc_event', { ...process, tracerPid: u32, tracerTgid: u32 })

/** `struct comm_proc_event`, linux/cn_proc.h: a new name of a thread */
export const commProcEvent = struct('comm_proc_event', { ...process, comm: charArray(16) })

/** `struct coredump_proc_event`, linux/cn_proc.h */
export const coredumpProcEvent = struct('coredump_proc_event', { ...process, ...parent })

/** `struct exit_proc_event`, linux/cn_proc.h */
export const exitProcEvent = struct('exit_proc_event', {
  ...process,
  exitCode: u32, // as waitpid(2) returns it
  exitSignal: u32, // to the parent; 4294967295 for a thread
  ...parent,
})

/** The answer to a request, an unnamed struct in linux/cn_proc.h. */
const ackProcEvent = struct('ack', { err: u32 })

/** Members of `struct proc_event` before its union. */
const head = {
  what: enumOf(u32, PROC_EVENT),
  cpu: u32,
  timestampNs: writtenAs(u64, nanoseconds), // of CLOCK_MONOTONIC
}

/** Bytes of the union in `struct proc_event`: those of its largest members, comm and exit. */
const UNION = exitProcEvent.size

/** Declares `struct proc_event` with this member of its union. */
const withMember = <const K extends string, M extends Members, T>(key: K, member: Struct<M, T>) => {
  const members = { ...head, [key]: member } as typeof head & { [P in K]: Struct<M, T> }
  return struct('proc_event', member.size < UNION ? { ...members, _pad: pad(UNION - member.size) } : members)
}

/** `struct proc_event`, linux/cn_proc.h, by `what` */
export const procEvents = {
  [PROC_EVENT.NONE]: withMember('ack', ackProcEvent),
  [PROC_EVENT.FORK]: withMember('fork', forkProcEvent),
  [PROC_EVENT.EXEC]: withMember('exec', execProcEvent),
  [PROC_EVENT.UID]: withMember('id', idProcEvent),
  [PROC_EVENT.GID]: withMember('id', idProcEvent),
  [PROC_EVENT.SID]: withMember('sid', sidProcEvent),
  [PROC_EVENT.PTRACE]: withMember('ptrace', ptraceProcEvent),
  [PROC_EVENT.COMM]: withMember('comm', commProcEvent),
  [PROC_EVENT.COREDUMP]: withMember('coredump', coredumpProcEvent),
  [PROC_EVENT.EXIT]: withMember('exit', exitProcEvent),
}

type Head = Infer<Struct<typeof head>>

/** An event of a process. `what` says which member it has. */
export interface ProcEvent extends Head {
  ack?: Infer<typeof ackProcEvent>
  fork?: Infer<typeof forkProcEvent>
  exec?: Infer<typeof execProcEvent>
  /** With PROC_EVENT_UID and PROC_EVENT_GID. */
  id?: Infer<typeof idProcEvent>
  sid?: Infer<typeof sidProcEvent>
  ptrace?: Infer<typeof ptraceProcEvent>
  comm?: Infer<typeof commProcEvent>
  coredump?: Infer<typeof coredumpProcEvent>
  exit?: Infer<typeof exitProcEvent>
  /** The union, of an event that is not declared. */
  eventData?: Buffer
}

const unknownEvent = followed(struct('proc_event', head), 'eventData', bytes)
const known: Readonly<Record<number, Alternative>> = procEvents

/** Returns `what` of the event at `start`. */
export const whatAt = (from: Buffer, start: number, order: ByteOrder): number =>
  order === 'LE' ? from.readUInt32LE(start) : from.readUInt32BE(start)

/** `struct proc_event`, linux/cn_proc.h. `what` selects the member of its union. */
export const procEvent: Declaration<ProcEvent> = choice<ProcEvent>(
  'proc_event',
  [...Object.values(procEvents), unknownEvent],
  {
    ofBytes: (from, start, end, order) =>
      (end - start < u32.size ? undefined : known[whatAt(from, start, order)]) ?? unknownEvent,
    ofValue: ({ what }) => known[what] ?? unknownEvent,
  },
)
