import { PACKET } from '../constants/index.js'
import { NLM_F, type Nlmsghdr } from '../message/index.js'
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
  if ((first.flags & NLM_F.REQUEST) === 0 || isControl(first.type)) return false
  // Some notifications repeat the flags of the request that caused them (`tfilter_notify`). They have a port id.
  return first.pid === 0 || !state.requests.has(requestKey(protocol, first))
}
