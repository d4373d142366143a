import { ArgumentError } from '../../../codec/error.js'
import { NF_SYNPROXY_OPT, NFT_OBJECT, NFT_QUEUE_FLAG } from '../../../netfilter/index.js'
import { BOOLEAN, checkOptions, integers, U8, U16 } from '../../values/accepted.js'
import { checkKeys } from '../../values/objects.js'
import { dataTypes } from '../types/data-types.js'
import { NAME } from './lookup.js'
import { inputOf } from './selector.js'
import { namedObject } from './stateful.js'
import type { Input, Statement } from './statement.js'

/** Options of {@link queue}. */
export interface QueueOptions {
  /** True to accept packets if no program reads the queue. */
  readonly bypass?: boolean
  /** True to select the queue by CPU. */
  readonly fanout?: boolean
}

/** Hands the packet to a program: `queue(3)`, `queue([1, 3], { fanout: true })` for the queues 1 to 3. */
export function queue(numbers: number | readonly [number, number], options: QueueOptions = {}): Statement {
  checkKeys('options', options, { bypass: BOOLEAN, fanout: BOOLEAN })
  const [first, last] = typeof numbers === 'number' ? [numbers, numbers] : numbers
  checkOptions({ first, last }, { first: U16, last: integers(first, 0xffff) }, 'queue ')
  const { bypass, fanout } = options
  const flags = (bypass ? NFT_QUEUE_FLAG.BYPASS : 0) | (fanout ? NFT_QUEUE_FLAG.CPU_FANOUT : 0)
  return { is: 'plain', name: 'queue', data: { num: first, total: last - first + 1, flags } }
}

/** Options of {@link synproxy}. Those that are left out are not offered to clients. */
export interface SynproxyOptions {
  /** Maximum segment size. */
  readonly mss?: number
  /** Window scale: number of bits. */
  readonly wscale?: number
  readonly timestamp?: boolean
  readonly sackPerm?: boolean
}

/** Returns the attributes of a SYN proxy. @throws {TypeError} */
export function synproxyData(options: SynproxyOptions) {
  checkKeys('options', options, { mss: U16, wscale: U8, timestamp: BOOLEAN, sackPerm: BOOLEAN })
  const { mss, wscale, timestamp, sackPerm } = options
  const flags =
    (mss === undefined ? 0 : NF_SYNPROXY_OPT.MSS) |
    (wscale === undefined ? 0 : NF_SYNPROXY_OPT.WSCALE) |
    (timestamp ? NF_SYNPROXY_OPT.TIMESTAMP : 0) |
    (sackPerm ? NF_SYNPROXY_OPT.SACK_PERM : 0)
  return { mss: mss ?? 0, wscale: wscale ?? 0, flags }
}

/** Answers SYN packets before the server sees them: `synproxy({ mss: 1460, wscale: 7 })`. `{ name }`: a SYN proxy with that name. */
export function synproxy(options: SynproxyOptions | { readonly name: string }): Statement {
  if (typeof options !== 'object' || options === null || !('name' in options))
    return { is: 'plain', name: 'synproxy', data: synproxyData(options) }
  checkKeys('synproxy', options, { name: NAME })
  return namedObject(NFT_OBJECT.SYNPROXY, options.name)
}

/** The target of {@link dup} and {@link fwd}. */
export interface ForwardTarget {
  /** An address. */
  readonly to?: string
  /** Index of a link. */
  readonly dev?: number
}

function targetOf(what: string, target: ForwardTarget): { address?: Input; device?: Input; family?: 'ip' | 'ip6' } {
  checkKeys(what, target, { to: 1, dev: 1 })
  const { to, dev } = target
  if (to === undefined && dev === undefined) throw new ArgumentError(`expected ${what} to have 'to' or 'dev', got none`)
  const isV6 = String(to).includes(':')
  const type = isV6 ? dataTypes.ipv6 : dataTypes.ipv4
  return {
    ...(to !== undefined && { address: inputOf(`to of ${what}`, [type], to), family: isV6 ? 'ip6' : 'ip' }),
    ...(dev !== undefined && { device: inputOf(`dev of ${what}`, [dataTypes.ifindex], dev) }),
  }
}

/** Sends a copy of the packet: `dup({ to: '10.0.0.1' })` in the families ip and ip6, `dup({ dev: 3 })` in netdev. */
export const dup = (target: ForwardTarget): Statement => ({ is: 'dup', ...targetOf('dup', target) })

/** Sends the packet out of another link, in the family netdev: `fwd({ dev: 3 })`, `fwd({ dev: 3, to: '10.0.0.1' })`. */
export function fwd(target: ForwardTarget & { readonly dev: number }): Statement {
  const { device, ...rest } = targetOf('fwd', target)
  if (device === undefined) throw new ArgumentError("expected fwd to have 'dev', got none")
  return { is: 'fwd', device, ...rest }
}
