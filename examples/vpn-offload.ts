// The VPN of vpn.ts with offloads: the kernel exchanges TCP data in frames of up to 64 KiB, and segments datagrams. The datagrams are those of vpn.ts,
// so each of the two programs can be the peer of the other one.
//
//   node --import tsx examples/vpn-offload.ts tun0 192.0.2.1 192.0.2.2
import { GroJoiner, GsoSplitter } from '@netloom/tuntap/offload'
import type { OutgoingMessage } from '@netloom/tuntap/udp'
import { Tunnel } from './vpn-ends.js'

/** Bytes of split frames that are sent together. */
const ENOUGH = 2 ** 17

/** Splits frames into packets. Those of a frame are one message, which the kernel segments again. */
async function toPeer(tunnel: Tunnel): Promise<void> {
  const splitter = new GsoSplitter(tunnel.tun)
  const messages: OutgoingMessage[] = []
  let used = 0
  async function send() {
    const { refused } = await tunnel.socket.sendAll(messages)
    tunnel.dropped += refused.length
    messages.length = 0
    used = 0
  }
  for await (const frames of tunnel.tun.batches()) {
    for (const frame of frames) {
      splitter.split(frame, used)
      const { packets, size } = splitter
      if (packets.length > 0) messages.push({ data: packets, segmentSize: size })
      used += packets.length
      // The memory has room for another frame, if that has segments of at least 50 bytes.
      if (used > ENOUGH) await send()
    }
    await send()
  }
  tunnel.dropped += splitter.dropped
}

/** Joins the packets of a batch to frames. */
async function fromPeer(tunnel: Tunnel): Promise<void> {
  const joiner = new GroJoiner(tunnel.tun, { write: (frames) => tunnel.write(frames) })
  for await (const messages of tunnel.socket.batches()) {
    for (const { data, segmentSize } of messages) {
      let start = 0
      do {
        const end = Math.min(start + segmentSize, data.length)
        joiner.push(data, start, end)
        start = end
      } while (start < data.length)
    }
    joiner.flush()
  }
  tunnel.dropped += joiner.dropped
}

await new Tunnel(process.argv.slice(2), true).run(toPeer, fromPeer)
