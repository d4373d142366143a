import { AF } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import type { AddressMessage } from '../../route/index.js'
import type { FoundMessage } from '../run/ensure.js'
import { ifThere, indexOf } from '../run/link-lookup.js'
import { dump, type Operation, read } from '../run/operation.js'
import { isMatch } from '../values/compare.js'
import { familyNumber } from '../values/ip-text.js'
import { scopeNumber } from '../values/names.js'
import { checkKeys, defined } from '../values/objects.js'
import { toAddress } from './decode.js'
import { compareAddress } from './diff.js'
import { type AddressIdentity, addressKeys, encodeAddress, isSameAddress, localOf } from './encode.js'
import type { Address, AddressFilter, AddressKey, NewAddress } from './types.js'

/** The options of a filter. */
export const filterKeys = { dev: 1, family: 1, scope: 1 } satisfies Record<keyof AddressFilter, unknown>

/** Lists the addresses that match the filter. */
export function* list(filter: AddressFilter = {}): Operation<Address[]> {
  checkKeys('filter', filter, filterKeys)
  const { dev, family, scope } = ownOnly(filter)
  const number = family === undefined ? undefined : familyNumber(family)
  const wanted = scope === undefined ? undefined : scopeNumber(scope)
  const index = dev === undefined ? undefined : yield* indexOf('dev', dev)
  const found = yield* dump('RTM_GETADDR', defined({ family: number, index }))
  // Without strict checking the kernel filters by family only. A kernel without IPv6 does not filter.
  const fits = (message: AddressMessage) =>
    (index === undefined || message.index === index) &&
    (number === undefined || message.family === number) &&
    (wanted === undefined || message.scope === wanted)
  return found.filter(fits).map(toAddress)
}

/** Returns an address if it has all given properties. Lifetimes are not compared. */
export function* get(key: AddressKey): Operation<Address | undefined> {
  checkKeys('address', key, addressKeys)
  const { validLifetime: _valid, preferredLifetime: _preferred, ...lasting } = key as NewAddress
  const { index } = yield* encodeAddress(key)
  const found = yield* find({ ...key, dev: index })
  return found && compareAddress(lasting, found).every(isMatch) ? found : undefined
}

/** Returns an address by what identifies it. */
export function* find({ address, dev, peer }: AddressKey): Operation<Address | undefined> {
  const found = yield* findSame(yield* encodeAddress({ address, dev, peer }))
  return found && toAddress(found.message)
}

/** Returns the address that a message is of. */
export function* findSame(wanted: AddressIdentity): Operation<FoundMessage<AddressMessage> | undefined> {
  const message = (yield* withLocal(wanted)).find((one) => isSameAddress(wanted, one))
  return message && { message }
}

/**
 * Returns the messages of a link that have the own end of this address: with several peers or prefix lengths for IPv4. The
 * kernel can look up a single IPv6 address, and has only one of each.
 */
export function* withLocal({ family, index, attrs }: AddressIdentity): Operation<AddressMessage[]> {
  const found =
    family === AF.INET6
      ? yield* ifThere(read('RTM_GETADDR', { family, index, attrs: { address: attrs.local } }), 'EADDRNOTAVAIL')
      : yield* dump('RTM_GETADDR', { family, index }, attrs.local)
  return (found ?? []).filter((one) => one.index === index && one.family === family && localOf(one) === attrs.local)
}
