import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { type StraceProblem, StraceReader } from '../capture/strace/index.js'
import { failedStart, unrunnable } from './trace-command.js'
import { TraceError } from './trace-error.js'
import { Fifo } from './trace-fifo.js'
import type { TraceView } from './trace-show.js'
import { forwardSignals } from './trace-signals.js'
import { startStrace, straceHelp, type Traced } from './trace-strace.js'

const positioned = ({ reason, line }: StraceProblem) => `the log of strace: ${reason} in line ${line}`

/** Returns the exit code of a process: 128 and the number of the signal if one killed it, as in a shell. */
const exitCodeOf = (code: number | null, signal: NodeJS.Signals | null) =>
  signal === null ? (code ?? 1) : 128 + constants.signals[signal]

/** Returns the process id at the beginning of a line, or undefined if it is incomplete. */
function pidAt(line: string): number | undefined {
  const [, pid] = /^(\d+)[ <]/.exec(line) ?? []
  return pid === undefined ? undefined : Number(pid)
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
  let commandPid: number | undefined
  let beginning: string | undefined = ''
  // While the command runs, it alone decides what a signal means. Then its children are left.
  const targets = () => {
    if (command === undefined) return strace.pid === undefined ? [] : [strace.pid]
    const pids = reader.pids()
    return commandPid !== undefined && pids.includes(commandPid) ? [commandPid] : pids
  }
  const stopForwarding = forwardSignals(targets)
  try {
    for await (const piece of fifo.read()) {
      if (beginning !== undefined) {
        beginning += piece
        commandPid ??= pidAt(beginning)
        const failed = command === undefined ? undefined : failedStart(command, beginning.split('\n', 1)[0] ?? '')
        if (failed) {
          out.complain(failed.reason)
          return failed.exitCode
        }
        if (beginning.includes('\n')) beginning = undefined
      }
      reader.push(piece)
      show(reader, view)
    }
    reader.end()
    show(reader, view, true)
    const [code, signal] = await ended
    if (reader.missing) out.complain(positioned(reader.missing))
    const isStopped = command === undefined && signal !== null
    if (beginning === '' && code !== 0 && !isStopped) throw new TraceError(advice(traced))
    view.end()
    // A signal ends the trace of a process, which goes on.
    if (isStopped) return 0
    return exitCodeOf(code, signal)
  } finally {
    stopForwarding()
  }
}

function show(reader: StraceReader, view: TraceView, isLast = false): void {
  for (const datagram of reader.take(isLast)) view.add(datagram)
  view.out.flush()
}
