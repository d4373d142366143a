import { constants, type Infer } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import { IPPROTO } from '../../constants/index.js'
import {
  type ConntrackMessage,
  CT_DCCP,
  CT_DCCP_ROLE,
  conntrackMessage,
  type ctCountersAttrs,
  type ctProtoinfoAttrs,
  type ctSeqadjAttrs,
  IP_CT_EXP,
  IP_CT_TCP,
  IP_CT_TCP_FLAG,
  IPS,
  type nfCtTcpFlags,
  SCTP_CONNTRACK,
  TCP_CONNTRACK,
} from '../../netfilter/index.js'
import { familyName } from '../values/ip-text.js'
import { flagsIn, named } from '../values/names.js'
import { objectReply } from '../values/object-reply.js'
import { constructorOf, type Draft, withMessage } from '../values/objects.js'
import { labelsIn } from './labels.js'
import { protocolOf, toProtocolTuple, toTuple } from './tuple.js'
import type {
  Conntrack,
  ConntrackCounters,
  ConntrackNat,
  ConntrackSeqAdj,
  ConntrackTcp,
  ConntrackTuple,
} from './types.js'

type Protoinfo = Infer<typeof ctProtoinfoAttrs>

/** All flags of TCP, which share one number. */
export const tcpFlags = constants('IP_CT_TCP_FLAG', {
  ...IP_CT_TCP_FLAG.values,
  ...IP_CT_EXP.values,
  ...IP_CT_TCP.values,
})

const CountersObject = constructorOf<ConntrackCounters, Infer<typeof ctCountersAttrs>>(function (attrs) {
  this.packets = attrs.packets ?? BigInt(attrs.packets32 ?? 0)
  this.bytes = attrs.bytes ?? BigInt(attrs.bytes32 ?? 0)
  withJson(this)
})

type TcpInfo = NonNullable<Protoinfo['tcp']>

function toTcpDirection(windowScale: number | undefined, flags: Infer<typeof nfCtTcpFlags> | undefined): ConntrackTcp {
  const tcp: Draft<ConntrackTcp> = {}
  if (windowScale !== undefined) tcp.windowScale = windowScale
  if (flags !== undefined) tcp.flags = flagsIn(tcpFlags, flags.flags) as ConntrackTcp['flags']
  return Object.freeze(tcp)
}

const toTcp = ({ wscaleOriginal, flagsOriginal, wscaleReply, flagsReply }: TcpInfo): Conntrack['tcp'] & object =>
  Object.freeze({
    original: toTcpDirection(wscaleOriginal, flagsOriginal),
    reply: toTcpDirection(wscaleReply, flagsReply),
  })

/** Marks a member that the kernel does not report. Each has 8 bits. */
const ABSENT = 0x100
const COUNT = ABSENT + 1

/** Maximum number of combinations that are kept. Connections have few. */
const MOST_COMBINATIONS = 256

const combinations = new Map<number, Conntrack['tcp'] & object>()

/** Returns window scales and flags of both directions. The object is frozen, because connections with the same values share it. */
function sharedTcp(tcp: TcpInfo): Conntrack['tcp'] & object {
  const { wscaleOriginal = ABSENT, flagsOriginal, wscaleReply = ABSENT, flagsReply } = tcp
  const original = wscaleOriginal * COUNT + (flagsOriginal?.flags ?? ABSENT)
  const reply = wscaleReply * COUNT + (flagsReply?.flags ?? ABSENT)
  const key = original * COUNT ** 2 + reply
  let found = combinations.get(key)
  if (found === undefined) {
    found = toTcp(tcp)
    if (combinations.size < MOST_COMBINATIONS) combinations.set(key, found)
  }
  return found
}

/** Assigns the state and what else the kernel tracks for a protocol. */
function assignProtoinfo(target: Draft<Conntrack>, { tcp, sctp, dccp }: Protoinfo): void {
  if (tcp !== undefined) {
    if (tcp.state !== undefined) target.state = named(TCP_CONNTRACK, tcp.state)
    target.tcp = sharedTcp(tcp)
  }
  if (sctp !== undefined) {
    if (sctp.state !== undefined) target.state = named(SCTP_CONNTRACK, sctp.state)
    target.sctp = { original: sctp.vtagOriginal ?? 0, reply: sctp.vtagReply ?? 0 }
  }
  if (dccp !== undefined) {
    if (dccp.state !== undefined) target.state = named(CT_DCCP, dccp.state)
    target.dccp = withJson({ role: named(CT_DCCP_ROLE, dccp.role ?? 0), handshakeSeq: dccp.handshakeSeq ?? 0n })
  }
}

const seqAdjOf = (attrs: Infer<typeof ctSeqadjAttrs> | undefined): ConntrackSeqAdj => ({
  correctionPos: attrs?.correctionPos ?? 0,
  offsetBefore: attrs?.offsetBefore ?? 0,
  offsetAfter: attrs?.offsetAfter ?? 0,
})

/** True unless all numbers are zero: the kernel reports what it has reserved for translation, too. */
const isUsed = <T extends object>(numbers: T | undefined): numbers is T =>
  numbers !== undefined && Object.values(numbers).some((number) => number !== 0)

const natOf = (address: string, port: number | undefined): ConntrackNat =>
  port === undefined ? { address } : { address, port }

/** Returns a time in nanoseconds since 1970 as a date, which has milliseconds. */
export const dateOf = (nanoseconds: bigint) => new Date(Number(nanoseconds / 1_000_000n))

const noTuple: ConntrackTuple = { src: '', dst: '' }

const ConntrackObject = constructorOf<Conntrack, ConntrackMessage>(function ({ family, attrs }) {
  const { tupleOrig, tupleReply, countersOrig, countersReply, timestamp, status = 0 } = attrs
  const reply = tupleReply === undefined ? noTuple : toTuple(tupleReply)
  this.family = familyName(family)
  this.protocol = tupleOrig === undefined ? named(IPPROTO, 0) : protocolOf(tupleOrig)
  if (attrs.protoinfo !== undefined) assignProtoinfo(this, attrs.protoinfo)
  if (attrs.timeout !== undefined) this.timeout = attrs.timeout
  this.original = tupleOrig === undefined ? noTuple : toTuple(tupleOrig)
  this.reply = reply
  this.status = flagsIn(IPS, status)
  this.mark = attrs.mark ?? 0
  this.zone = attrs.zone ?? 0
  this.id = attrs.id ?? 0
  if (attrs.use !== undefined) this.use = attrs.use
  if ((status & IPS.SRC_NAT) !== 0) this.snat = natOf(reply.dst, reply.dport)
  if ((status & IPS.DST_NAT) !== 0) this.dnat = natOf(reply.src, reply.sport)
  if (attrs.help?.name !== undefined) this.helper = attrs.help.name
  if (attrs.labels !== undefined) this.labels = labelsIn(attrs.labels)
  if (countersOrig !== undefined && countersReply !== undefined)
    this.counters = { original: new CountersObject(countersOrig), reply: new CountersObject(countersReply) }
  if (timestamp?.start !== undefined) this.start = dateOf(timestamp.start)
  if (timestamp?.stop !== undefined) this.stop = dateOf(timestamp.stop)
  if (attrs.secctx?.name !== undefined) this.secctx = attrs.secctx.name
  if (attrs.tupleMaster !== undefined) this.master = toProtocolTuple(attrs.tupleMaster)
  if (isUsed(attrs.seqAdjOrig) || isUsed(attrs.seqAdjReply))
    this.seqAdj = { original: seqAdjOf(attrs.seqAdjOrig), reply: seqAdjOf(attrs.seqAdjReply) }
  if (isUsed(attrs.synproxy)) {
    const { isn = 0, its = 0, tsoff = 0 } = attrs.synproxy
    this.synproxy = { isn, its, tsoff }
  }
})

/** Declares a connection in a reply. */
export const conntrackReply = objectReply<ConntrackMessage, Conntrack>({
  message: conntrackMessage,
  toObject: (message) => new ConntrackObject(message),
})

/** Converts a message to a connection. */
export const toConntrack = (message: ConntrackMessage): Conntrack => withMessage(new ConntrackObject(message), message)
