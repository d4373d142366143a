import { ETH_P } from '../../constants/index.js'
import { handleText, TCM_IFINDEX, type TfilterMessage } from '../../route/index.js'
import { toAction } from '../action/decode.js'
import { withJsonParts } from '../values/json-parts.js'
import { named } from '../values/names.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { withWords } from '../values/words.js'
import { hookOf, optionsOf } from './encode.js'
import type { FilterMembers, FilterParent, TrafficFilter } from './types.js'

interface Members extends FilterMembers {
  readonly kind: string
  readonly options?: unknown
}

/** Returns the protocol in `tcm_info`. It is in network byte order there. */
const protocolIn = (info: number) => ((info & 0xff) << 8) | ((info >>> 8) & 0xff)

const FilterObject = constructorOf<Members, TfilterMessage>(function ({ ifindex, handle, parent, info, attrs }) {
  if (ifindex === TCM_IFINDEX.MAGIC_BLOCK) this.block = parent
  else {
    this.dev = ifindex
    this.parent = hookOf(parent) ?? (handleText(parent) as FilterParent)
  }
  this.kind = attrs.kind ?? ''
  this.protocol = named(ETH_P, protocolIn(info))
  this.priority = info >>> 16
  if (attrs.chain !== undefined) this.chain = attrs.chain
  if (handle !== 0) this.handle = handle
  if (attrs.options === undefined) return
  const { act, ...own } = attrs.options as unknown as { readonly act?: readonly (readonly [number, never])[] }
  const declaration = optionsOf(this.kind)
  this.options = withJsonParts(declaration, withWords(declaration, own))
  if (act !== undefined) this.actions = act.map(([, each]) => toAction(each))
})

/** Converts a message to a filter. */
export const toTrafficFilter = (message: TfilterMessage): TrafficFilter =>
  withMessage(new FilterObject(message), message) as TrafficFilter
