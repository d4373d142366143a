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
  /** False for a message of the kernel, which is printed and not sent again. */
  readonly isSent: boolean
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
  const { toKernel, header, declaration } = message
  const value = declaration === undefined ? undefined : read(message)
  return toKernel && header !== undefined && isBag(value) ? saidOf(message, names, value) : undefined
}

/** Returns any message in that form, so that its parts can be printed with the words of commands. */
export function saidOf(
  { header, type, protocol, family, toKernel }: DissectedMessage,
  names: Names,
  value: Bag,
): SaidRequest {
  const flags = (header?.flags ?? 0) & ~OWN_FLAGS
  const has = (bit: number) => (flags & bit) !== 0
  return {
    ...{ type, protocol, family, flags, value, names },
    attrs: isBag(value.attrs) ? value.attrs : {},
    isSent: toKernel,
    isDump: (flags & NLM_F_DUMP) === NLM_F_DUMP,
    create: has(NLM_F_NEW.CREATE),
    excl: has(NLM_F_NEW.EXCL),
    replace: has(NLM_F_NEW.REPLACE),
    append: has(NLM_F_NEW.APPEND),
  }
}
