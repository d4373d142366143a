import { AF, parseAddress } from '../../codec/index.js'
import { contains } from '../../ip/index.js'
import { NLM_F_NEW } from '../../message/index.js'
import { type AddressMessage, IFA_F, IFF, RT_SCOPE } from '../../route/index.js'
import { addAddressRoutes, insertAddress, isSameSubnet, removeAddress } from './ipv4.js'
import { addAddress6, hasIPv6, removeAddress6, scopeOf } from './ipv6.js'
import { MIN_MTU_IPV4 } from './kinds.js'
import { addressMessageOf } from './messages.js'
import { checkModelled, notModelled, refuse } from './refused.js'
import type { Address, Link, State } from './state.js'

const NO_LIMIT = 0xffffffff

const has = (flags: number, bit: number) => (flags & bit) !== 0

const settable = ['address', 'local', 'label', 'broadcast', 'cacheinfo', 'flags', 'rtPriority', 'proto']

/** Returns the lifetime of a new address, and the flags that say whether it has an end, and is deprecated already. */
function lifetimeOf({ cacheinfo }: AddressMessage['attrs'], refusal: string | undefined) {
  const { prefered, valid } = cacheinfo ?? { prefered: NO_LIMIT, valid: NO_LIMIT }
  if (valid === 0 || prefered > valid) refuse('EINVAL', refusal)
  const permanent = valid === NO_LIMIT ? IFA_F.PERMANENT : 0
  return { lifetime: { prefered, valid }, ends: permanent | (prefered === 0 ? IFA_F.DEPRECATED : 0) }
}

/** Refuses flags that are not modelled. @throws {Refused} */
function checkFlags(flags: number): void {
  if (has(flags, IFA_F.OPTIMISTIC | IFA_F.MANAGETEMPADDR | IFA_F.MCAUTOJOIN))
    notModelled('IFA_F_OPTIMISTIC, IFA_F_MANAGETEMPADDR and IFA_F_MCAUTOJOIN')
}

/** Handles RTM_NEWADDR. */
export function newAddress(state: State, message: AddressMessage, flags: number): void {
  checkFlags(message.attrs.flags ?? message.flags)
  if (message.family === AF.INET) newIPv4(state, message, flags)
  else if (message.family === AF.INET6) newIPv6(state, message, flags)
  else notModelled(`addresses of family ${message.family}`)
}

function newIPv4(state: State, message: AddressMessage, flags: number): void {
  const { prefixlen, scope, index, attrs } = message
  if (prefixlen > 32) refuse('EINVAL', 'ipv4: Invalid prefix length')
  const { local } = attrs
  if (local === undefined) refuse('EINVAL', 'ipv4: Local address is not supplied')
  const link = state.links.get(index)
  if (link === undefined) refuse('ENODEV', 'ipv4: Device not found')
  if (link.mtu < MIN_MTU_IPV4) refuse('ENOBUFS')
  checkModelled(attrs, 'RTM_NEWADDR', settable)
  const { lifetime, ends } = lifetimeOf(attrs, 'ipv4: address lifetime invalid')
  const asked = (attrs.flags ?? message.flags) & ~(IFA_F.PERMANENT | IFA_F.SECONDARY)
  const address: Address = {
    ...{ family: AF.INET, index, prefixlen, scope, flags: asked | ends, local, peer: attrs.address ?? local },
    ...{ label: attrs.label ?? link.name, broadcast: attrs.broadcast, priority: attrs.rtPriority },
    ...{ proto: attrs.proto, lifetime, created: state.clock.now, changed: state.clock.now },
  }
  const same = state.addresses.filter((each) => isSameSubnet(each, address))
  const found = same.find((each) => each.local === local)
  if (found) {
    if (has(flags, NLM_F_NEW.EXCL) || !has(flags, NLM_F_NEW.REPLACE)) refuse('EEXIST', 'ipv4: Address already assigned')
    change(state, found, lifetime, ends)
    return
  }
  if (same.some((each) => each.scope !== scope)) refuse('EINVAL', 'ipv4: Invalid scope value')
  if (same.length > 0) address.flags |= IFA_F.SECONDARY
  // The kernel ignores this address silently (`__inet_insert_ifa`).
  if (local === '0.0.0.0') return
  insertAddress(state, address)
  state.notify('RTM_NEWADDR', addressMessageOf(address, state))
  addAddressRoutes(state, link, address)
}

function change(state: State, found: Address, lifetime: Address['lifetime'], ends: number): void {
  found.lifetime = lifetime
  found.changed = state.clock.now
  found.flags = (found.flags & ~(IFA_F.PERMANENT | IFA_F.DEPRECATED)) | ends
  state.notify('RTM_NEWADDR', addressMessageOf(found, state))
}

function newIPv6(state: State, message: AddressMessage, flags: number): void {
  const { prefixlen, index, attrs } = message
  const local = attrs.local ?? attrs.address
  if (local === undefined) refuse('EINVAL')
  const link = state.links.get(index)
  if (link === undefined) refuse('ENODEV', 'ipv6: Unable to find the interface')
  checkModelled(attrs, 'RTM_NEWADDR', settable)
  const { lifetime, ends } = lifetimeOf(attrs, 'ipv6: Invalid lifetimes')
  if (!hasIPv6(link)) refuse('EINVAL')
  const found = state.addresses.find((each) => each.family === AF.INET6 && each.index === index && each.local === local)
  if (found) {
    if (has(flags, NLM_F_NEW.EXCL) || !has(flags, NLM_F_NEW.REPLACE)) refuse('EEXIST', 'ipv6: address already assigned')
    change(state, found, lifetime, ends)
    return
  }
  if (prefixlen > 128) refuse('EINVAL', 'ipv6: Invalid prefix length')
  checkAssignable(link, local)
  const asked = (attrs.flags ?? message.flags) & (IFA_F.NODAD | IFA_F.HOMEADDRESS | IFA_F.NOPREFIXROUTE)
  addAddress6(state, link, {
    ...{ family: AF.INET6, index, prefixlen, scope: scopeOf(local), flags: asked | ends, local },
    ...{ peer: attrs.address ?? local, label: undefined, broadcast: undefined, priority: attrs.rtPriority },
    ...{ proto: attrs.proto, lifetime, created: state.clock.now, changed: state.clock.now },
  })
}

/** Refuses addresses that this link cannot have (`ipv6_add_addr`). @throws {Refused} */
function checkAssignable({ fixed }: Link, address: string): void {
  if (address === '::') refuse('EADDRNOTAVAIL', 'ipv6: Invalid address')
  if (parseAddress(address)[0] === 0xff)
    refuse('EADDRNOTAVAIL', 'ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag')
  if (address === '::1' && !has(fixed, IFF.LOOPBACK))
    refuse('EADDRNOTAVAIL', 'ipv6: Cannot assign loopback address on this device')
}

/** Handles RTM_DELADDR. */
export function deleteAddress(state: State, { family, prefixlen, index, attrs }: AddressMessage): void {
  checkModelled(attrs, 'RTM_DELADDR', settable)
  if (family === AF.INET) deleteIPv4(state, index, prefixlen, attrs)
  else if (family === AF.INET6) deleteIPv6(state, index, prefixlen, attrs)
  else notModelled(`addresses of family ${family}`)
}

function deleteIPv4(state: State, index: number, prefixlen: number, attrs: AddressMessage['attrs']): void {
  const link = state.links.get(index)
  if (link === undefined) refuse('ENODEV', 'ipv4: Device not found')
  const { local, label, address } = attrs
  const found = state.addresses.find(
    (each) =>
      each.family === AF.INET &&
      each.index === index &&
      (local === undefined || each.local === local) &&
      (label === undefined || each.label === label) &&
      (address === undefined ||
        (each.prefixlen === prefixlen && contains({ address: each.peer, length: prefixlen }, address))),
  )
  if (found === undefined) refuse('EADDRNOTAVAIL', 'ipv4: Address not found')
  removeAddress(state, link, found)
}

function deleteIPv6(state: State, index: number, prefixlen: number, attrs: AddressMessage['attrs']): void {
  const local = attrs.local ?? attrs.address
  if (local === undefined) refuse('EINVAL')
  if (prefixlen > 128) refuse('EINVAL', 'ipv6: Invalid prefix length')
  const link = state.links.get(index)
  if (link === undefined) refuse('ENODEV', 'ipv6: Unable to find the interface')
  const found = state.addresses.find(
    (each) => each.family === AF.INET6 && each.index === index && each.local === local && each.prefixlen === prefixlen,
  )
  if (found === undefined) refuse('EADDRNOTAVAIL', 'ipv6: address not found')
  removeAddress6(state, link as Link, found)
}

/** Handles RTM_GETADDR of one address, which only IPv6 supports (`inet6_rtm_getaddr`). */
export function getAddress(state: State, { family, index, attrs }: AddressMessage): object[] {
  if (family !== AF.INET6) refuse('EOPNOTSUPP')
  checkModelled(attrs, 'RTM_GETADDR', ['address', 'local'])
  const local = attrs.local ?? attrs.address
  if (local === undefined) refuse('EINVAL')
  // The kernel searches all links if the one of the request does not exist.
  const isLink = (each: Address) => !state.links.has(index) || each.index === index
  const found = state.addresses.find((each) => each.family === AF.INET6 && each.local === local && isLink(each))
  if (found === undefined) refuse('EADDRNOTAVAIL')
  return [addressMessageOf(found as Address, state)]
}

/** Handles a dump of RTM_GETADDR. */
export function dumpAddresses(
  state: State,
  { family, prefixlen, flags, scope, index, attrs }: AddressMessage,
): object[] {
  if (prefixlen !== 0 || flags !== 0 || scope !== RT_SCOPE.UNIVERSE)
    refuse('EINVAL', `${family === AF.INET6 ? 'ipv6' : 'ipv4'}: Invalid values in header for address dump request`)
  checkModelled(attrs, 'RTM_GETADDR', [])
  if (index !== 0 && !state.links.has(index)) refuse('ENODEV')
  return state.addresses
    .filter((each) => family === AF.UNSPEC || each.family === family)
    .filter((each) => index === 0 || each.index === index)
    .map((each) => addressMessageOf(each, state))
}
