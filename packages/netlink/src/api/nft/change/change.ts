import { BOOLEAN, checkValue, shortText } from '../../values/accepted.js'
import { checkKeys, requireKeys } from '../../values/objects.js'
import type { NftMessage } from '../compile/messages.js'
import { NAME } from '../expression/lookup.js'
import type { Scope } from '../scope.js'
import type { NewNftTable, NftDeleteOptions } from '../spec.js'
import { type NftFamily, nftFamilyNumber } from '../types/names.js'
import { encodeUserdata, UDATA, type UserdataParts } from '../types/userdata.js'
import type { NftSetKey } from '../types.js'

/** One change. It becomes messages after all changes are known, and the sets that they refer to were read. */
export interface Change {
  /** Returns the messages. @throws {TypeError} */
  readonly messages: (scope: Scope) => readonly NftMessage[]
  /** Sets whose types the messages depend on. */
  readonly needs?: readonly NftSetKey[]
  /** The table that may be replaced only by its program. */
  readonly replaces?: NewNftTable
}

/** Comments of nft have up to 127 bytes. */
export const COMMENT = shortText(127)
export const creating = { create: true } as const

/** Returns userdata with a comment. */
export function userdataOf(comment: string | undefined, type: number = UDATA.COMMENT, others: UserdataParts = []) {
  if (comment !== undefined) checkValue('comment', comment, COMMENT)
  const userdata = encodeUserdata([...others, ...(comment === undefined ? [] : [[type, comment] as const])])
  return userdata && { userdata }
}

/** Keys of an object in a table. */
export const named = { family: 1, table: NAME, name: NAME }
/** A number that the kernel gives to each object. */
export const HANDLE = { allowed: 'a bigint above 0', fits: (value: unknown) => typeof value === 'bigint' && value > 0n }

/** Checks the keys of an argument, and that it names what it is about. @throws {TypeError} */
export function check(
  what: string,
  value: object,
  keys: Readonly<Record<string, unknown>>,
  ...required: string[]
): void {
  checkKeys(what, value, keys)
  requireKeys(what, value as Record<string, unknown>, ...required)
}

/** Describes an object in errors: `set inet filter blocked`. */
export const place = (
  kind: string,
  { family = 'inet', table, name }: { family?: NftFamily; table?: string; name: string },
) => [kind, family, table, name].filter((each) => each !== undefined).join(' ')

/**
 * Returns a message that deletes something. `kind` is its name in messages: `TABLE`. With `ifExists`, what does not exist is no error:
 * NFT_MSG_DESTROY… since Linux 6.3.
 */
export function deletion(
  kind: string,
  family: NftFamily | undefined,
  attrs: object,
  object: string,
  options: NftDeleteOptions = {},
): NftMessage {
  checkKeys('options', options, { ifExists: BOOLEAN })
  const name = `NFT_MSG_${options.ifExists ? 'DESTROY' : 'DEL'}${kind}`
  return { name, family: nftFamilyNumber(family), attrs, options: {}, object }
}
