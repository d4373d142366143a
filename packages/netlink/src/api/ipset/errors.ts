import { NetlinkError } from '../../message/index.js'
import { IPSET_ERR, IPSET_ERR_BITMAP, IPSET_ERR_HASH, IPSET_ERR_LIST } from '../../netfilter/index.js'
import type { Operation } from '../run/operation.js'

type Words = Readonly<Record<string, string>>

/** Explanations of the errors of all types, by their names behind IPSET_ERR_. */
const general: Words = {
  PROTOCOL: 'the kernel has another version of the protocol, or misses an attribute of it',
  FIND_TYPE: 'the kernel does not have this type of set, or not for this family',
  MAX_SETS: 'the kernel has no room for another set',
  BUSY: 'the set is used by a rule or by another set',
  EXIST_SETNAME2: 'there is a set with the new name',
  TYPE_MISMATCH: 'the sets are of different types',
  EXIST: 'the entry is not in the set',
  INVALID_CIDR: 'the prefix length is not possible',
  INVALID_NETMASK: 'the netmask is not possible',
  INVALID_FAMILY: 'the type has no sets of this family',
  TIMEOUT: 'the set was created without timeout',
  REFERENCED: 'the set is used by a rule or by another set',
  IPADDR_IPV4: 'an IPv4 address is missing or wrong',
  IPADDR_IPV6: 'an IPv6 address is missing or wrong',
  COUNTER: 'the set was created without counters',
  COMMENT: 'the set was created without comment',
  INVALID_MARKMASK: 'the mask of marks is not possible',
  SKBINFO: 'the set was created without skbinfo',
  BITMASK_NETMASK_EXCL: 'a set has a netmask or a bitmask, not both',
}

/** Errors of the types of one method, with their explanations. The methods use the same numbers. */
const ofMethods = {
  bitmap: {
    codes: IPSET_ERR_BITMAP,
    words: {
      BITMAP_RANGE: 'the entry is outside the range of the set',
      BITMAP_RANGE_SIZE: 'the range has more than 65536 entries',
    },
  },
  hash: {
    codes: IPSET_ERR_HASH,
    words: {
      HASH_FULL: 'the set is full: it has maxelem entries',
      HASH_ELEM: 'a set does not store this entry, such as one of only zeros',
      INVALID_PROTO: 'the protocol is not possible',
      MISSING_PROTO: 'the protocol is missing',
      HASH_RANGE_UNSUPPORTED: 'the type has no ranges of IPv6 addresses',
      HASH_RANGE: 'the range is not possible',
    },
  },
  list: {
    codes: IPSET_ERR_LIST,
    words: {
      NAME: 'there is no set with this name',
      LOOP: 'a list does not contain lists',
      BEFORE: 'before or after is not possible here',
      NAMEREF: 'the set of before or after is not in the list',
      LIST_FULL: 'the list is full: it has as many sets as its size',
      REF_EXIST: 'the set is not in the list, or not in that place',
    },
  },
} as const

/** Returns the name and the explanation of an error of ipset. */
function explanationOf(errno: number, type: string | undefined): { code: string; words: string } | undefined {
  const method = ofMethods[type?.split(':')[0] as keyof typeof ofMethods] as (typeof ofMethods)['hash'] | undefined
  const tables = [
    { codes: IPSET_ERR as { readonly values: Readonly<Record<string, number>> }, words: general },
    ...(method ? [{ codes: method.codes as typeof IPSET_ERR_HASH, words: method.words as Words }] : []),
  ]
  for (const { codes, words } of tables) {
    const name = Object.entries(codes.values).find(([key, number]) => number === errno && words[key] !== undefined)?.[0]
    if (name !== undefined) return { code: `IPSET_ERR_${name}`, words: words[name] as string }
  }
  return undefined
}

/** Explanations of errors that mean something else in one request. */
const ofRequests: Readonly<Record<string, string>> = {
  'IPSET_CMD_SWAP IPSET_ERR_EXIST_SETNAME2': 'there is no set with the second name',
  'IPSET_CMD_ADD IPSET_ERR_EXIST': 'the entry is in the set',
  'IPSET_CMD_DEL IPSET_ERR_EXIST': 'the entry is not in the set',
}

/** Explanations of errnos, which ipset uses as well. */
const ofErrnos: Words = { EEXIST: 'there is a set with this name', ENOENT: 'no such set' }

/** Returns an error in words. `type` is that of the set, if it is known, and `object` what the request was about. */
export function inWords(error: unknown, object?: string, type?: string): unknown {
  if (!(error instanceof NetlinkError) || !error.request.startsWith('IPSET_')) return error
  const { code = error.code, words = ofErrnos[error.code] } = explanationOf(error.errno, type) ?? {}
  const explanation = error.explanation ?? ofRequests[`${error.request} ${code}`] ?? words
  return new NetlinkError({ ...error, code, object: error.object ?? object, explanation })
}

/** Runs requests, and throws their errors in words. */
export function* explained<T>(operation: Operation<T>, object?: string, type?: string): Operation<T> {
  try {
    return yield* operation
  } catch (error) {
    throw inWords(error, object, type)
  }
}
