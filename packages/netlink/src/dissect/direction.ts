import { PACKET } from '../constants/index.js'
import { NLM_F, type Nlmsghdr } from '../message/index.js'
import { isControl, type Learnt, requestKey } from './known.js'

/**
 * True for a datagram on its way to the kernel. What an nlmon device records is marked as outgoing either way
 * (`dev_queue_xmit_nit`), so that only the messages tell: the kernel takes requests alone (`netlink_rcv_skb`).
 */
export function isToKernel(packetType: number, protocol: number, first: Nlmsghdr | undefined, learnt: Learnt): boolean {
  if (packetType !== PACKET.OUTGOING) {
    learnt.directions = true
    return packetType === PACKET.KERNEL
  }
  if (learnt.directions || first === undefined) return true
  if ((first.flags & NLM_F.REQUEST) === 0 || isControl(first.type)) return false
  // Some notifications repeat the flags of the request that they come from (`tfilter_notify`); the port is filled in.
  return first.pid === 0 || !learnt.requests.has(requestKey(protocol, first))
}
