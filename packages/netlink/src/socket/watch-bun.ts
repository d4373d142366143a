import { constants } from 'node:os'
import { decode, encode, pad, struct, u32 } from '../codec/index.js'
import { adopt } from './adopt-bun.js'
import { libcFunction } from './call-bun.js'
import { SystemError } from './error.js'
import type { Readiness } from './libc.js'

// Bun cannot watch arbitrary descriptors, and has no libuv. So one thread is blocked in epoll_wait(2). epoll_ctl(2) works from
// this thread, so the blocked one need not be woken up for a further descriptor.

const calls = {
  epoll_create1: libcFunction('int epoll_create1(int)'),
  epoll_ctl: libcFunction('int epoll_ctl(int, int, int, void *)'),
}

/** EPOLL_*, linux/eventpoll.h */
const CLOEXEC = 0o2000000
const CTL_ADD = 1
const CTL_DEL = 2
const CTL_MOD = 3
const IN = 1
const ONESHOT = 2 ** 30

/** `struct epoll_event`, linux/eventpoll.h: packed on x64 only. The kernel returns `data` unchanged. */
const epollEvent = struct('epoll_event', {
  events: u32,
  _gap: pad(process.arch === 'x64' ? 0 : 4),
  data: u32,
  _data: pad(4),
})

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

function call(syscall: keyof typeof calls, ...args: readonly unknown[]): number {
  const result = calls[syscall](...args)
  if (result < 0) throw new SystemError(syscall, -result)
  return result
}

/** The thread, and the callbacks by the tokens that epoll returns. Each arming has a token of its own, so that a late call has no effect. */
interface Waiter {
  readonly epoll: number
  readonly armed: Map<number, () => void>
  nextToken(): number
  /** Sets whether an arming keeps the process alive. */
  hold(token: number, holds: boolean): void
}

function startWaiter(): Waiter {
  const { fd: epoll } = adopt(call('epoll_create1', CLOEXEC))
  // Loaded here because it takes milliseconds, and a program that does not wait must not pay for it.
  const { Worker } = process.getBuiltinModule('node:worker_threads')
  const { EINTR } = constants.errno
  const worker = new Worker(loop, { eval: true, workerData: { epoll, size: epollEvent.size, EINTR } })
  const armed = new Map<number, () => void>()
  const holding = new Set<number>()
  let last = 0
  worker.on('message', (event: Uint8Array) => armed.get(decode(epollEvent, event).data)?.())
  worker.unref()
  return {
    epoll,
    armed,
    nextToken() {
      last = (last + 1) >>> 0
      return last
    },
    hold(token, holds) {
      if (holds) holding.add(token)
      else holding.delete(token)
      if (holding.size > 0) worker.ref()
      else worker.unref()
    },
  }
}

let waiter: Waiter | undefined

/** Watches a descriptor. The thread is started when the first one is armed. */
export function watch(fd: number, onReadable: () => void): Readiness {
  let open = true
  let registered = false
  let holds = true
  let token: number | undefined

  function disarm() {
    if (waiter === undefined || token === undefined) return
    waiter.armed.delete(token)
    waiter.hold(token, false)
    token = undefined
  }
  function setHolds(value: boolean) {
    holds = value
    if (token !== undefined) waiter?.hold(token, holds)
  }
  return {
    arm() {
      if (!open || token !== undefined) return
      waiter ??= startWaiter()
      const next = waiter.nextToken()
      const interest = encode(epollEvent, { events: IN + ONESHOT, data: next })
      call('epoll_ctl', waiter.epoll, registered ? CTL_MOD : CTL_ADD, fd, interest)
      registered = true
      token = next
      waiter.armed.set(token, () => {
        disarm()
        onReadable()
      })
      waiter.hold(token, holds)
    },
    disarm,
    ref: () => setHolds(true),
    unref: () => setHolds(false),
    close() {
      open = false
      disarm()
      if (waiter && registered) call('epoll_ctl', waiter.epoll, CTL_DEL, fd, encode(epollEvent, { events: 0, data: 0 }))
      registered = false
    },
  }
}
