import { ArgumentError, show } from '../../codec/error.js'
import type { RequestOptions } from '../../connection/flags.js'
import { none } from '../../connection/flags.js'
import { type BatchRequest, batched, type Operation, requestOf } from '../run/operation.js'
import { checkSetName } from './element.js'
import { elemOf, encodeEntry, encodeSet } from './encode.js'
import { explained, inWords } from './errors.js'
import { knownSet, numberOfFamily, requestValue, revisionOf } from './read.js'
import type { IpSetEntries, NewIpSet, NewIpSetEntry } from './types.js'

function* change(name: string, attrs: object, options: RequestOptions, object: string): Operation<void> {
  yield* explained(requested(name, attrs, options), object)
}

function* requested(name: string, attrs: object, options: RequestOptions): Operation<void> {
  yield requestOf('change', name, requestValue(attrs), options)
}

/** Creates a set. Without `excl`, an equal one may exist. */
function* createWith(set: NewIpSet, excl: boolean): Operation<void> {
  const encoded = encodeSet(set)
  const { name, type } = set
  const revision = yield* revisionOf(type, name, encoded)
  const family = numberOfFamily(encoded.facts, encoded.family)
  const attrs = { setname: name, typename: type, revision, family, data: encoded.data }
  yield* explained(requested('IPSET_CMD_CREATE', attrs, { create: true, excl }), name, type)
}

/** Creates a set. */
export const create = (set: NewIpSet): Operation<void> => createWith(set, true)

/** Creates a set, unless there is an equal one. */
export const ensure = (set: NewIpSet): Operation<void> => createWith(set, false)

/** Destroys a set. Without `excl`, the kernel ignores that there is none. */
export function* destroy(name: string): Operation<void> {
  checkSetName('name of set', name)
  yield* change('IPSET_CMD_DESTROY', { setname: name }, { excl: true }, name)
}

/** Removes the entries of a set. */
export function* flush(name: string): Operation<void> {
  checkSetName('name of set', name)
  yield* change('IPSET_CMD_FLUSH', { setname: name }, none, name)
}

/** Renames a set. The kernel has one attribute for types and second names. */
export function* rename(from: string, to: string): Operation<void> {
  checkSetName('name of set', from)
  checkSetName('new name of set', to)
  yield* change('IPSET_CMD_RENAME', { setname: from, typename: to }, none, `${from} to ${to}`)
}

/** Exchanges the names of two sets. */
export function* swap(one: string, other: string): Operation<void> {
  checkSetName('name of set', one)
  checkSetName('name of the other set', other)
  yield* change('IPSET_CMD_SWAP', { setname: one, typename: other }, none, `${one} and ${other}`)
}

/** Number of entries that are sent in one call. The longest entry has some 500 bytes, and a socket sends about 200 kB. */
const MOST = 256

/**
 * Sends a message for each entry. One message has room for several, but its error says which one was refused only in a copy of the whole
 * message, which may be as long as 64 kB for each error.
 */
function* changeEntries(
  request: 'IPSET_CMD_ADD' | 'IPSET_CMD_DEL',
  name: string,
  given: IpSetEntries,
  options: BatchRequest['options'],
): Operation<void> {
  const list = (Array.isArray(given) ? given : [given]) as readonly (NewIpSetEntry | string)[]
  if (list.some((each) => each === undefined || each === null))
    throw new ArgumentError(`expected entries to be objects or texts like 10.0.0.1, got ${show(given)}`)
  const set = yield* knownSet(name)
  const requests = list.map((entry): BatchRequest => {
    return { name: request, value: requestValue({ setname: name, data: encodeEntry(set, entry) }), options }
  })
  for (let start = 0; start < requests.length; start += MOST) {
    const { first } = yield* batched(requests.slice(start, start + MOST))
    if (first !== undefined)
      throw inWords(first.error, `${name} ${elemOf(list[start + first.index] as NewIpSetEntry)}`, set.type)
  }
}

/** Adds entries. */
export const add = (name: string, entries: IpSetEntries): Operation<void> =>
  changeEntries('IPSET_CMD_ADD', name, entries, { excl: true })

/** Adds entries, or changes those that are in the set. */
export const replace = (name: string, entries: IpSetEntries): Operation<void> =>
  changeEntries('IPSET_CMD_ADD', name, entries, {})

/** Deletes entries. */
export const remove = (name: string, entries: IpSetEntries): Operation<void> =>
  changeEntries('IPSET_CMD_DEL', name, entries, { excl: true })
