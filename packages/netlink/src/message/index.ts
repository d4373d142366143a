export { type Ack, type ExtendedAck, NL_ATTR_TYPE, nlmsgerrAttrs, type Policy, policyAttrs, readAck } from './ack.js'
export {
  BatchInterruptedError,
  DumpInterruptedError,
  type EncodedRequest,
  NetlinkError,
  netlinkError,
  type Refusal,
} from './error.js'
export {
  NLM_F,
  NLM_F_ACKED,
  NLM_F_DELETE,
  NLM_F_DUMP,
  NLM_F_GET,
  NLM_F_NEW,
  NLMSG,
  NLMSG_MIN_TYPE,
  type Nlmsghdr,
  nlmsghdr,
} from './header.js'
export {
  encodeMessage,
  type MessageHeader,
  type NetlinkMessage,
  parseMessages,
  writeMessage,
} from './netlink-message.js'
export { NETLINK } from './netlink-protocols.js'
export {
  type FlagsOf,
  type Messages,
  type NamedMessage,
  type NumberedMessage,
  type NumberedProtocol,
  type Protocol,
  type ProtocolOptions,
  protocol,
  type ReceivedMessage,
  type ReplyOf,
  type RequestOf,
} from './protocol.js'
export {
  accepts,
  creates,
  type FlagOption,
  flagBits,
  gets,
  getsAndResets,
  type RequestTraits,
  type Row,
  traitsOf,
} from './row.js'
