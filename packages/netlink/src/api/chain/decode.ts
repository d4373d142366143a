import { handleText, TCM_IFINDEX, type TfilterMessage } from '../../route/index.js'
import { hookOf } from '../filter/encode.js'
import type { FilterParent } from '../filter/types.js'
import { constructorOf, withMessage } from '../values/objects.js'

interface Members {
  /** Index of a link. Left out with `block`. */
  readonly dev?: number
  readonly parent?: FilterParent
  /** Number of a block that several links share. */
  readonly block?: number
  readonly chain: number
}

/** A chain of filters that a cache or a watch reports. */
export interface TrafficChain extends Members {
  /** The decoded message. Not enumerable. */
  readonly message: TfilterMessage
}

const ChainObject = constructorOf<Members, TfilterMessage>(function ({ ifindex, parent, attrs }) {
  if (ifindex === TCM_IFINDEX.MAGIC_BLOCK) this.block = parent
  else {
    this.dev = ifindex
    this.parent = hookOf(parent) ?? (handleText(parent) as FilterParent)
  }
  this.chain = attrs.chain ?? 0
})

/** Converts a message to a chain. */
export const toTrafficChain = (message: TfilterMessage): TrafficChain =>
  withMessage(new ChainObject(message), message) as TrafficChain
