import { none } from '../../connection/flags.js'
import { NetlinkError } from '../../message/index.js'
import { IPSET_FLAG, type IpsetElementMessage, type IpsetSetMessage, NFPROTO } from '../../netfilter/index.js'
import { ifThere } from '../run/link-lookup.js'
import { type Operation, requestOf } from '../run/operation.js'
import { familyName } from '../values/ip-text.js'
import { factsOf, toEntry, toSet } from './decode.js'
import { checkSetName } from './element.js'
import { type EncodedSet, encodeEntry, type KnownSet, typeFacts } from './encode.js'
import { explained } from './errors.js'
import type { IpSet, IpSetEntry, NewIpSetEntry } from './types.js'

/** IPSET_PROTOCOL, linux/netfilter/ipset/ip_set.h */
const protocol = 7

/** Returns the value of a request. */
export const requestValue = (attrs: object) => ({ family: NFPROTO.IPV4, attrs: { protocol, ...attrs } })

function* dumpSets(attrs: object): Operation<IpsetSetMessage[]> {
  return (yield requestOf('dump', 'IPSET_CMD_LIST', requestValue(attrs), none)) as IpsetSetMessage[]
}

function* readSets(name: string, attrs: object): Operation<IpsetSetMessage[]> {
  return (yield requestOf('read', name, requestValue(attrs), none)) as IpsetSetMessage[]
}

/** Lists sets, without their entries. */
export function* list(): Operation<IpSet[]> {
  return (yield* explained(dumpSets({ flags: IPSET_FLAG.LIST_HEADER }))).map(toSet)
}

/** Returns a set. */
export function* get(name: string): Operation<IpSet | undefined> {
  checkSetName('name of set', name)
  const sets = explained(dumpSets({ setname: name, flags: IPSET_FLAG.LIST_HEADER }), name)
  const [found] = (yield* ifThere(sets, 'ENOENT')) ?? []
  return found && toSet(found)
}

/** Lists the entries of a set. The kernel sends as many in each message as fit. */
export function* entries(name: string): Operation<IpSetEntry[]> {
  checkSetName('name of set', name)
  const messages = yield* explained(dumpSets({ setname: name }), name)
  return messages.flatMap(({ attrs }) => {
    const facts = factsOf(attrs.typename ?? messages[0]?.attrs.typename)
    return (attrs.adt?.data ?? []).map((each) => toEntry(facts, each))
  })
}

/** Returns what entries need of their set. @throws {NetlinkError} `ENOENT` */
export function* knownSet(name: string): Operation<KnownSet> {
  checkSetName('name of set', name)
  const [header] = yield* explained(readSets('IPSET_CMD_HEADER', { setname: name }), name)
  const { typename = '', family = 0 } = header?.attrs ?? {}
  return { type: typename, family: familyName(family), facts: typeFacts(typename) }
}

/** Returns the newest revision of a type that the kernel has. */
export function* revisionOf(type: string, name: string, { facts, family }: EncodedSet): Operation<number> {
  const attrs = { typename: type, family: numberOfFamily(facts, family) }
  const [found] = yield* explained(readSets('IPSET_CMD_TYPE', attrs), name)
  return found?.attrs.revision ?? 0
}

/** Returns the number of a set's family. */
export const numberOfFamily = (
  { hasFamily, family: own }: EncodedSet['facts'],
  family: EncodedSet['family'],
): number => (hasFamily ? (family === 'inet' ? NFPROTO.IPV4 : NFPROTO.IPV6) : own)

/** Returns true if a set matches an entry. */
export function* test(name: string, entry: NewIpSetEntry | string): Operation<boolean> {
  const set = yield* knownSet(name)
  const value: IpsetElementMessage = requestValue({
    setname: name,
    data: encodeEntry(set, entry),
  }) as IpsetElementMessage
  try {
    yield* explained(testRequest(value), name, set.type)
    return true
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'IPSET_ERR_EXIST') return false
    throw error
  }
}

function* testRequest(value: IpsetElementMessage): Operation<void> {
  yield requestOf('read', 'IPSET_CMD_TEST', value, none)
}
