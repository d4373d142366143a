import { AF } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { FOU_ENCAP, type FouMessage } from '../../generic/fou.js'
import { familyName } from '../values/ip-text.js'
import { named } from '../values/names.js'
import { defined, withMessage } from '../values/objects.js'
import type { FouPort } from './types.js'

/** Returns an address, unless it stands for all addresses. */
const unlessAny = (address: string | undefined) => (address === '0.0.0.0' || address === '::' ? undefined : address)

/** Returns a number, or undefined for 0. */
const unlessZero = (value: number | undefined) => (value === 0 ? undefined : value)

/** Converts a message to a port. */
export function toFouPort(message: FouMessage): FouPort {
  const { attrs } = message
  const isGue = attrs.type === FOU_ENCAP.GUE
  const object: Omit<FouPort, 'message'> = {
    ...{ port: attrs.port ?? 0, family: familyName(attrs.af ?? AF.INET) },
    ...(isGue ? { gue: true } : { ipproto: named(IPPROTO, attrs.ipproto ?? 0) }),
    ...defined({ local: unlessAny(attrs.localV4 ?? attrs.localV6), peer: unlessAny(attrs.peerV4 ?? attrs.peerV6) }),
    ...defined({ peerPort: unlessZero(attrs.peerPort), dev: unlessZero(attrs.ifindex) }),
    ...(attrs.remcsumNopartial === true && { remcsumNopartial: true }),
  }
  return withMessage(object, message)
}
