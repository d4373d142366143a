import { withJson } from '../../codec/json.js'
import { GTP, type GtpMessage } from '../../generic/gtp.js'
import { defined, withMessage } from '../values/objects.js'
import type { GtpTunnel } from './types.js'

/** Converts a message to a tunnel. */
export function toGtpTunnel(message: GtpMessage): GtpTunnel {
  const { attrs } = message
  const version = attrs.version === GTP.V0 ? 0 : 1
  const object: Omit<GtpTunnel, 'message'> = {
    ...{ dev: attrs.link ?? 0, version },
    ...(version === 0
      ? defined({ tid: attrs.tid, flow: attrs.flow })
      : defined({ inTeid: attrs.iTei, outTeid: attrs.oTei })),
    ...{ subscriber: attrs.msAddress ?? attrs.msAddr6 ?? '', peer: attrs.peerAddress ?? attrs.peerAddr6 ?? '' },
  }
  return withJson(withMessage(object, message))
}
