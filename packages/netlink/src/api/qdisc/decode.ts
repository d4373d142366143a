import type { QdiscMessage } from '../../route/index.js'
import { defined, withMessage } from '../values/objects.js'
import { handleText, parentText } from './handle.js'
import type { Qdisc } from './types.js'

/** Converts a message to a qdisc. */
export function toQdisc(message: QdiscMessage): Qdisc {
  const { ifindex: dev, handle, parent, attrs } = message
  const { kind = '', options, ingressBlock, egressBlock } = attrs
  const members = { dev, kind, options, parent: parentText(parent), ingressBlock, egressBlock, stab: attrs.stab?.base }
  return withMessage(defined({ ...members, handle: handle === 0 ? undefined : handleText(handle) }), message) as Qdisc
}
