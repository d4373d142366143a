import { ArgumentError, show } from '../../codec/index.js'
import { type ConntrackMessage, IPS } from '../../netfilter/index.js'
import { integers, shortText, U16, U32 } from '../values/accepted.js'
import { familyNumber } from '../values/ip-text.js'
import { bitsOf } from '../values/names.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import { checkReply, encodeNat } from './encode-nat.js'
import { encodeProtoinfo } from './encode-protoinfo.js'
import { encodeLabels } from './labels.js'
import { markOf } from './masked.js'
import { encodeProtocolTuple, encodeTuple, inverse, protocolNumberOf, type TupleMessage } from './tuple.js'
import type { ConntrackChange, ConntrackKey, ConntrackSeqAdj, NewConntrack } from './types.js'

type Attrs = Partial<ConntrackMessage['attrs']>

/** NF_CT_HELPER_NAME_LEN, net/netfilter/nf_conntrack_helper.h */
const helperName = shortText(15)

/** Values that a request can set. */
const memberKeys = {
  ...{ state: 1, timeout: U32, mark: U32, helper: helperName, labels: 1 },
  ...{ tcp: 1, sctp: 1, seqAdj: 1, synproxy: 1, status: 1 },
} as const
/** Members that the kernel reports, and requests ignore. */
const reportedKeys = { family: 1, use: 1, counters: 1, start: 1, stop: 1, secctx: 1, dccp: 1 } as const
const keyKeys = { protocol: 1, original: 1, reply: 1, zone: U16, id: U32 } as const
const newKeys = { ...memberKeys, ...reportedKeys, ...keyKeys, snat: 1, dnat: 1, master: 1 } as const
const changeKeys = { ...memberKeys, mark: 1 } as const

/** IPS_* that a request can change: IPS_UNCHANGEABLE_MASK, linux/netfilter/nf_conntrack_common.h, has the others. */
const SETTABLE = IPS.SEEN_REPLY | IPS.ASSURED | IPS.FIXED_TIMEOUT

/** Encodes what identifies a connection: the tuple of one direction, the zone, and the id if there is one. @throws {TypeError} */
export function encodeKey(key: ConntrackKey) {
  checkKeys('key', key, { ...newKeys, message: 1 })
  requireKeys('key', key, 'protocol')
  const protocol = protocolNumberOf('key', key.protocol)
  const { original, reply, zone, id } = key
  if (original === undefined && reply === undefined)
    throw new ArgumentError("expected key to have 'original' or 'reply', got none")
  const { family, encoded } = original
    ? encodeTuple('original', protocol, original)
    : encodeTuple('reply', protocol, reply as NonNullable<typeof reply>)
  const attrs: Attrs = { [original ? 'tupleOrig' : 'tupleReply']: encoded, ...defined({ zone: zone || undefined }) }
  return { family: familyNumber(family), protocol, attrs, id }
}

const positions = { correctionPos: U32, offsetBefore: 1, offsetAfter: 1 } as const
const I32 = integers(-0x80000000, 0x7fffffff)

function encodeSeqAdj(what: string, adjustment: ConntrackSeqAdj) {
  checkKeys(what, adjustment, { ...positions, offsetBefore: I32, offsetAfter: I32 })
  requireKeys(what, adjustment, 'correctionPos', 'offsetBefore', 'offsetAfter')
  return { ...adjustment }
}

/** Encodes the values that a connection to create and a change have in common. @throws {TypeError} */
function encodeMembers(what: string, members: Omit<ConntrackChange, 'mark' | 'status'>): Attrs {
  const { timeout, helper, labels, seqAdj, synproxy } = members
  if (seqAdj !== undefined) checkKeys(`seqAdj of ${what}`, seqAdj, { original: 1, reply: 1 })
  if (synproxy !== undefined) {
    checkKeys(`synproxy of ${what}`, synproxy, { isn: U32, its: U32, tsoff: U32 })
    requireKeys(`synproxy of ${what}`, synproxy, 'isn', 'its', 'tsoff')
  }
  return {
    ...defined({
      timeout,
      synproxy: synproxy && { ...synproxy },
      help: helper === undefined ? undefined : { name: helper },
    }),
    ...(labels !== undefined && encodeLabels(what, labels)),
    ...(seqAdj !== undefined && {
      seqAdjOrig: encodeSeqAdj(`original of seqAdj of ${what}`, seqAdj.original),
      seqAdjReply: encodeSeqAdj(`reply of seqAdj of ${what}`, seqAdj.reply),
    }),
  }
}

/** Encodes a connection to create. @throws {TypeError} */
export function encodeNew(connection: NewConntrack) {
  checkKeys('connection', connection, newKeys)
  requireKeys('connection', connection, 'protocol', 'original', 'timeout')
  const protocol = protocolNumberOf('connection', connection.protocol)
  const { family, encoded: tupleOrig } = encodeTuple('original', protocol, connection.original)
  const { reply, zone, mark, status = [], master } = connection
  const given = reply && encodeTuple('reply', protocol, reply)
  if (given !== undefined && given.family !== family)
    throw new ArgumentError(`expected reply to be of ${family}, got ${show(reply?.src)}`)
  const snat = connection.snat && encodeNat('snat', family, protocol, connection.snat)
  const dnat = connection.dnat && encodeNat('dnat', family, protocol, connection.dnat)
  if (reply !== undefined) checkReply(reply, snat, dnat)
  // The kernel translates the reply itself, and would not mark a connection whose reply is translated already.
  const isDerived = given === undefined || snat !== undefined || dnat !== undefined
  const tupleReply: TupleMessage = isDerived
    ? { ...inverse(tupleOrig), ...defined({ zone: reply?.zone }) }
    : given.encoded
  const attrs: Attrs = {
    ...{ tupleOrig, tupleReply },
    ...encodeMembers('connection', connection),
    ...defined({ protoinfo: encodeProtoinfo(protocol, connection), mark, zone: zone || undefined }),
    // The kernel refuses a request that would clear CONFIRMED.
    status: (bitsOf('status of connection', IPS, status) & SETTABLE) | IPS.CONFIRMED,
    ...defined({ natSrc: snat?.nat, natDst: dnat?.nat }),
    ...(master !== undefined && { tupleMaster: encodeProtocolTuple('master', master).encoded }),
  }
  return { family: familyNumber(family), attrs }
}

/** A change, without what depends on the present state. */
export interface EncodedChange {
  readonly attrs: Attrs
  /** Flags to set. */
  readonly status: number | undefined
}

/** Encodes a change of a connection. @throws {TypeError} */
export function encodeChange(change: ConntrackChange): EncodedChange {
  checkKeys('change', change, changeKeys)
  if (Object.values(change).every((value) => value === undefined))
    throw new ArgumentError(`expected change to have at least one of ${Object.keys(changeKeys).join(', ')}, got none`)
  const mark = change.mark === undefined ? undefined : markOf('change', change.mark)
  const status = change.status && bitsOf('status of change', IPS, change.status)
  if (status !== undefined && (status & ~SETTABLE) !== 0)
    throw new ArgumentError(
      `expected status of change to be of the flags SEEN_REPLY, ASSURED, FIXED_TIMEOUT, got ${show(change.status)}`,
    )
  const attrs: Attrs = {
    ...encodeMembers('change', change),
    ...(mark !== undefined && { mark: mark.value & mark.mask, markMask: mark.mask }),
  }
  return { attrs, status }
}
