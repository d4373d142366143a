import { type Declaration, show } from '../../codec/index.js'
import { none } from '../../connection/flags.js'
import { NetlinkError } from '../../message/index.js'
import { type LinkMessage, linkMessage, RTEXT_FILTER } from '../../route/index.js'
import { isLink, type LinkRef, linkKey, refText } from '../values/link-ref.js'
import { type Operation, requestOf } from './operation.js'
import { refusal } from './selection.js'

/** Adds the option that named the link: the kernel sends no text with ENODEV. */
const noLink = (attribute: string, ref: LinkRef, cause: NetlinkError) =>
  refusal({ request: cause.request, code: 'ENODEV', attribute, explanation: `no link ${refText(ref)}` }, cause)

/** Requests a link. @throws {NetlinkError} `ENODEV`, naming the option `key` and the link, if it does not exist */
export const readLink = (key: string, ref: LinkRef, attrs?: LinkMessage['attrs']): Operation<LinkMessage> =>
  readLinkAs(linkMessage, key, ref, attrs)

/** Requests a link, decoded by `reply`: {@link readLink}. */
export function* readLinkAs<T>(
  reply: Declaration<T>,
  key: string,
  ref: LinkRef,
  attrs?: LinkMessage['attrs'],
): Operation<T> {
  const { index, attrs: name } = linkKey(key, ref)
  try {
    const value = { index, attrs: attrs ? { ...name, ...attrs } : name }
    return (yield requestOf('read', 'RTM_GETLINK', value, none, reply))[0] as T
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENODEV') throw noLink(key, ref, error)
    throw error
  }
}

/**
 * Checks that a link that was read is still there. Its name may have changed, or its address, and another link may have been
 * created with its index.
 * @throws {NetlinkError} `ENODEV`
 */
export function* checkSameLink(request: string, key: string, ref: LinkRef): Operation<void> {
  if (!isLink(ref)) return
  const { attrs } = yield* readLink(key, ref, { extMask: RTEXT_FILTER.SKIP_STATS })
  const isSame = attrs.ifname === ref.name || (ref.address !== undefined && attrs.address === ref.address)
  if (isSame && attrs.linkinfo?.kind === ref.kind) return
  const explanation = `no link ${refText(ref)}, index ${ref.index} is ${show(attrs.ifname)}`
  throw refusal({ request, code: 'ENODEV', attribute: key, explanation })
}

/** Returns the index of a link. @throws {NetlinkError} `ENODEV` if it does not exist */
export function* indexOf(key: string, ref: LinkRef): Operation<number> {
  const { index } = linkKey(key, ref)
  return index ?? (yield* readLink(key, ref, withoutStats)).index
}

const withoutStats = { extMask: RTEXT_FILTER.SKIP_STATS }

/** Returns the index of a link; 0 and undefined as they are, for none. @throws {NetlinkError} `ENODEV` if it does not exist */
export const indexOrNone = (key: string, ref: LinkRef | 0 | undefined): Operation<number | undefined> =>
  ref === undefined || ref === 0 ? noIndex(ref) : indexOf(key, ref)

// biome-ignore lint/correctness/useYield: it takes the place of a lookup
function* noIndex(ref: 0 | undefined): Operation<number | undefined> {
  return ref
}

/**
 * Runs an operation; returns undefined if it fails with one of the codes. Throws the error of a kernel that does not have the family
 * of generic netlink.
 */
export function* ifThere<T>(operation: Operation<T>, ...codes: string[]): Operation<T | undefined> {
  try {
    return yield* operation
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.request === 'CTRL_CMD_GETFAMILY' || !codes.includes(error.code))
      throw error
    return undefined
  }
}
