import { ArgumentError, show } from '../../../codec/index.js'
import { checkValue, LIST } from '../../values/accepted.js'

/** Numbers by the words that nft uses for them. */
export type Words = Readonly<Record<string, number>>

/** The words of the data types of nft (`symbol_table` in its sources). */
export const protocols: Words = {
  ...{ icmp: 1, igmp: 2, tcp: 6, udp: 17, dccp: 33, gre: 47, esp: 50, ah: 51, 'ipv6-icmp': 58, icmpv6: 58 },
  ...{ comp: 108, sctp: 132, udplite: 136 },
}
export const etherTypes: Words = {
  ip: 0x0800,
  arp: 0x0806,
  ip6: 0x86dd,
  // nft prints the first word of a number.
  '8021q': 0x8100,
  vlan: 0x8100,
  '8021ad': 0x88a8,
}
export const families: Words = { ipv4: 2, ipv6: 10 }
export const icmpTypes: Words = {
  ...{ 'echo-reply': 0, 'destination-unreachable': 3, 'source-quench': 4, redirect: 5, 'echo-request': 8 },
  ...{ 'router-advertisement': 9, 'router-solicitation': 10, 'time-exceeded': 11, 'parameter-problem': 12 },
  ...{ 'timestamp-request': 13, 'timestamp-reply': 14, 'info-request': 15, 'info-reply': 16 },
  ...{ 'address-mask-request': 17, 'address-mask-reply': 18 },
}
export const icmp6Types: Words = {
  ...{ 'destination-unreachable': 1, 'packet-too-big': 2, 'time-exceeded': 3, 'parameter-problem': 4 },
  ...{ 'echo-request': 128, 'echo-reply': 129, 'mld-listener-query': 130, 'mld-listener-report': 131 },
  ...{ 'mld-listener-done': 132, 'mld-listener-reduction': 132, 'nd-router-solicit': 133, 'nd-router-advert': 134 },
  ...{ 'nd-neighbor-solicit': 135, 'nd-neighbor-advert': 136, 'nd-redirect': 137, 'router-renumbering': 138 },
  ...{ 'ind-neighbor-solicit': 141, 'ind-neighbor-advert': 142, 'mld2-listener-report': 143 },
}
export const icmpCodes: Words = {
  ...{ 'net-unreachable': 0, 'host-unreachable': 1, 'prot-unreachable': 2, 'port-unreachable': 3, 'frag-needed': 4 },
  ...{ 'net-prohibited': 9, 'host-prohibited': 10, 'admin-prohibited': 13 },
}
export const icmp6Codes: Words = {
  ...{ 'no-route': 0, 'admin-prohibited': 1, 'addr-unreachable': 3, 'port-unreachable': 4 },
  ...{ 'policy-fail': 5, 'reject-route': 6 },
}
export const icmpxCodes: Words = { 'no-route': 0, 'port-unreachable': 1, 'host-unreachable': 2, 'admin-prohibited': 3 }
export const igmpTypes: Words = {
  ...{ 'membership-query': 17, 'membership-report-v1': 18, 'membership-report-v2': 22 },
  ...{ 'leave-group': 23, 'membership-report-v3': 34 },
}
export const dccpTypes: Words = {
  ...{ request: 0, response: 1, data: 2, ack: 3, dataack: 4, closereq: 5, close: 6, reset: 7, sync: 8, syncack: 9 },
}
export const mobilityTypes: Words = {
  ...{ 'binding-refresh-request': 0, 'home-test-init': 1, 'careof-test-init': 2, 'home-test': 3, 'careof-test': 4 },
  ...{ 'binding-update': 5, 'binding-acknowledgement': 6, 'binding-error': 7, 'fast-binding-update': 8 },
  ...{ 'fast-binding-acknowledgement': 9, 'fast-binding-advertisement': 10, 'experimental-mobility-header': 11 },
  ...{ 'home-agent-switch-message': 12 },
}
export const mptcpSubtypes: Words = {
  ...{ 'mp-capable': 0, 'mp-join': 1, dss: 2, 'add-addr': 3, 'remove-addr': 4, 'mp-prio': 5, 'mp-fail': 6 },
  ...{ 'mp-fastclose': 7, 'mp-tcprst': 8 },
}
export const tcpFlags: Words = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ecn: 64, cwr: 128 }
export const arpOperations: Words = {
  ...{ request: 1, reply: 2, rrequest: 3, rreply: 4, inrequest: 8, inreply: 9, nak: 10 },
}
export const ctStates: Words = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 }
export const ctDirections: Words = { original: 0, reply: 1 }
export const ctStatuses: Words = {
  ...{ expected: 1, 'seen-reply': 2, assured: 4, confirmed: 8, snat: 16, dnat: 32, dying: 512 },
}
export const packetTypes: Words = { host: 0, unicast: 0, broadcast: 1, multicast: 2, other: 3 }
export const linkTypes: Words = { ether: 1, ppp: 512, ipip: 768, ipip6: 769, loopback: 772, sit: 776, ipgre: 778 }
export const addressTypes: Words = {
  ...{ unspec: 0, unicast: 1, local: 2, broadcast: 3, anycast: 4, multicast: 5, blackhole: 6, unreachable: 7 },
  ...{ prohibit: 8 },
}
export const codePoints: Words = {
  ...{ cs0: 0, cs1: 8, cs2: 16, cs3: 24, cs4: 32, cs5: 40, cs6: 48, cs7: 56, df: 0, be: 0, lephb: 1 },
  ...{ af11: 10, af12: 12, af13: 14, af21: 18, af22: 20, af23: 22, af31: 26, af32: 28, af33: 30 },
  ...{ af41: 34, af42: 36, af43: 38, va: 44, 'voice-admit': 44, ef: 46 },
}
export const congestion: Words = { 'not-ect': 0, ect1: 1, ect0: 2, ce: 3 }
export const days: Words = {
  ...{ Sunday: 0, Monday: 1, Tuesday: 2, Wednesday: 3, Thursday: 4, Friday: 5, Saturday: 6 },
}
export const existence: Words = { missing: 0, exists: 1 }

/** Levels of `log`. */
export const logLevels = {
  ...{ emerg: 0, alert: 1, crit: 2, err: 3, warn: 4, notice: 5, info: 6, debug: 7, audit: 8 },
} as const satisfies Words

/** Returns the first word of a number; undefined if it has none. */
export const wordOf = (words: Words, number: number | bigint) =>
  Object.keys(words).find((word) => words[word] === Number(number))

/** Returns the number of a word. @throws {TypeError} naming `key` and all words */
export function numberOfWord(key: string, words: Words, word: unknown): number {
  const number = typeof word === 'string' && Object.hasOwn(words, word) ? words[word] : undefined
  if (number === undefined)
    throw new ArgumentError(`expected ${key} to be one of ${Object.keys(words).join(', ')}, got ${show(word)}`)
  return number
}

/** Returns the bits of a list of words. @throws {TypeError} naming `key` */
export function bitsIn(key: string, words: Words, list: readonly string[] = []): number {
  checkValue(key, list, LIST)
  return list.reduce((bits, word) => bits | numberOfWord(key, words, word), 0)
}
