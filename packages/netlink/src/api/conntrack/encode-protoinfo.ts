import { ArgumentError, type Infer } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { type ctProtoinfoAttrs, SCTP_CONNTRACK, TCP_CONNTRACK } from '../../netfilter/index.js'
import { integers, U32 } from '../values/accepted.js'
import { bitsOf, named, numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { tcpFlags } from './decode.js'
import type { BothDirections, ConntrackTcp, NewConntrack } from './types.js'

type Protoinfo = Infer<typeof ctProtoinfoAttrs>

/** Encodes the flags of one direction. All of them are set or cleared. */
function flagsOf(direction: keyof BothDirections<unknown>, tcp: BothDirections<ConntrackTcp> | undefined) {
  const flags = tcp?.[direction]?.flags
  return flags && { flags: bitsOf(`flags of ${direction} of tcp`, tcpFlags, flags), mask: 0xff }
}

/** Encodes the state, the flags and the window scales of TCP. */
function encodeTcp(
  state: number | undefined,
  tcp: BothDirections<ConntrackTcp> | undefined,
): NonNullable<Protoinfo['tcp']> {
  if (tcp !== undefined) checkKeys('tcp', tcp, { original: 1, reply: 1 })
  for (const [direction, side] of Object.entries(tcp ?? {}))
    if (side !== undefined) checkKeys(`${direction} of tcp`, side, { windowScale: integers(0, 14), flags: 1 })
  return defined({
    state,
    wscaleOriginal: tcp?.original?.windowScale,
    wscaleReply: tcp?.reply?.windowScale,
    flagsOriginal: flagsOf('original', tcp),
    flagsReply: flagsOf('reply', tcp),
  })
}

/** Encodes the state and what else the kernel tracks for a protocol. @throws {TypeError} if the protocol does not have it */
export function encodeProtoinfo(
  protocol: number,
  { state, tcp, sctp }: Pick<NewConntrack, 'state' | 'tcp' | 'sctp'>,
): Protoinfo | undefined {
  const only = (key: string, value: unknown, of: number) => {
    if (value !== undefined && protocol !== of)
      throw new ArgumentError(
        `expected ${key} only with ${named(IPPROTO, of)}, got it with ${named(IPPROTO, protocol)}`,
      )
  }
  only('tcp', tcp, IPPROTO.TCP)
  only('sctp', sctp, IPPROTO.SCTP)
  if (protocol === IPPROTO.TCP && (state ?? tcp) !== undefined) {
    const number = state === undefined ? undefined : numberOf('state', TCP_CONNTRACK, state)
    return { tcp: encodeTcp(number, tcp) }
  }
  if (protocol === IPPROTO.SCTP && (state ?? sctp) !== undefined) {
    // The kernel requires all three (`nlattr_to_sctp`).
    if (state === undefined || sctp === undefined)
      throw new ArgumentError(`expected state and sctp together, got only ${state === undefined ? 'sctp' : 'state'}`)
    checkKeys('sctp', sctp, { original: U32, reply: U32 })
    requireKeys('sctp', sctp, 'original', 'reply')
    const number = numberOf('state', SCTP_CONNTRACK, state)
    return { sctp: { state: number, vtagOriginal: sctp.original, vtagReply: sctp.reply } }
  }
  if (state !== undefined)
    throw new ArgumentError(`expected state only with tcp and sctp, got it with ${named(IPPROTO, protocol)}`)
  return undefined
}
