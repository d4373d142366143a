import { handleText, type QdiscMessage, tcSizespec } from '../../route/index.js'
import { withJsonParts } from '../values/json-parts.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { withWords } from '../values/words.js'
import { optionsOf } from './encode.js'
import { parentText } from './handle.js'
import type { Qdisc, QdiscMembers, SizeSpec } from './types.js'

interface Members extends QdiscMembers {
  readonly kind: string
  readonly options?: unknown
}

const QdiscObject = constructorOf<Members, QdiscMessage>(function ({ ifindex, handle, parent, attrs }) {
  this.dev = ifindex
  this.kind = attrs.kind ?? ''
  this.parent = parentText(parent)
  if (attrs.ingressBlock !== undefined) this.ingressBlock = attrs.ingressBlock
  if (attrs.egressBlock !== undefined) this.egressBlock = attrs.egressBlock
  if (attrs.stab?.base !== undefined) this.stab = withWords(tcSizespec, attrs.stab.base) as SizeSpec
  if (attrs.options !== undefined) {
    const declaration = optionsOf(this.kind)
    this.options = withJsonParts(declaration, withWords(declaration, attrs.options))
  }
  if (handle !== 0) this.handle = handleText(handle)
})

/** Converts a message to a qdisc. */
export const toQdisc = (message: QdiscMessage): Qdisc => withMessage(new QdiscObject(message), message) as Qdisc
