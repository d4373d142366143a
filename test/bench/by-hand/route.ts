import type { RouteMessage } from '@netloom/netlink'
import { formatAddress, type Writer } from './bytes.js'

// Decodes and encodes a route of a dump, written by hand only for this message.

type Attrs = RouteMessage['attrs']

export function decodeRoute(bytes: Buffer): RouteMessage {
  const attrs: Attrs = {}
  const message: RouteMessage = {
    family: bytes.readUInt8(0),
    dstLen: bytes.readUInt8(1),
    srcLen: bytes.readUInt8(2),
    tos: bytes.readUInt8(3),
    table: bytes.readUInt8(4),
    protocol: bytes.readUInt8(5),
    scope: bytes.readUInt8(6),
    type: bytes.readUInt8(7),
    flags: bytes.readUInt32LE(8),
    attrs,
  }
  for (let at = 12; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at)
    if (length < 4 || at + length > bytes.length) throw new Error(`attribute of ${length} bytes at ${at}`)
    const from = at + 4
    const to = at + length
    switch (bytes.readUInt16LE(at + 2) & 0x3fff) {
      case 1:
        attrs.dst = formatAddress(bytes, from, to) as never
        break
      case 2:
        attrs.src = formatAddress(bytes, from, to) as never
        break
      case 4:
        attrs.oif = bytes.readUInt32LE(from)
        break
      case 5:
        attrs.gateway = formatAddress(bytes, from, to)
        break
      case 6:
        attrs.priority = bytes.readUInt32LE(from)
        break
      case 7:
        attrs.prefsrc = formatAddress(bytes, from, to)
        break
      case 8:
        attrs.metrics = decodeMetrics(bytes, from, to)
        break
      case 11:
        attrs.flow = bytes.readUInt32LE(from)
        break
      case 12:
        attrs.cacheinfo = {
          clntref: bytes.readUInt32LE(from),
          lastuse: bytes.readUInt32LE(from + 4),
          expires: bytes.readInt32LE(from + 8),
          error: bytes.readUInt32LE(from + 12),
          used: bytes.readUInt32LE(from + 16),
          id: bytes.readUInt32LE(from + 20),
          ts: bytes.readUInt32LE(from + 24),
          tsage: bytes.readUInt32LE(from + 28),
        }
        break
      case 15:
        attrs.table = bytes.readUInt32LE(from)
        break
      case 20:
        attrs.pref = bytes.readUInt8(from)
        break
      default:
        throw new Error(`attribute ${bytes.readUInt16LE(at + 2)}`)
    }
    at += (length + 3) & ~3
  }
  return message
}

function decodeMetrics(bytes: Buffer, start: number, end: number): NonNullable<Attrs['metrics']> {
  const metrics: NonNullable<Attrs['metrics']> = {}
  for (let at = start; at + 4 <= end; ) {
    const length = bytes.readUInt16LE(at)
    switch (bytes.readUInt16LE(at + 2) & 0x3fff) {
      case 1:
        metrics.lock = bytes.readUInt32LE(at + 4)
        break
      case 2:
        metrics.mtu = bytes.readUInt32LE(at + 4)
        break
      case 8:
        metrics.advmss = bytes.readUInt32LE(at + 4)
        break
      case 10:
        metrics.hoplimit = bytes.readUInt32LE(at + 4)
        break
      default:
        throw new Error('metric')
    }
    at += (length + 3) & ~3
  }
  return metrics
}

export function encodeRoute(out: Writer, message: RouteMessage): void {
  const { bytes } = out
  const { attrs } = message
  bytes.writeUInt8(message.family, 0)
  bytes.writeUInt8(message.dstLen, 1)
  bytes.writeUInt8(message.srcLen, 2)
  bytes.writeUInt8(message.tos, 3)
  bytes.writeUInt8(message.table, 4)
  bytes.writeUInt8(message.protocol, 5)
  bytes.writeUInt8(message.scope, 6)
  bytes.writeUInt8(message.type, 7)
  bytes.writeUInt32LE(message.flags, 8)
  out.length = 12
  // The order of the attributes in the kernel (fib_dump_info, rt6_fill_node).
  out.u32(15, attrs.table)
  out.address(1, attrs.dst as string | undefined)
  out.address(2, attrs.src as string | undefined)
  if (message.family === 2) out.u32(6, attrs.priority)
  if (attrs.metrics && message.family === 2) encodeMetrics(out, attrs.metrics)
  out.address(7, attrs.prefsrc)
  if (message.family !== 2 && attrs.metrics) encodeMetrics(out, attrs.metrics)
  if (message.family !== 2) out.u32(6, attrs.priority)
  out.address(5, attrs.gateway)
  out.u32(4, attrs.oif)
  out.u32(11, attrs.flow)
  const cache = attrs.cacheinfo
  if (cache) {
    const at = out.attribute(12, 32)
    bytes.writeUInt32LE(cache.clntref, at)
    bytes.writeUInt32LE(cache.lastuse, at + 4)
    bytes.writeInt32LE(cache.expires, at + 8)
    bytes.writeUInt32LE(cache.error, at + 12)
    bytes.writeUInt32LE(cache.used, at + 16)
    bytes.writeUInt32LE(cache.id, at + 20)
    bytes.writeUInt32LE(cache.ts, at + 24)
    bytes.writeUInt32LE(cache.tsage, at + 28)
  }
  out.u8(20, attrs.pref)
}

function encodeMetrics(out: Writer, metrics: NonNullable<Attrs['metrics']>): void {
  const nest = out.open(8)
  out.u32(1, metrics.lock)
  out.u32(2, metrics.mtu)
  out.u32(8, metrics.advmss)
  out.u32(10, metrics.hoplimit)
  out.close(nest)
}
