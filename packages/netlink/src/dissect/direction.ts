import { PACKET } from '../constants/index.js'
import { NLM_F, type Nlmsghdr } from '../message/index.js'
import { isControl, type Learnt, requestKey } from './known.js'

/**
 * True for a datagram to the kernel. An nlmon device marks datagrams in both directions as outgoing (`dev_queue_xmit_nit`), so
 * the direction follows from the messages: the kernel accepts only requests (`netlink_rcv_skb`).
 */
export function isToKernel(packetType: number, protocol: number, first: Nlmsghdr | undefined, learnt: Learnt): boolean {
  if (packetType !== PACKET.OUTGOING) {
    learnt.directions = true
    return packetType === PACKET.KERNEL
  }
  if (learnt.directions || first === undefined) return true
  if ((first.flags & NLM_F.REQUEST) === 0 || isControl(first.type)) return false
  // Some notifications repeat the flags of the request that caused them (`tfilter_notify`); their port is set.
  return first.pid === 0 || !learnt.requests.has(requestKey(protocol, first))
}
