import { constants } from 'node:os'
import { adopt } from './adopt-bun.js'
import { libcFunction } from './call-bun.js'
import { Epoll, EVENT_SIZE, openEpoll, tokenOf } from './epoll.js'
import { EpollReadiness, EpollWatcher, type EventSource } from './epoll-watch.js'
import type { Readiness, ReadinessEvent } from './libc.js'

// Bun cannot watch arbitrary descriptors, and has no libuv. So a thread is blocked in epoll_wait(2). epoll_ctl(2) works from
// another thread, so the blocked one need not be woken up for a further descriptor.

/** The program of the thread. It is text, so that it is also part of a bundle and of an executable of one file. */
const loop = `
const { parentPort, workerData: { epoll, size, EINTR } } = require('node:worker_threads')
const { dlopen, read } = require('bun:ffi')
const { epoll_wait, __errno_location } = dlopen('libc.so.6', {
  epoll_wait: { returns: 'i32', args: ['i32', 'ptr', 'i32', 'i32'] },
  __errno_location: { returns: 'ptr', args: [] },
}).symbols
const errno = __errno_location()
const event = new Uint8Array(size)
for (;;) {
  if (epoll_wait(epoll, event, 1, -1) === 1) parentPort.postMessage(event)
  else if (read.i32(errno, 0) !== EINTR) throw new Error('epoll_wait: errno ' + read.i32(errno, 0))
}
`

function startThread(onEvent: (token: number) => void): EventSource {
  const { fd: epoll } = adopt(openEpoll(libcFunction))
  // Loaded here because it takes milliseconds, and a program that does not wait must not pay for it.
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const { EINTR } = constants.errno
  const thread = new Worker(loop, { eval: true, workerData: { epoll, size: EVENT_SIZE, EINTR } })
  thread.on('message', (event: Uint8Array) => onEvent(tokenOf(event)))
  thread.unref()
  return { epoll: new Epoll(epoll, libcFunction), ref: () => thread.ref(), unref: () => thread.unref() }
}

/** Watches the descriptors of this thread. */
const watcher = new EpollWatcher(startThread)

export const watch = (fd: number, onReady: () => void, event: ReadinessEvent = 'readable'): Readiness =>
  new EpollReadiness(watcher, fd, onReady, event)
