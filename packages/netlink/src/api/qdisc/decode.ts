import { type QdiscMessage, tcSizespec } from '../../route/index.js'
import { defined, withMessage } from '../values/objects.js'
import { withWords } from '../values/words.js'
import { optionsOf } from './encode.js'
import { handleText, parentText } from './handle.js'
import type { Qdisc } from './types.js'

/** Converts a message to a qdisc. */
export function toQdisc(message: QdiscMessage): Qdisc {
  const { ifindex: dev, handle, parent, attrs } = message
  const { kind = '', options, ingressBlock, egressBlock } = attrs
  const stab = withWords(tcSizespec, attrs.stab?.base)
  const members = { dev, kind, parent: parentText(parent), ingressBlock, egressBlock, stab }
  const read = { ...members, options: withWords(optionsOf(kind), options) }
  return withMessage(defined({ ...read, handle: handle === 0 ? undefined : handleText(handle) }), message) as Qdisc
}
