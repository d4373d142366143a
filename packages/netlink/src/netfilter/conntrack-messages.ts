import type { Declaration } from '../codec/index.js'
import { creates, gets, getsAndResets, NETLINK, protocol } from '../message/index.js'
import {
  type ConntrackMessage,
  type ConntrackStatsCpuMessage,
  type ConntrackStatsMessage,
  conntrackMessage,
  conntrackStatsCpuMessage,
  conntrackStatsMessage,
} from './conntrack.js'
import { type ExpectMessage, type ExpectStatsCpuMessage, expectMessage, expectStatsCpuMessage } from './expectation.js'
import { NFNL_SUBSYS, NFNLGRP } from './nfnetlink.js'

// Named types: otherwise TypeScript writes each of them out in full in the protocol's type.
const conntrack: Declaration<ConntrackMessage> = conntrackMessage
const stats: Declaration<ConntrackStatsMessage> = conntrackStatsMessage
const statsCpu: Declaration<ConntrackStatsCpuMessage> = conntrackStatsCpuMessage
const expect: Declaration<ExpectMessage> = expectMessage
const expectStatsCpu: Declaration<ExpectStatsCpuMessage> = expectStatsCpuMessage

const of = (message: number) => (NFNL_SUBSYS.CTNETLINK << 8) | message
const ofExpect = (message: number) => (NFNL_SUBSYS.CTNETLINK_EXP << 8) | message

/** The messages of connection tracking. */
export const conntrackMessages = {
  IPCTNL_MSG_CT_NEW: creates(of(0), conntrack),
  IPCTNL_MSG_CT_GET: gets(of(1), conntrack),
  IPCTNL_MSG_CT_DELETE: [of(2), conntrack],
  IPCTNL_MSG_CT_GET_CTRZERO: getsAndResets(of(3), conntrack),
  IPCTNL_MSG_CT_GET_STATS_CPU: gets(of(4), statsCpu),
  IPCTNL_MSG_CT_GET_STATS: gets(of(5), stats),
  IPCTNL_MSG_CT_GET_DYING: gets(of(6), conntrack),
  IPCTNL_MSG_CT_GET_UNCONFIRMED: gets(of(7), conntrack),
  IPCTNL_MSG_EXP_NEW: creates(ofExpect(0), expect),
  IPCTNL_MSG_EXP_GET: gets(ofExpect(1), expect),
  IPCTNL_MSG_EXP_DELETE: [ofExpect(2), expect],
  IPCTNL_MSG_EXP_GET_STATS_CPU: gets(ofExpect(3), expectStatsCpu),
} as const

const declared = protocol('NETLINK_NETFILTER', NETLINK.NETFILTER, conntrackMessages, { groups: NFNLGRP.values })

/**
 * NETLINK_NETFILTER with the messages of connection tracking alone, for programs that need no others. Gets also request an ack: see
 * `netfilter`.
 */
export const ctnetlink: typeof declared = {
  ...declared,
  byName: (name) => ({ ...declared.byName(name), isAcked: true }),
}
