import { IFF } from '@netloom/netlink/route'
import { TunTap } from '@netloom/tuntap'

/** An experimental EtherType (IEEE 802, local use), which no other host answers. */
const ETHERTYPE = 0x88b5
const HEADER = 14

const indexOf = (netlink, ifname) => netlink.requestSync('RTM_GETLINK', { attrs: { ifname } })[0].index
const up = { flags: IFF.UP, change: IFF.UP }

/** Creates a bridge in the namespace, with a second tap as a port. Frames from the first tap arrive there. */
export function makeBridge(netlink, netns) {
  const attrs = { ifname: 'br0', linkinfo: { kind: 'bridge' } }
  netlink.requestSync('RTM_NEWLINK', { ...up, attrs }, { create: true, excl: true })
  const far = TunTap.create({ mode: 'tap', name: 'far0', netns })
  const master = indexOf(netlink, 'br0')
  netlink.requestSync('RTM_NEWLINK', { index: indexOf(netlink, 'far0'), ...up, attrs: { master } })
  return far
}

function ethernetFrame(from, text) {
  const frame = Buffer.alloc(60) // minimum size of an Ethernet frame
  frame.fill(0xff, 0, 6) // broadcast
  frame.write(from.replaceAll(':', ''), 6, 'hex')
  frame.writeUInt16BE(ETHERTYPE, 12)
  frame.write(text, HEADER)
  return frame
}

/** Writes a frame to `near` until it arrives at `far`: it takes a moment until a bridge detects the carrier of a port. */
export function passFrame(near, far, mac, text) {
  const frame = ethernetFrame(mac, text)
  const until = performance.now() + 10_000
  while (performance.now() < until) {
    near.write(frame)
    for (let seen = far.read(100); seen; seen = far.read()) if (seen.equals(frame)) return seen
  }
  throw new Error('no frame came out of the other side of the bridge within 10 s')
}

/** Describes a frame in words. */
export const describe = (frame) =>
  `${frame.length} bytes, ${JSON.stringify(frame.toString('latin1', HEADER).replace(/\0+$/, ''))}`
