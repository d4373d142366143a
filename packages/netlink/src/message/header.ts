import { constants, type Infer, struct, u16, u32 } from '../codec/index.js'

/** `struct nlmsghdr`, linux/netlink.h */
export const nlmsghdr = struct('nlmsghdr', {
  len: u32, // including this header
  type: u16, // NLMSG_* below 16, otherwise a message type of the protocol
  flags: u16, // NLM_F_*
  seq: u32,
  pid: u32, // port id of the sender, 0 for the kernel
})
export type Nlmsghdr = Infer<typeof nlmsghdr>

/** Types of control messages, below NLMSG_MIN_TYPE (16). They are the same in every protocol. linux/netlink.h */
export const NLMSG = constants('NLMSG', { NOOP: 1, ERROR: 2, DONE: 3, OVERRUN: 4 })

/** The lowest message type of a protocol. Lower types are {@link NLMSG}. linux/netlink.h */
export const NLMSG_MIN_TYPE = 0x10

/** NLM_F_* of every message, linux/netlink.h */
export const NLM_F = constants('NLM_F', {
  REQUEST: 0x01,
  MULTI: 0x02, // part of a multipart message, which NLMSG_DONE ends
  ACK: 0x04,
  ECHO: 0x08,
  DUMP_INTR: 0x10, // the dump is inconsistent, because an object changed
  DUMP_FILTERED: 0x20,
})

/** NLM_F_* of requests that read. ROOT and MATCH together are NLM_F_DUMP. */
export const NLM_F_GET = constants('NLM_F', { ROOT: 0x100, MATCH: 0x200, ATOMIC: 0x400 })
export const NLM_F_DUMP = NLM_F_GET.ROOT | NLM_F_GET.MATCH

/** NLM_F_* of requests that create objects. */
export const NLM_F_NEW = constants('NLM_F', { REPLACE: 0x100, EXCL: 0x200, CREATE: 0x400, APPEND: 0x800 })

/** NLM_F_* of requests that delete objects. */
export const NLM_F_DELETE = constants('NLM_F', { NONREC: 0x100, BULK: 0x200 })

/** NLM_F_* of acks (NLMSG_ERROR and NLMSG_DONE). */
export const NLM_F_ACKED = constants('NLM_F', { CAPPED: 0x100, ACK_TLVS: 0x200 })
