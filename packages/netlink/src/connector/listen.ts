import { CN_IDX, CN_VAL, type CnProcRequest } from './cn-msg.js'
import { PROC_CN_MCAST, procInput, procMcast } from './proc-event.js'

/**
 * Returns the request for events of processes, NLMSG_DONE. The kernel answers a request for all events with PROC_EVENT_NONE, whose
 * `ack` is that of the request plus one.
 * @param eventType PROC_EVENT_* of the events to send, by default all. Kernels before 6.6 ignore such a request.
 */
export const procListen = (ack = 0, eventType?: number): CnProcRequest =>
  procRequest(PROC_CN_MCAST.LISTEN, ack, eventType)

/** Returns the request that ends the events of processes, NLMSG_DONE. The kernel counts the sockets that listen. */
export const procIgnore = (): CnProcRequest => procRequest(PROC_CN_MCAST.IGNORE, 0)

const procRequest = (mcastOp: number, ack: number, eventType?: number): CnProcRequest => ({
  id: { idx: CN_IDX.PROC, val: CN_VAL.PROC },
  ...{ seq: 0, ack, flags: 0 },
  len: eventType === undefined ? procMcast.size : procInput.size,
  input: eventType === undefined ? { mcastOp } : { mcastOp, eventType },
})
