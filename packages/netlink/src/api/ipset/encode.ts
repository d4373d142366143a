import { ArgumentError, show } from '../../codec/error.js'
import { canonicalAddress } from '../../ip/index.js'
import { IPSET_FLAG_CADT, type IpsetSetMessage } from '../../netfilter/index.js'
import { type Accepted, BOOLEAN, integers, shortText, U16, U32, U64 } from '../values/accepted.js'
import { handleNumber } from '../values/handle.js'
import { bitsOfFamily, type IpFamily } from '../values/ip-text.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { checkSetName, type ElementAttrs, parseAddresses, parseElement } from './element.js'
import { parsePorts } from './port.js'
import { ipSetTypes, type TypeFacts } from './set-types.js'
import { parseSkbmark } from './skb.js'
import type { IpSet, IpSetType, NewIpSet, NewIpSetEntry } from './types.js'

type CreateAttrs = NonNullable<IpsetSetMessage['attrs']['data']>

/** IPSET_MAX_TIMEOUT, linux/netfilter/ipset/ip_set_timeout.h: the kernel counts in milliseconds. */
const timeout = integers(0, 2147483)

const even: Accepted = {
  allowed: 'an even number from 2 to 14',
  fits: (value) => Number.isInteger(value) && Number(value) >= 2 && Number(value) <= 14 && Number(value) % 2 === 0,
}

/** The options of a set, and what only a set that was read has: it can be created again. */
const setKeys = {
  ...{ name: 1, type: 1, family: 1, timeout, counters: BOOLEAN, comment: BOOLEAN, skbinfo: BOOLEAN, forceadd: BOOLEAN },
  ...{ hashsize: U32, maxelem: U32, bucketsize: even, initval: U32, netmask: 1, bitmask: 1, markmask: U32, range: 1 },
  ...{ size: U32, revision: 1, references: 1, memsize: 1, elements: 1 },
} satisfies Record<keyof NewIpSet | keyof IpSet, unknown>

const reported: readonly string[] = ['revision', 'references', 'memsize', 'elements']

/** Returns the facts of a type. @throws {TypeError} for an unknown one */
export function typeFacts(type: unknown): TypeFacts {
  const facts = typeof type === 'string' ? ipSetTypes.get(type) : undefined
  if (facts === undefined)
    throw new ArgumentError(`expected type of set to be one of ${[...ipSetTypes.keys()].join(', ')}, got ${show(type)}`)
  return facts
}

function checkNewSet(set: NewIpSet): TypeFacts {
  checkKeys('set', set, setKeys)
  requireKeys('set', set, 'name', 'type')
  checkSetName('name of set', set.name)
  const facts = typeFacts(set.type)
  for (const key of Object.keys(set) as (keyof NewIpSet)[])
    if (set[key] !== undefined && !reported.includes(key) && !facts.options.includes(key))
      throw new ArgumentError(
        `expected no ${key} of a ${set.type}, whose options are ${facts.options.join(', ')}, got ${show(set[key])}`,
      )
  if (set.type.startsWith('bitmap:')) requireKeys('set', set, 'range')
  if (set.netmask !== undefined && set.bitmask !== undefined)
    throw new ArgumentError('expected netmask or bitmask of set, got both')
  return facts
}

function rangeOf(type: IpSetType, range: string): CreateAttrs {
  if (typeof range !== 'string') throw new ArgumentError(`expected range of set to be a text, got ${show(range)}`)
  const found = type === 'bitmap:port' ? parsePorts(range) : parseAddresses('range of set', range, 'inet')
  const isRange = 'portTo' in found || 'ipTo' in found || 'cidr' in found
  if (!isRange)
    throw new ArgumentError(
      `expected range of set to be like 10.0.0.0/24, 10.0.0.1-10.0.0.9 or 0-1023, got ${show(range)}`,
    )
  return found as CreateAttrs
}

function bitmaskOf(bitmask: string, family: IpFamily): CreateAttrs['bitmask'] {
  const address = typeof bitmask === 'string' ? canonicalAddress(bitmask) : undefined
  if (address === undefined || address.includes(':') !== (family === 'inet6'))
    throw new ArgumentError(
      `expected bitmask of set to be like ${family === 'inet' ? '255.255.0.255' : 'ffff::ffff'}, got ${show(bitmask)}`,
    )
  return (family === 'inet' ? { ipv4: address } : { ipv6: address }) as CreateAttrs['bitmask']
}

function netmaskOf(netmask: unknown, family: IpFamily): number {
  const most = bitsOfFamily(family)
  if (integers(1, most).fits(netmask)) return netmask as number
  throw new ArgumentError(`expected netmask of set to be an integer from 1 to ${most}, got ${show(netmask)}`)
}

/** Returns the family of a set. @throws {TypeError} */
function familyOf(family: unknown): IpFamily {
  if (family === 'inet' || family === 'inet6') return family
  throw new ArgumentError(`expected family of set to be inet or inet6, got ${show(family)}`)
}

const flag = (bit: number, given: boolean | undefined) => (given ? bit : 0)

/** A set to create: the parts of its message. */
export interface EncodedSet {
  readonly facts: TypeFacts
  readonly family: IpFamily
  readonly data: CreateAttrs
}

/** Returns the attributes of a set. @throws {TypeError} */
export function encodeSet(set: NewIpSet): EncodedSet {
  const facts = checkNewSet(set)
  const family = familyOf(set.family ?? 'inet')
  const { hashsize, maxelem, bucketsize, initval, markmask, size, netmask, bitmask, range } = set
  const flags =
    flag(IPSET_FLAG_CADT.WITH_COUNTERS, set.counters) |
    flag(IPSET_FLAG_CADT.WITH_COMMENT, set.comment) |
    flag(IPSET_FLAG_CADT.WITH_SKBINFO, set.skbinfo) |
    flag(IPSET_FLAG_CADT.WITH_FORCEADD, set.forceadd)
  const data = {
    ...(range !== undefined && rangeOf(set.type, range)),
    ...defined({ hashsize, maxelem, bucketsize, initval, markmask, size, timeout: set.timeout }),
    ...(netmask !== undefined && { netmask: netmaskOf(netmask, family) }),
    ...(bitmask !== undefined && { bitmask: bitmaskOf(bitmask, family) }),
    ...(flags !== 0 && { cadtFlags: flags }),
  } as CreateAttrs
  return { facts, family, data }
}

const entryKeys = {
  ...{ elem: 1, timeout, packets: U64, bytes: U64, comment: shortText(255), skbmark: 1, skbprio: 1, skbqueue: U16 },
  ...{ nomatch: BOOLEAN, wildcard: BOOLEAN, before: 1, after: 1 },
} satisfies Record<keyof NewIpSetEntry, unknown>

/** Returns the text of an entry, for errors. */
export const elemOf = (entry: NewIpSetEntry | string): string => (typeof entry === 'string' ? entry : entry.elem)

function referenceOf({ before, after }: NewIpSetEntry): string | undefined {
  if (before !== undefined && after !== undefined)
    throw new ArgumentError('expected before or after of entry, got both')
  const reference = before ?? after
  if (reference !== undefined) checkSetName(`${before === undefined ? 'after' : 'before'} of entry`, reference)
  return reference
}

/** A set, as entries need it. */
export interface KnownSet {
  readonly type: string
  readonly family: IpFamily
  readonly facts: TypeFacts
}

/** Options that only some types have, and the part that these have. */
const partOfOption = { nomatch: 'net', wildcard: 'iface', before: 'set', after: 'set' } as const

function checkEntry({ type, facts }: KnownSet, entry: NewIpSetEntry): void {
  checkKeys('entry', entry, entryKeys)
  requireKeys('entry', entry, 'elem')
  for (const [key, part] of Object.entries(partOfOption) as [keyof typeof partOfOption, TypeFacts['parts'][number]][])
    if (entry[key] !== undefined && entry[key] !== false && !facts.parts.includes(part))
      throw new ArgumentError(`expected no ${key} of an entry of a ${type}, got ${show(entry[key])}`)
}

/** Returns the attributes of an entry. @throws {TypeError} */
export function encodeEntry(set: KnownSet, given: NewIpSetEntry | string): ElementAttrs {
  const entry: NewIpSetEntry = typeof given === 'string' ? { elem: given } : given
  checkEntry(set, entry)
  const { elem, packets, bytes, comment, skbmark, skbprio, skbqueue } = entry
  const parts = parseElement(set.type, set.facts, set.family, elem)
  const flags =
    (parts.cadtFlags ?? 0) |
    flag(IPSET_FLAG_CADT.NOMATCH, entry.nomatch) |
    flag(IPSET_FLAG_CADT.IFACE_WILDCARD, entry.wildcard) |
    flag(IPSET_FLAG_CADT.BEFORE, entry.before !== undefined)
  return {
    ...parts,
    ...defined({ packets, bytes, comment, skbqueue, timeout: entry.timeout, nameref: referenceOf(entry) }),
    ...(skbmark !== undefined && { skbmark: parseSkbmark(skbmark) }),
    ...(skbprio !== undefined && { skbprio: handleNumber('skbprio of entry', skbprio) }),
    ...(flags !== 0 && { cadtFlags: flags }),
  } as ElementAttrs
}
