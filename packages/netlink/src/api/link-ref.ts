import { isInterfaceName, show } from '../codec/index.js'
import { ownOnly } from '../codec/own.js'
import { NetlinkError } from '../message/index.js'
import { type LinkMessage, RTEXT_FILTER } from '../route/index.js'
import { checkKeys } from './objects.js'
import { type Operation, read } from './operation.js'
import { refusal } from './selection.js'

/** A link: its name, one of its alternative names, its index, or a link that was read, of which the index counts. */
export type LinkRef =
  | string
  | number
  | { readonly name: string }
  | { readonly index: number }
  | { readonly altName: string }
  | ReadLink

/** The members that every link that was read has. */
interface ReadLink {
  readonly kind?: string
  readonly address?: string
  readonly index: number
  readonly name: string
  readonly operstate: string | number
  readonly flags: readonly string[]
}

/** True for a link that was read. Its name may have changed since: only the index identifies it. */
export const isLink = (ref: unknown): ref is ReadLink =>
  typeof ref === 'object' && ref !== null && ['index', 'name', 'operstate', 'flags'].every((key) => key in ref)

/** The part of a link's message that identifies the link. */
export interface LinkKey {
  readonly index?: number | undefined
  readonly attrs?: { readonly ifname?: string; readonly altIfname?: string }
}

const refKeys = { name: true, index: true, altName: true }

const isIndex = (value: unknown) => Number.isInteger(value) && Number(value) > 0 && Number(value) <= 0x7fffffff

/** Returns the part of a request that identifies a link. @throws {TypeError} naming the option `key` */
export function linkKey(key: string, ref: LinkRef): LinkKey {
  if (typeof ref === 'string') return linkKey(key, { name: ref })
  if (typeof ref === 'number') return linkKey(key, { index: ref })
  if (isLink(ref)) return linkKey(key, { index: ref.index })
  checkKeys(key, ref, refKeys)
  const { name, index, altName } = ownOnly(ref) as { name?: string; index?: number; altName?: string }
  const given = [name, index, altName].filter((each) => each !== undefined)
  if (given.length !== 1)
    throw new TypeError(`expected ${key} to have one of name, index and altName, got ${given.length}`)
  if (index !== undefined) {
    if (!isIndex(index)) throw new TypeError(`expected ${key} to be an index from 1, got ${show(index)}`)
    return { index }
  }
  if (altName !== undefined) {
    if (typeof altName === 'string' && altName !== '') return { index: undefined, attrs: { altIfname: altName } }
    throw new TypeError(`expected ${key} to be the name of a link, got ${show(altName)}`)
  }
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`expected ${key} to be the name of a link, got ${show(name)}`)
  // A name too long for IFLA_IFNAME may be an alternative one.
  return { index: undefined, attrs: isInterfaceName(name) ? { ifname: name } : { altIfname: name } }
}

/** Adds the option that named the link: the kernel sends no text with ENODEV. */
const noLink = (attribute: string, ref: LinkRef, cause: NetlinkError) =>
  refusal({ request: cause.request, code: 'ENODEV', attribute, explanation: `no link ${refText(ref)}` }, cause)

const refText = (ref: LinkRef) => show(isLink(ref) ? ref.name : ref)

/** Requests a link. @throws {NetlinkError} `ENODEV`, naming the option `key` and the link, if it does not exist */
export function* readLink(key: string, ref: LinkRef, attrs: LinkMessage['attrs'] = {}): Operation<LinkMessage> {
  const wanted = linkKey(key, ref)
  try {
    const [link] = yield* read('RTM_GETLINK', { ...wanted, attrs: { ...wanted.attrs, ...attrs } })
    return link as LinkMessage
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
  return index ?? (yield* readLink(key, ref, { extMask: RTEXT_FILTER.SKIP_STATS })).index
}

/** Returns the index of a link; 0 and undefined as they are, for none. @throws {NetlinkError} `ENODEV` if it does not exist */
export function* indexOrNone(key: string, ref: LinkRef | 0 | undefined): Operation<number | undefined> {
  return ref === undefined || ref === 0 ? ref : yield* indexOf(key, ref)
}

/** Runs an operation; returns undefined if it fails with one of the codes. */
export function* ifThere<T>(operation: Operation<T>, ...codes: string[]): Operation<T | undefined> {
  try {
    return yield* operation
  } catch (error) {
    if (error instanceof NetlinkError && codes.includes(error.code)) return undefined
    throw error
  }
}
