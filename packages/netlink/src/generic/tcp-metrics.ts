import {
  attributes,
  bytes,
  type Infer,
  i32,
  ipv4,
  ipv6,
  microseconds,
  milliseconds,
  seconds,
  u16,
  u32,
  u64,
  writtenAs,
} from '../codec/index.js'
import { gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** TCP_METRICS_A_METRICS_*, linux/tcp_metrics.h */
export const tcpMetricsMetricsAttrs = attributes('TCP_METRICS_A_METRICS', {
  rtt: [1, writtenAs(u32, milliseconds)],
  rttvar: [2, writtenAs(u32, milliseconds)],
  ssthresh: [3, u32], // segments; the same for the next two
  cwnd: [4, u32],
  reodering: [5, u32],
  rttUs: [6, writtenAs(u32, microseconds)],
  rttvarUs: [7, writtenAs(u32, microseconds)],
})
export interface TcpMetricsMetricsAttrs extends Infer<typeof tcpMetricsMetricsAttrs> {}

/** TCP_METRICS_ATTR_*, linux/tcp_metrics.h */
export const tcpMetricsAttrs = attributes('TCP_METRICS_ATTR', {
  addrIpv4: [1, ipv4],
  addrIpv6: [2, ipv6],
  age: [3, writtenAs(u64, milliseconds)],
  twTsval: [4, u32],
  twTsStamp: [5, writtenAs(i32, seconds)], // seconds ago
  vals: [6, tcpMetricsMetricsAttrs],
  fopenMss: [7, u16],
  fopenSynDrops: [8, u16],
  fopenSynDropTs: [9, writtenAs(u64, milliseconds)], // milliseconds ago
  fopenCookie: [10, bytes],
  saddrIpv4: [11, ipv4],
  saddrIpv6: [12, ipv6],
  pad: [13, bytes],
})
export interface TcpMetricsAttrs extends Infer<typeof tcpMetricsAttrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const tcpMetricsMessage = genericMessage<TcpMetricsAttrs>('tcp metrics', tcpMetricsAttrs)

/** TCP_METRICS_GENL_NAME, linux/tcp_metrics.h: cached TCP metrics of destinations */
export const tcpMetrics = genericFamily('tcp_metrics', {
  version: 1,
  messages: {
    TCP_METRICS_CMD_GET: gets(1, tcpMetricsMessage),
    TCP_METRICS_CMD_DEL: [2, tcpMetricsMessage],
  },
})
