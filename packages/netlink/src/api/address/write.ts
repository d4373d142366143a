import { AF } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { NetlinkError } from '../../message/index.js'
import { type AddressMessage, IFA_F } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { checkFlush, flushed } from '../run/flush.js'
import type { KnownObjects, KnownTarget } from '../run/known.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { describeAddress } from '../values/describe.js'
import { checkKeys, defined, messageOf, requireKeys } from '../values/objects.js'
import { toAddress } from './decode.js'
import { compareAddress, hasOnlyIdentity } from './diff.js'
import {
  type AddressIdentity,
  addressKeys,
  checkAddress,
  encodeAddress,
  encodeWithoutLink,
  isSameAddress,
} from './encode.js'
import { filterKeys, findSame, list, withLocal } from './read.js'
import type { Address, AddressFilter, AddressKey, NewAddress } from './types.js'

/** Adds an address. */
export function* add(address: NewAddress): Operation<void> {
  checkAddress(address)
  yield* change('RTM_NEWADDR', yield* encodeAddress(address), { create: true, excl: true })
}

/**
 * Adds or changes an address. Tries to add it first. Only if it exists, lists the addresses of the link, because the kernel might
 * replace a different one.
 */
export function* replace(address: NewAddress): Operation<void> {
  checkAddress(address)
  const message = yield* encodeAddress(address)
  if (!isExact(message)) {
    try {
      yield* change('RTM_NEWADDR', message, { create: true, excl: true })
      return
    } catch (error) {
      if (!(error instanceof NetlinkError) || error.code !== 'EEXIST') throw error
    }
    const other = (yield* withLocal(message)).find((one) => !isSameAddress(message, one) && isReplaced(message, one))
    if (other) throw otherAddress('RTM_NEWADDR', 'EEXIST', toAddress(other))
  }
  yield* change('RTM_NEWADDR', message, { create: true, replace: true })
}

/** True for an IPv4 address of a single host: the kernel compares all bits of both ends (`find_matching_ifa`). */
const isExact = ({ family, prefixlen }: AddressIdentity) => family === AF.INET && prefixlen === 32

/** True if the kernel would replace `found`, which has the same local address. For IPv4 it also compares the prefix length. */
const isReplaced = ({ prefixlen }: AddressIdentity, found: AddressMessage) =>
  found.family === AF.INET6 || found.prefixlen === prefixlen

/** Returns the error for an address that differs in its peer or prefix length. */
const otherAddress = (request: string, code: 'EEXIST' | 'EADDRNOTAVAIL', { address, peer }: Address) =>
  refusal({
    request,
    code,
    explanation: `the link has ${address}${peer === undefined ? '' : ` with the peer ${peer}`}`,
  })

/**
 * Deletes an address. Looks it up first if it has a peer or was read, because the kernel compares only the network of a peer, and for
 * IPv6 not even that.
 */
export function* remove(key: AddressKey): Operation<void> {
  checkKeys('address', key, addressKeys)
  const { family, prefixlen, index, attrs } = yield* encodeAddress(key)
  const { local, address, label } = ownOnly(attrs)
  const message = { family, prefixlen, index, attrs: defined({ local, address, label }) }
  if (key.peer !== undefined || messageOf(key) !== undefined) {
    const found = yield* withLocal(message)
    const [other] = found
    if (other && !found.some((one) => isSameAddress(message, one)))
      throw otherAddress('RTM_DELADDR', 'EADDRNOTAVAIL', toAddress(other))
  }
  yield* change('RTM_DELADDR', message)
}

/** Adds an address, or applies the differences between it and the spec. */
export function* ensureAddress(address: NewAddress): Operation<Ensured> {
  return yield* ensure(yield* addressTarget(address))
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
export function* addressTarget(address: NewAddress): Operation<Target<FoundMessage<AddressMessage>>> {
  checkAddress(address)
  requireKeys('address', address, 'address', 'dev')
  const message = yield* encodeAddress(address)
  const spec = { ...address, dev: message.index }
  return {
    object: 'address',
    message,
    describe: () => describeAddress(address),
    find: () => findSame(message),
    create: () => change('RTM_NEWADDR', message, { create: true, excl: true }),
    isClearlySame: () => hasOnlyIdentity(spec),
    compare: (found) => compareAddress(spec, toAddress(found.message)),
    *update({ message: current }) {
      const found = toAddress(current)
      // The kernel would reset properties that are left out. With a new valid lifetime, the preferred one follows it.
      const { validLifetime, metric, proto } = found
      const preferredLifetime = spec.validLifetime === undefined ? found.preferredLifetime : undefined
      const flags = [...found.flags.filter((flag) => flag !== 'PERMANENT'), ...(spec.flags ?? [])]
      const kept = defined({ validLifetime, preferredLifetime, metric, proto })
      const address = { ...kept, ...defined(spec), flags } as NewAddress
      checkAddress(address)
      yield* change('RTM_NEWADDR', yield* encodeAddress(address), { create: true, replace: true })
    },
  }
}

/** Returns the address of a spec if that is clear without a request: see {@link addressTarget}, which finds the same one. @throws {TypeError} */
export function knownAddress(address: NewAddress, known: KnownObjects): KnownTarget<AddressMessage> | undefined {
  checkAddress(address)
  requireKeys('address', address, 'address', 'dev')
  const index = known.linkIndex(address.dev)
  if (index === undefined) return undefined
  const message = { ...encodeWithoutLink(address), index } as AddressMessage
  const found = known
    .addresses(message.family, index, String(message.attrs.local))
    ?.find((each) => isSameAddress(message, each))
  return found !== undefined && hasOnlyIdentity(address) ? { message, found } : undefined
}

/** Deletes the addresses that a filter selects, secondary ones first: the kernel deletes them with their primary one. */
export function* flush(filter: AddressFilter): Operation<Address[]> {
  checkFlush(filter, filterKeys)
  const listed = yield* list(filter)
  const isSecondary = ({ message }: Address) =>
    message.family === AF.INET && ((message.attrs.flags ?? message.flags) & IFA_F.SECONDARY) !== 0
  const deleted: Address[] = []
  for (const address of [...listed.filter(isSecondary), ...listed.filter((each) => !isSecondary(each))]) {
    const { family, index, prefixlen, attrs } = address.message
    const { local, address: peer, label } = attrs
    const key = { family, index, prefixlen, attrs: defined({ local, address: peer, label }) }
    if (yield* flushed(change('RTM_DELADDR', key))) deleted.push(address)
  }
  return deleted
}
