import { ArgumentError } from '../../../codec/error.js'
import { show } from '../../../codec/index.js'
import { NF_LOG } from '../../../netfilter/index.js'
import { shortText, U16, U32 } from '../../values/accepted.js'
import { checkKeys } from '../../values/objects.js'
import { bitsIn, icmp6Codes, icmpCodes, icmpxCodes, logLevels, numberOfWord } from '../types/words.js'
import type { Statement } from './statement.js'

/** Options of {@link log}. */
export interface LogOptions {
  readonly prefix?: string
  readonly level?: keyof typeof logLevels
  /** Sends packets to this group of nflog, instead of the kernel's log. */
  readonly group?: number
  /** Bytes of the packet to send to nflog. */
  readonly snaplen?: number
  /** Packets to collect before they are sent to nflog. */
  readonly queueThreshold?: number
  /** Parts of the packet to log. `all`: all of them. */
  readonly flags?: readonly ('tcp sequence' | 'tcp options' | 'ip options' | 'skuid' | 'ether' | 'all')[]
}

/** Bits of the flags of `log`. */
export const logFlags = {
  ...{ 'tcp sequence': NF_LOG.TCPSEQ, 'tcp options': NF_LOG.TCPOPT, 'ip options': NF_LOG.IPOPT },
  ...{ skuid: NF_LOG.UID, ether: NF_LOG.MACDECODE, all: NF_LOG.MASK },
} as const

/** Logs the packet: `log({ prefix: 'dropped: ' })`, `log({ group: 2 })`. */
export function log(options: LogOptions = {}): Statement {
  checkKeys('log', options, {
    ...{ prefix: shortText(127), level: 1, group: U16, snaplen: U32, queueThreshold: U16, flags: 1 },
  })
  const { prefix, level, group, snaplen, queueThreshold, flags } = options
  if (group !== undefined && (level ?? flags) !== undefined)
    throw new ArgumentError('expected log to have either group, or level and flags, got both')
  const bits = flags && bitsIn('flags of log', logFlags, flags)
  const data = {
    ...(prefix !== undefined && { prefix }),
    ...(level !== undefined && { level: numberOfWord('level of log', logLevels, level) }),
    ...(group !== undefined && { group, snaplen: snaplen ?? 0, qthreshold: queueThreshold ?? 0 }),
    ...(bits !== undefined && { flags: bits }),
  }
  return { is: 'plain', name: 'log', data }
}

const codes = { icmp: icmpCodes, icmpv6: icmp6Codes, icmpx: icmpxCodes } as const

/** A reply to a rejected packet: `'tcp reset'`, or a code of ICMP (`'icmp host-unreachable'`); `icmpx` for both IP families. */
export type Rejection = 'tcp reset' | `${keyof typeof codes} ${string}`

/** Rejects the packet. By default with `port-unreachable`. */
export function reject(reply?: Rejection): Statement {
  if (reply === undefined) return { is: 'reject', reply: 'default', code: 0 }
  if (reply === 'tcp reset') return { is: 'reject', reply, code: 0 }
  const [kind = '', code] = typeof reply === 'string' ? reply.split(' ') : []
  if (!Object.hasOwn(codes, kind))
    throw new ArgumentError(
      `expected reject to be 'tcp reset', or icmp, icmpv6 or icmpx with a code, got ${show(reply)}`,
    )
  const known = kind as keyof typeof codes
  return { is: 'reject', reply: known, code: numberOfWord(`the code of reject`, codes[known], code) }
}
