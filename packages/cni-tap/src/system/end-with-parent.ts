/**
 * Executes a program that the kernel kills when the parent process ends. Node cannot start such a child: PR_SET_PDEATHSIG applies
 * to the calling process, and survives execve(2) but not fork(2).
 * Arguments: process ID of the parent, path of the program. If the program cannot be executed, writes the errno to `errnoFd`.
 */
import { addressOf, libc } from '@netloom/netlink/socket'

/** linux/prctl.h, asm-generic/ioctls.h */
const PR_SET_PDEATHSIG = 1
const SIGKILL = 9
const FIONCLEX = 0x5450
const FIOCLEX = 0x5451

const errnoFd = 3

const text = (value: string) => Buffer.from(`${value}\0`)

/** Returns an array for execve(2): the addresses of the strings, and a null pointer. */
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
  // Node ignores these signals, and the program would inherit that. Signals with a handler are reset by execve(2).
  for (const signal of ['SIGPIPE', 'SIGXFSZ'] as const) process.on(signal, () => {})
  // Node sets FD_CLOEXEC for inherited descriptors.
  for (const fd of [0, 1, 2]) libc.ioctlValue(fd, FIONCLEX, 0)
  libc.ioctlValue(errnoFd, FIOCLEX, 0)
  const argv = [text(file)] as const
  const envp = Object.entries(process.env).map(([key, value]) => text(`${key}=${value}`))
  const result = libc.execve(argv[0], pointersTo(argv), pointersTo(envp))
  // execve(2) reads them by address, so they must not be garbage-collected before.
  return argv.length + envp.length > 0 ? -result : 0
}

const errno = becomeProgram(process.argv.slice(2))
libc.write(errnoFd, text(String(errno)), String(errno).length)
process.exitCode = 1
