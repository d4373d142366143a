/**
 * Becomes the program that its arguments name, which the kernel kills when the parent ends. Node cannot start a child like
 * that: PR_SET_PDEATHSIG concerns the calling process, and is forgotten by fork(2) but not by execve(2).
 *
 * Arguments: the process ID of the parent, the path of the program. If the program cannot be run, the errno goes to `errnoFd`.
 */
import { addressOf, libc } from '@netloom/netlink/socket'

/** linux/prctl.h, asm-generic/ioctls.h */
const PR_SET_PDEATHSIG = 1
const SIGKILL = 9
const FIONCLEX = 0x5450
const FIOCLEX = 0x5451

const errnoFd = 3

const text = (value: string) => Buffer.from(`${value}\0`)

/** Returns what execve(2) takes for a list: the addresses of the texts, and a zero. */
function pointersTo(texts: readonly Buffer[]): Buffer {
  const bytes = Buffer.alloc(8 * (texts.length + 1))
  for (const [index, each] of texts.entries()) bytes.writeBigUInt64LE(addressOf(each), 8 * index)
  return bytes
}

function becomeProgram([parent, file = '']: readonly string[]): number {
  const failed = libc.prctl(PR_SET_PDEATHSIG, SIGKILL)
  if (failed < 0) return -failed
  // It may have ended before.
  if (process.ppid !== Number(parent)) return 0
  // Node ignores these signals, and the program would. A signal that is handled has its default action in the program.
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => {})
  // Node marks all that it inherits to be closed.
  for (const fd of [0, 1, 2]) libc.ioctlValue(fd, FIONCLEX, 0)
  libc.ioctlValue(errnoFd, FIOCLEX, 0)
  const argv = [text(file)] as const
  const envp = Object.entries(process.env).map(([key, value]) => text(`${key}=${value}`))
  const result = libc.execve(argv[0], pointersTo(argv), pointersTo(envp))
  // They are used by address, so they must be alive until here.
  return argv.length + envp.length > 0 ? -result : 0
}

const errno = becomeProgram(process.argv.slice(2))
libc.write(errnoFd, text(String(errno)), String(errno).length)
process.exitCode = 1
