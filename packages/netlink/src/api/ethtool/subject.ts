import { ArgumentError } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import { none } from '../../connection/flags.js'
import type { EthtoolHeaderAttrs } from '../../generic/ethtool/index.js'
import { NetlinkError } from '../../message/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import type { LinkRef } from '../values/link-ref.js'
import { checkKeys, type Keys, withMessage } from '../values/objects.js'
import { type Header, headerOf } from './header.js'
import type { Member } from './members.js'
import { type Names, readNames, type StringSet } from './strings.js'
import type { EthtoolObject } from './types.js'

/** A message of ethtool. */
export interface EthtoolMessage {
  readonly attrs: { readonly header?: EthtoolHeaderAttrs }
}

/** A subject of ethtool: a kind of objects, of which a link has at most one. */
export interface Subject {
  /** Its name in errors. */
  readonly title: string
  /** The message that requests it. */
  readonly get: string
  /** The message that changes it. */
  readonly set?: string
  /** Flags of requests: ETHTOOL_FLAG_*. */
  readonly flags?: number
  /** Further attributes of requests. */
  readonly attributes?: object
  /** Sets of names that replies refer to. */
  readonly sets?: readonly StringSet[]
  /** True if the kernel ends the dump at a link whose driver does not support it. */
  readonly isDumpIncomplete?: boolean
  readonly members: Readonly<Record<string, Member>>
}

/** Converts a message to an object. */
export function toObject(subject: Subject, message: EthtoolMessage, names: Names): EthtoolObject {
  const { header, ...attributes } = message.attrs as EthtoolMessage['attrs'] & Readonly<Record<string, unknown>>
  const object: Record<string, unknown> = { dev: header?.devIndex ?? 0, devName: header?.devName ?? '' }
  for (const [key, member] of Object.entries(subject.members)) {
    const value = attributes[member.attribute]
    const decoded = value === undefined && !member.isAlways ? undefined : member.decode(value, names)
    if (decoded !== undefined) object[key] = decoded
  }
  return withMessage(withJson(object) as unknown as EthtoolObject, message)
}

const requestFor = (subject: Subject, header: Header) => ({ attrs: { header, ...subject.attributes } })

/** Requests the object of one link. */
function* readOne(subject: Subject, header: Header, names: Names): Operation<EthtoolObject> {
  const [reply] = yield requestOf('read', subject.get, requestFor(subject, header), none)
  return toObject(subject, reply as EthtoolMessage, names)
}

/** Returns the object of one link. */
export function* get(subject: Subject, link: LinkRef): Operation<EthtoolObject> {
  const header = headerOf(link, subject.flags)
  return yield* readOne(subject, header, yield* readNames(subject.sets ?? []))
}

/** Lists the objects of all links. The kernel leaves out the links whose driver does not support the request. */
export function* list(subject: Subject): Operation<EthtoolObject[]> {
  const names = yield* readNames(subject.sets ?? [])
  const header = subject.flags === undefined ? {} : { flags: subject.flags }
  if (subject.isDumpIncomplete) return yield* listEach(subject, header, names)
  const replies = yield requestOf('dump', subject.get, requestFor(subject, header), none)
  return replies.map((reply) => toObject(subject, reply as EthtoolMessage, names))
}

/** Lists the objects of all links by one request for each. */
function* listEach(subject: Subject, header: Header, names: Names): Operation<EthtoolObject[]> {
  const counts = { attrs: { header: {}, countsOnly: true } }
  const links = (yield requestOf('dump', 'ETHTOOL_MSG_STRSET_GET', counts, none)) as EthtoolMessage[]
  const objects: EthtoolObject[] = []
  for (const { attrs } of links) {
    const devIndex = attrs.header?.devIndex ?? 0
    const object = yield* ifSupported(readOne(subject, { ...header, devIndex }, names))
    if (object !== undefined) objects.push(object)
  }
  return objects
}

const codesOfAbsence = new Set(['EOPNOTSUPP', 'ENODEV'])

/** Runs an operation; undefined if the driver does not support it, or the link was deleted in the meantime. */
export function* ifSupported<T>(operation: Operation<T>): Operation<T | undefined> {
  try {
    return yield* operation
  } catch (error) {
    if (codesOfAbsence.has((error as { code?: string }).code ?? '')) return undefined
    throw error
  }
}

/** Returns the keys that a change of a subject accepts. */
const changeableOf = ({ members }: Subject): Keys =>
  Object.fromEntries(
    Object.entries(members).flatMap(([key, { accepted }]) => (accepted === undefined ? [] : [[key, accepted]])),
  )

/** Sets of names that differ between links. */
const ofLink: readonly StringSet[] = ['PRIV_FLAGS']

/** Changes the object of one link. Members that are left out keep their values. */
export function* set(subject: Subject, link: LinkRef, change: object): Operation<void> {
  const header = headerOf(link)
  const keys = changeableOf(subject)
  checkKeys(subject.title, change, keys)
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  if (given.length === 0)
    throw new ArgumentError(
      `expected the change of ${subject.title} to have one of ${Object.keys(keys).join(', ')}, got none`,
    )
  const members = given.map(([key, value]) => ({ key, value, member: subject.members[key] as Member }))
  const sets = members.flatMap(({ member }) => member.set ?? [])
  const names = yield* readNames([...new Set(sets)], sets.some((each) => ofLink.includes(each)) ? header : {})
  const attributes = members.map(({ key, value, member }) => [
    member.attribute,
    member.encode?.(`${key} of ${subject.title}`, value, names),
  ])
  try {
    yield requestOf('change', subject.set ?? '', { attrs: { header, ...Object.fromEntries(attributes) } }, none)
  } catch (error) {
    throw withOption(error, subject)
  }
}

/** Returns the error with the option that an attribute belongs to. */
function withOption(error: unknown, { members }: Subject): unknown {
  if (!(error instanceof NetlinkError)) return error
  const [first] = error.attribute?.split('.') ?? []
  const option = Object.keys(members).find((key) => members[key]?.attribute === first && members[key]?.accepted)
  return option === undefined ? error : new NetlinkError({ ...error, attribute: option }, { cause: error })
}
