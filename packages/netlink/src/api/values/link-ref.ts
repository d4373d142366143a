import { ArgumentError, isInterfaceName, show } from '../../codec/index.js'
import { ownOnly } from '../../codec/own.js'
import { shortText } from './accepted.js'
import { checkKeys } from './objects.js'

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
  readonly attrs?: { readonly ifname?: string; readonly altIfname?: string } | undefined
}

/** ALTIFNAMSIZ without the NUL, linux/if.h */
export const ALT_NAME_LENGTH = 127

const refKeys = { name: true, index: true, altName: true }

const isIndex = (value: unknown): value is number =>
  Number.isInteger(value) && Number(value) > 0 && Number(value) <= 0x7fffffff

/** Returns the part of a request that identifies a link. @throws {TypeError} naming the option `key` */
export function linkKey(key: string, ref: LinkRef): LinkKey {
  if (typeof ref === 'string') return nameKey(key, ref)
  if (typeof ref === 'number') return indexKey(key, ref)
  if (isLink(ref)) return indexKey(key, ref.index)
  checkKeys(key, ref, refKeys)
  const { name, index, altName } = ownOnly(ref) as { name?: string; index?: number; altName?: string }
  const given = [name, index, altName].filter((each) => each !== undefined)
  if (given.length !== 1)
    throw new ArgumentError(`expected ${key} to have one of name, index and altName, got ${given.length}`)
  if (index !== undefined) return indexKey(key, index)
  return altName === undefined ? nameKey(key, name) : altNameKey(key, altName)
}

/** Checks a link, if one is given, before any is looked up. @throws {TypeError} naming the option `key` */
export function checkLinkRef(key: string, ref: LinkRef | undefined): void {
  if (ref !== undefined) linkKey(key, ref)
}

/** Checks a link before any is looked up; 0 stands for none. @throws {TypeError} naming the option `key` */
export function checkLinkOrNone(key: string, ref: LinkRef | 0 | undefined): void {
  if (ref !== 0) checkLinkRef(key, ref)
}

function indexKey(key: string, index: unknown): LinkKey {
  if (isIndex(index)) return { index, attrs: undefined }
  throw new ArgumentError(`expected ${key} to be an index from 1, got ${show(index)}`)
}

function nameKey(key: string, name: unknown): LinkKey {
  // A name too long for IFLA_IFNAME may be an alternative one.
  if (typeof name !== 'string' || !isInterfaceName(name)) return altNameKey(key, name)
  return { index: undefined, attrs: { ifname: name } }
}

function altNameKey(key: string, name: unknown): LinkKey {
  if (shortText(ALT_NAME_LENGTH).fits(name)) return { index: undefined, attrs: { altIfname: name as string } }
  throw new ArgumentError(`expected ${key} to be the name of a link, got ${show(name)}`)
}

/** Returns a link as error messages show it: `"eth0"`, `7`. */
export const refText = (ref: LinkRef) => show(isLink(ref) ? ref.name : ref)
