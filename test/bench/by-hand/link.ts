import type { LinkMessage } from '@netloom/netlink'
import { readMac, readText, type Writer } from './bytes.js'

// Decodes and encodes a link of a dump, loopback or veth, written by hand only for this message.

type Attrs = LinkMessage['attrs']
// Attributes that depend on the family in the header have union types. The links here are of AF_UNSPEC.
// biome-ignore lint/suspicious/noExplicitAny: as above
type Loose = any

export function decodeLink(bytes: Buffer): LinkMessage {
  const attrs: Attrs = {}
  const message: LinkMessage = {
    family: bytes.readUInt8(0),
    type: bytes.readUInt16LE(2),
    index: bytes.readInt32LE(4),
    flags: bytes.readUInt32LE(8),
    change: bytes.readUInt32LE(12),
    attrs,
  }
  for (let at = 16; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4 || at + length > bytes.length) throw new Error(`attribute of ${length} bytes at ${at}`)
    decodeAttribute(attrs, bytes.readUInt16LE(at + 2) & 0x3fff, bytes, at + 4, at + length)
    at += (length + 3) & ~3
  }
  return message
}

function decodeAttribute(attrs: Attrs, type: number, bytes: Buffer, from: number, to: number): void {
  switch (type) {
    case 1:
      attrs.address = readMac(bytes, from)
      break
    case 2:
      attrs.broadcast = readMac(bytes, from)
      break
    case 3:
      attrs.ifname = readText(bytes, from, to)
      break
    case 6:
      attrs.qdisc = readText(bytes, from, to)
      break
    case 7:
      attrs.stats = readStats(bytes, from)
      break
    case 14:
      attrs.map = {
        memStart: bytes.readBigUInt64LE(from),
        memEnd: bytes.readBigUInt64LE(from + 8),
        baseAddr: bytes.readBigUInt64LE(from + 16),
        irq: bytes.readUInt16LE(from + 24),
        dma: bytes.readUInt8(from + 26),
        port: bytes.readUInt8(from + 27),
      }
      break
    case 18:
      if (from + ((bytes.readUInt16LE(from) + 3) & ~3) !== to) throw new Error('a kind with data')
      attrs.linkinfo = { kind: readText(bytes, from + 4, from + bytes.readUInt16LE(from)) }
      break
    case 23:
      attrs.stats64 = readStats64(bytes, from)
      break
    case 26:
      attrs.afSpec = decodeAfSpec(bytes, from, to)
      break
    case 43:
      attrs.xdp = { attached: bytes.readUInt8(from + 4) }
      break
    case 62:
      attrs.devlinkPort = {}
      break
    case 65:
      attrs.dpllPin = {}
      break
    case 66:
      attrs.maxPacingOffloadHorizon = BigInt(bytes.readUInt32LE(from))
      break
    case 37:
      attrs.linkNetnsid = bytes.readInt32LE(from)
      break
    case 68:
      attrs.headroom = bytes.readUInt16LE(from)
      break
    case 69:
      attrs.tailroom = bytes.readUInt16LE(from)
      break
    case 4:
      attrs.mtu = bytes.readUInt32LE(from)
      break
    case 5:
      attrs.link = bytes.readUInt32LE(from)
      break
    case 13:
      attrs.txqlen = bytes.readUInt32LE(from)
      break
    case 27:
      attrs.group = bytes.readUInt32LE(from)
      break
    case 30:
      attrs.promiscuity = bytes.readUInt32LE(from)
      break
    case 31:
      attrs.numTxQueues = bytes.readUInt32LE(from)
      break
    case 32:
      attrs.numRxQueues = bytes.readUInt32LE(from)
      break
    case 35:
      attrs.carrierChanges = bytes.readUInt32LE(from)
      break
    case 40:
      attrs.gsoMaxSegs = bytes.readUInt32LE(from)
      break
    case 41:
      attrs.gsoMaxSize = bytes.readUInt32LE(from)
      break
    case 47:
      attrs.carrierUpCount = bytes.readUInt32LE(from)
      break
    case 48:
      attrs.carrierDownCount = bytes.readUInt32LE(from)
      break
    case 50:
      attrs.minMtu = bytes.readUInt32LE(from)
      break
    case 51:
      attrs.maxMtu = bytes.readUInt32LE(from)
      break
    case 58:
      attrs.groMaxSize = bytes.readUInt32LE(from)
      break
    case 59:
      attrs.tsoMaxSize = bytes.readUInt32LE(from)
      break
    case 60:
      attrs.tsoMaxSegs = bytes.readUInt32LE(from)
      break
    case 61:
      attrs.allmulti = bytes.readUInt32LE(from)
      break
    case 63:
      attrs.gsoIpv4MaxSize = bytes.readUInt32LE(from)
      break
    case 64:
      attrs.groIpv4MaxSize = bytes.readUInt32LE(from)
      break
    case 16:
      attrs.operstate = bytes.readUInt8(from)
      break
    case 17:
      attrs.linkmode = bytes.readUInt8(from)
      break
    case 33:
      attrs.carrier = bytes.readUInt8(from)
      break
    case 39:
      attrs.protoDown = bytes.readUInt8(from)
      break
    case 67:
      attrs.netnsImmutable = bytes.readUInt8(from)
      break
    default:
      throw new Error(`attribute ${type}`)
  }
}

function readStats64(bytes: Buffer, from: number) {
  return {
    rxPackets: bytes.readBigUInt64LE(from + 0),
    txPackets: bytes.readBigUInt64LE(from + 8),
    rxBytes: bytes.readBigUInt64LE(from + 16),
    txBytes: bytes.readBigUInt64LE(from + 24),
    rxErrors: bytes.readBigUInt64LE(from + 32),
    txErrors: bytes.readBigUInt64LE(from + 40),
    rxDropped: bytes.readBigUInt64LE(from + 48),
    txDropped: bytes.readBigUInt64LE(from + 56),
    multicast: bytes.readBigUInt64LE(from + 64),
    collisions: bytes.readBigUInt64LE(from + 72),
    rxLengthErrors: bytes.readBigUInt64LE(from + 80),
    rxOverErrors: bytes.readBigUInt64LE(from + 88),
    rxCrcErrors: bytes.readBigUInt64LE(from + 96),
    rxFrameErrors: bytes.readBigUInt64LE(from + 104),
    rxFifoErrors: bytes.readBigUInt64LE(from + 112),
    rxMissedErrors: bytes.readBigUInt64LE(from + 120),
    txAbortedErrors: bytes.readBigUInt64LE(from + 128),
    txCarrierErrors: bytes.readBigUInt64LE(from + 136),
    txFifoErrors: bytes.readBigUInt64LE(from + 144),
    txHeartbeatErrors: bytes.readBigUInt64LE(from + 152),
    txWindowErrors: bytes.readBigUInt64LE(from + 160),
    rxCompressed: bytes.readBigUInt64LE(from + 168),
    txCompressed: bytes.readBigUInt64LE(from + 176),
    rxNohandler: bytes.readBigUInt64LE(from + 184),
    rxOtherhostDropped: bytes.readBigUInt64LE(from + 192),
  }
}

function readStats(bytes: Buffer, from: number) {
  return {
    rxPackets: bytes.readUInt32LE(from + 0),
    txPackets: bytes.readUInt32LE(from + 4),
    rxBytes: bytes.readUInt32LE(from + 8),
    txBytes: bytes.readUInt32LE(from + 12),
    rxErrors: bytes.readUInt32LE(from + 16),
    txErrors: bytes.readUInt32LE(from + 20),
    rxDropped: bytes.readUInt32LE(from + 24),
    txDropped: bytes.readUInt32LE(from + 28),
    multicast: bytes.readUInt32LE(from + 32),
    collisions: bytes.readUInt32LE(from + 36),
    rxLengthErrors: bytes.readUInt32LE(from + 40),
    rxOverErrors: bytes.readUInt32LE(from + 44),
    rxCrcErrors: bytes.readUInt32LE(from + 48),
    rxFrameErrors: bytes.readUInt32LE(from + 52),
    rxFifoErrors: bytes.readUInt32LE(from + 56),
    rxMissedErrors: bytes.readUInt32LE(from + 60),
    txAbortedErrors: bytes.readUInt32LE(from + 64),
    txCarrierErrors: bytes.readUInt32LE(from + 68),
    txFifoErrors: bytes.readUInt32LE(from + 72),
    txHeartbeatErrors: bytes.readUInt32LE(from + 76),
    txWindowErrors: bytes.readUInt32LE(from + 80),
    rxCompressed: bytes.readUInt32LE(from + 84),
    txCompressed: bytes.readUInt32LE(from + 88),
    rxNohandler: bytes.readUInt32LE(from + 92),
  }
}

function decodeAfSpec(bytes: Buffer, start: number, end: number): Loose {
  const spec: Loose = {}
  for (let at = start; at + 4 <= end; ) {
    const length = bytes.readUInt16LE(at)
    if (bytes.readUInt16LE(at + 2) === 2) {
      const conf: number[] = []
      for (let each = at + 8; each < at + length; each += 4) conf.push(bytes.readUInt32LE(each))
      spec.inet = { conf }
    } else spec.inet6 = decodeInet6(bytes, at + 4, at + length)
    at += (length + 3) & ~3
  }
  return spec
}

function decodeInet6(bytes: Buffer, start: number, end: number): Loose {
  const inet6: Loose = {}
  for (let at = start; at + 4 <= end; ) {
    const length = bytes.readUInt16LE(at)
    const from = at + 4
    switch (bytes.readUInt16LE(at + 2)) {
      case 1:
        inet6.flags = bytes.readUInt32LE(from)
        break
      case 2: {
        const conf: number[] = []
        for (let each = from; each < at + length; each += 4) conf.push(bytes.readInt32LE(each))
        inet6.conf = conf
        break
      }
      case 3:
      case 6: {
        const stats: bigint[] = []
        for (let each = from; each < at + length; each += 8) stats.push(bytes.readBigUInt64LE(each))
        if (bytes.readUInt16LE(at + 2) === 3) inet6.stats = stats
        else inet6.icmp6stats = stats
        break
      }
      case 5:
        inet6.cacheinfo = {
          maxReasmLen: bytes.readUInt32LE(from),
          tstamp: bytes.readUInt32LE(from + 4),
          reachableTime: bytes.readUInt32LE(from + 8),
          retransTime: bytes.readUInt32LE(from + 12),
        }
        break
      case 7:
        inet6.token = '::'
        break
      case 8:
        inet6.addrGenMode = bytes.readUInt8(from)
        break
      case 9:
        inet6.raMtu = bytes.readUInt32LE(from)
        break
      default:
        throw new Error(`inet6 ${bytes.readUInt16LE(at + 2)}`)
    }
    at += (length + 3) & ~3
  }
  return inet6
}

export function encodeLink(out: Writer, message: LinkMessage): void {
  const { bytes } = out
  const { attrs } = message
  bytes.writeUInt8(message.family, 0)
  bytes.writeUInt16LE(message.type, 2)
  bytes.writeInt32LE(message.index, 4)
  bytes.writeUInt32LE(message.flags, 8)
  bytes.writeUInt32LE(message.change, 12)
  out.length = 16
  // The order of the attributes in the kernel (rtnl_fill_ifinfo).
  out.text(3, attrs.ifname)
  out.u32(13, attrs.txqlen)
  out.u8(16, attrs.operstate)
  out.u8(17, attrs.linkmode)
  out.u8(67, attrs.netnsImmutable)
  out.u32(4, attrs.mtu)
  out.u32(50, attrs.minMtu)
  out.u32(51, attrs.maxMtu)
  out.u32(27, attrs.group)
  out.u32(30, attrs.promiscuity)
  out.u32(61, attrs.allmulti)
  out.u32(31, attrs.numTxQueues)
  out.u32(40, attrs.gsoMaxSegs)
  out.u32(41, attrs.gsoMaxSize)
  out.u32(58, attrs.groMaxSize)
  out.u32(63, attrs.gsoIpv4MaxSize)
  out.u32(64, attrs.groIpv4MaxSize)
  out.u32(59, attrs.tsoMaxSize)
  out.u32(60, attrs.tsoMaxSegs)
  if (attrs.maxPacingOffloadHorizon !== undefined) out.u32(66, Number(attrs.maxPacingOffloadHorizon))
  out.u32(32, attrs.numRxQueues)
  out.u8(33, attrs.carrier)
  out.u32(35, attrs.carrierChanges)
  out.u32(47, attrs.carrierUpCount)
  out.u32(48, attrs.carrierDownCount)
  out.u16(68, attrs.headroom)
  out.u16(69, attrs.tailroom)
  out.u8(39, attrs.protoDown)
  const { map, stats64, stats } = attrs
  out.mac(1, attrs.address)
  out.mac(2, attrs.broadcast)
  if (stats64) writeStats64(bytes, out.attribute(23, 200), stats64)
  if (stats) writeStats(bytes, out.attribute(7, 96), stats)
  if (attrs.xdp) {
    const nest = out.open(43)
    out.u8(2, attrs.xdp.attached)
    out.close(nest)
  }
  if (attrs.linkinfo) {
    const nest = out.open(18)
    out.text(1, attrs.linkinfo.kind)
    out.close(nest)
  }
  if (attrs.link !== undefined) out.u32(5, attrs.link)
  out.text(6, attrs.qdisc)
  if (attrs.linkNetnsid !== undefined) out.u32(37, attrs.linkNetnsid)
  if (attrs.afSpec) encodeAfSpec(out, attrs.afSpec)
  if (map) {
    const at = out.attribute(14, 32)
    bytes.writeBigUInt64LE(map.memStart, at)
    bytes.writeBigUInt64LE(map.memEnd, at + 8)
    bytes.writeBigUInt64LE(map.baseAddr, at + 16)
    bytes.writeUInt16LE(map.irq, at + 24)
    bytes.writeUInt8(map.dma, at + 26)
    bytes.writeUInt8(map.port, at + 27)
  }
  if (attrs.devlinkPort) out.close(out.open(62))
  if (attrs.dpllPin) out.close(out.open(65))
}

function writeStats64(bytes: Buffer, at: number, stats: NonNullable<Attrs['stats64']>): void {
  bytes.writeBigUInt64LE(stats.rxPackets, at + 0)
  bytes.writeBigUInt64LE(stats.txPackets, at + 8)
  bytes.writeBigUInt64LE(stats.rxBytes, at + 16)
  bytes.writeBigUInt64LE(stats.txBytes, at + 24)
  bytes.writeBigUInt64LE(stats.rxErrors, at + 32)
  bytes.writeBigUInt64LE(stats.txErrors, at + 40)
  bytes.writeBigUInt64LE(stats.rxDropped, at + 48)
  bytes.writeBigUInt64LE(stats.txDropped, at + 56)
  bytes.writeBigUInt64LE(stats.multicast, at + 64)
  bytes.writeBigUInt64LE(stats.collisions, at + 72)
  bytes.writeBigUInt64LE(stats.rxLengthErrors, at + 80)
  bytes.writeBigUInt64LE(stats.rxOverErrors, at + 88)
  bytes.writeBigUInt64LE(stats.rxCrcErrors, at + 96)
  bytes.writeBigUInt64LE(stats.rxFrameErrors, at + 104)
  bytes.writeBigUInt64LE(stats.rxFifoErrors, at + 112)
  bytes.writeBigUInt64LE(stats.rxMissedErrors, at + 120)
  bytes.writeBigUInt64LE(stats.txAbortedErrors, at + 128)
  bytes.writeBigUInt64LE(stats.txCarrierErrors, at + 136)
  bytes.writeBigUInt64LE(stats.txFifoErrors, at + 144)
  bytes.writeBigUInt64LE(stats.txHeartbeatErrors, at + 152)
  bytes.writeBigUInt64LE(stats.txWindowErrors, at + 160)
  bytes.writeBigUInt64LE(stats.rxCompressed, at + 168)
  bytes.writeBigUInt64LE(stats.txCompressed, at + 176)
  bytes.writeBigUInt64LE(stats.rxNohandler, at + 184)
  bytes.writeBigUInt64LE(stats.rxOtherhostDropped, at + 192)
}

function writeStats(bytes: Buffer, at: number, stats: NonNullable<Attrs['stats']>): void {
  bytes.writeUInt32LE(stats.rxPackets, at + 0)
  bytes.writeUInt32LE(stats.txPackets, at + 4)
  bytes.writeUInt32LE(stats.rxBytes, at + 8)
  bytes.writeUInt32LE(stats.txBytes, at + 12)
  bytes.writeUInt32LE(stats.rxErrors, at + 16)
  bytes.writeUInt32LE(stats.txErrors, at + 20)
  bytes.writeUInt32LE(stats.rxDropped, at + 24)
  bytes.writeUInt32LE(stats.txDropped, at + 28)
  bytes.writeUInt32LE(stats.multicast, at + 32)
  bytes.writeUInt32LE(stats.collisions, at + 36)
  bytes.writeUInt32LE(stats.rxLengthErrors, at + 40)
  bytes.writeUInt32LE(stats.rxOverErrors, at + 44)
  bytes.writeUInt32LE(stats.rxCrcErrors, at + 48)
  bytes.writeUInt32LE(stats.rxFrameErrors, at + 52)
  bytes.writeUInt32LE(stats.rxFifoErrors, at + 56)
  bytes.writeUInt32LE(stats.rxMissedErrors, at + 60)
  bytes.writeUInt32LE(stats.txAbortedErrors, at + 64)
  bytes.writeUInt32LE(stats.txCarrierErrors, at + 68)
  bytes.writeUInt32LE(stats.txFifoErrors, at + 72)
  bytes.writeUInt32LE(stats.txHeartbeatErrors, at + 76)
  bytes.writeUInt32LE(stats.txWindowErrors, at + 80)
  bytes.writeUInt32LE(stats.rxCompressed, at + 84)
  bytes.writeUInt32LE(stats.txCompressed, at + 88)
  bytes.writeUInt32LE(stats.rxNohandler, at + 92)
}

function encodeAfSpec(out: Writer, spec: Loose): void {
  const { bytes } = out
  const nest = out.open(26)
  if (spec.inet) {
    const family = out.open(2)
    let at = out.attribute(1, spec.inet.conf.length * 4)
    for (const value of spec.inet.conf) at = bytes.writeUInt32LE(value, at)
    out.close(family)
  }
  if (spec.inet6) encodeInet6(out, spec.inet6)
  out.close(nest)
}

function encodeInet6(out: Writer, inet6: Loose): void {
  const { bytes } = out
  const family = out.open(10)
  out.u32(1, inet6.flags)
  const cache = inet6.cacheinfo
  if (cache) {
    const at = out.attribute(5, 16)
    bytes.writeUInt32LE(cache.maxReasmLen, at)
    bytes.writeUInt32LE(cache.tstamp, at + 4)
    bytes.writeUInt32LE(cache.reachableTime, at + 8)
    bytes.writeUInt32LE(cache.retransTime, at + 12)
  }
  if (inet6.conf) {
    let at = out.attribute(2, inet6.conf.length * 4)
    for (const value of inet6.conf) at = bytes.writeInt32LE(value, at)
  }
  for (const [type, stats] of [
    [3, inet6.stats],
    [6, inet6.icmp6stats],
  ] as const) {
    if (!stats) continue
    let at = out.attribute(type, stats.length * 8)
    for (const value of stats) at = bytes.writeBigUInt64LE(value, at)
  }
  if (inet6.token !== undefined) out.attribute(7, 16)
  out.u8(8, inet6.addrGenMode)
  out.u32(9, inet6.raMtu)
  out.close(family)
}
