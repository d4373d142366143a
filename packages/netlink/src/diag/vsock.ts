import { AF, attributes, constants, enumOf, type Infer, message, pad, struct, u8, u32 } from '../codec/index.js'
import { SOCK } from '../constants/index.js'
import { cookie } from './sock-diag.js'
import { socketStates, TCP } from './states.js'

/** `struct vsock_diag_req`, linux/vm_sockets_diag.h */
export const vsockDiagReq = struct('vsock_diag_req', {
  family: enumOf(u8, AF),
  protocol: u8, // 0
  _pad: pad(2),
  states: socketStates,
  ino: u32, // 0
  show: u32, // 0
  cookie,
})

/** Neither requests nor replies have attributes. */
const noAttrs = attributes('VSOCK_DIAG', {})

/** SOCK_DIAG_BY_FAMILY for AF_VSOCK. */
export const vsockDiagRequest = message('vsock_diag request', vsockDiagReq, noAttrs)
export interface VsockDiagRequest extends Infer<typeof vsockDiagRequest> {
  family: 40
}

/** VMADDR_CID_*, linux/vm_sockets.h: reserved ids of machines */
export const VMADDR_CID = constants('VMADDR_CID', { HYPERVISOR: 0, LOCAL: 1, HOST: 2, ANY: 0xffffffff })

/** VMADDR_PORT_*, linux/vm_sockets.h */
export const VMADDR_PORT = constants('VMADDR_PORT', { ANY: 0xffffffff })

/** `struct vsock_diag_msg`, linux/vm_sockets_diag.h */
export const vsockDiagMsg = struct('vsock_diag_msg', {
  family: enumOf(u8, AF),
  type: enumOf(u8, SOCK),
  state: enumOf(u8, TCP),
  shutdown: u8, // bit 0: closed for receiving; bit 1: closed for sending
  srcCid: enumOf(u32, VMADDR_CID),
  srcPort: enumOf(u32, VMADDR_PORT),
  dstCid: enumOf(u32, VMADDR_CID),
  dstPort: enumOf(u32, VMADDR_PORT),
  ino: u32,
  cookie,
})

/** A socket of AF_VSOCK. */
export const vsockDiagMessage = message('vsock_diag', vsockDiagMsg, noAttrs)
export interface VsockDiagMessage extends Infer<typeof vsockDiagMessage> {
  family: 40
}
