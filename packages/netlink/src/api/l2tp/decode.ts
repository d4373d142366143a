import { L2TP_ENCAPTYPE, L2TP_PWTYPE, type L2tpAttrs, type L2tpMessage } from '../../generic/l2tp.js'
import { named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { L2tpSession, L2tpStats, L2tpTunnel } from './types.js'

const toStats = ({ stats = {} }: L2tpAttrs): L2tpStats => ({
  ...{ txPackets: stats.txPackets ?? 0n, txBytes: stats.txBytes ?? 0n, txErrors: stats.txErrors ?? 0n },
  ...{ rxPackets: stats.rxPackets ?? 0n, rxBytes: stats.rxBytes ?? 0n, rxErrors: stats.rxErrors ?? 0n },
  ...{ rxSeqDiscards: stats.rxSeqDiscards ?? 0n, rxOosPackets: stats.rxOosPackets ?? 0n },
  ...{ rxCookieDiscards: stats.rxCookieDiscards ?? 0n, rxInvalid: stats.rxInvalid ?? 0n },
})

/** Returns the checksums of a tunnel over UDP. Over IPv6, the kernel reports those that are left out. */
const checksumsOf = ({ udpCsum, ip6Saddr, udpZeroCsum6Tx, udpZeroCsum6Rx }: L2tpAttrs) =>
  ip6Saddr === undefined
    ? { udpCsum: udpCsum === 1 }
    : { udp6CsumTx: udpZeroCsum6Tx !== true, udp6CsumRx: udpZeroCsum6Rx !== true }

/** Converts a message to a tunnel. */
export function toTunnel(message: L2tpMessage): L2tpTunnel {
  const { attrs } = message
  const { connId = 0, peerConnId = 0, protoVersion = 0, encapType = L2TP_ENCAPTYPE.UDP } = attrs
  const object = {
    ...{ id: connId, peerId: peerConnId, version: protoVersion, encap: named(L2TP_ENCAPTYPE, encapType) },
    ...defined({ local: attrs.ipSaddr ?? attrs.ip6Saddr, remote: attrs.ipDaddr ?? attrs.ip6Daddr }),
    ...(encapType === L2TP_ENCAPTYPE.UDP && {
      ...defined({ localPort: attrs.udpSport, remotePort: attrs.udpDport }),
      ...checksumsOf(attrs),
    }),
    stats: toStats(attrs),
  }
  return withMessage(object, message)
}

const hexOf = (bytes: Uint8Array | undefined) => (bytes?.length ? Buffer.from(bytes).toString('hex') : undefined)

/** Converts a message to a session. */
export function toSession(message: L2tpMessage): L2tpSession {
  const { attrs } = message
  const { sessionId = 0, peerSessionId = 0, connId = 0, peerConnId = 0, pwType = L2TP_PWTYPE.NONE } = attrs
  const object = {
    ...{ id: sessionId, peerId: peerSessionId, tunnelId: connId, peerTunnelId: peerConnId },
    pseudowire: named(L2TP_PWTYPE, pwType),
    ...defined({ ifname: attrs.ifname, cookie: hexOf(attrs.cookie), peerCookie: hexOf(attrs.peerCookie) }),
    ...{ sendSeq: attrs.sendSeq === 1, recvSeq: attrs.recvSeq === 1 },
    ...{ lnsMode: attrs.lnsMode === 1, usingIpsec: attrs.usingIpsec === 1 },
    ...{ reorderTimeout: Number(attrs.recvTimeout ?? 0), stats: toStats(attrs) },
  }
  return withMessage(object, message)
}
