import { NFT_CONNLIMIT_F, NFT_LIMIT, NFT_LIMIT_F, NFT_OBJECT, NFT_QUOTA_F } from '../../../netfilter/index.js'
import { BOOLEAN, checkValue, U32 } from '../../values/accepted.js'
import { checkKeys } from '../../values/objects.js'
import { parseBytes, parseRate } from '../types/units.js'
import { NAME } from './lookup.js'
import type { StatefulStatement, Statement } from './statement.js'

const stateful = (name: StatefulStatement['name'], data: object): StatefulStatement => ({ is: 'stateful', name, data })
/** Returns a statement that refers to an object. @throws {TypeError} */
export const namedObject = (type: number, name: string): Statement => {
  checkValue('name', name, NAME)
  return { is: 'object', type, name }
}

/** Counts packets and bytes; with a name, in the counter object of that name. */
export function counter(): StatefulStatement
export function counter(name: string): Statement
export function counter(name?: string): Statement {
  return name === undefined ? stateful('counter', { bytes: 0n, packets: 0n }) : namedObject(NFT_OBJECT.COUNTER, name)
}

/** Options of {@link limit}. */
export interface LimitOptions {
  /** Packets, or bytes for a rate of bytes (`'5 mbytes'`), that may exceed the rate at once. Default: 5 packets, or no bytes. */
  readonly burst?: number | string
  /** True to match packets that exceed the rate. */
  readonly over?: boolean
}

/** Returns the attributes of a limit. @throws {TypeError} */
export function limitData(rate: string, options: LimitOptions = {}) {
  checkKeys('options', options, { burst: 1, over: BOOLEAN })
  const { number, unit, isBytes } = parseRate('limit', rate)
  const { burst = isBytes ? 0 : 5, over } = options
  const most = isBytes ? parseBytes('burst', burst) : burst
  checkValue('burst', Number(most), U32)
  return {
    ...{ rate: number, unit, burst: Number(most) },
    ...{ type: isBytes ? NFT_LIMIT.PKT_BYTES : NFT_LIMIT.PKTS, flags: over ? NFT_LIMIT_F.INV : 0 },
  }
}

/** Matches packets within a rate: `limit('10/second')`, `limit('1 mbytes/second', { over: true })`. `{ name }`: a limit object. */
export function limit(rate: string, options?: LimitOptions): StatefulStatement
export function limit(object: { readonly name: string }): Statement
export function limit(rate: string | { readonly name: string }, options?: LimitOptions): Statement {
  if (typeof rate !== 'object' || rate === null) return stateful('limit', limitData(rate, options))
  checkKeys('limit', rate, { name: NAME })
  return namedObject(NFT_OBJECT.LIMIT, rate.name)
}

/** Returns the attributes of a quota. @throws {TypeError} */
export function quotaData(bytes: number | bigint | string, options: { readonly over?: boolean } = {}) {
  checkKeys('options', options, { over: BOOLEAN })
  return { bytes: parseBytes('quota', bytes), flags: options.over ? NFT_QUOTA_F.INV : 0, consumed: 0n }
}

/** Matches until this number of bytes was counted, or with `over` from then on: `quota('100 mbytes')`. `{ name }`: a quota object. */
export function quota(bytes: number | bigint | string, options?: { readonly over?: boolean }): StatefulStatement
export function quota(object: { readonly name: string }): Statement
export function quota(
  bytes: number | bigint | string | { readonly name: string },
  options?: { readonly over?: boolean },
): Statement {
  if (typeof bytes !== 'object') return stateful('quota', quotaData(bytes, options))
  checkKeys('quota', bytes, { name: NAME })
  return namedObject(NFT_OBJECT.QUOTA, bytes.name)
}

/** Matches up to this number of connections, or with `over` more than that. */
export function connlimit(count: number, options: { readonly over?: boolean } = {}): StatefulStatement {
  checkValue('count', count, U32)
  checkKeys('options', options, { over: BOOLEAN })
  return stateful('connlimit', { count, flags: options.over ? NFT_CONNLIMIT_F.INV : 0 })
}

/** Remembers when the last packet came by. */
export const last = (): StatefulStatement => stateful('last', {})
