import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { type StraceProblem, StraceReader } from '../capture/strace/index.js'
import { failedStart, type Unrunnable, unrunnable } from './trace-command.js'
import { TraceError } from './trace-error.js'
import { Fifo } from './trace-fifo.js'
import type { TraceView } from './trace-show.js'
import { exists, SignalForwarder, tracedBy, tracerOf } from './trace-signals.js'
import { startStrace, straceHelp, type Traced } from './trace-strace.js'

const positioned = ({ reason, line }: StraceProblem) => `the log of strace: ${reason} in line ${line}`

/** Returns the exit code of a process: 128 and the number of the signal if one killed it, as in a shell. */
const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null) =>
  signal === null ? (code ?? 1) : 128 + constants.signals[signal]

const untraced = /^\d+(<.*>)? +(\d+\.\d+ )?\+\+\+ exited with \d+ \+\+\+$/

/** The first line of a log: the execve(2) of the command. */
class Start {
  /** The process of the command. */
  pid: number | undefined
  /** The reason why the kernel could not run the command. */
  failure: Unrunnable | undefined
  /** True as long as strace has logged no call of a traced process. */
  isEmpty = true
  #line: string | undefined = ''

  constructor(readonly command: string | undefined) {}

  push(piece: string): void {
    if (this.#line === undefined) return
    this.#line += piece
    const [line, rest] = this.#line.split('\n', 2)
    if (line === undefined || rest === undefined) return
    this.#line = undefined
    // A child that strace could not trace has only an end.
    this.isEmpty = untraced.test(line)
    if (this.command === undefined || this.isEmpty) return
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
  // The kernel allows a process one tracer (`ptrace_attach`), and gives the children of a traced one the same tracer.
  const held = (pids.length > 0 ? pids : [String(process.pid)]).map(tracerOf).find((tracer) => tracer !== undefined)
  if (held !== undefined)
    return `strace could not trace: another tracer, ${held}, holds ${pids.length > 0 ? 'the process' : 'netloom and its children'}, and the kernel allows only one`
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
  const problem = command === undefined ? undefined : unrunnable(command)
  if (problem) {
    view.complain(problem.reason)
    return problem.exitCode
  }
  const help = straceHelp()
  // Before strace starts: a signal that comes from then on is for the command.
  const signals = new SignalForwarder()
  const fifo = new Fifo()
  try {
    return await new StraceRun(traced, view, { fifo, signals, strace: startStrace(traced, help, fifo.path) }).follow()
  } finally {
    fifo.release()
    fifo.remove()
  }
}

/** strace, the pipe with its log, and the signals for the processes that it traces. */
interface Running {
  readonly strace: ChildProcess
  readonly fifo: Fifo
  readonly signals: SignalForwarder
}

/** One run of strace: reads its log, prints the datagrams, and forwards signals. */
class StraceRun {
  readonly #traced: Traced
  readonly #running: Running
  readonly #start: Start
  readonly #reader: StraceReader
  readonly #ended: Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>

  constructor(
    traced: Traced,
    readonly view: TraceView,
    running: Running,
  ) {
    this.#traced = traced
    this.#running = running
    this.#start = new Start(traced.command[0])
    this.#reader = new StraceReader((found) => view.complain(positioned(found)))
    const { strace, fifo } = running
    this.#ended = once(strace, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    const release = () => fifo.release()
    this.#ended.then(release, release)
  }

  /** Follows the log to its end. Returns the exit code. */
  async follow(): Promise<number> {
    const { fifo, signals } = this.#running
    signals.begin(() => this.#targets())
    for await (const piece of fifo.read()) {
      this.#start.push(piece)
      if (this.#start.failure) {
        this.view.complain(this.#start.failure.reason)
        return this.#start.failure.exitCode
      }
      this.#reader.push(piece)
      signals.deliver()
      this.#show(false)
    }
    this.#reader.end()
    this.#show(true)
    return this.#end(...(await this.#ended))
  }

  #end(code: number | null, signal: NodeJS.Signals | null): number {
    const isAttached = this.#traced.command.length === 0
    // A signal ends the trace of a process, which goes on.
    const isStopped = isAttached && signal !== null
    if (this.#start.isEmpty && code !== 0 && !isStopped) throw new TraceError(advice(this.#traced))
    const { missing } = this.#reader
    if (missing) this.view.complain(positioned(missing))
    const { pid } = this.#start
    // strace ends with the signal that killed the command. Only its own death leaves the command behind.
    if (signal !== null && pid !== undefined && exists(pid))
      this.view.complain(`strace was killed, so the traced calls of process ${pid} fail from now on`)
    this.view.end()
    return isStopped ? 0 : exitCodeOf(code, signal)
  }

  /** Returns the processes that get a signal: while the command runs, it alone decides what a signal means; then those that it left behind. */
  #targets(): number[] {
    const { pid: tracer } = this.#running.strace
    if (this.#traced.command.length === 0) return tracer === undefined ? [] : [tracer]
    const pids = tracedBy(tracer, this.#reader.pids())
    const { pid } = this.#start
    return pid !== undefined && pids.includes(pid) ? [pid] : pids
  }

  #show(isLast: boolean): void {
    const { view } = this
    for (const datagram of this.#reader.take(isLast)) view.add(datagram)
    view.flush()
    // A trace of processes that run has no purpose without a reader. A command goes on.
    if (view.isUnread && this.#traced.command.length === 0) this.#running.strace.kill()
  }
}
