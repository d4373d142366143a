import { PACKET } from '../constants/index.js'
import { NETLINK, NLM_F, type Nlmsghdr } from '../message/index.js'
import { type CaptureState, isControl, requestKey } from './known.js'

/**
 * True if the datagram was sent to the kernel. On an nlmon device both directions are marked as outgoing
 * (`dev_queue_xmit_nit`). In this case the first message decides: only requests are sent to the kernel (`netlink_rcv_skb`).
 */
export function isToKernel(
  packetType: number,
  protocol: number,
  first: Nlmsghdr | undefined,
  state: CaptureState,
): boolean {
  if (packetType !== PACKET.OUTGOING) {
    state.hasDirections = true
    return packetType === PACKET.KERNEL
  }
  if (state.hasDirections || first === undefined) return true
  if ((first.flags & NLM_F.REQUEST) === 0 || isControl(protocol, first.type)) return false
  // Some notifications repeat the flags of the request that caused them (`tfilter_notify`). They have a port id.
  return (
    first.pid === 0 || !typesLike(protocol, first.type).some((type) => isRecent({ ...first, type }, protocol, state))
  )
}

/** Types of the requests that such a notification can repeat. Those of rtnetlink come in groups of four: NEW, DEL, GET, SET. */
const typesLike = (protocol: number, type: number) =>
  protocol === NETLINK.ROUTE ? [0, 1, 2, 3].map((each) => (type & ~3) | each) : [type]

/** True if a request with this type, sequence number and port id was seen. Sockets may use the same sequence numbers. */
function isRecent(header: Nlmsghdr, protocol: number, { requests }: CaptureState): boolean {
  const recent = requests.get(requestKey(protocol, header))
  return recent !== undefined && (recent.pid === 0 || recent.pid === header.pid)
}
