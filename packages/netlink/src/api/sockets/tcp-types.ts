import type { TCP_CA, TCPI_OPT } from '../../diag/tcp-info.js'
import type { Flag, Named } from '../values/names.js'

/**
 * State of a TCP connection: `struct tcp_info`, linux/tcp.h. Times are in milliseconds, rates in bits per second. Members that the
 * kernel is too old for are left out.
 */
export interface TcpDetails {
  /** State of the congestion control. */
  readonly caState: Named<typeof TCP_CA>
  /** Options that both ends use. */
  readonly options: readonly Flag<typeof TCPI_OPT>[]
  /** Number of unanswered retransmissions by the timer. */
  readonly retransmits: number
  /** Number of unanswered probes of a closed window. */
  readonly probes: number
  readonly backoff: number
  /** Shifts of the windows that are announced. */
  readonly sndWscale: number
  readonly rcvWscale: number
  /** True if the program sends less than the connection could carry, at the time when `deliveryRate` was measured. */
  readonly appLimited: boolean
  /** Time until a segment without an acknowledgement is sent again. */
  readonly rto: number
  /** Time until an acknowledgement is sent. */
  readonly ato: number
  /** Smoothed round trip time. */
  readonly rtt: number
  /** Deviation of the round trip time. */
  readonly rttvar: number
  /** Smallest round trip time. Left out before the first measurement. */
  readonly minRtt?: number
  /** Round trip time of the receiver. */
  readonly rcvRtt: number
  /** Bytes. */
  readonly sndMss: number
  readonly rcvMss: number
  readonly advmss: number
  readonly pmtu: number
  /** Segments that were sent and not acknowledged. */
  readonly unacked: number
  readonly sacked: number
  readonly lost: number
  /** Segments that were sent again and not acknowledged. */
  readonly retrans: number
  /** Segments that were sent again. */
  readonly totalRetrans: number
  readonly fackets: number
  /** Time since data was sent. */
  readonly lastDataSent: number
  /** Time since data was received. */
  readonly lastDataRecv: number
  /** Time since an acknowledgement was received. */
  readonly lastAckRecv: number
  /** Segments. */
  readonly sndCwnd: number
  /** Segments. Left out if slow start has not ended yet. */
  readonly sndSsthresh?: number
  /** Bytes. */
  readonly rcvSsthresh: number
  readonly rcvSpace: number
  /** Segments. */
  readonly reordering: number
  /** `sndCwnd` segments per `rtt`: `send` of ss. Left out before the first measurement. */
  readonly sendRate?: number
  /** Left out if there is no limit. */
  readonly pacingRate?: number
  readonly maxPacingRate?: number
  readonly deliveryRate?: number
  readonly bytesSent?: bigint
  readonly bytesRetrans?: bigint
  readonly bytesAcked?: bigint
  readonly bytesReceived?: bigint
  readonly segsOut?: number
  readonly segsIn?: number
  readonly dataSegsOut?: number
  readonly dataSegsIn?: number
  /** Bytes that wait for the window or the congestion control. */
  readonly notsentBytes?: number
  /** Time during which data waited for acknowledgement. */
  readonly busyTime?: number
  /** Time during which the receiver's window was the limit. */
  readonly rwndLimited?: number
  /** Time during which the buffer of the sender was the limit. */
  readonly sndbufLimited?: number
  /** Segments that were acknowledged. */
  readonly delivered?: number
  /** Segments that were acknowledged with a mark of congestion. */
  readonly deliveredCe?: number
  readonly dsackDups?: number
  readonly reordSeen?: number
  readonly rcvOoopack?: number
  /** Bytes. */
  readonly sndWnd?: number
  readonly rcvWnd?: number
  readonly rehash?: number
  readonly totalRto?: number
  readonly totalRtoRecoveries?: number
  readonly totalRtoTime?: number
}
