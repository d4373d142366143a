import { parseAddress } from '@netloom/netlink/codec'

const allNodes = '33:33:00:00:00:01'
const ethIpv6 = '86dd'
const icmpv6 = 58

const hex = (text: string) => Buffer.from(text.replaceAll(':', ''), 'hex')
const u16 = (value: number) => Buffer.from([value >> 8, value & 0xff])
const u32 = (value: number) => Buffer.concat([u16(value >>> 16), u16(value & 0xffff)])

/** Computes the Internet checksum (RFC 1071). */
function checksum(bytes: Buffer): number {
  let sum = 0
  for (let at = 0; at < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

/** Returns an Ethernet frame with an ICMPv6 message. */
function frame(from: string, source: string, destination: string, message: Buffer): Buffer {
  const [src, dst] = [parseAddress(source), parseAddress(destination)]
  const pseudo = Buffer.concat([src, dst, u32(message.length), u32(icmpv6)])
  message.writeUInt16BE(checksum(Buffer.concat([pseudo, message])), 2)
  const header = Buffer.concat([hex('60000000'), u16(message.length), Buffer.from([icmpv6, 255]), src, dst])
  return Buffer.concat([hex(allNodes), hex(from), hex(ethIpv6), header, message])
}

/** Contents of a router advertisement. */
export interface Advertised {
  readonly mac: string
  readonly router: string
  readonly prefix: string
  readonly mtu: number
}

/**
 * Returns a router advertisement (RFC 4861) with a default route, a prefix for SLAAC, an MTU and a more specific route
 * (RFC 4191).
 */
export function routerAdvertisement({ mac, router, prefix, mtu }: Advertised): Buffer {
  const lifetime = u32(3600)
  const message = Buffer.concat([
    hex('8600 0000 40 00 0708 00000000 00000000'.replaceAll(' ', '')),
    Buffer.from([3, 4, 64, 0xc0]),
    lifetime,
    lifetime,
    u32(0),
    parseAddress(prefix),
    Buffer.from([5, 1, 0, 0]),
    u32(mtu),
    Buffer.from([24, 2, 32, 0]),
    lifetime,
    parseAddress('2001:db8::').subarray(0, 8),
    Buffer.from([1, 1]),
    hex(mac),
  ])
  return frame(mac, router, 'ff02::1', message)
}

/** Returns an ARP request of the guest for an address of the pod. */
export function arpRequest(mac: string, from: string, to: string): Buffer {
  const request = Buffer.concat([
    hex('0001080006040001'),
    hex(mac),
    parseAddress(from),
    Buffer.alloc(6),
    parseAddress(to),
  ])
  return Buffer.concat([hex('ff:ff:ff:ff:ff:ff'), hex(mac), hex('0806'), request, Buffer.alloc(18)])
}

/** True for the pod's answer to such a request. */
export const isArpReply = (bytes: Buffer): boolean => bytes.toString('hex', 12, 14) === '0806' && bytes[21] === 2
