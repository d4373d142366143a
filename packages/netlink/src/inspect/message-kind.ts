import type { DissectedMessage } from '../dissect/index.js'
import { traitsByName } from '../dissect/known.js'
import { NLM_F, NLM_F_DUMP, NLMSG, nlmsghdr } from '../message/index.js'
import { rtnetlink } from '../route/index.js'
import { ifinfomsg } from '../route/link-header.js'

/** Returns true if messages of this name read objects, according to the declaration or else to the name. */
export class ReadingTypes {
  readonly #known = new Map<string, boolean>()

  has(type: string): boolean {
    let reads = this.#known.get(type)
    if (reads === undefined) {
      reads = traitsByName(type)?.isGet ?? /(^|_)(GET|DUMP|SHOW|LIST)/.test(type)
      this.#known.set(type, reads)
    }
    return reads
  }
}

/** True if the request is a dump. NLM_F_DUMP has the bits of REPLACE and EXCL, which requests to create objects use. */
export const isDump = ({ header, protocol, type }: DissectedMessage, reading: ReadingTypes): boolean =>
  header !== undefined &&
  (header.flags & NLM_F_DUMP) === NLM_F_DUMP &&
  (protocol === 'NETLINK_GENERIC' || protocol === 'NETLINK_SOCK_DIAG' || reading.has(type))

/** True if the kernel answers the request in any case: with an ack, with data, or with an error. */
export const isAnswered = (message: DissectedMessage, reading: ReadingTypes): boolean =>
  ((message.header?.flags ?? 0) & NLM_F.ACK) !== 0 || reading.has(message.type) || isDump(message, reading)

/** True if a message of the kernel with this type can contain the data that the request reads. */
export function canAnswer(
  { protocol, type, header }: DissectedMessage,
  answer: number,
  reading: ReadingTypes,
): boolean {
  const request = header?.type ?? 0
  switch (protocol) {
    case 'NETLINK_ROUTE':
      // Types come in groups of four: NEW, DEL, GET, SET.
      return reading.has(type) && request >> 2 === answer >> 2
    case 'NETLINK_NETFILTER':
      return reading.has(type) && request >> 8 === answer >> 8
    case 'NETLINK_XFRM':
    case 'NETLINK_RDMA':
      return reading.has(type)
    case 'NETLINK_GENERIC':
      return request === answer
    default:
      return true
  }
}

const [RTM_NEWLINK] = rtnetlink.messages.RTM_NEWLINK

/** Size of an RTM_NEWLINK without attributes. */
const EMPTY_LINK = nlmsghdr.size + ifinfomsg.size

/**
 * True for the first request of `ip link` before iproute2 6.8 (`iplink_have_newlink`, ip/iplink.c): an RTM_NEWLINK that names no link.
 * The kernel refuses it by design, with ENODEV (`rtnl_newlink`, net/core/rtnetlink.c), or with EPERM. Only EOPNOTSUPP and EINVAL mean
 * that the kernel lacks RTM_NEWLINK.
 */
export const isProbe = ({ header, protocol, bytes }: DissectedMessage): boolean =>
  protocol === 'NETLINK_ROUTE' &&
  header?.type === RTM_NEWLINK &&
  header.flags === (NLM_F.REQUEST | NLM_F.ACK) &&
  header.seq === 0 &&
  bytes.length === EMPTY_LINK &&
  bytes.subarray(nlmsghdr.size).every((byte) => byte === 0)

/** True for NLMSG_ERROR and NLMSG_DONE, which end a conversation. Messages of NETLINK_CONNECTOR have the type NLMSG_DONE, too. */
export const isResult = ({ header, protocol }: DissectedMessage): boolean =>
  protocol !== 'NETLINK_CONNECTOR' && (header?.type === NLMSG.ERROR || header?.type === NLMSG.DONE)
