// A VPN between two machines: each packet of a TUN device travels in a UDP datagram. Nothing is encrypted: see docs/vpn.md.
//
//   node --import tsx examples/vpn.ts tun0 192.0.2.1 192.0.2.2
import { PacketView } from '@netloom/packet'
import { Tunnel } from './vpn-ends.js'

async function toPeer(tunnel: Tunnel): Promise<void> {
  for await (const packets of tunnel.tun.batches()) {
    const { refused } = await tunnel.socket.sendAll(packets)
    tunnel.dropped += refused.length
  }
}

async function fromPeer(tunnel: Tunnel): Promise<void> {
  const view = new PacketView({ link: 'ip' })
  for await (const messages of tunnel.socket.batches()) {
    const packets = messages.map(({ data }) => data).filter((data) => view.tryParse(data))
    tunnel.dropped += messages.length - packets.length
    tunnel.write(packets)
  }
}

await new Tunnel(process.argv.slice(2)).run(toPeer, fromPeer)
