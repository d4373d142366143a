import {
  AF,
  attributes,
  bitsOf,
  enumOf,
  flagsOf,
  type Infer,
  message,
  numbersOf,
  struct,
  u8,
  u32,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { inet6DiagSockid, inetDiagAttrs, inetDiagSockid } from './inet.js'
import { inetDiagBytecode } from './inet-bytecode.js'
import { skDiagBpfStorageReqAttrs } from './sock-diag.js'
import { socketStates } from './states.js'

/**
 * Attributes to include in replies, as a mask. Bit 0 is attribute number 1, INET_DIAG_MEMINFO. The field has room for eight
 * attributes.
 */
export const inetDiagExtensions = flagsOf(u8, bitsOf(numbersOf(inetDiagAttrs, 8), 1))

const requestV2 = {
  family: enumOf(u8, AF),
  protocol: enumOf(u8, IPPROTO), // IPPROTO_RAW for raw sockets
  ext: inetDiagExtensions,
  rawProtocol: enumOf(u8, IPPROTO), // protocol number of a raw socket
  states: socketStates, // ignored when requesting a single socket
}

/** `struct inet_diag_req_v2` and `struct inet_diag_req_raw`, linux/inet_diag.h */
export const inetDiagReq = struct('inet_diag_req_raw', { ...requestV2, id: inetDiagSockid })
export const inet6DiagReq = struct('inet_diag_req_raw', { ...requestV2, id: inet6DiagSockid })

/** INET_DIAG_REQ_*, linux/inet_diag.h */
export const inetDiagReqAttrs = attributes('INET_DIAG_REQ', {
  bytecode: [1, inetDiagBytecode],
  skBpfStorages: [2, skDiagBpfStorageReqAttrs],
  protocol: [3, enumOf(u32, IPPROTO)], // replaces the header's, whose 8 bits are too few for IPPROTO_MPTCP
})

/** SOCK_DIAG_BY_FAMILY and SOCK_DESTROY for AF_INET. */
export const inetDiagRequest = message('inet_diag request', inetDiagReq, inetDiagReqAttrs)
export interface InetDiagRequest extends Infer<typeof inetDiagRequest> {
  family: 2
}

/** SOCK_DIAG_BY_FAMILY and SOCK_DESTROY for AF_INET6. */
export const inet6DiagRequest = message('inet_diag request', inet6DiagReq, inetDiagReqAttrs)
export interface Inet6DiagRequest extends Infer<typeof inet6DiagRequest> {
  family: 10
}
