import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { codeOf } from '../codec/error.js'
import { TraceError } from './trace-error.js'

/** The target of a trace: a command, or processes that run. */
export interface Traced {
  readonly command: readonly string[]
  readonly pids: readonly string[]
  /** Also traces read, write, readv and writev. */
  readonly readWrite: boolean
}

/** Calls that create sockets, transfer datagrams, and create processes and threads. `?`: not on every architecture. */
const calls = [
  ...['socket', 'sendto', 'sendmsg', 'sendmmsg', 'recvfrom', 'recvmsg', 'recvmmsg', '?send', '?recv', '?socketcall'],
  ...['execve', 'execveat', 'clone', '?clone3', '?fork', '?vfork'],
]
const readWriteCalls = ['read', 'write', 'readv', 'writev']

const missing =
  "netloom trace needs strace: install it with 'apt install strace' (Debian, Ubuntu), 'dnf install strace' (Fedora, RHEL) or 'apk add strace' (Alpine), or use 'netloom trace --all', which needs root and the kernel module nlmon instead"

/** Returns the help of the installed strace, which lists its options. @throws {TraceError} if it is not installed */
export function straceHelp(): string {
  const { stdout, error } = spawnSync('strace', ['--help'], { encoding: 'utf8' })
  if (error) throw new TraceError(codeOf(error) === 'ENOENT' ? missing : `strace: ${error.message}`)
  return stdout
}

/**
 * Returns the arguments of strace that print what `StraceReader` needs, without `-o` and the command. `help` is the output of
 * `strace --help`.
 */
export function straceOptions({ command, readWrite }: Pick<Traced, 'command' | 'readWrite'>, help: string): string[] {
  const isNewCommand = command.length > 0
  return [
    ...['-f', '-q', '-ttt', '-T', '-yy'],
    ...(help.includes('--decode-pids=comm') ? ['-Y'] : []),
    // The kernel stops a process only for the traced calls. strace cannot do that for a process that runs.
    ...(isNewCommand && help.includes('--seccomp-bpf') ? ['--seccomp-bpf'] : []),
    // The hex dumps contain all bytes. The arguments would only repeat them. The flags of clone3 are needed.
    ...['-s', '0', '-e', 'verbose=clone3', '-e', 'signal=none', '-e', 'read=all', '-e', 'write=all'],
    ...['-e', `trace=${[...calls, ...(readWrite ? readWriteCalls : [])].join()}`],
  ]
}

/** Starts strace. It writes its log to `log`. `help` is the result of {@link straceHelp}. */
export function startStrace(traced: Traced, help: string, log: string): ChildProcess {
  const targets = traced.command.length > 0 ? ['--', ...traced.command] : traced.pids.flatMap((pid) => ['-p', pid])
  return spawn('strace', [...straceOptions(traced, help), '-o', log, ...targets], { stdio: 'inherit' })
}
