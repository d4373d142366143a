/**
 * Executes a program that the kernel kills when the parent ends. Node cannot start such a child: PR_SET_PDEATHSIG applies to the calling
 * process, and is kept by execve(2) but not by fork(2).
 *
 * Arguments: the process ID of the parent, the path of the program. If the program cannot be executed, the errno goes to `errnoFd`.
 */
import { addressOf, libc } from '@netloom/netlink/socket'

/** linux/prctl.h, asm-generic/ioctls.h */
const PR_SET_PDEATHSIG = 1
const SIGKILL = 9
const FIONCLEX = 0x5450
const FIOCLEX = 0x5451

const errnoFd = 3

const text = (value: string) => Buffer.from(`${value}\0`)

/** Returns a list for execve(2): the addresses of the texts, and a null pointer. */
function pointersTo(texts: readonly Buffer[]): Buffer {
  const bytes = Buffer.alloc(8 * (texts.length + 1))
  for (const [index, each] of texts.entries()) bytes.writeBigUInt64LE(addressOf(each), 8 * index)
  return bytes
}

function becomeProgram([parent, file = '']: readonly string[]): number {
  const failed = libc.prctl(PR_SET_PDEATHSIG, SIGKILL)
  if (failed < 0) return -failed
  // The parent may have ended before prctl(2).
  if (process.ppid !== Number(parent)) return 0
  // Node ignores these signals, and the program would inherit that. A handled signal gets its default action in the program.
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => {})
  // Node sets FD_CLOEXEC for inherited descriptors.
  for (const fd of [0, 1, 2]) libc.ioctlValue(fd, FIONCLEX, 0)
  libc.ioctlValue(errnoFd, FIOCLEX, 0)
  const argv = [text(file)] as const
  const envp = Object.entries(process.env).map(([key, value]) => text(`${key}=${value}`))
  const result = libc.execve(argv[0], pointersTo(argv), pointersTo(envp))
  // execve(2) uses their addresses, so this keeps them from being garbage-collected before.
  return argv.length + envp.length > 0 ? -result : 0
}

const errno = becomeProgram(process.argv.slice(2))
libc.write(errnoFd, text(String(errno)), String(errno).length)
process.exitCode = 1
