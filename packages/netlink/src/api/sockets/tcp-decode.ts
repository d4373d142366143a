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

/** Converts a rate in bytes per second to bits per second; undefined if there is no limit. */
const bitRate = (rate: bigint | undefined) => (rate === undefined || rate === NONE_64 ? undefined : Number(rate) * 8)

/** Assigns all members here, and in no helper: V8 makes room only for those that the text of the constructor assigns. */
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
  const pacingRate = bitRate(info.pacingRate)
  const maxPacingRate = bitRate(info.maxPacingRate)
  if (pacingRate !== undefined) this.pacingRate = pacingRate
  if (maxPacingRate !== undefined) this.maxPacingRate = maxPacingRate
  if (info.deliveryRate !== undefined) this.deliveryRate = Number(info.deliveryRate) * 8
  if (info.bytesSent !== undefined) this.bytesSent = info.bytesSent
  if (info.bytesRetrans !== undefined) this.bytesRetrans = info.bytesRetrans
  if (info.bytesAcked !== undefined) this.bytesAcked = info.bytesAcked
  if (info.bytesReceived !== undefined) this.bytesReceived = info.bytesReceived
  if (info.segsOut !== undefined) this.segsOut = info.segsOut
  if (info.segsIn !== undefined) this.segsIn = info.segsIn
  if (info.dataSegsOut !== undefined) this.dataSegsOut = info.dataSegsOut
  if (info.dataSegsIn !== undefined) this.dataSegsIn = info.dataSegsIn
  if (info.notsentBytes !== undefined) this.notsentBytes = info.notsentBytes
  if (info.delivered !== undefined) this.delivered = info.delivered
  if (info.deliveredCe !== undefined) this.deliveredCe = info.deliveredCe
  if (info.dsackDups !== undefined) this.dsackDups = info.dsackDups
  if (info.reordSeen !== undefined) this.reordSeen = info.reordSeen
  if (info.rcvOoopack !== undefined) this.rcvOoopack = info.rcvOoopack
  if (info.sndWnd !== undefined) this.sndWnd = info.sndWnd
  if (info.rcvWnd !== undefined) this.rcvWnd = info.rcvWnd
  if (info.rehash !== undefined) this.rehash = info.rehash
  if (info.totalRto !== undefined) this.totalRto = info.totalRto
  if (info.totalRtoRecoveries !== undefined) this.totalRtoRecoveries = info.totalRtoRecoveries
  if (info.busyTime !== undefined) this.busyTime = Number(info.busyTime) / 1000
  if (info.rwndLimited !== undefined) this.rwndLimited = Number(info.rwndLimited) / 1000
  if (info.sndbufLimited !== undefined) this.sndbufLimited = Number(info.sndbufLimited) / 1000
  if (info.totalRtoTime !== undefined) this.totalRtoTime = info.totalRtoTime
})

/** Converts `struct tcp_info` to units of people. */
export const toTcpDetails = (info: TcpInfo): TcpDetails => new TcpObject(info)
