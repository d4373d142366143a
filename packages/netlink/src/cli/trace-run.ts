import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { type StraceProblem, StraceReader } from '../capture/strace/index.js'
import { failedStart, type Unrunnable, unrunnable } from './trace-command.js'
import { TraceError } from './trace-error.js'
import { Fifo } from './trace-fifo.js'
import type { TraceView } from './trace-show.js'
import { forwardSignals } from './trace-signals.js'
import { startStrace, straceHelp, type Traced } from './trace-strace.js'

const positioned = ({ reason, line }: StraceProblem) => `the log of strace: ${reason} in line ${line}`

/** Returns the exit code of a process: 128 and the number of the signal if one killed it, as in a shell. */
const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null) =>
  signal === null ? (code ?? 1) : 128 + constants.signals[signal]

/** The first line of a log: the execve(2) of the command. */
class Start {
  /** The process of the command. */
  pid: number | undefined
  /** The reason why the kernel could not run the command. */
  failure: Unrunnable | undefined
  /** True if strace has written nothing. */
  isEmpty = true
  #line: string | undefined = ''

  constructor(readonly command: string | undefined) {}

  push(piece: string): void {
    this.isEmpty = false
    if (this.#line === undefined || this.command === undefined) return
    this.#line += piece
    const [line, rest] = this.#line.split('\n', 2)
    if (line === undefined || rest === undefined) return
    this.#line = undefined
    this.pid = Number.parseInt(line, 10)
    this.failure = failedStart(this.command, line)
  }
}

/** Returns the value of yama's ptrace_scope, or undefined if the kernel has no yama. */
function yamaScope(): string | undefined {
  try {
    return readFileSync('/proc/sys/kernel/yama/ptrace_scope', 'latin1').trim()
  } catch {
    return undefined
  }
}

/** Returns the advice for a trace that did not start. strace has printed its reason. */
function advice({ pids }: Traced): string {
  const scope = yamaScope()
  const hint =
    scope === undefined || scope === '0'
      ? ''
      : `; /proc/sys/kernel/yama/ptrace_scope is ${scope}, which forbids ${scope === '1' ? 'others than parents' : scope === '2' ? 'others than root' : 'everyone'} to trace a process`
  const needs = pids.length > 0 ? 'a process of yours, or CAP_SYS_PTRACE' : 'the permission to trace (ptrace)'
  return `strace could not trace: it needs ${needs}${hint}`
}

/** Traces a command or running processes with strace, until they have ended. Returns the exit code of the command. */
export async function traceWithStrace(traced: Traced, view: TraceView): Promise<number> {
  const [command] = traced.command
  const { out } = view
  const problem = command === undefined ? undefined : unrunnable(command)
  if (problem) {
    out.complain(problem.reason)
    return problem.exitCode
  }
  const help = straceHelp()
  const fifo = new Fifo()
  try {
    return await follow(traced, view, { fifo, strace: startStrace(traced, help, fifo.path) })
  } finally {
    fifo.release()
    fifo.remove()
  }
}

/** strace, and the pipe with its log. */
interface Running {
  readonly strace: ChildProcess
  readonly fifo: Fifo
}

async function follow(traced: Traced, view: TraceView, { strace, fifo }: Running): Promise<number> {
  const [command] = traced.command
  const { out } = view
  const reader = new StraceReader((found) => out.complain(positioned(found)))
  const ended = once(strace, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  void ended.then(() => fifo.release())
  const start = new Start(command)
  // While the command runs, it alone decides what a signal means. Then the processes are left that it started.
  forwardSignals(() => {
    if (command === undefined) return strace.pid === undefined ? [] : [strace.pid]
    const pids = reader.pids()
    return start.pid !== undefined && pids.includes(start.pid) ? [start.pid] : pids
  })
  for await (const piece of fifo.read()) {
    start.push(piece)
    if (start.failure) {
      out.complain(start.failure.reason)
      return start.failure.exitCode
    }
    reader.push(piece)
    show(reader, view)
  }
  reader.end()
  show(reader, view, true)
  const [code, signal] = await ended
  if (reader.missing) out.complain(positioned(reader.missing))
  // A signal ends the trace of a process, which goes on.
  const isStopped = command === undefined && signal !== null
  if (start.isEmpty && code !== 0 && !isStopped) throw new TraceError(advice(traced))
  view.end()
  return isStopped ? 0 : exitCodeOf(code, signal)
}

function show(reader: StraceReader, view: TraceView, isLast = false): void {
  for (const datagram of reader.take(isLast)) view.add(datagram)
  view.out.flush()
}
