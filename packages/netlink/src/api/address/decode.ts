import { type AddressMessage, IFA_F, IFAPROT, RT_SCOPE } from '../../route/index.js'
import { familyName } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import type { Address } from './types.js'

/** INFINITY_LIFE_TIME, net/addrconf.h */
export const INFINITE_LIFETIME = 0xffffffff

const seconds = (lifetime: number | undefined) =>
  lifetime === undefined || lifetime === INFINITE_LIFETIME ? Number.POSITIVE_INFINITY : lifetime

/** Returns the preferred lifetime. For a permanent IPv4 address that is not preferred, the kernel reports infinity and the flag DEPRECATED. */
const preferredSeconds = (flags: number, lifetime: number | undefined) =>
  (flags & IFA_F.DEPRECATED) !== 0 && seconds(lifetime) === Number.POSITIVE_INFINITY ? 0 : seconds(lifetime)

const AddressObject = constructorOf<Address, AddressMessage>(function (message) {
  const { prefixlen, attrs } = message
  const { local, address, cacheinfo } = attrs
  const flags = attrs.flags ?? message.flags
  const own = local ?? address ?? ''
  const peer = local !== undefined && address !== local ? address : undefined
  this.family = familyName(message.family)
  this.address = peer === undefined ? `${own}/${prefixlen}` : own
  if (peer !== undefined) this.peer = `${peer}/${prefixlen}`
  this.dev = message.index
  if (attrs.broadcast !== undefined) this.broadcast = attrs.broadcast
  if (attrs.label !== undefined) this.label = attrs.label
  this.scope = named(RT_SCOPE, message.scope)
  this.flags = flagsIn(IFA_F, flags)
  this.validLifetime = seconds(cacheinfo?.valid)
  this.preferredLifetime = preferredSeconds(flags, cacheinfo?.prefered)
  if (attrs.rtPriority !== undefined) this.metric = attrs.rtPriority
  if (attrs.proto !== undefined) this.proto = named(IFAPROT, attrs.proto)
})

/** Converts a message to an address. */
export const toAddress = (message: AddressMessage): Address => withMessage(new AddressObject(message), message)
