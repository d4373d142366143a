import { type AddressMessage, IFA_F, IFAPROT } from '../../route/index.js'
import type { Comparison } from '../values/compare.js'
import { RT_ADDRPROTOS } from '../values/name-files.js'
import { bitsOf, named, numberOf, scopeNumber } from '../values/names.js'
import { broadcastOf } from './encode.js'
import type { Address, NewAddress } from './types.js'

/** Flags that a request can set. The kernel only reports the others. */
const SETTABLE = IFA_F.NODAD | IFA_F.HOMEADDRESS | IFA_F.MANAGETEMPADDR | IFA_F.NOPREFIXROUTE | IFA_F.MCAUTOJOIN

/** Seconds by which a lifetime may have run down and still match. */
const TOLERANCE = 2

function compareLifetime(
  key: 'validLifetime' | 'preferredLifetime',
  wanted: number | undefined,
  actual: number,
): Comparison {
  const matches = wanted === undefined || wanted === actual || (wanted >= actual && wanted - actual <= TOLERANCE)
  return { key, wanted, actual, matches }
}

/** Returns the desired broadcast address; `+` and `-` depend on the network. */
const wantedBroadcast = ({ broadcast }: NewAddress, { prefixlen, attrs }: AddressMessage) =>
  broadcastOf(broadcast, attrs.address ?? '', prefixlen)

/** Options that {@link compareAddress} compares. */
const comparedKeys = [
  ...(['broadcast', 'label', 'metric', 'proto', 'scope', 'flags', 'validLifetime', 'preferredLifetime'] as const),
]

/** True if a spec has no option but those that identify an address. */
export const hasOnlyIdentity = (spec: NewAddress) => comparedKeys.every((key) => spec[key] === undefined)

/** Compares a spec with an address, except the properties that identify it. */
export function compareAddress(spec: NewAddress, found: Address): Comparison[] {
  const { scope, flags = [], validLifetime, preferredLifetime = validLifetime } = spec
  const { message } = found
  const bits = bitsOf('flags', IFA_F, flags) & SETTABLE
  return [
    { key: 'broadcast', wanted: wantedBroadcast(spec, message), actual: found.broadcast },
    { key: 'label', wanted: spec.label, actual: found.label },
    { key: 'metric', wanted: spec.metric, actual: found.metric ?? 0 },
    {
      ...{ key: 'proto', wanted: spec.proto, actual: found.proto ?? named(IFAPROT, 0) },
      matches:
        spec.proto === undefined ||
        numberOf('proto', IFAPROT, spec.proto, 0xff, RT_ADDRPROTOS) === (message.attrs.proto ?? 0),
    },
    {
      ...{ key: 'scope', wanted: scope, actual: found.scope },
      // The kernel derives the scope of an IPv6 address from the address.
      matches: scope === undefined || found.family === 'inet6' || scopeNumber(scope) === message.scope,
    },
    {
      ...{ key: 'flags', wanted: flags, actual: found.flags },
      matches: ((message.attrs.flags ?? message.flags) & bits) === bits,
    },
    compareLifetime('validLifetime', validLifetime, found.validLifetime),
    compareLifetime('preferredLifetime', preferredLifetime, found.preferredLifetime),
  ]
}
