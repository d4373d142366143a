import { cmsgAlign, cmsghdr } from '@netloom/netlink/socket'
import { wordOffset } from '../io/word-offset.js'
import { IP, IPV6, in6Pktinfo, inPktinfo, SOL_IP, SOL_IPV6, SOL_UDP, UDP } from './abi.js'
import { CMSG_WORDS } from './message-table.js'

const LEVEL = wordOffset(cmsghdr, 'level')
const TYPE = wordOffset(cmsghdr, 'type')
const DATA = CMSG_WORDS

const SPEC_DST = wordOffset(inPktinfo, 'specDst')
const IFINDEX = wordOffset(in6Pktinfo, 'ifindex')

/** Writes the header of a control message at `at`, in words. Returns the position of the next one. */
function writeHeader(words: Uint32Array, at: number, level: number, type: number, size: number): number {
  words[at] = cmsghdr.size + size
  words[at + 1] = 0
  words[at + LEVEL] = level
  words[at + TYPE] = type
  return at + (cmsghdr.size + cmsgAlign(size)) / 4
}

/** Writes UDP_SEGMENT. Returns the position of the next control message. */
export function writeSegmentSize(words: Uint32Array, at: number, size: number): number {
  words[at + DATA] = size
  return writeHeader(words, at, SOL_UDP, UDP.SEGMENT, 2)
}

/** Writes IP_TOS or IPV6_TCLASS. Returns the position of the next control message. */
export function writeTos(words: Uint32Array, at: number, isIPv6: boolean, tos: number): number {
  words[at + DATA] = tos
  return isIPv6 ? writeHeader(words, at, SOL_IPV6, IPV6.TCLASS, 4) : writeHeader(words, at, SOL_IP, IP.TOS, 4)
}

/** Writes IP_PKTINFO with a local address, the words of a `struct sockaddr_in`. Returns the position of the next control message. */
export function writeSourceIPv4(words: Uint32Array, at: number, address: Uint32Array): number {
  const info = at + DATA
  words.fill(0, info, info + inPktinfo.size / 4)
  words[info + SPEC_DST] = address[1] as number
  return writeHeader(words, at, SOL_IP, IP.PKTINFO, inPktinfo.size)
}

/** Writes IPV6_PKTINFO with a local address, the words of a `struct sockaddr_in6`. Returns the position of the next control message. */
export function writeSourceIPv6(words: Uint32Array, at: number, address: Uint32Array): number {
  const info = at + DATA
  for (let i = 0; i < 4; i++) words[info + i] = address[2 + i] as number
  words[info + IFINDEX] = address[6] as number
  return writeHeader(words, at, SOL_IPV6, IPV6.PKTINFO, in6Pktinfo.size)
}

/** The values of the control messages of a received message. */
export interface ControlValues {
  /** Length of the datagrams that the kernel has joined; undefined if it is one. */
  segmentSize: number | undefined
  tos: number | undefined
  interfaceIndex: number | undefined
  /** Position of the words of the local address; undefined if it was not received. */
  localAt: number | undefined
  isLocalIPv6: boolean
}

/** Reads the control messages from `at` to `end`, in words. Values that were not received become undefined. */
export function readControl(words: Uint32Array, at: number, end: number, values: ControlValues): void {
  values.segmentSize = undefined
  values.tos = undefined
  values.interfaceIndex = undefined
  values.localAt = undefined
  for (let next = at; next + CMSG_WORDS < end; ) {
    readOne(words, next, values)
    next += Math.max(CMSG_WORDS, cmsgAlign(words[next] as number) / 4)
  }
}

function readOne(words: Uint32Array, at: number, values: ControlValues): void {
  const level = words[at + LEVEL]
  const type = words[at + TYPE]
  const data = at + DATA
  const value = words[data] as number
  if (level === SOL_UDP && type === UDP.GRO) values.segmentSize = value
  // IP_TOS has one byte, IPV6_TCLASS an int.
  else if ((level === SOL_IP && type === IP.TOS) || (level === SOL_IPV6 && type === IPV6.TCLASS))
    values.tos = value & 0xff
  else if (level === SOL_IP && type === IP.PKTINFO) {
    values.interfaceIndex = value
    values.localAt = data + SPEC_DST
    values.isLocalIPv6 = false
  } else if (level === SOL_IPV6 && type === IPV6.PKTINFO) {
    values.interfaceIndex = words[data + IFINDEX] as number
    values.localAt = data
    values.isLocalIPv6 = true
  }
}

/** Returns the position and end of the data of a control message, in words; undefined if it was not received. */
export function findControl(
  words: Uint32Array,
  end: number,
  isWanted: (level: number, type: number) => boolean,
): readonly [number, number] | undefined {
  for (let at = 0; at + CMSG_WORDS <= end; ) {
    const length = cmsgAlign(words[at] as number) / 4
    if (isWanted(words[at + LEVEL] as number, words[at + TYPE] as number)) return [at + DATA, at + length]
    at += Math.max(CMSG_WORDS, length)
  }
  return undefined
}
