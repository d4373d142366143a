// A host in user space: answers ARP requests and pings for an address behind a tap. Frames are changed in place and sent back.
//
//   node examples/echo-host.mjs tap0 10.0.0.2
import { TunTap } from '@netloom/tuntap'

const ETHER_TYPE = { IPV4: 0x0800, ARP: 0x0806 }
const ARP_REQUEST = 1
const ARP_REPLY = 2
const ICMP = 1
const ECHO_REQUEST = 8

export class EchoHost {
  #mac = Buffer.from('02000000ec40', 'hex')
  #address

  constructor(address) {
    this.#address = Buffer.from(address.split('.').map(Number))
  }

  /** Turns a frame into its answer. Returns false if there is none. */
  answer(frame) {
    const type = frame.readUInt16BE(12)
    const isAnswered =
      (type === ETHER_TYPE.ARP && frame.length >= 42 && this.#answerArp(frame.subarray(14))) ||
      (type === ETHER_TYPE.IPV4 && frame.length >= 42 && this.#answerPing(frame.subarray(14)))
    if (isAnswered) frame.copy(frame, 0, 6, 12)
    if (isAnswered) this.#mac.copy(frame, 6)
    return isAnswered
  }

  #answerArp(arp) {
    if (arp.readUInt16BE(6) !== ARP_REQUEST || !arp.subarray(24, 28).equals(this.#address)) return false
    arp.writeUInt16BE(ARP_REPLY, 6)
    arp.copy(arp, 18, 8, 18) // The sender becomes the target.
    this.#mac.copy(arp, 8)
    this.#address.copy(arp, 14)
    return true
  }

  #answerPing(packet) {
    const icmp = packet.subarray((packet[0] & 15) * 4)
    if (packet[9] !== ICMP || !packet.subarray(16, 20).equals(this.#address)) return false
    if (icmp.length < 8 || icmp[0] !== ECHO_REQUEST) return false
    packet.copy(packet, 16, 12, 16)
    this.#address.copy(packet, 12)
    icmp[0] = 0
    const sum = icmp.readUInt16BE(2) + (ECHO_REQUEST << 8)
    icmp.writeUInt16BE((sum & 0xffff) + (sum >> 16), 2)
    return true
  }
}

if (import.meta.filename === process.argv[1]) {
  const [name = 'tap0', address = '10.0.0.2'] = process.argv.slice(2)
  const [tap, host] = [TunTap.attach({ mode: 'tap', name }), new EchoHost(address)]
  console.log('ready')
  for await (const batch of tap.batches()) tap.writeBatch(batch.filter((frame) => host.answer(frame)))
}
