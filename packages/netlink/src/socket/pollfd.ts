import { i32, struct, u16 } from '../codec/index.js'

/** `struct pollfd`, poll(2) */
export const pollfd = struct('pollfd', { fd: i32, events: u16, revents: u16 })
export const POLLIN = 1
export const POLLOUT = 4
