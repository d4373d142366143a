import { ETH_P } from '@netloom/netlink/constants'
import { setU16, setU32, u16, u32 } from '../bytes.js'
import type { Malformation } from '../error.js'
import { addressText, macText } from '../text.js'
import { HeaderView } from './header-view.js'

const ARP_LENGTH = 28

/** ARP packet for IPv4 addresses on Ethernet (RFC 826). Offsets: hardware addresses of 6 bytes, protocol addresses of 4. */
export class ArpView extends HeaderView {
  override get headerLength(): number {
    return ARP_LENGTH
  }

  /** 1 for a request, 2 for a reply: ARPOP_*, linux/if_arp.h. */
  get operation(): number {
    return u16(this.bytes, this.offset + 6)
  }
  set operation(operation: number) {
    setU16(this.bytes, this.offset + 6, operation)
  }

  /** Ethernet address of the sender, 48 bits. */
  get senderMac(): number {
    return u16(this.bytes, this.offset + 8) * 2 ** 32 + u32(this.bytes, this.offset + 10)
  }
  get senderMacText(): string {
    return macText(this.bytes, this.offset + 8)
  }
  /** IPv4 address of the sender, 32 bits. */
  get senderIp(): number {
    return u32(this.bytes, this.offset + 14)
  }
  set senderIp(address: number) {
    setU32(this.bytes, this.offset + 14, address)
  }
  get senderIpText(): string {
    return addressText(this.bytes, this.offset + 14, 4)
  }

  /** Ethernet address of the target, 48 bits; usually 0 in a request. */
  get targetMac(): number {
    return u16(this.bytes, this.offset + 18) * 2 ** 32 + u32(this.bytes, this.offset + 20)
  }
  get targetMacText(): string {
    return macText(this.bytes, this.offset + 18)
  }
  /** IPv4 address of the target, 32 bits. */
  get targetIp(): number {
    return u32(this.bytes, this.offset + 24)
  }
  set targetIp(address: number) {
    setU32(this.bytes, this.offset + 24, address)
  }
  get targetIpText(): string {
    return addressText(this.bytes, this.offset + 24, 4)
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation): boolean {
    if (offset + ARP_LENGTH > end) return fault.truncated('arp', offset, end - offset, ARP_LENGTH)
    const only = (field: string, at: number, value: number, expected: number) =>
      value === expected || fault.set('ERR_PACKET_VALUE', field, at, value, expected, expected)
    const isValid =
      only('arp.protocolType', offset + 2, u16(bytes, offset + 2), ETH_P.IP) &&
      only('arp.hardwareLength', offset + 4, bytes[offset + 4] as number, 6) &&
      only('arp.protocolLength', offset + 5, bytes[offset + 5] as number, 4)
    return isValid && this.place(bytes, offset, offset + ARP_LENGTH)
  }
}
