import {
  constants,
  enumOf,
  flagsOf,
  type Infer,
  microseconds,
  milliseconds,
  special,
  struct,
  u8,
  u16,
  u32,
  u64,
  unlimited,
  writtenAs,
} from '../codec/index.js'
import { bitFields, withBitFields } from './bits.js'
import { TCP } from './states.js'

/** TCPI_OPT_*, linux/tcp.h: `options` of {@link tcpInfo} */
export const TCPI_OPT = constants('TCPI_OPT', {
  TIMESTAMPS: 1,
  SACK: 2,
  WSCALE: 4,
  ECN: 8,
  ECN_SEEN: 16,
  SYN_DATA: 32,
  USEC_TS: 64,
  TFO_CHILD: 128,
})

/** TCP_CA_*, linux/tcp.h: `caState` of {@link tcpInfo} */
export const TCP_CA = constants('TCP_CA', { Open: 0, Disorder: 1, CWR: 2, Recovery: 3, Loss: 4 })

const rate = writtenAs(u64, unlimited('unlimited'))

/** `struct tcp_info`, linux/tcp.h. Times are in microseconds unless noted. */
export const tcpInfo = withBitFields(
  struct(
    'tcp_info',
    {
      state: enumOf(u8, TCP),
      caState: enumOf(u8, TCP_CA),
      retransmits: u8,
      probes: u8,
      backoff: u8,
      options: flagsOf(u8, TCPI_OPT),
      ...bitFields(8, { sndWscale: 4, rcvWscale: 4 }),
      ...bitFields(8, { deliveryRateAppLimited: 1, fastopenClientFail: 2, _unnamed: 5 }),
      rto: writtenAs(u32, microseconds),
      ato: writtenAs(u32, microseconds),
      sndMss: u32, // bytes
      rcvMss: u32, // bytes
      unacked: u32, // segments; for a listening socket, number of pending connections
      sacked: u32, // segments; for a listening socket, limit of pending connections
      lost: u32,
      retrans: u32,
      fackets: u32,
      lastDataSent: writtenAs(u32, milliseconds), // milliseconds ago
      lastAckSent: writtenAs(u32, milliseconds),
      lastDataRecv: writtenAs(u32, milliseconds), // milliseconds ago
      lastAckRecv: writtenAs(u32, milliseconds), // milliseconds ago
      pmtu: u32, // bytes
      rcvSsthresh: u32,
      rtt: writtenAs(u32, microseconds),
      rttvar: writtenAs(u32, microseconds),
      sndSsthresh: writtenAs(u32, special({ 2147483647: 'infinite' })), // TCP_INFINITE_SSTHRESH, net/tcp.h
      sndCwnd: u32, // segments
      advmss: u32, // bytes
      reordering: u32,
      rcvRtt: writtenAs(u32, microseconds),
      rcvSpace: u32, // bytes
      totalRetrans: u32,
      pacingRate: rate, // bytes per second
      maxPacingRate: rate,
      bytesAcked: u64,
      bytesReceived: u64,
      segsOut: u32,
      segsIn: u32,
      notsentBytes: u32,
      minRtt: writtenAs(u32, microseconds),
      dataSegsIn: u32,
      dataSegsOut: u32,
      deliveryRate: u64, // bytes per second
      busyTime: writtenAs(u64, microseconds),
      rwndLimited: writtenAs(u64, microseconds),
      sndbufLimited: writtenAs(u64, microseconds),
      delivered: u32,
      deliveredCe: u32,
      bytesSent: u64,
      bytesRetrans: u64,
      dsackDups: u32,
      reordSeen: u32,
      rcvOoopack: u32,
      sndWnd: u32, // bytes
      rcvWnd: u32, // bytes
      rehash: u32,
      totalRto: u16,
      totalRtoRecoveries: u16,
      totalRtoTime: writtenAs(u32, milliseconds),
      receivedCe: u32,
      deliveredE1Bytes: u32,
      deliveredE0Bytes: u32,
      deliveredCeBytes: u32,
      receivedE1Bytes: u32,
      receivedE0Bytes: u32,
      receivedCeBytes: u32,
      ...bitFields(32, { ecnMode: 2, accecnOptSeen: 2, accecnFailMode: 4, options2: 24 }),
    },
    { growable: true },
  ),
)

export interface TcpInfo extends Infer<typeof tcpInfo> {}

/** `struct tcpvegas_info`, linux/inet_diag.h: times in microseconds */
export const tcpvegasInfo = struct('tcpvegas_info', { enabled: u32, rttcnt: u32, rtt: u32, minrtt: u32 })

/** `struct tcp_dctcp_info`, linux/inet_diag.h */
export const tcpDctcpInfo = struct('tcp_dctcp_info', {
  enabled: u16,
  ceState: u16,
  alpha: u32,
  abEcn: u32,
  abTot: u32,
})

/** `struct tcp_bbr_info`, linux/inet_diag.h */
export const tcpBbrInfo = struct('tcp_bbr_info', {
  bwLo: u32, // bytes per second, lower half
  bwHi: u32,
  minRtt: writtenAs(u32, microseconds),
  pacingGain: u32, // multiplied by 256
  cwndGain: u32, // multiplied by 256
})
