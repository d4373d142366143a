import type { Declaration, Infer } from '../../codec/index.js'
import { withJson } from '../../codec/json.js'
import {
  IDIAG_TIMER,
  type Inet6DiagMessage,
  type InetDiagMessage,
  inetUlpInfoAttrs,
  type MptcpInfo,
  mptcpInfo,
  type SctpInfo,
  sctpInfo,
  sockDiagReply,
  type tcpBbrInfo,
} from '../../diag/index.js'
import { familyName } from '../values/ip-text.js'
import { named } from '../values/names.js'
import { objectReply } from '../values/object-reply.js'
import { constructorOf, withMessage } from '../values/objects.js'
import { withWords } from '../values/words.js'
import { addLazyTcp, type Listed, listed, listedTcp, optionsIn } from './listed.js'
import { type InetProtocol, inetProtocols } from './protocols.js'
import { stateWord } from './states.js'
import { toTcpDetails } from './tcp-decode.js'
import type { BbrDetails, ClosedDirection, InetSocket } from './types.js'

type InetMessage = InetDiagMessage | Inet6DiagMessage

// The kernel answers with sockets of the requested family.
const inetMessage = sockDiagReply as Declaration<unknown> as Declaration<InetMessage>

type InetDraft = { -readonly [K in keyof InetSocket]: InetSocket[K] }

/** Bits of `shutdown`: RCV_SHUTDOWN and SEND_SHUTDOWN, net/sock.h. */
const RECEIVE = 1
const SEND = 2

/** Returns the directions that are closed; undefined if none is. */
export function closedIn(shutdown: number | undefined): readonly ClosedDirection[] | undefined {
  if (!shutdown) return undefined
  return [
    ...((shutdown & RECEIVE) !== 0 ? ['receive' as const] : []),
    ...((shutdown & SEND) !== 0 ? ['send' as const] : []),
  ]
}

const toBbr = ({ bwLo, bwHi, minRtt, pacingGain, cwndGain }: Infer<typeof tcpBbrInfo>): BbrDetails => ({
  bandwidth: (bwHi * 2 ** 32 + bwLo) * 8,
  minRtt: minRtt / 1000,
  pacingGain: pacingGain / 256,
  cwndGain: cwndGain / 256,
})

/** Assigns the attributes that a request selects. */
function assignDetails(socket: InetDraft, { attrs }: InetMessage | Listed): void {
  const { info, cong, bbrinfo, dctcpinfo, vegasinfo, skmeminfo, tos, tclass, ulpInfo } = attrs
  if (info === true) addLazyTcp(socket)
  else if (info !== undefined) {
    if ('subflows' in info) socket.mptcp = withWords(mptcpInfo, info as MptcpInfo) as InetSocket['mptcp'] & object
    else if ('tag' in info) socket.sctp = withWords(sctpInfo, info as SctpInfo) as InetSocket['sctp'] & object
    else socket.tcp = toTcpDetails(info)
  }
  if (cong !== undefined) socket.congestion = cong
  if (bbrinfo !== undefined) socket.bbr = toBbr(bbrinfo)
  if (dctcpinfo !== undefined) socket.dctcp = dctcpinfo
  if (vegasinfo !== undefined) socket.vegas = vegasinfo
  if (skmeminfo !== undefined) socket.memory = skmeminfo
  if (tos !== undefined) socket.tos = tos
  if (tclass !== undefined) socket.trafficClass = tclass
  if (ulpInfo !== undefined) socket.ulp = withWords(inetUlpInfoAttrs, ulpInfo) as InetSocket['ulp'] & object
}

const InetObject = constructorOf<InetSocket, { message: InetMessage | Listed; protocol: InetProtocol }>(function ({
  message,
  protocol,
}) {
  const { id, attrs, timer } = message
  this.protocol = protocol
  this.family = familyName(message.family)
  this.state = stateWord(message.state)
  this.src = id.src
  this.sport = id.sport
  this.dst = id.dst
  this.dport = id.dport
  if (id.if !== 0) this.dev = id.if
  this.uid = message.uid
  this.inode = message.inode
  this.cookie = id.cookie
  this.recvQueue = message.rqueue
  this.sendQueue = message.wqueue
  if (timer !== IDIAG_TIMER.OFF)
    this.timer = { name: named(IDIAG_TIMER, timer), expires: message.expires, retransmits: message.retrans }
  if (attrs.shutdown) this.closed = closedIn(attrs.shutdown) as readonly ClosedDirection[]
  if (attrs.skv6only !== undefined) this.v6only = attrs.skv6only === 1
  if (attrs.mark) this.mark = attrs.mark
  if (attrs.classId) this.classId = attrs.classId
  if (attrs.cgroupId !== undefined) this.cgroupId = attrs.cgroupId
  if (attrs.sockopt !== undefined) this.options = 'recverr' in attrs.sockopt ? optionsIn(attrs.sockopt) : attrs.sockopt
  assignDetails(this, message)
})

/** Converts a message to a socket. The kernel reports the protocol only of some sockets. */
export const toInetSocket = (message: InetMessage, protocol: InetProtocol): InetSocket =>
  withJson(withMessage(new InetObject({ message, protocol }), message))

const replyOf = (protocol: InetProtocol) =>
  objectReply<InetMessage | Listed, InetSocket>({
    message: inetMessage,
    part: protocol === 'tcp' ? listedTcp : listed,
    toObject: (message) => withJson(new InetObject({ message, protocol })),
  })

/** The sockets of each protocol in replies. */
export const inetReplies = Object.fromEntries(
  inetProtocols.map((protocol) => [protocol, replyOf(protocol)]),
) as Readonly<Record<InetProtocol, Declaration<InetSocket>>>
