import type { SystemCall } from './strace.js'

/** Calls for memory, threads and the event loop. The runtime decides when to make them, so they differ between two runs. */
const runtimes = new Set(
  `brk mmap munmap mprotect madvise mremap futex clone3 sched_getaffinity sched_yield gettid getpid getrandom prctl
  rt_sigprocmask rt_sigaction rt_sigreturn set_robust_list rseq membarrier restart_syscall epoll_create1 epoll_ctl epoll_wait
  epoll_pwait epoll_pwait2 eventfd2 fcntl`.split(/\s+/),
)

/** System calls of the plugin itself, made by Node's `fs` or through the FFI to libc. */
const plugins = new Set(
  `open openat statx stat fstat newfstatat statfs fstatfs setns socket connect getsockname setsockopt getsockopt sendto recvfrom
  recvmsg poll ioctl read pread64 readv write pwrite64 ftruncate readlink close`.split(/\s+/),
)

/** Files that the runtime reads for itself, its eventfds, and modules that it loads on demand. */
const runtimesFiles =
  /\/proc\/(self|#)\/(statm|maps|cgroup)\b|["<]\/sys\/|\[eventfd\]|\/node[">]|\.([cm]?js|json|node)[">]|\/(node_modules|packages\/[\w-]+)["/]/

/** Descriptors by which the runtime talks to a child process. The runtime starts the child, not the plugin. */
const childsFiles = /memfd:|anon_inode:|UNIX|pipe:|\/dev\/null/

/**
 * True if the executable's event loop waits for the output of a child. The number of these calls varies, because the output
 * arrives in varying pieces.
 */
const waitsForChild = ({ name, text }: SystemCall) => name === 'poll' && text.includes('<pipe:')

/**
 * Returns the plugin's own calls: from the first that names the namespace to the one that prints the result. If nothing is
 * printed, the last one is the last that names the namespace.
 */
export function transaction(calls: readonly SystemCall[]): SystemCall[] {
  const isAboutNetns = ({ text }: SystemCall) => /["<]\/run\/netns\//.test(text)
  const first = calls.findIndex(isAboutNetns)
  const last = calls.findLastIndex((call) => isPrinting(call) || isAboutNetns(call))
  if (first < 0) throw new Error('expected a call that names the namespace, found none')
  const isRuntimes = (call: SystemCall) =>
    runtimes.has(call.name) || runtimesFiles.test(call.text) || waitsForChild(call)
  return calls.slice(first, last + 1).filter((call) => !isRuntimes(call))
}

const isPrinting = ({ text }: SystemCall) => text.startsWith('write(1<')

/** True if the plugin, not the runtime, notices when the call fails. */
export const isPlugins = (call: SystemCall) =>
  isPrinting(call) || (plugins.has(call.name) && !childsFiles.test(call.text))

/** Number of arguments that distinguish a call from others of the same name before the kernel has answered. */
const distinguishing: Readonly<Record<string, number>> = {
  openat: 2,
  statx: 2,
  newfstatat: 2,
  ioctl: 2,
  setsockopt: 3,
  sendto: 7,
  pipe2: 0,
  socketpair: 3,
}

/** True if the calls of two runs are the same step. The runtime's calls in between differ. */
export function isSameStep(call: SystemCall, other: SystemCall | undefined): boolean {
  const keyOf = ({ name, text }: SystemCall) =>
    [
      name,
      ...text
        .replace(/ <unfinished \.\.\.>(?=\)?$)/, '')
        // The kernel chooses the port ID. It also fills in the target of a link, so a call that fails does not show it.
        .replace(/nlmsg_pid=-?\d+/g, 'nlmsg_pid=#')
        .replace(/…"net:\[\d+\]"/g, '')
        .split(', ')
        .slice(0, distinguishing[name] ?? 1),
    ].join(', ')
  return other !== undefined && keyOf(call) === keyOf(other)
}
