import { ArgumentError, show } from '../../codec/index.js'
import { GTP, type GtpNlAttrs } from '../../generic/gtp.js'
import { integers, U16, U32, U64 } from '../values/accepted.js'
import { addressOf, canonical, familyNumber, familyOf } from '../values/ip-text.js'
import { checkLinkRef } from '../values/link-ref.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { GtpTunnelKey, NewGtpTunnel } from './types.js'

const keys = {
  ...{ dev: 1, version: integers(0, 1), tid: U64, flow: U16, inTeid: U32, outTeid: U32, subscriber: 1, peer: 1 },
} satisfies Record<keyof NewGtpTunnel, unknown>

const versionOf = ({ version, tid }: GtpTunnelKey): 0 | 1 => version ?? (tid === undefined ? GTP.V1 : GTP.V0)

/** Returns the address of a subscriber, in the attribute of its family. @throws {TypeError} */
function subscriberAttrs(subscriber: string): GtpNlAttrs {
  const family = familyOf(canonical('subscriber of tunnel', subscriber))
  const address = addressOf('subscriber of tunnel', subscriber, family)
  return family === 'inet' ? { msAddress: address } : { msAddr6: address, family: familyNumber(family) }
}

/** Returns the address of the other end, in the attribute of its family. @throws {TypeError} */
function peerAttrs(peer: string): GtpNlAttrs {
  const family = familyOf(canonical('peer of tunnel', peer))
  const address = addressOf('peer of tunnel', peer, family)
  return family === 'inet' ? { peerAddress: address } : { peerAddr6: address }
}

/** Checks that a tunnel has the ids of its version, and not those of the other one. @throws {TypeError} */
function checkIds(tunnel: NewGtpTunnel, version: number): void {
  const [wanted, others] =
    version === GTP.V0
      ? ([['tid'], ['inTeid', 'outTeid']] as const)
      : ([
          ['inTeid', 'outTeid'],
          ['tid', 'flow'],
        ] as const)
  const missing = wanted.find((key) => tunnel[key] === undefined)
  if (missing !== undefined)
    throw new ArgumentError(`expected tunnel of version ${version} to have '${missing}', got none`)
  const other = others.find((key) => tunnel[key] !== undefined)
  if (other !== undefined)
    throw new ArgumentError(`expected tunnel of version ${version} to have no '${other}', got ${show(tunnel[other])}`)
}

/** Checks what identifies a tunnel. Returns its version. @throws {TypeError} */
function checkKey(tunnel: GtpTunnelKey): 0 | 1 {
  checkKeys('tunnel', tunnel, keys)
  requireKeys('tunnel', tunnel, 'dev')
  checkLinkRef('dev of tunnel', tunnel.dev)
  const version = versionOf(tunnel)
  const [own, other] = version === GTP.V0 ? (['tid', 'inTeid'] as const) : (['inTeid', 'tid'] as const)
  if (tunnel[other] !== undefined)
    throw new ArgumentError(`expected tunnel of version ${version} to have no '${other}', got ${show(tunnel[other])}`)
  if (tunnel[own] === undefined && tunnel.subscriber === undefined)
    throw new ArgumentError(`expected tunnel to have 'subscriber' or '${own}', got neither`)
  return version
}

const idAttrs = ({ tid, inTeid }: GtpTunnelKey): GtpNlAttrs => defined({ tid, iTei: inTeid })

/**
 * Returns the attributes that select a tunnel, without its device. The address goes without the ids: kernels before 6.10 do not know that
 * of IPv6, and would select by the ids.
 * @throws {TypeError}
 */
export function encodeKey(tunnel: GtpTunnelKey): GtpNlAttrs {
  const version = checkKey(tunnel)
  const { subscriber } = tunnel
  return { version, ...(subscriber === undefined ? idAttrs(tunnel) : subscriberAttrs(subscriber)) }
}

/** Returns the attributes of a tunnel to add, without its device. @throws {TypeError} */
export function encodeTunnel(tunnel: NewGtpTunnel): GtpNlAttrs {
  const version = checkKey(tunnel)
  requireKeys('tunnel', tunnel, 'subscriber', 'peer')
  checkIds(tunnel, version)
  const { flow = 0, outTeid, peer, subscriber } = tunnel
  const ids = version === GTP.V0 ? { flow } : defined({ oTei: outTeid })
  return { version, ...idAttrs(tunnel), ...subscriberAttrs(subscriber), ...peerAttrs(peer), ...ids }
}
