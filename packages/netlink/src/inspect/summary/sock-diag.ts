import { AF, nameOf } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { MOST_RECEIVED, MOST_SENT } from './generic.js'
import { isMembers } from './members.js'
import type { Sketch } from './sketch.js'
import type { Summary } from './types.js'
import { getVerb } from './verbs.js'

/** Members that say little about a socket that was destroyed. */
const REPORTED = ['info', 'meminfo', 'skmeminfo', 'rqueue', 'wqueue', 'retrans', 'uid', 'inode', 'cgroupId', 'sockopt']

const withoutPrefix = (name: string) => name.replace(/^[A-Z0-9]+_/, '').toLowerCase()

/** Summarizes a message about sockets: `dump inet tcp sockets`. */
export function sockDiagSummary(sketch: Sketch): Summary {
  const { value, attrs, message } = sketch
  const { toKernel, type } = message
  const family = typeof value.family === 'number' ? withoutPrefix(nameOf(AF, value.family)) : ''
  const number = toKernel ? value.protocol : attrs.protocol
  const protocol = typeof number === 'number' && family.startsWith('inet') ? withoutPrefix(nameOf(IPPROTO, number)) : ''
  const { id } = value
  if (isMembers(id) && (!toKernel || id.sport !== 0 || id.dport !== 0))
    sketch.named(`${address(id.src, id.sport)} → ${address(id.dst, id.dport)}`, 'id')
  else if (value.ino !== undefined && value.ino !== 0) sketch.named(`inode ${value.ino}`, 'ino')
  sketch.rest(
    ['id', 'protocol', 'ext', 'expires', 'timer', 'rawProtocol', ...(toKernel ? [] : REPORTED)],
    toKernel ? MOST_SENT : MOST_RECEIVED,
  )
  return sketch.summary(
    type === 'SOCK_DESTROY' ? 'destroy' : getVerb(sketch),
    [family, protocol, 'socket'].filter((word) => word !== '').join(' '),
  )
}

const address = (host: unknown, port: unknown) =>
  typeof host === 'string' && host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
