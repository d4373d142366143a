import { ArgumentError } from '../../codec/index.js'
import type { AnyConstants } from '../../codec/names.js'
import { IPPROTO } from '../../constants/index.js'
import { type ConntrackMessage, CT_DCCP, SCTP_CONNTRACK, TCP_CONNTRACK } from '../../netfilter/index.js'
import { shortText, U16 } from '../values/accepted.js'
import { familyNumber, type IpFamily } from '../values/ip-text.js'
import { named } from '../values/names.js'
import { checkKeys, defined } from '../values/objects.js'
import { numberOfWord } from '../values/vocabulary.js'
import { encodeDirection } from './filter-direction.js'
import { checkLabels } from './labels.js'
import { type Masked, markOf, statusOf } from './masked.js'
import { protocolNumberOf } from './tuple.js'
import type { Conntrack, ConntrackFilter } from './types.js'

type Attrs = Partial<ConntrackMessage['attrs']>

export const filterKeys = {
  ...{ family: 1, protocol: 1, original: 1, reply: 1, zone: U16, mark: 1, status: 1, state: 1 },
  ...{ helper: shortText(15), labels: 1 },
} satisfies Record<keyof ConntrackFilter, unknown>

/** A dump, with the conditions that the kernel checks. */
export interface FilterRequest {
  readonly family: number
  readonly attrs: Attrs
}

/** A filter in the form of the kernel, and as a predicate. */
export interface EncodedFilter {
  readonly requests: readonly FilterRequest[]
  /** True for a connection that meets all conditions. Older kernels ignore those that they do not know. */
  fits(connection: Conntrack): boolean
}

const isMasked = (number: number, { value, mask }: Masked) => ((number ^ value) & mask) === 0

/** Checks a state. Returns it as a word in lower case. @throws {TypeError} */
function stateOf(state: string | number | undefined): string | number | undefined {
  if (typeof state !== 'string') return state
  const families: readonly AnyConstants[] = [TCP_CONNTRACK, SCTP_CONNTRACK, CT_DCCP]
  numberOfWord('state of filter', families, state)
  return state.toLowerCase()
}

/** Returns the family that the conditions imply; undefined for both. @throws {TypeError} if they differ */
function impliedFamily(families: readonly (IpFamily | undefined)[]): IpFamily | undefined {
  const [first, ...others] = families.filter((each) => each !== undefined)
  for (const other of others)
    if (other !== first)
      throw new ArgumentError(
        `expected the addresses and the protocol of filter to be of ${first}, got one of ${other}`,
      )
  return first
}

/** True for a connection in a zone, also if only one direction is. */
const isInZone = ({ zone, original, reply }: Conntrack, wanted: number) =>
  zone === wanted || original.zone === wanted || reply.zone === wanted

/** True for a connection in a state. The state may be a number, which has different words in different protocols. */
function isInState({ state, message }: Conntrack, wanted: string | number): boolean {
  if (typeof wanted === 'string') return state === wanted
  const { tcp, sctp, dccp } = message.attrs.protoinfo ?? {}
  return (tcp ?? sctp ?? dccp)?.state === wanted
}

const familyOfProtocol = (protocol: number | undefined): IpFamily | undefined =>
  protocol === IPPROTO.ICMP ? 'inet' : protocol === IPPROTO.ICMPV6 ? 'inet6' : undefined

/** Encodes a filter. @throws {TypeError} */
export function encodeFilter(filter: ConntrackFilter): EncodedFilter {
  checkKeys('filter', filter, filterKeys)
  const { zone, helper, labels } = filter
  if (filter.family !== undefined) familyNumber(filter.family)
  if (labels !== undefined) checkLabels('filter', labels)
  const protocol = filter.protocol === undefined ? undefined : protocolNumberOf('filter', filter.protocol)
  const mark = filter.mark === undefined ? undefined : markOf('filter', filter.mark)
  const status = filter.status === undefined ? undefined : statusOf('filter', filter.status)
  const state = stateOf(filter.state)
  const original = encodeDirection('original of filter', filter.original ?? {}, protocol)
  const reply = filter.reply && encodeDirection('reply of filter', filter.reply, protocol)
  const family = impliedFamily([filter.family, original.family, reply?.family, familyOfProtocol(protocol)])
  const attrs: Attrs = {
    ...defined({ zone: zone || undefined }),
    ...(mark !== undefined && { mark: mark.value & mark.mask, markMask: mark.mask }),
    // The kernel refuses an empty mask.
    ...(status !== undefined && status.mask !== 0 && { status: status.value, statusMask: status.mask }),
  }
  const [{ tuple, flags }, answer] = [original.request, reply?.request]
  if (flags) attrs.tupleOrig = tuple
  if (answer?.flags) attrs.tupleReply = answer.tuple
  const isCompared = flags !== 0 || answer?.flags
  if (isCompared) attrs.filter = { origFlags: flags, replyFlags: answer?.flags ?? 0 }
  // The kernel compares tuples of one family only.
  const families = family ? [familyNumber(family)] : isCompared ? [familyNumber('inet'), familyNumber('inet6')] : [0]
  const requests = families.map((each) => ({ family: each, attrs }))
  const word = protocol === undefined ? undefined : named(IPPROTO, protocol)
  const fits = (connection: Conntrack) =>
    (family === undefined || connection.family === family) &&
    (word === undefined || connection.protocol === word) &&
    original.fits(connection.original) &&
    (reply === undefined || reply.fits(connection.reply)) &&
    (zone === undefined || isInZone(connection, zone)) &&
    (mark === undefined || isMasked(connection.mark, mark)) &&
    (status === undefined || isMasked(connection.message.attrs.status ?? 0, status)) &&
    (state === undefined || isInState(connection, state)) &&
    (helper === undefined || connection.helper === helper) &&
    (labels === undefined || labels.every((label) => connection.labels?.includes(label)))
  return { requests, fits }
}
