import { AF, type Declaration, enumOf, type Infer, message, struct, u8, u32 } from '../codec/index.js'
import { AF_DIAG, byFamily, type UnknownFamily } from './family.js'
import {
  anyDiagSockid,
  type Inet6DiagMessage,
  type InetDiagMessage,
  inet6DiagMessage,
  inetDiagMessage,
} from './inet.js'
import { inetDiagExtensions, inetDiagReqAttrs } from './inet-request.js'
import { socketStates } from './states.js'

/** `struct inet_diag_req`, linux/inet_diag.h: an older request. Dumps ignore its family. */
export const inetDiagReqCompat = struct('inet_diag_req', {
  family: enumOf(u8, AF),
  srcLen: u8,
  dstLen: u8,
  ext: inetDiagExtensions,
  id: anyDiagSockid,
  states: socketStates,
  dbs: u32,
})

/** The messages TCPDIAG_GETSOCK and DCCPDIAG_GETSOCK. */
export const inetDiagCompatRequest = message('inet_diag request', inetDiagReqCompat, inetDiagReqAttrs)
export interface InetDiagCompatRequest extends Infer<typeof inetDiagCompatRequest> {}

/** A reply to the older request. */
export type InetDiagCompatReply = InetDiagMessage | Inet6DiagMessage | UnknownFamily
export const inetDiagCompatReply: Declaration<InetDiagCompatReply> = byFamily<InetDiagCompatReply>('inet_diag', {
  [AF_DIAG.INET]: inetDiagMessage,
  [AF_DIAG.INET6]: inet6DiagMessage,
})
