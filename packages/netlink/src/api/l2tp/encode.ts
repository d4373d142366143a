import { ArgumentError, isInterfaceName, show } from '../../codec/index.js'
import { L2TP_ENCAPTYPE, L2TP_L2SPECTYPE, L2TP_PWTYPE, type L2tpAttrs } from '../../generic/l2tp.js'
import { type Accepted, BOOLEAN, checkValue, integers, REPORTED } from '../values/accepted.js'
import { addressOf, canonical, familyOf } from '../values/ip-text.js'
import { numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { L2tpSessionChanges, L2tpSessionKey, NewL2tpSession, NewL2tpTunnel } from './types.js'

const ID = integers(1, 0xffffffff)
/** Version 2 has fields of 16 bits. */
const ID_OF_VERSION_2 = integers(1, 0xffff)
const PORT = integers(1, 0xffff)
const VERSION = { allowed: '2 or 3', fits: (value: unknown) => value === 2 || value === 3 }
const MILLISECONDS = integers(0, 0xffffffff)
const COOKIE: Accepted = {
  allowed: '8 or 16 hexadecimal digits',
  fits: (value) => typeof value === 'string' && /^([0-9a-f]{8}){1,2}$/i.test(value),
}
const IFNAME: Accepted = {
  allowed: 'the name of a link',
  fits: (value) => typeof value === 'string' && isInterfaceName(value),
}

const tunnelKeys = {
  ...{ id: ID, peerId: ID, version: VERSION, encap: 1, local: 1, remote: 1, localPort: PORT, remotePort: PORT },
  ...{ udpCsum: BOOLEAN, udp6CsumTx: BOOLEAN, udp6CsumRx: BOOLEAN },
} satisfies Record<keyof NewL2tpTunnel, unknown>

const changeKeys = {
  ...{ sendSeq: BOOLEAN, recvSeq: BOOLEAN, lnsMode: BOOLEAN, reorderTimeout: MILLISECONDS },
} satisfies Record<keyof L2tpSessionChanges, unknown>

const sessionKeys = {
  ...{ id: ID, peerId: ID, tunnelId: ID, pseudowire: 1, ifname: IFNAME, cookie: COOKIE, peerCookie: COOKIE },
  ...{ l2spec: BOOLEAN, ...changeKeys },
} satisfies Record<keyof NewL2tpSession, unknown>

const bit = (value: boolean | undefined) => (value === undefined ? undefined : Number(value))

/** Members of objects that were read, which requests do not have. */
const readKeys = { stats: REPORTED, peerTunnelId: ID, usingIpsec: BOOLEAN }

/** Checks the number of a tunnel. @throws {TypeError} */
export function checkTunnelId(id: number): number {
  checkValue('id of tunnel', id, ID)
  return id
}

/** Returns the attributes of the ends of a tunnel. @throws {TypeError} */
function endsOf({ local, remote, encap, localPort, remotePort, ...checksums }: NewL2tpTunnel): L2tpAttrs {
  const family = familyOf(canonical('local of tunnel', local))
  const ends = [canonical('local of tunnel', local), addressOf('remote of tunnel', remote, family)] as [string, string]
  const isIpv6 = family === 'inet6'
  return {
    ...(isIpv6 ? { ip6Saddr: ends[0], ip6Daddr: ends[1] } : { ipSaddr: ends[0], ipDaddr: ends[1] }),
    ...defined({ udpSport: localPort, udpDport: remotePort }),
    ...(encap !== 'ip' && checksumAttrs(isIpv6, checksums)),
  }
}

/** Returns the attributes of the checksums of a tunnel over UDP. @throws {TypeError} for those of the other family of addresses */
function checksumAttrs(
  isIpv6: boolean,
  given: Pick<NewL2tpTunnel, 'udpCsum' | 'udp6CsumTx' | 'udp6CsumRx'>,
): L2tpAttrs {
  const foreign = isIpv6 ? (['udpCsum'] as const) : (['udp6CsumTx', 'udp6CsumRx'] as const)
  for (const key of foreign)
    if (given[key] !== undefined)
      throw new ArgumentError(
        `expected ${key} of tunnel only over ${isIpv6 ? 'IPv4' : 'IPv6'}, got ${show(given[key])}`,
      )
  if (!isIpv6) return defined({ udpCsum: bit(given.udpCsum) })
  return {
    ...(given.udp6CsumTx === false && { udpZeroCsum6Tx: true }),
    ...(given.udp6CsumRx === false && { udpZeroCsum6Rx: true }),
  }
}

/** Returns the attributes of a tunnel. @throws {TypeError} */
export function encodeTunnel(tunnel: NewL2tpTunnel): L2tpAttrs {
  checkKeys('tunnel', tunnel, { ...tunnelKeys, ...readKeys })
  requireKeys('tunnel', tunnel, 'id', 'peerId', 'local', 'remote')
  const { id, peerId, version = 3, encap = 'udp' } = tunnel
  const encapType = numberOf('encap of tunnel', L2TP_ENCAPTYPE, encap, 1)
  if (version === 2)
    for (const [key, value] of Object.entries({ id, peerId })) checkValue(`${key} of tunnel`, value, ID_OF_VERSION_2)
  if (encapType === L2TP_ENCAPTYPE.UDP) requireKeys('tunnel', tunnel, 'localPort', 'remotePort')
  else checkIpTunnel(tunnel, version)
  return { connId: id, peerConnId: peerId, protoVersion: version, encapType, ...endsOf(tunnel) }
}

/** Checks that a tunnel without UDP has no settings of UDP. @throws {TypeError} */
function checkIpTunnel(tunnel: NewL2tpTunnel, version: number): void {
  if (version === 2) throw new ArgumentError("expected encap of tunnel to be udp in version 2, got 'ip'")
  for (const key of ['localPort', 'remotePort', 'udpCsum', 'udp6CsumTx', 'udp6CsumRx'] as const)
    if (tunnel[key] !== undefined)
      throw new ArgumentError(`expected ${key} of tunnel only with the encap udp, got ${show(tunnel[key])}`)
}

/** Returns the attributes that select a session. @throws {TypeError} */
export function sessionKey(key: L2tpSessionKey): L2tpAttrs {
  checkKeys('session', key, { ...sessionKeys, ...readKeys })
  requireKeys('session', key, 'tunnelId', 'id')
  return { connId: key.tunnelId, sessionId: key.id }
}

const changeAttrs = ({ sendSeq, recvSeq, lnsMode, reorderTimeout }: L2tpSessionChanges): L2tpAttrs =>
  defined({
    ...{ sendSeq: bit(sendSeq), recvSeq: bit(recvSeq), lnsMode: bit(lnsMode) },
    recvTimeout: reorderTimeout === undefined ? undefined : BigInt(reorderTimeout),
  })

/** Returns the attributes of changes of a session. @throws {TypeError} */
export function encodeChanges(changes: L2tpSessionChanges): L2tpAttrs {
  checkKeys('changes', changes, changeKeys)
  const attrs = changeAttrs(changes)
  if (Object.keys(attrs).length === 0)
    throw new ArgumentError(`expected changes to have one of ${Object.keys(changeKeys).join(', ')}, got none`)
  return attrs
}

const bytesOf = (hex: string | undefined) => (hex === undefined ? undefined : Buffer.from(hex, 'hex'))

/** Returns the attributes of a session. @throws {TypeError} */
export function encodeSession(session: NewL2tpSession): L2tpAttrs {
  checkKeys('session', session, { ...sessionKeys, ...readKeys })
  requireKeys('session', session, 'tunnelId', 'id', 'peerId')
  const { tunnelId, id, peerId, pseudowire = 'eth', ifname, cookie, peerCookie, l2spec = true } = session
  return {
    ...{ connId: tunnelId, sessionId: id, peerSessionId: peerId },
    pwType: numberOf('pseudowire of session', L2TP_PWTYPE, pseudowire, 0xffff),
    l2specType: l2spec ? L2TP_L2SPECTYPE.DEFAULT : L2TP_L2SPECTYPE.NONE,
    ...defined({ ifname, cookie: bytesOf(cookie), peerCookie: bytesOf(peerCookie) }),
    ...changeAttrs(session),
  }
}
