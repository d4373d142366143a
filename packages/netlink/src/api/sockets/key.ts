import { ArgumentError } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { NO_COOKIE } from '../../diag/index.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { U16, U32, U64 } from '../values/accepted.js'
import { canonical, familyNumber, familyOf, type IpFamily } from '../values/ip-text.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { isInet, protocolOf } from './protocols.js'
import type { InetSocket, Socket, SocketKey } from './types.js'

const keyKeys = {
  ...{ protocol: 1, cookie: U64, inode: U32, src: 1, sport: U16, dst: 1, dport: U16, dev: 1 },
} satisfies Record<keyof SocketKey, unknown>

/** Addresses and ports of both ends of a socket. */
export interface Ends {
  readonly family: IpFamily
  readonly src: string
  readonly sport: number
  readonly dst: string
  readonly dport: number
}

/** A key that was checked. */
export interface CheckedKey {
  readonly protocol: SocketKey['protocol']
  readonly cookie: bigint | undefined
  readonly inode: number | undefined
  readonly ends: Ends | undefined
  readonly dev: SocketKey['dev']
}

/** Members that identify a socket above IP by its ends. */
const endKeys = ['src', 'sport', 'dst', 'dport', 'dev'] as const

/** Returns the ends that a key names. The remote one is left out for a socket without a connection. @throws {TypeError} */
function endsOf(key: SocketKey): Ends | undefined {
  if (endKeys.every((each) => key[each] === undefined)) return undefined
  if (!isInet(key.protocol))
    throw new ArgumentError(`expected key of a ${key.protocol} socket to have 'cookie' or 'inode', not addresses`)
  requireKeys('key', key, 'src', 'sport')
  const src = canonical('src of key', key.src as string)
  const family = familyOf(src)
  const dst = canonical('dst of key', key.dst ?? (family === 'inet' ? '0.0.0.0' : '::'))
  if (familyOf(dst) !== family) throw new ArgumentError(`expected dst of key to be of ${family}, as src, got ${dst}`)
  return { family, src, sport: key.sport as number, dst, dport: key.dport ?? 0 }
}

/** True for a socket that was read, or a copy of one. */
const isRead = (key: unknown): key is Socket =>
  typeof key === 'object' && key !== null && ['state', 'cookie', 'inode'].every((each) => each in key)

/** Returns the members of a socket that identify it. Those of other protocols have other addresses. */
function keyOf(socket: Socket): SocketKey {
  const { protocol, cookie, inode } = socket
  if (!isInet(protocol)) return { protocol, cookie, inode }
  const { src, sport, dst, dport, dev } = socket as InetSocket
  return { protocol, cookie, inode, src, sport, dst, dport, dev }
}

/** Checks what identifies one socket: a socket that was read, or some of its members. @throws {TypeError} */
export function checkKey(given: SocketKey): CheckedKey {
  const key = ownOnly(isRead(given) ? keyOf(given) : given)
  checkKeys('key', key, keyKeys)
  requireKeys('key', key, 'protocol')
  const protocol = protocolOf(key.protocol)
  checkLinkRef('dev of key', key.dev)
  const { cookie, inode, dev } = key
  const ends = endsOf(key)
  if (cookie === undefined && inode === undefined && ends === undefined)
    throw new ArgumentError("expected key to have 'cookie', 'inode', or 'src' and 'sport', got none")
  return { protocol, cookie, inode, ends, dev }
}

/** True if a socket is the one of a key. */
export const hasKey = ({ cookie, inode, ends }: CheckedKey, socket: Socket): boolean =>
  (cookie === undefined || socket.cookie === cookie) &&
  (inode === undefined || socket.inode === inode) &&
  (ends === undefined || ('src' in socket && hasEnds(ends, socket)))

const hasEnds = (ends: Ends, socket: Ends) =>
  (['src', 'sport', 'dst', 'dport'] as const).every((each) => ends[each] === socket[each])

/** Returns `struct inet_diag_sockid` of a key with ends, and the family of the request. */
export function* idOf(key: CheckedKey, ends: Ends): Operation<{ readonly family: number; readonly id: object }> {
  const { src, sport, dst, dport } = ends
  const index = key.dev === undefined ? 0 : yield* indexOf('dev', key.dev)
  return {
    family: familyNumber(ends.family),
    id: { src, sport, dst, dport, if: index, cookie: key.cookie ?? NO_COOKIE },
  }
}
