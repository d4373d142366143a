import { attributes, type Infer, message, pad, struct, u8, u32 } from '../codec/index.js'
import { cookie } from './sock-diag.js'

/** `struct vsock_diag_req`, linux/vm_sockets_diag.h */
export const vsockDiagReq = struct('vsock_diag_req', {
  family: u8, // AF_VSOCK
  protocol: u8, // 0
  _pad: pad(2),
  states: u32, // 1 << TCP_*
  ino: u32, // 0
  show: u32, // 0
  cookie,
})

/** Neither requests nor replies have any. */
const noAttrs = attributes('VSOCK_DIAG', {})

/** SOCK_DIAG_BY_FAMILY to AF_VSOCK */
export const vsockDiagRequest = message('vsock_diag request', vsockDiagReq, noAttrs)
export interface VsockDiagRequest extends Infer<typeof vsockDiagRequest> {
  family: 40
}

/** `struct vsock_diag_msg`, linux/vm_sockets_diag.h */
export const vsockDiagMsg = struct('vsock_diag_msg', {
  family: u8, // AF_VSOCK
  type: u8, // SOCK_*
  state: u8, // TCP_*
  shutdown: u8, // bit 0: no more is received; bit 1: no more is sent
  srcCid: u32,
  srcPort: u32,
  dstCid: u32,
  dstPort: u32,
  ino: u32,
  cookie,
})

/** What comes of AF_VSOCK */
export const vsockDiagMessage = message('vsock_diag', vsockDiagMsg, noAttrs)
export interface VsockDiagMessage extends Infer<typeof vsockDiagMessage> {
  family: 40
}
