import {
  align,
  attributes,
  bytes,
  compile,
  constants,
  DecodeError,
  enumOf,
  type Infer,
  i32,
  i64,
  string,
  u32,
  u64,
} from '../codec/index.js'
import { NLM_F_ACKED, NLMSG, nlmsghdr } from './header.js'
import type { NetlinkMessage } from './netlink-message.js'

/** NL_ATTR_TYPE_*, linux/netlink.h: kinds of payloads in policies */
export const NL_ATTR_TYPE = constants('NL_ATTR_TYPE', {
  INVALID: 0,
  FLAG: 1,
  U8: 2,
  U16: 3,
  U32: 4,
  U64: 5,
  S8: 6,
  S16: 7,
  S32: 8,
  S64: 9,
  BINARY: 10,
  STRING: 11,
  NUL_STRING: 12,
  NESTED: 13,
  NESTED_ARRAY: 14,
  BITFIELD32: 15,
  SINT: 16,
  UINT: 17,
})

/** NL_POLICY_TYPE_ATTR_*, linux/netlink.h: the values that the kernel accepts */
export const policyAttrs = attributes('NL_POLICY_TYPE_ATTR', {
  type: [1, enumOf(u32, NL_ATTR_TYPE)],
  minValueS: [2, i64],
  maxValueS: [3, i64],
  minValueU: [4, u64],
  maxValueU: [5, u64],
  minLength: [6, u32], // bytes
  maxLength: [7, u32], // bytes
  policyIdx: [8, u32],
  policyMaxtype: [9, u32],
  bitfield32Mask: [10, u32],
  pad: [11, bytes],
  mask: [12, u64],
})
export type Policy = Infer<typeof policyAttrs>

/** NLMSGERR_ATTR_*, linux/netlink.h: the extended ack */
export const nlmsgerrAttrs = attributes('NLMSGERR_ATTR', {
  msg: [1, string],
  offs: [2, u32], // of the attribute, from the start of the request's nlmsghdr
  cookie: [3, bytes],
  policy: [4, policyAttrs],
  missType: [5, u32], // type of the missing attribute
  missNest: [6, u32], // offset in the request of the nest that lacks it; absent: the message itself
})
export type ExtendedAck = Infer<typeof nlmsgerrAttrs>

/** The result that ends a request or a dump. */
export interface Ack {
  /** Positive errno; 0 for success. */
  readonly errno: number
  readonly extended: ExtendedAck
}

/**
 * Decodes NLMSG_ERROR (`struct nlmsgerr`: errno, header of the request, its payload unless NLM_F_CAPPED, attributes) or
 * NLMSG_DONE (errno and attributes; older kernels send less).
 * @throws {DecodeError} if the bytes are invalid
 */
export function readAck({ type, flags, bytes: from, start, end }: NetlinkMessage): Ack {
  const name = type === NLMSG.DONE ? 'NLMSG_DONE' : 'NLMSG_ERROR'
  if (type === NLMSG.DONE && end - start < i32.size) return { errno: 0, extended: {} }
  try {
    // Not `-errno`, because that would be -0 for success.
    const errno = 0 - compile(i32).decode(from, start, Math.min(end, start + i32.size))
    let at = start + i32.size
    if (type === NLMSG.ERROR) {
      const request = compile(nlmsghdr).decode(from, at, end)
      at += (flags & NLM_F_ACKED.CAPPED) !== 0 ? nlmsghdr.size : Math.max(nlmsghdr.size, align(request.len))
    }
    const hasAttributes = (flags & NLM_F_ACKED.ACK_TLVS) !== 0 && at < end
    return {
      errno,
      extended: hasAttributes ? compile(nlmsgerrAttrs).decode(from, at, end) : {},
    }
  } catch (error) {
    throw DecodeError.within(name, error)
  }
}
