// A host in user space on a tap: answers ARP, neighbour discovery, and pings of both IP versions.
//
//   node --import tsx examples/user-space-host.ts tap0 10.0.0.2 fd00::2
import * as packet from '@netloom/packet'
import { TunTap } from '@netloom/tuntap'

const { ARPOP, ICMP, ICMPV6 } = packet
const ALL_NODES = { mac: '33:33:00:00:00:01', ip: 'ff02::1' }

export class UserSpaceHost {
  readonly #ipv4: number
  readonly #ipv6: { readonly text: string; readonly bytes: Uint8Array }
  readonly #mac: string
  readonly #view = new packet.PacketView()

  constructor(ipv4: string, ipv6 = '::', mac = '02:00:00:00:ec:40') {
    this.#ipv4 = packet.ipv4Number(ipv4)
    this.#ipv6 = { text: ipv6, bytes: packet.ipBytes(ipv6) }
    this.#mac = mac
  }

  /** Returns the answer to a frame, or undefined. The answer to a ping is the frame itself, changed in place. */
  answer(frame: Buffer): Uint8Array | undefined {
    if (!this.#view.tryParse(frame)) return undefined
    const { arp, ipv4, icmp, icmpv6 } = this.#view
    if (arp) return arp.operation === ARPOP.REQUEST && arp.targetIp === this.#ipv4 ? this.#answerArp(arp) : undefined
    if (ipv4?.hasValidChecksum() === false || packet.transportChecksumState(this.#view) !== 'valid') return undefined
    if (icmp?.type === ICMP.ECHO && ipv4?.destination === this.#ipv4) return this.#answerPing(icmp, ICMP.ECHOREPLY)
    return icmpv6 && this.#answerIcmpv6(icmpv6)
  }

  #answerIcmpv6(icmpv6: packet.IcmpView): Uint8Array | undefined {
    const { ipv6, bytes } = this.#view
    const isOurs = (at = 0) => Buffer.compare(this.#ipv6.bytes, bytes.subarray(at, at + 16)) === 0
    if (icmpv6.type === ICMPV6.ECHO_REQUEST && isOurs(ipv6?.destinationOffset))
      return this.#answerPing(icmpv6, ICMPV6.ECHO_REPLY)
    // RFC 4861, section 7.1.1: routers decrement the hop limit, so 255 proves that the sender is on this link.
    const isSolicitation = icmpv6.type === ICMPV6.NEIGHBOUR_SOLICITATION && ipv6?.hopLimit === 255
    return isSolicitation && isOurs(icmpv6.payloadOffset) ? this.#advertise(ipv6.sourceText) : undefined
  }

  // Building a frame takes longer than changing one. ARP and neighbour discovery are rare.
  #answerArp({ senderMacText: targetMac, senderIpText: targetIp, targetIpText: senderIp }: packet.ArpView): Uint8Array {
    return packet.encodePacket([
      { layer: 'ethernet', source: this.#mac, destination: targetMac },
      { layer: 'arp', operation: ARPOP.REPLY, senderMac: this.#mac, senderIp, targetMac, targetIp },
    ])
  }

  #advertise(solicitor: string): Uint8Array {
    // A host that checks whether an address is free has none yet. The answer goes to all nodes.
    const solicited = solicitor !== '::'
    const to = solicited ? { mac: this.#view.ethernet?.sourceText ?? '', ip: solicitor } : ALL_NODES
    const message = { type: ICMPV6.NEIGHBOUR_ADVERTISEMENT, solicited, override: true, target: this.#ipv6.text }
    return packet.encodePacket([
      { layer: 'ethernet', source: this.#mac, destination: to.mac },
      { layer: 'ipv6', source: message.target, destination: to.ip, hopLimit: 255 },
      { layer: 'icmpv6', ...message, options: [{ type: 'targetLinkLayer', value: this.#mac }] },
    ])
  }

  #answerPing(icmp: packet.IcmpView, reply: number): Uint8Array {
    const { ethernet, ipv4, ipv6, bytes } = this.#view
    if (ethernet) [ethernet.destination, ethernet.source] = [ethernet.source, packet.macNumber(this.#mac)]
    if (ipv4) [ipv4.destination, ipv4.source, ipv4.ttl] = [ipv4.source, ipv4.destination, 64]
    if (ipv6) [ipv6.destination, ipv6.source, ipv6.hopLimit] = [ipv6.source, ipv6.destination, 64]
    icmp.type = reply
    packet.updateChecksums(this.#view)
    return bytes
  }
}

if (import.meta.filename === process.argv[1]) {
  const [name = 'tap0', ipv4 = '10.0.0.2', ipv6 = 'fd00::2'] = process.argv.slice(2)
  const [tap, host] = [TunTap.attach({ mode: 'tap', name }), new UserSpaceHost(ipv4, ipv6)]
  console.log('ready')
  for await (const batch of tap.batches())
    tap.writeBatch(batch.map((frame) => host.answer(frame)).filter((answer) => answer !== undefined))
}
