import { perOrder } from '../../codec/codec.js'
import { isPlainObject } from '../../codec/error.js'
import {
  array,
  bytes,
  type Codec,
  constants,
  DecodeError,
  EncodeError,
  enumOf,
  flagsOf,
  i32,
  ipv6,
  type Opaque,
  show,
  struct,
  u8,
  u16be,
} from '../../codec/index.js'
import { reserve } from '../../codec/output.js'
import { ownMembers } from '../../codec/own.js'
import { IPPROTO } from '../../constants/index.js'

/** SR6_FLAG1_*, linux/seg6.h */
export const SR6_FLAG1 = constants('SR6_FLAG1', { PROTECTED: 0x40, OAM: 0x20, ALERT: 0x10, HMAC: 0x08 })

/** SR6_TLV_*, linux/seg6.h */
export const SR6_TLV = constants('SR6_TLV', { INGRESS: 1, EGRESS: 2, OPAQUE: 3, PADDING: 4, HMAC: 5 })

/** SEG6_IPTUN_MODE_*, linux/seg6_iptunnel.h */
export const SEG6_IPTUN_MODE = constants('SEG6_IPTUN_MODE', {
  INLINE: 0,
  ENCAP: 1,
  L2ENCAP: 2,
  ENCAP_RED: 3,
  L2ENCAP_RED: 4,
})

/** IPV6_SRCRT_*, linux/ipv6.h: types of routing headers. 0, 1 and 2 are obsolete. */
export const IPV6_SRCRT = constants('IPV6_SRCRT', { TYPE_0: 0, STRICT: 1, TYPE_2: 2, TYPE_3: 3, TYPE_4: 4 })

/** `struct ipv6_sr_hdr`, linux/seg6.h: the header of RFC 8754, without its segments */
export const ipv6SrHdr = struct('ipv6_sr_hdr', {
  nexthdr: enumOf(u8, IPPROTO),
  hdrlen: u8, // length in 8-byte units, without the first 8 bytes
  type: enumOf(u8, IPV6_SRCRT),
  segmentsLeft: u8,
  firstSegment: u8, // number of segments minus one
  flags: flagsOf(u8, SR6_FLAG1),
  tag: u16be,
})

/** `struct sr6_tlv`, linux/seg6.h, followed by `len` bytes of data */
export const sr6Tlv = struct('sr6_tlv', { type: enumOf(u8, SR6_TLV), len: u8 })

/** `struct seg6_iptunnel_encap`, linux/seg6_iptunnel.h, followed by the segment routing header */
export const seg6IptunnelEncapHdr = struct('seg6_iptunnel_encap', {
  mode: enumOf(i32, SEG6_IPTUN_MODE),
})

/** A TLV after the segments of a segment routing header. */
export interface SegmentTlv {
  /** SR6_TLV_* */
  type: number
  data: Buffer
}

/** The segment routing header of RFC 8754. Absent members are derived from `segments` and `tlvs`, or are 0. */
export interface SegmentRoutingHeader {
  nexthdr?: number
  hdrlen?: number
  type?: number
  segmentsLeft?: number
  firstSegment?: number
  /** SR6_FLAG1_* */
  flags?: number
  tag?: number
  /** In wire order: the last segment of the path first. */
  segments: string[]
  tlvs?: SegmentTlv[]
}

function readTlvs(from: Buffer, start: number, end: number): SegmentTlv[] {
  const tlvs: SegmentTlv[] = []
  for (let at = start; at < end; ) {
    const length = at + sr6Tlv.size <= end ? sr6Tlv.size + from.readUInt8(at + 1) : sr6Tlv.size
    if (at + length > end)
      throw new DecodeError(`expected a sr6_tlv of at most ${end - at} bytes, got one of ${length}`)
    tlvs.push({ type: from.readUInt8(at), data: from.subarray(at + sr6Tlv.size, at + length) })
    at += length
  }
  return tlvs
}

const routingType = 4 // RFC 8754, section 2

const headerCodec = perOrder((order): Codec<SegmentRoutingHeader> => {
  const head = ipv6SrHdr.codec(order)
  const segmentList = array(ipv6).codec(order)
  const data = bytes.codec(order)
  return {
    name: ipv6SrHdr.name,
    decode(from, start, end) {
      const { ...header } = head.decode(from, start, end)
      const at = start + ipv6SrHdr.size
      const count = Math.min(header.firstSegment + 1, Math.floor((end - at) / ipv6.size))
      const segments = segmentList.decode(from, at, at + count * ipv6.size)
      const tlvs = readTlvs(from, at + count * ipv6.size, end)
      return { ...header, segments, ...(tlvs.length > 0 && { tlvs }) }
    },
    encode(out, value) {
      if (!isPlainObject(value)) throw new EncodeError(`expected ${ipv6SrHdr.name} (an object), got ${show(value)}`)
      const { segments, tlvs = [], ...header } = ownMembers(value)
      const last = (segments?.length ?? 0) - 1
      const start = reserve(out, ipv6SrHdr.size)
      segmentList.encode(out, segments)
      for (const tlv of tlvs) {
        const { type, data: payload } = ownMembers(tlv)
        if (payload?.length > 0xff)
          throw new EncodeError(`expected at most 255 bytes of sr6_tlv, got ${payload.length}`)
        sr6Tlv.codec(order).encode(out, { type, len: payload?.length })
        data.encode(out, payload)
      }
      const hdrlen = (out.length - start) / 8 - 1
      const computed = {
        hdrlen,
        type: routingType,
        segmentsLeft: last,
        firstSegment: last,
        nexthdr: 0,
        flags: 0,
        tag: 0,
      }
      head.write(out.bytes, start, { ...computed, ...header })
    },
  }
})

/** SEG6_LOCAL_SRH: a segment routing header */
export const segmentRoutingHeader: Opaque<SegmentRoutingHeader> = {
  kind: 'opaque',
  members: { ...ipv6SrHdr.members, segments: array(ipv6), tlvs: array(sr6Tlv) },
  name: ipv6SrHdr.name,
  codec: headerCodec,
}

/** The value of SEG6_IPTUNNEL_SRH. */
export interface Seg6IptunnelEncap {
  /** SEG6_IPTUN_MODE_* */
  mode: number
  srh: SegmentRoutingHeader
}

/** SEG6_IPTUNNEL_SRH: `struct seg6_iptunnel_encap`, linux/seg6_iptunnel.h, with the segment routing header after it */
export const seg6IptunnelEncap: Opaque<Seg6IptunnelEncap> = {
  kind: 'opaque',
  members: { mode: seg6IptunnelEncapHdr.members.mode, srh: segmentRoutingHeader },
  name: seg6IptunnelEncapHdr.name,
  codec: perOrder((order) => {
    const head = seg6IptunnelEncapHdr.codec(order)
    const header = headerCodec(order)
    return {
      name: seg6IptunnelEncapHdr.name,
      decode(from, start, end) {
        const { mode } = head.decode(from, start, end)
        return { mode, srh: header.decode(from, start + seg6IptunnelEncapHdr.size, end) }
      },
      encode(out, value) {
        if (!isPlainObject(value))
          throw new EncodeError(`expected ${seg6IptunnelEncapHdr.name} (an object), got ${show(value)}`)
        const { mode, srh } = ownMembers(value)
        head.encode(out, { mode })
        header.encode(out, srh)
      },
    }
  }),
}
