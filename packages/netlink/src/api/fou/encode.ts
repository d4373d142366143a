import { ArgumentError, show } from '../../codec/index.js'
import { IPPROTO } from '../../constants/index.js'
import { FOU_ENCAP, type FouAttrs } from '../../generic/fou.js'
import { BOOLEAN, integers } from '../values/accepted.js'
import { addressOf, canonical, familyNumber, familyOf, type IpFamily } from '../values/ip-text.js'
import { checkLinkRef } from '../values/link-ref.js'
import { numberOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { FouPortKey, NewFouPort } from './types.js'

const PORT = integers(1, 0xffff)

const keys = {
  ...{ port: PORT, family: 1, local: 1, peer: 1, peerPort: PORT, dev: 1 },
  ...{ ipproto: 1, gue: BOOLEAN, remcsumNopartial: BOOLEAN },
} satisfies Record<keyof NewFouPort, unknown>

/** Returns the family of a port: the one that is given, or that of its addresses. */
const familyOfPort = ({ family, local, peer }: FouPortKey): IpFamily => {
  if (family !== undefined) return family
  const address = local ?? peer
  return address === undefined
    ? 'inet'
    : familyOf(canonical(local === undefined ? 'peer of port' : 'local of port', address))
}

/** Returns the attributes that select a port, without its link. @throws {TypeError} */
export function encodeKey(port: FouPortKey): FouAttrs {
  checkKeys('port', port, keys)
  requireKeys('port', port, 'port')
  checkLinkRef('dev of port', port.dev)
  const { peer, peerPort } = port
  if ((peer === undefined) !== (peerPort === undefined))
    throw new ArgumentError(
      `expected port to have both 'peer' and 'peerPort', got only ${peer === undefined ? 'peerPort' : 'peer'}`,
    )
  const family = familyOfPort(port)
  const af = familyNumber(family)
  const address = (key: 'local' | 'peer') => {
    const text = port[key]
    return text === undefined ? undefined : addressOf(`${key} of port`, text, family)
  }
  const [local, remote] = [address('local'), address('peer')]
  const addresses = family === 'inet' ? { localV4: local, peerV4: remote } : { localV6: local, peerV6: remote }
  return { port: port.port, af, ...defined({ ...addresses, peerPort }) }
}

/** Returns the attributes of a port to add, without its link. @throws {TypeError} */
export function encodePort(port: NewFouPort): FouAttrs {
  const key = encodeKey(port)
  const { ipproto, gue = false, remcsumNopartial } = port
  if (gue === (ipproto !== undefined))
    throw new ArgumentError(`expected port to have 'ipproto' or 'gue', got ${gue ? `both: ${show(ipproto)}` : 'none'}`)
  return {
    ...key,
    ...(ipproto === undefined
      ? { type: FOU_ENCAP.GUE }
      : { type: FOU_ENCAP.DIRECT, ipproto: numberOf('ipproto of port', IPPROTO, ipproto) }),
    ...(remcsumNopartial && { remcsumNopartial }),
  }
}
