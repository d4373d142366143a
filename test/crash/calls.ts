import type { SystemCall } from './strace.js'

/** Memory, threads and the event loop: when the runtime calls these is its own affair, and differs between two runs. */
const runtimes = new Set(
  `brk mmap munmap mprotect madvise mremap futex clone3 sched_getaffinity sched_yield gettid getpid getrandom prctl
  rt_sigprocmask rt_sigaction rt_sigreturn set_robust_list rseq membarrier restart_syscall epoll_create1 epoll_ctl epoll_wait
  epoll_pwait epoll_pwait2 eventfd2 fcntl`.split(/\s+/),
)

/** What the plugin asks the kernel for, by Node's `fs` or by the seam to libc. */
const plugins = new Set(
  `open openat statx stat fstat newfstatat statfs fstatfs setns socket connect getsockname setsockopt getsockopt sendto recvfrom
  recvmsg poll ioctl read pread64 readv write pwrite64 ftruncate readlink close`.split(/\s+/),
)

/** What the runtime looks up for itself and wakes its threads with, now and then, and what it loads when it is needed. */
const runtimesFiles =
  /\/proc\/(self|#)\/(statm|maps|cgroup)\b|["<]\/sys\/|\[eventfd\]|\/node[">]|\.([cm]?js|json|node)[">]|\/(node_modules|packages\/[\w-]+)["/]/

/** What the runtime talks to the child with: it starts the child, not the plugin. */
const childsFiles = /memfd:|anon_inode:|UNIX|pipe:|\/dev\/null/

/** The executable's event loop: how it waits for what a child writes, which comes in more or fewer pieces. */
const waitsForChild = ({ name, text }: SystemCall) => name === 'poll' && text.includes('<pipe:')

/**
 * Those from the first look at the namespace to the printing of the result, or where nothing is printed, to the last that
 * has to do with the namespace; apart from the runtime's own.
 */
export function transaction(calls: readonly SystemCall[]): SystemCall[] {
  const isAboutNetns = ({ text }: SystemCall) => /["<]\/run\/netns\//.test(text)
  const first = calls.findIndex(isAboutNetns)
  const last = calls.findLastIndex((call) => isPrinting(call) || isAboutNetns(call))
  if (first < 0) throw new Error('expected a namespace to be looked at')
  const isRuntimes = (call: SystemCall) =>
    runtimes.has(call.name) || runtimesFiles.test(call.text) || waitsForChild(call)
  return calls.slice(first, last + 1).filter((call) => !isRuntimes(call))
}

const isPrinting = ({ text }: SystemCall) => text.startsWith('write(1<')

/** Whether the plugin, not the runtime, gets to see that the call fails. */
export const isPlugins = (call: SystemCall) =>
  isPrinting(call) || (plugins.has(call.name) && !childsFiles.test(call.text))

/** How many arguments tell one call from others of its name, before the kernel has answered. */
const telling: Readonly<Record<string, number>> = {
  openat: 2,
  statx: 2,
  newfstatat: 2,
  ioctl: 2,
  setsockopt: 3,
  sendto: 7,
  pipe2: 0,
  socketpair: 3,
}

/** Whether two runs' calls are the same step. The runtime's calls in between are not always the same. */
export function isSameStep(call: SystemCall, other: SystemCall | undefined): boolean {
  const told = ({ name, text }: SystemCall) =>
    [
      name,
      ...text
        .replace(/ <unfinished \.\.\.>(?=\)?$)/, '')
        // The kernel chooses the port id. It writes the target of a link, so a call that fails does not show it.
        .replace(/nlmsg_pid=-?\d+/g, 'nlmsg_pid=#')
        .replace(/…"net:\[\d+\]"/g, '')
        .split(', ')
        .slice(0, telling[name] ?? 1),
    ].join(', ')
  return other !== undefined && told(call) === told(other)
}
