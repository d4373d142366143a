import { decode, encode, pad, struct, u32 } from '../codec/index.js'
import { SystemError } from './error.js'
import type { LibcFunction, ReadinessEvent } from './libc.js'

/** EPOLL_*, linux/eventpoll.h */
const CLOEXEC = 0o2000000
const CTL_ADD = 1
const CTL_DEL = 2
const CTL_MOD = 3
/** The events of a descriptor, EPOLL* of linux/eventpoll.h. */
const EVENTS: Readonly<Record<ReadinessEvent, number>> = { readable: 1, writable: 4 }
const ONESHOT = 2 ** 30

/** `struct epoll_event`, linux/eventpoll.h: packed on x64 only. The kernel returns `data` unchanged. */
const epollEvent = struct('epoll_event', {
  events: u32,
  _gap: pad(process.arch === 'x64' ? 0 : 4),
  data: u32,
  _data: pad(4),
})

/** The size of one event, in bytes. */
export const EVENT_SIZE = epollEvent.size

/** Returns the token of an event that epoll_wait(2) wrote. */
export const tokenOf = (event: Uint8Array): number => decode(epollEvent, event).data

/** Opens an epoll descriptor. `libcFunction` looks up functions of libc. */
export const openEpoll = (libcFunction: (prototype: string) => LibcFunction): number =>
  check('epoll_create1', libcFunction('int epoll_create1(int)')(CLOEXEC))

/** An epoll descriptor. Each watched descriptor is disabled after one event. */
export class Epoll {
  readonly fd: number
  readonly #ctl: LibcFunction

  /** Takes the descriptor of {@link openEpoll}. */
  constructor(fd: number, libcFunction: (prototype: string) => LibcFunction) {
    this.fd = fd
    this.#ctl = libcFunction('int epoll_ctl(int, int, int, void *)')
  }

  /** Adds a descriptor. The next event for it contains `token`. */
  add(fd: number, event: ReadinessEvent, token: number): void {
    this.#control(CTL_ADD, fd, EVENTS[event] + ONESHOT, token)
  }

  /** Enables a descriptor again, with another token. */
  enable(fd: number, event: ReadinessEvent, token: number): void {
    this.#control(CTL_MOD, fd, EVENTS[event] + ONESHOT, token)
  }

  remove(fd: number): void {
    this.#control(CTL_DEL, fd, 0, 0)
  }

  #control(operation: number, fd: number, events: number, data: number): void {
    check('epoll_ctl', this.#ctl(this.fd, operation, fd, encode(epollEvent, { events, data })))
  }
}

function check(syscall: string, result: number): number {
  if (result < 0) throw new SystemError(syscall, -result)
  return result
}
