import {
  attributes,
  bytes,
  bytesAs,
  enumOf,
  flag,
  flagsOf,
  followed,
  type Infer,
  i8,
  inUnit,
  ipv4,
  list,
  lladdr,
  milliseconds,
  quotedText,
  seconds,
  struct,
  u16,
  u32,
  writtenAs,
} from '../../codec/index.js'
import { numberOr } from '../either.js'
import { NL80211_COALESCE_CONDITION, NL80211_SCAN_FLAG } from './constants.js'
import { nl80211BssSelectRssiAdjust, nl80211SchedScanMatchAttrs, nl80211SchedScanPlanAttrs } from './settings.js'

/** NL80211_PKTPAT_*, linux/nl80211.h */
export const nl80211PktpatAttrs = attributes('NL80211_PKTPAT', {
  mask: [1, bytes],
  pattern: [2, bytes],
  offset: [3, u32],
})
export interface Nl80211PktpatAttrs extends Infer<typeof nl80211PktpatAttrs> {}

/** `struct nl80211_pattern_support`, linux/nl80211.h */
export const nl80211PatternSupport = struct('nl80211_pattern_support', {
  maxPatterns: u32,
  minPatternLen: u32,
  maxPatternLen: u32,
  maxPktOffset: u32,
})

/** `struct nl80211_coalesce_rule_support`, linux/nl80211.h */
export const nl80211CoalesceRuleSupport = struct('nl80211_coalesce_rule_support', {
  maxRules: u32,
  pat: nl80211PatternSupport,
  maxDelay: writtenAs(u32, milliseconds),
})

/** `struct nl80211_wowlan_tcp_data_seq`, linux/nl80211.h */
export const nl80211WowlanTcpDataSeq = struct('nl80211_wowlan_tcp_data_seq', { start: u32, offset: u32, len: u32 })

/** `struct nl80211_wowlan_tcp_data_token`, linux/nl80211.h */
export const nl80211WowlanTcpDataToken = struct('nl80211_wowlan_tcp_data_token', { offset: u32, len: u32 })

/** `struct nl80211_wowlan_tcp_data_token_feature`, linux/nl80211.h */
export const nl80211WowlanTcpDataTokenFeature = struct('nl80211_wowlan_tcp_data_token_feature', {
  minLen: u32,
  maxLen: u32,
  bufsize: u32,
})

/** NL80211_WOWLAN_TCP_*, linux/nl80211.h */
export const nl80211WowlanTcpAttrs = attributes('NL80211_WOWLAN_TCP', {
  srcIpv4: [1, ipv4],
  dstIpv4: [2, ipv4],
  dstMac: [3, lladdr],
  srcPort: [4, u16],
  dstPort: [5, u16],
  dataPayload: [6, bytes],
  dataPayloadSeq: [7, nl80211WowlanTcpDataSeq],
  dataPayloadToken: [8, followed(nl80211WowlanTcpDataToken, 'tokenStream', bytes)],
  dataInterval: [9, writtenAs(u32, seconds)],
  wakePayload: [10, bytes],
  wakeMask: [11, bytes],
})
export interface Nl80211WowlanTcpAttrs extends Infer<typeof nl80211WowlanTcpAttrs> {}

/** NL80211_WOWLAN_TCP_*, linux/nl80211.h: the supported settings */
export const nl80211WowlanTcpSupportAttrs = attributes('NL80211_WOWLAN_TCP', {
  dataPayload: [6, u32],
  dataPayloadSeq: [7, flag],
  dataPayloadToken: [8, nl80211WowlanTcpDataTokenFeature],
  dataInterval: [9, u32],
  wakePayload: [10, u32],
})
export interface Nl80211WowlanTcpSupportAttrs extends Infer<typeof nl80211WowlanTcpSupportAttrs> {}

/** The NL80211_ATTR_* attributes inside NL80211_WOWLAN_TRIG_NET_DETECT, linux/nl80211.h */
export const nl80211NetDetectAttrs = attributes('NL80211_ATTR', {
  mac: [6, lladdr],
  ie: [42, bytes],
  scanFrequencies: [44, list(writtenAs(u32, inUnit('MHz')), { from: 0 })],
  scanSsids: [45, list(bytesAs(bytes, quotedText), { from: 0 })],
  ssid: [52, bytesAs(bytes, quotedText)],
  schedScanInterval: [119, writtenAs(u32, milliseconds)],
  schedScanMatch: [132, list(nl80211SchedScanMatchAttrs, { from: 0 })],
  scanFlags: [158, flagsOf(u32, NL80211_SCAN_FLAG)],
  macMask: [215, lladdr],
  schedScanDelay: [220, writtenAs(u32, seconds)],
  schedScanPlans: [225, list(nl80211SchedScanPlanAttrs)],
  bssid: [245, lladdr],
  schedScanRelativeRssi: [246, i8],
  schedScanRssiAdjust: [247, nl80211BssSelectRssiAdjust],
})
export interface Nl80211NetDetectAttrs extends Infer<typeof nl80211NetDetectAttrs> {}

/** NL80211_WOWLAN_TRIG_*, linux/nl80211.h */
export const nl80211WowlanTriggersAttrs = attributes('NL80211_WOWLAN_TRIG', {
  any: [1, flag],
  disconnect: [2, flag],
  magicPkt: [3, flag],
  pktPattern: [4, numberOr(list(nl80211PktpatAttrs))], // after a wake-up: index of the pattern
  gtkRekeySupported: [5, flag],
  gtkRekeyFailure: [6, flag],
  eapIdentRequest: [7, flag],
  '4wayHandshake': [8, flag],
  rfkillRelease: [9, flag],
  wakeupPkt80211: [10, bytes, 'NL80211_WOWLAN_TRIG_WAKEUP_PKT_80211'],
  wakeupPkt80211Len: [11, u32, 'NL80211_WOWLAN_TRIG_WAKEUP_PKT_80211_LEN'],
  wakeupPkt8023: [12, bytes, 'NL80211_WOWLAN_TRIG_WAKEUP_PKT_8023'],
  wakeupPkt8023Len: [13, u32, 'NL80211_WOWLAN_TRIG_WAKEUP_PKT_8023_LEN'],
  tcpConnection: [14, nl80211WowlanTcpAttrs],
  wakeupTcpMatch: [15, flag],
  wakeupTcpConnlost: [16, flag],
  wakeupTcpNomoretokens: [17, flag],
  netDetect: [18, nl80211NetDetectAttrs],
  netDetectResults: [19, list(nl80211NetDetectAttrs, { from: 0 })],
  unprotectedDeauthDisassoc: [20, flag],
})
export interface Nl80211WowlanTriggersAttrs extends Infer<typeof nl80211WowlanTriggersAttrs> {}

/** NL80211_WOWLAN_TRIG_*, linux/nl80211.h: the supported settings */
export const nl80211WowlanSupportAttrs = attributes('NL80211_WOWLAN_TRIG', {
  any: [1, flag],
  disconnect: [2, flag],
  magicPkt: [3, flag],
  pktPattern: [4, nl80211PatternSupport],
  gtkRekeySupported: [5, flag],
  gtkRekeyFailure: [6, flag],
  eapIdentRequest: [7, flag],
  '4wayHandshake': [8, flag],
  rfkillRelease: [9, flag],
  tcpConnection: [14, nl80211WowlanTcpSupportAttrs],
  netDetect: [18, u32], // number of match sets
  unprotectedDeauthDisassoc: [20, flag],
})
export interface Nl80211WowlanSupportAttrs extends Infer<typeof nl80211WowlanSupportAttrs> {}

/** NL80211_ATTR_COALESCE_RULE_*, linux/nl80211.h */
export const nl80211CoalesceRuleAttrs = attributes('NL80211_ATTR_COALESCE_RULE', {
  delay: [1, writtenAs(u32, milliseconds)],
  condition: [2, enumOf(u32, NL80211_COALESCE_CONDITION)],
  pktPattern: [3, list(nl80211PktpatAttrs)],
})
export interface Nl80211CoalesceRuleAttrs extends Infer<typeof nl80211CoalesceRuleAttrs> {}
