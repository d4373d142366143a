import type { DissectedMessage } from '../../dissect/index.js'
import { NLM_F, NLM_F_DUMP, NLM_F_NEW } from '../../message/index.js'
import type { Names } from '../names.js'
import { type Bag, isBag } from './members.js'

/** A request to say again: its name, the flags that its form depends on, and its value. */
export interface SaidRequest {
  /** The kernel's name, e.g. `RTM_NEWLINK`. */
  readonly type: string
  readonly protocol: string
  /** Name of the generic netlink family. */
  readonly family: string | undefined
  /** `nlmsg_flags` without the bits that every connection sets itself. */
  readonly flags: number
  /** True for a request of all objects. */
  readonly isDump: boolean
  readonly create: boolean
  readonly excl: boolean
  readonly replace: boolean
  readonly append: boolean
  /** The value: the header's members, and attributes under `attrs`. */
  readonly value: Bag
  readonly attrs: Bag
  readonly names: Names
}

/** Flags that a connection sets by itself. */
const OWN_FLAGS = NLM_F.REQUEST | NLM_F.ACK | NLM_F.MULTI

/**
 * Returns a request in the form that the functions of this folder read; undefined if it is none, or was not decoded. `read`
 * returns its value.
 */
export function requestOf(
  message: DissectedMessage,
  names: Names,
  read: (message: DissectedMessage) => unknown,
): SaidRequest | undefined {
  const { toKernel, header, type, protocol, family, declaration } = message
  const value = declaration === undefined ? undefined : read(message)
  if (!toKernel || header === undefined || !isBag(value)) return undefined
  const flags = header.flags & ~OWN_FLAGS
  const has = (bit: number) => (flags & bit) !== 0
  return {
    ...{ type, protocol, family, flags, value, names },
    attrs: isBag(value.attrs) ? value.attrs : {},
    isDump: (flags & NLM_F_DUMP) === NLM_F_DUMP,
    create: has(NLM_F_NEW.CREATE),
    excl: has(NLM_F_NEW.EXCL),
    replace: has(NLM_F_NEW.REPLACE),
    append: has(NLM_F_NEW.APPEND),
  }
}
