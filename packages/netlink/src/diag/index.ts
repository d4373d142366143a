import { gets, NETLINK, protocol } from '../message/index.js'
import { inetDiagCompatReply, inetDiagCompatRequest } from './inet-compat.js'
import { sockDiagReply, sockDiagRequest } from './messages.js'
import { SKNLGRP } from './sock-diag.js'

/**
 * NETLINK_SOCK_DIAG, linux/sock_diag.h: information about sockets. Requests return one socket or a dump of all. Only
 * SOCK_DESTROY changes something.
 */
export const sockDiag = protocol(
  'NETLINK_SOCK_DIAG',
  NETLINK.SOCK_DIAG,
  {
    TCPDIAG_GETSOCK: gets(18, inetDiagCompatRequest, inetDiagCompatReply),
    DCCPDIAG_GETSOCK: gets(19, inetDiagCompatRequest, inetDiagCompatReply),
    SOCK_DIAG_BY_FAMILY: gets(20, sockDiagRequest, sockDiagReply),
    SOCK_DESTROY: [21, sockDiagRequest],
  },
  { groups: SKNLGRP.values },
)

export { type SockaddrIn, type SockaddrIn6, type SockaddrStorage, sockaddrStorage } from '../codec/index.js'
export { AF_DIAG, type UnknownFamily } from './family.js'
export * from './inet.js'
export * from './inet-bytecode.js'
export * from './inet-compat.js'
export * from './inet-info.js'
export * from './inet-request.js'
export * from './inet-ulp.js'
export * from './messages.js'
export * from './netlink.js'
export * from './packet.js'
export * from './smc.js'
export {
  diagSockFilter,
  NO_COOKIE,
  SKNLGRP,
  skDiagBpfStorageAttrs,
  skDiagBpfStorageRepAttrs,
  skDiagBpfStorageReqAttrs,
  skMeminfo,
} from './sock-diag.js'
export * from './states.js'
export * from './tcp-info.js'
export * from './tipc.js'
export * from './unix.js'
export { unixName } from './unix-name.js'
export * from './vsock.js'
export * from './xdp.js'
