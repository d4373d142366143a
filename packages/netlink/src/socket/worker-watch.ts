import { libcFunction } from './call-koffi.js'
import { Epoll, EVENT_SIZE, openEpoll, tokenOf } from './epoll.js'
import { EpollReadiness, EpollWatcher, type EventSource } from './epoll-watch.js'
import { SystemError } from './error.js'
import type { Readiness, ReadinessEvent } from './libc.js'

// A worker can be terminated at any moment. If libuv then calls back into koffi, koffi aborts the process. Node's own handles are
// safe: Node does not call JavaScript in a worker that ends, and closes their descriptors. But none of them accepts any descriptor.
//
// So a UDP socket of `node:dgram` lends its handle. Before libuv watches the socket, dup3(2) replaces it by an epoll descriptor. If
// that is readable, libuv calls recvmsg(2) on it, which always fails with ENOTSOCK, and changes nothing. Node reports that as an
// 'error' event of the socket, and continues to watch. One epoll descriptor serves all descriptors of the thread.
//
// Most of the time goes into that error and its stack. So if the handle has the callback that it had in all releases, it is replaced.

const calls = {
  socket: libcFunction('int socket(int, int, int)'),
  dup3: libcFunction('int dup3(int, int, int)'),
  close: libcFunction('int close(int)'),
  epoll_wait: libcFunction('int epoll_wait(int, void *, int, int)'),
}

function call(syscall: keyof typeof calls, ...args: readonly unknown[]): number {
  const result = calls[syscall](...args)
  if (result < 0) throw new SystemError(syscall, -result)
  return result
}

const AF_INET = 2
/** SOCK_*, linux/net.h */
const DGRAM = 2
const NONBLOCK = 0o4000
const CLOEXEC = 0o2000000

/** Returns a UDP socket that Node closes when its thread ends, and its descriptor. It has no port. */
function openSocket() {
  const { createSocket } = process.getBuiltinModule('node:dgram')
  const socket = createSocket('udp4')
  const fd = call('socket', AF_INET, DGRAM + NONBLOCK + CLOEXEC, 0)
  try {
    // In a cluster, the primary would open the descriptor unless it is exclusive.
    socket.bind({ fd, exclusive: true })
  } catch (error) {
    calls.close(fd)
    throw error
  }
  return { socket, fd }
}

/** Returns the handle of a UDP socket; undefined if this release keeps it elsewhere. */
function handleOf(socket: object): { onmessage?: unknown } | undefined {
  const key = Object.getOwnPropertySymbols(socket).find(({ description }) => description === 'state symbol')
  const state = key && (socket as Record<symbol, { handle?: { onmessage?: unknown } } | undefined>)[key]
  return state?.handle
}

function startSource(onEvent: (token: number) => void): EventSource {
  const { socket, fd } = openSocket()
  const epoll = openEpoll(libcFunction)
  try {
    call('dup3', epoll, fd, CLOEXEC)
  } catch (error) {
    socket.close()
    throw error
  } finally {
    calls.close(epoll)
  }
  const event = Buffer.alloc(EVENT_SIZE)
  // One event in each turn of the event loop: an exception of a callback does not affect other events.
  const take = () => {
    if (call('epoll_wait', fd, event, 1, 0) === 1) onEvent(tokenOf(event))
  }
  socket.on('error', take)
  const handle = handleOf(socket)
  if (typeof handle?.onmessage === 'function') handle.onmessage = take
  socket.unref()
  return { epoll: new Epoll(fd, libcFunction), ref: () => socket.ref(), unref: () => socket.unref() }
}

/** Watches the descriptors of this thread. */
const watcher = new EpollWatcher(startSource)

/** Watches a descriptor in a worker thread of Node. */
export const workerWatch = (fd: number, onReady: () => void, event: ReadinessEvent): Readiness =>
  new EpollReadiness(watcher, fd, onReady, event)
