import { NETLINK, NLMSG, protocol } from '../message/index.js'
import { CN_IDX, cnMessage, cnRequest } from './cn-msg.js'

/**
 * NETLINK_CONNECTOR, linux/connector.h: messages of drivers, among them the events of processes (linux/cn_proc.h). All have the type
 * NLMSG_DONE. The kernel sends no acks, and sends events only to sockets that have joined the group and sent a request:
 * `Monitor.send`.
 */
export const connector = protocol(
  'NETLINK_CONNECTOR',
  NETLINK.CONNECTOR,
  { NLMSG_DONE: [NLMSG.DONE, cnRequest, cnMessage] },
  { groups: CN_IDX.values, firstType: NLMSG.DONE },
)

export {
  CN_IDX,
  CN_VAL,
  type CnOther,
  type CnProcEvent,
  type CnProcRequest,
  cbId,
  cnMessage,
  cnMsg,
  cnRequest,
  connectorName,
} from './cn-msg.js'
export { procIgnore, procListen } from './listen.js'
export * from './proc-event.js'
