import { isPlainObject } from '../codec/error.js'
import {
  choice,
  constants,
  type Declaration,
  enumOf,
  flagsOf,
  type Infer,
  i32,
  milliseconds,
  pad,
  sockaddrStorage,
  struct,
  u8,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { type TcpInfo, tcpInfo } from './tcp-info.js'

/** MPTCP_INFO_FLAG_*, linux/mptcp.h: `flags` of {@link mptcpInfo}. */
export const MPTCP_INFO_FLAG = constants('MPTCP_INFO_FLAG', { FALLBACK: 0x1, REMOTE_KEY_RECEIVED: 0x2 })

/** `struct mptcp_info`, linux/mptcp.h */
export const mptcpInfo = struct(
  'mptcp_info',
  {
    subflows: u8,
    addAddrSignal: u8,
    addAddrAccepted: u8,
    subflowsMax: u8,
    addAddrSignalMax: u8,
    addAddrAcceptedMax: u8,
    _pad1: pad(2),
    flags: flagsOf(u32, MPTCP_INFO_FLAG),
    token: u32,
    writeSeq: u64,
    sndUna: u64,
    rcvNxt: u64,
    localAddrUsed: u8,
    localAddrMax: u8,
    csumEnabled: u8,
    _pad2: pad(1),
    retransmits: u32,
    bytesRetrans: u64,
    bytesSent: u64,
    bytesReceived: u64,
    bytesAcked: u64,
    subflowsTotal: u8,
    endpLaminarMax: u8,
    endpFullmeshMax: u8,
    _reserved: pad(1),
    lastDataSent: writtenAs(u32, milliseconds), // milliseconds ago
    lastDataRecv: u32,
    lastAckRecv: u32,
  },
  { growable: true },
)

/** SCTP_STATE_*, net/sctp/constants.h of the kernel: states of an association */
export const SCTP_STATE = constants('SCTP_STATE', {
  CLOSED: 0,
  COOKIE_WAIT: 1,
  COOKIE_ECHOED: 2,
  ESTABLISHED: 3,
  SHUTDOWN_PENDING: 4,
  SHUTDOWN_SENT: 5,
  SHUTDOWN_RECEIVED: 6,
  SHUTDOWN_ACK_SENT: 7,
})

/** `enum sctp_spinfo_state`, linux/sctp.h: states of a path */
export const SCTP_SPINFO = constants('SCTP', { INACTIVE: 0, PF: 1, ACTIVE: 2, UNCONFIRMED: 3, UNKNOWN: 0xffff })

/** SCTP_SOCKET_*, net/sctp/structs.h of the kernel: styles of sockets */
export const SCTP_SOCKET = constants('SCTP_SOCKET', { UDP: 0, UDP_HIGH_BANDWIDTH: 1, TCP: 2 })

/** `struct sctp_info`, linux/sctp.h: times in milliseconds */
export const sctpInfo = struct(
  'sctp_info',
  {
    tag: u32,
    state: enumOf(u32, SCTP_STATE),
    rwnd: u32, // bytes
    unackdata: u16,
    penddata: u16,
    instrms: u16,
    outstrms: u16,
    fragmentationPoint: u32,
    inqueue: u32,
    outqueue: u32,
    overallError: u32,
    maxBurst: u32,
    maxseg: u32,
    peerRwnd: u32,
    peerTag: u32,
    peerCapable: u8,
    peerSack: u8,
    _reserved1: pad(2),
    isacks: u64,
    osacks: u64,
    opackets: u64,
    ipackets: u64,
    rtxchunks: u64,
    outofseqtsns: u64,
    idupchunks: u64,
    gapcnt: u64,
    ouodchunks: u64,
    iuodchunks: u64,
    oodchunks: u64,
    iodchunks: u64,
    octrlchunks: u64,
    ictrlchunks: u64,
    pAddress: sockaddrStorage, // members with the prefix `p` describe the primary path
    pState: enumOf(i32, SCTP_SPINFO),
    pCwnd: u32,
    pSrtt: u32,
    pRto: u32,
    pHbinterval: u32,
    pPathmaxrxt: u32,
    pSackdelay: u32,
    pSackfreq: u32,
    pSsthresh: u32,
    pPartialBytesAcked: u32,
    pFlightSize: u32,
    pError: u16,
    _reserved2: pad(2),
    sAutoclose: u32, // members with the prefix `s` describe the socket
    sAdaptationInd: u32,
    sPdPoint: u32,
    sNodelay: u8,
    sDisableFragments: u8,
    sV4mapped: u8,
    sFragInterleave: u8,
    sType: enumOf(u32, SCTP_SOCKET),
    _reserved3: pad(4),
  },
  { growable: true },
)

export interface MptcpInfo extends Infer<typeof mptcpInfo> {}
export interface SctpInfo extends Infer<typeof sctpInfo> {}

/** The value of INET_DIAG_INFO. `'subflows' in info` is true for MPTCP, `'tag' in info` for SCTP, neither for TCP. */
export type InetDiagInfo = TcpInfo | MptcpInfo | SctpInfo

/** Recognizes the struct by a member that only this struct has. */
function declarationOf(value: unknown) {
  if (!isPlainObject(value)) return tcpInfo
  return Object.hasOwn(value, 'subflows') ? mptcpInfo : Object.hasOwn(value, 'tag') ? sctpInfo : tcpInfo
}

/**
 * INET_DIAG_INFO: information from the transport protocol. Replies do not contain the protocol, but the sizes differ:
 * `mptcp_info` has at most 96 bytes, `tcp_info` at least 104 and `sctp_info` 368.
 */
export const inetDiagInfo: Declaration<InetDiagInfo> = choice<InetDiagInfo>(
  'tcp_info, mptcp_info or sctp_info',
  [tcpInfo, mptcpInfo, sctpInfo],
  {
    ofBytes(_bytes, start, end) {
      const length = end - start
      return length <= mptcpInfo.size ? mptcpInfo : length < sctpInfo.size ? tcpInfo : sctpInfo
    },
    ofValue: declarationOf,
  },
)
