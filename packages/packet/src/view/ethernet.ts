import { ETH_P } from '@netloom/netlink/constants'
import { setU16, setU32, u16, u32 } from '../bytes.js'
import type { Malformation } from '../error.js'
import { macText } from '../text.js'
import { checkIndex, HeaderView } from './header-view.js'

/** ETH_HLEN, linux/if_ether.h */
const ETH_HLEN = 14
const VLAN_HLEN = 4
/** ETH_P_802_3_MIN: smaller numbers are the length of an IEEE 802.3 frame. */
const LEAST_TYPE = 0x600

/** True for the EtherType of a VLAN tag: 802.1Q, 802.1ad, and 0x9100 of older QinQ. */
const isTag = (type: number) => type === ETH_P['8021Q'] || type === ETH_P['8021AD'] || type === ETH_P.QINQ1

const mac = (bytes: Uint8Array, at: number) => u16(bytes, at) * 2 ** 32 + u32(bytes, at + 2)

function setMac(bytes: Uint8Array, at: number, address: number): void {
  setU16(bytes, at, Math.floor(address / 2 ** 32))
  setU32(bytes, at + 2, address % 2 ** 32)
}

/** Ethernet header with its VLAN tags (IEEE 802.3, 802.1Q, 802.1ad). Addresses are numbers of 48 bits, and text. */
export class EthernetView extends HeaderView {
  /** Number of VLAN tags: 0, 1, 2 with QinQ. */
  vlanCount = 0

  override get headerLength(): number {
    return ETH_HLEN + VLAN_HLEN * this.vlanCount
  }

  get destination(): number {
    return mac(this.bytes, this.offset)
  }
  set destination(address: number) {
    setMac(this.bytes, this.offset, address)
  }
  get source(): number {
    return mac(this.bytes, this.offset + 6)
  }
  set source(address: number) {
    setMac(this.bytes, this.offset + 6, address)
  }

  get destinationText(): string {
    return macText(this.bytes, this.offset)
  }
  get sourceText(): string {
    return macText(this.bytes, this.offset + 6)
  }

  /** True if the destination is a group, which includes broadcast. */
  get isMulticast(): boolean {
    return ((this.bytes[this.offset] as number) & 1) === 1
  }

  /** EtherType of the payload, after all tags: ETH_P. Below 0x600 it is the length of an IEEE 802.3 frame. */
  get type(): number {
    return u16(this.bytes, this.offset + this.headerLength - 2)
  }
  set type(type: number) {
    setU16(this.bytes, this.offset + this.headerLength - 2, type)
  }

  /** Returns the offset of a tag's TCI. The outermost tag has index 0. */
  #tci(index: number): number {
    checkIndex('VLAN tag', index, this.vlanCount)
    return this.offset + ETH_HLEN + VLAN_HLEN * index
  }

  /** Returns the EtherType of a tag: 0x8100 or 0x88a8. */
  vlanProtocol(index = 0): number {
    return u16(this.bytes, this.#tci(index) - 2)
  }
  /** Returns the VLAN ID of a tag, 0 to 4095. */
  vlanId(index = 0): number {
    return u16(this.bytes, this.#tci(index)) & 0xfff
  }
  /** Returns the priority (PCP) of a tag, 0 to 7. */
  vlanPriority(index = 0): number {
    return u16(this.bytes, this.#tci(index)) >> 13
  }
  /** Changes the VLAN ID of a tag, and keeps its priority. */
  setVlanId(id: number, index = 0): void {
    const at = this.#tci(index)
    setU16(this.bytes, at, (u16(this.bytes, at) & 0xf000) | (id & 0xfff))
  }

  override tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation, partial = false): boolean {
    if (offset + ETH_HLEN > end) return fault.truncated('ethernet', offset, end - offset, ETH_HLEN)
    let type = u16(bytes, offset + 12)
    let after = offset + ETH_HLEN
    for (; isTag(type); after += VLAN_HLEN) {
      if (after + VLAN_HLEN > end) return fault.truncated('vlan', after, end - after, VLAN_HLEN)
      type = u16(bytes, after + 2)
    }
    this.vlanCount = (after - offset - ETH_HLEN) / VLAN_HLEN
    if (type >= LEAST_TYPE) return this.place(bytes, offset, end)
    if (after + type > end && !partial)
      return fault.set('ERR_PACKET_LENGTH', 'ethernet.length', after - 2, type, 0, end - after)
    return this.place(bytes, offset, Math.min(end, after + type))
  }
}
