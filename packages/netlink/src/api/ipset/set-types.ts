import { NFPROTO } from '../../netfilter/index.js'
import type { IpSetType, NewIpSet } from './types.js'

/** A part of an entry. */
export type Part = 'ip' | 'net' | 'mac' | 'port' | 'mark' | 'iface' | 'set'

/** Parts of an entry, and the options with which a set is created. */
export interface TypeFacts {
  readonly parts: readonly Part[]
  /** True if the set has the addresses of one family, `inet` or `inet6`. */
  readonly hasFamily: boolean
  /** The family with which the type is requested, if the set has none. */
  readonly family: number
  readonly options: readonly (keyof NewIpSet)[]
}

const all = ['name', 'type', 'timeout', 'counters', 'comment', 'skbinfo'] as const
const hash = ['forceadd', 'hashsize', 'maxelem', 'bucketsize', 'initval'] as const

/** Options of some types in addition to those of their method. */
const ownOptions: Partial<Record<IpSetType, readonly (keyof NewIpSet)[]>> = {
  'bitmap:ip': ['netmask'],
  'hash:ip': ['netmask', 'bitmask'],
  'hash:ip,port': ['netmask', 'bitmask'],
  'hash:net,net': ['netmask', 'bitmask'],
  'hash:ip,mark': ['markmask'],
}

const methodOptions = (method: string, hasFamily: boolean): readonly (keyof NewIpSet)[] =>
  method === 'bitmap' ? ['range'] : method === 'list' ? ['size'] : hasFamily ? ['family', ...hash] : hash

function factsOf(type: IpSetType): TypeFacts {
  const [method = '', parts = ''] = type.split(':')
  const hasFamily = method === 'hash' && type !== 'hash:mac'
  return {
    parts: parts.split(',') as Part[],
    hasFamily,
    family: type.startsWith('bitmap:ip') ? NFPROTO.IPV4 : NFPROTO.UNSPEC,
    options: [...all, ...methodOptions(method, hasFamily), ...(ownOptions[type] ?? [])],
  }
}

const names: readonly IpSetType[] = [
  ...(['bitmap:ip', 'bitmap:ip,mac', 'bitmap:port', 'hash:ip', 'hash:ip,mac', 'hash:ip,mark', 'hash:ip,port'] as const),
  ...(['hash:ip,port,ip', 'hash:ip,port,net', 'hash:mac', 'hash:net', 'hash:net,iface', 'hash:net,net'] as const),
  ...(['hash:net,port', 'hash:net,port,net', 'list:set'] as const),
]

/** The types of sets, by name. */
export const ipSetTypes: ReadonlyMap<string, TypeFacts> = new Map(names.map((name) => [name, factsOf(name)]))
