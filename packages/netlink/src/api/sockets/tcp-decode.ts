import { TCP_CA, TCPI_OPT, type TcpInfo } from '../../diag/tcp-info.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf } from '../values/objects.js'
import type { TcpDetails } from './tcp-types.js'

/** `~0`: no limit, or no measurement yet. A listening socket has 0. */
const NONE_32 = 0xffffffff
const NONE_64 = 0xffff_ffff_ffff_ffffn

/** TCP_INFINITE_SSTHRESH, net/tcp.h */
const INFINITE_SSTHRESH = 0x7fffffff

/** Segments per round trip time in bits per second, like `send` of ss. */
const sendRate = ({ rtt, sndMss, sndCwnd }: TcpInfo) => (sndCwnd * sndMss * 8_000_000) / rtt

/** Assigns what the first version of `struct tcp_info` has. */
const TcpObject = constructorOf<TcpDetails, TcpInfo>(function (info) {
  this.caState = named(TCP_CA, info.caState)
  this.options = flagsIn(TCPI_OPT, info.options)
  this.retransmits = info.retransmits
  this.probes = info.probes
  this.backoff = info.backoff
  this.sndWscale = info.sndWscale
  this.rcvWscale = info.rcvWscale
  this.appLimited = info.deliveryRateAppLimited === 1
  this.rto = info.rto / 1000
  this.ato = info.ato / 1000
  this.rtt = info.rtt / 1000
  this.rttvar = info.rttvar / 1000
  if (info.minRtt && info.minRtt !== NONE_32) this.minRtt = info.minRtt / 1000
  this.rcvRtt = info.rcvRtt / 1000
  this.sndMss = info.sndMss
  this.rcvMss = info.rcvMss
  this.advmss = info.advmss
  this.pmtu = info.pmtu
  this.unacked = info.unacked
  this.sacked = info.sacked
  this.lost = info.lost
  this.retrans = info.retrans
  this.totalRetrans = info.totalRetrans
  this.fackets = info.fackets
  this.lastDataSent = info.lastDataSent
  this.lastDataRecv = info.lastDataRecv
  this.lastAckRecv = info.lastAckRecv
  this.sndCwnd = info.sndCwnd
  if (info.sndSsthresh !== INFINITE_SSTHRESH) this.sndSsthresh = info.sndSsthresh
  this.rcvSsthresh = info.rcvSsthresh
  this.rcvSpace = info.rcvSpace
  this.reordering = info.reordering
  if (info.rtt > 0 && info.sndMss > 0 && info.sndCwnd > 0) this.sendRate = sendRate(info)
  assignRates(this, info)
  assignCounters(this, info)
  assignTimes(this, info)
})

type TcpDraft = { -readonly [K in keyof TcpDetails]: TcpDetails[K] }

function assignRates(details: TcpDraft, { pacingRate, maxPacingRate, deliveryRate }: TcpInfo): void {
  if (pacingRate !== undefined && pacingRate !== NONE_64) details.pacingRate = Number(pacingRate) * 8
  if (maxPacingRate !== undefined && maxPacingRate !== NONE_64) details.maxPacingRate = Number(maxPacingRate) * 8
  if (deliveryRate !== undefined) details.deliveryRate = Number(deliveryRate) * 8
}

function assignTimes(details: TcpDraft, { busyTime, rwndLimited, sndbufLimited, totalRtoTime }: TcpInfo): void {
  if (busyTime !== undefined) details.busyTime = Number(busyTime) / 1000
  if (rwndLimited !== undefined) details.rwndLimited = Number(rwndLimited) / 1000
  if (sndbufLimited !== undefined) details.sndbufLimited = Number(sndbufLimited) / 1000
  if (totalRtoTime !== undefined) details.totalRtoTime = totalRtoTime
}

/** Counters that keep their unit, and that old kernels lack. */
const counters = [
  ...(['bytesSent', 'bytesRetrans', 'bytesAcked', 'bytesReceived', 'segsOut', 'segsIn'] as const),
  ...(['dataSegsOut', 'dataSegsIn', 'notsentBytes', 'delivered', 'deliveredCe', 'dsackDups', 'reordSeen'] as const),
  ...(['rcvOoopack', 'sndWnd', 'rcvWnd', 'rehash', 'totalRto', 'totalRtoRecoveries'] as const),
] as const satisfies readonly (keyof TcpInfo & keyof TcpDetails)[]

function assignCounters(details: TcpDraft, info: TcpInfo): void {
  const target = details as Record<string, unknown>
  for (const key of counters) if (info[key] !== undefined) target[key] = info[key]
}

/** Converts `struct tcp_info` to units of people. */
export const toTcpDetails = (info: TcpInfo): TcpDetails => new TcpObject(info)
