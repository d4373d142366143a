import { handleText, TC_H, type TclassMessage } from '../../route/index.js'
import { withJsonParts } from '../values/json-parts.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { withWords } from '../values/words.js'
import { optionsOf } from './encode.js'
import type { ClassMembers, TrafficClass } from './types.js'

interface Members extends ClassMembers {
  readonly kind: string
  readonly options?: unknown
}

const ClassObject = constructorOf<Members, TclassMessage>(function ({ ifindex, handle, parent, info, attrs }) {
  this.dev = ifindex
  this.kind = attrs.kind ?? ''
  this.handle = handleText(handle)
  this.parent = parent === TC_H.ROOT ? 'root' : handleText(parent)
  if (info !== 0) this.leaf = handleText(info)
  if (attrs.options === undefined) return
  const declaration = optionsOf(this.kind)
  this.options = withJsonParts(declaration, withWords(declaration, attrs.options))
})

/** Converts a message to a class. */
export const toTrafficClass = (message: TclassMessage): TrafficClass =>
  withMessage(new ClassObject(message), message) as TrafficClass
