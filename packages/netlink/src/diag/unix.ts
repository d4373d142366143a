import {
  AF,
  array,
  attributes,
  constants,
  enumOf,
  flagsOf,
  type Infer,
  message,
  pad,
  struct,
  u8,
  u32,
} from '../codec/index.js'
import { SOCK } from '../constants/index.js'
import { cookie, skMeminfo } from './sock-diag.js'
import { socketStates, TCP } from './states.js'
import { unixName } from './unix-name.js'

/** UDIAG_SHOW_*, linux/unix_diag.h: information to include in replies */
export const UDIAG_SHOW = constants('UDIAG_SHOW', {
  NAME: 0x01,
  VFS: 0x02,
  PEER: 0x04,
  ICONS: 0x08,
  RQLEN: 0x10,
  MEMINFO: 0x20,
  UID: 0x40,
})

/** `struct unix_diag_req`, linux/unix_diag.h */
export const unixDiagReq = struct('unix_diag_req', {
  family: enumOf(u8, AF),
  protocol: u8, // 0
  _pad: pad(2),
  states: socketStates,
  ino: u32, // inode, when requesting a single socket
  show: flagsOf(u32, UDIAG_SHOW),
  cookie,
})

/** Requests have no attributes. */
const noAttrs = attributes('UNIX_DIAG_REQ', {})

/** SOCK_DIAG_BY_FAMILY for AF_UNIX. */
export const unixDiagRequest = message('unix_diag request', unixDiagReq, noAttrs)
export interface UnixDiagRequest extends Infer<typeof unixDiagRequest> {
  family: 1
}

/** `struct unix_diag_msg`, linux/unix_diag.h */
export const unixDiagMsg = struct('unix_diag_msg', {
  family: enumOf(u8, AF),
  type: enumOf(u8, SOCK),
  state: enumOf(u8, TCP),
  _pad: pad(1),
  ino: u32,
  cookie,
})

/** `struct unix_diag_vfs`, linux/unix_diag.h: the socket's file */
export const unixDiagVfs = struct('unix_diag_vfs', { ino: u32, dev: u32 })

/** `struct unix_diag_rqlen`, linux/unix_diag.h. Bytes; for a listening socket, number and limit of pending connections. */
export const unixDiagRqlen = struct('unix_diag_rqlen', { rqueue: u32, wqueue: u32 })

/** UNIX_DIAG_*, linux/unix_diag.h */
export const unixDiagAttrs = attributes('UNIX_DIAG', {
  name: [0, unixName],
  vfs: [1, unixDiagVfs],
  peer: [2, u32], // inode of the connected socket
  icons: [3, array(u32)], // inodes of the pending connections
  rqlen: [4, unixDiagRqlen],
  meminfo: [5, skMeminfo],
  shutdown: [6, u8], // bit 0: closed for receiving; bit 1: closed for sending
  uid: [7, u32],
})

/** A socket of AF_UNIX. */
export const unixDiagMessage = message('unix_diag', unixDiagMsg, unixDiagAttrs)
export interface UnixDiagMessage extends Infer<typeof unixDiagMessage> {
  family: 1
}
