// The two ends of the VPNs of vpn.ts and vpn-offload.ts: a TUN device and a UDP socket.
import { Netlink } from '@netloom/netlink'
import { TunTap, WriteBatchError } from '@netloom/tuntap'
import { UdpSocket } from '@netloom/tuntap/udp'

const PORT = 5555
/** Room for the packets that are in flight: a TCP connection sends up to 6 MiB before it waits for an answer. */
const BUFFER = 2 ** 24
const OFFLOADS = { csum: true, tso4: true, tso6: true, uso: true }
/** Bytes that the tunnel adds to a packet: the headers of IP and UDP. */
const OVERHEAD = { ipv4: 20 + 8, ipv6: 40 + 8 }

/** The two ends that the packets pass between. */
export class Tunnel {
  readonly tun: TunTap
  readonly socket: UdpSocket
  /** Number of packets that were not delivered, in either direction, and of datagrams that were not packets. */
  dropped = 0

  /** @param offload True if frames of the device, and messages of the socket, may contain many packets. */
  constructor([name = 'tun0', local = '', remote = '']: readonly string[], offload = false) {
    this.tun = TunTap.attach({ mode: 'tun', name, ...(offload && { offload: OFFLOADS }) })
    const buffers = { receiveBuffer: BUFFER, sendBuffer: BUFFER }
    const [here, there] = [local, remote].map((address) => ({ address, port: PORT }))
    // A socket with a remote address receives from there only.
    this.socket = UdpSocket.open({ local: here, remote: there, gro: offload, ...buffers })
    // A longer packet would need two datagrams.
    const mtu = this.socket.pathMtu - OVERHEAD[this.socket.local.family]
    using nl = Netlink.open()
    nl.link.setSync(name, { mtu, up: true })
  }

  /** Passes packets to the kernel. It refuses them while the device is down. */
  write(packets: readonly Uint8Array[]): void {
    try {
      this.tun.writeBatch(packets)
    } catch (error) {
      if (!(error instanceof WriteBatchError)) throw error
      this.dropped += error.failures.length
    }
  }

  /** Runs the loops of both directions until a signal closes the ends. */
  async run(...loops: ((tunnel: Tunnel) => Promise<void>)[]): Promise<void> {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => this.close())
    console.log('ready')
    await Promise.all(loops.map((loop) => loop(this)))
    console.log(`${this.dropped} dropped`)
  }

  close(): void {
    this.tun.close()
    this.socket.close()
  }
}
