import { array, compile, encode, struct, u32, u64 } from '@netloom/netlink/codec'
import { addressOf } from '@netloom/netlink/socket'
import { OFFLOADS, type Offload, type OffloadName } from '../device/offload.js'
import type { Queue } from '../device/queue.js'
import { linkIoctl } from './netns.js'

// The driver has no ioctl that reads the offloads. They are features of the link, whose numbers differ between kernels, and whose names do
// not.

/** linux/ethtool.h */
const ETHTOOL_GSTRINGS = 0x1b
const ETHTOOL_GSSET_INFO = 0x37
const ETHTOOL_GFEATURES = 0x3a
const ETH_SS_FEATURES = 4
const ETH_GSTRING_LEN = 32

/** `struct ethtool_sset_info` with one set, `ethtool_gstrings`, `ethtool_gfeatures` and `ethtool_get_features_block`. */
const setInfo = struct('ethtool_sset_info', { command: u32, reserved: u32, mask: u64, count: u32 })
const strings = struct('ethtool_gstrings', { command: u32, set: u32, count: u32 })
const features = struct('ethtool_gfeatures', { command: u32, blocks: u32 })
const block = struct('ethtool_get_features_block', { available: u32, requested: u32, active: u32, neverChanged: u32 })

/** Names of the features, net/ethtool/common.c */
const names: Readonly<Record<OffloadName, string>> = {
  csum: 'tx-checksum-ip-generic',
  tso4: 'tx-tcp-segmentation',
  tso6: 'tx-tcp6-segmentation',
  tsoEcn: 'tx-tcp-ecn-segmentation',
  uso: 'tx-udp-segmentation',
  tunnel: 'tx-udp_tnl-segmentation',
  tunnelCsum: 'tx-udp_tnl-csum-segmentation',
}

/** Makes a command of ethtool. The kernel changes the bytes. */
function command(queue: Queue, bytes: Buffer): Buffer {
  linkIoctl(queue, 'SIOCETHTOOL', { data: addressOf(bytes) })
  return bytes
}

function readNames(queue: Queue): string[] {
  const info = encode(setInfo, { command: ETHTOOL_GSSET_INFO, mask: 1n << BigInt(ETH_SS_FEATURES) })
  const { count } = compile(setInfo).read(command(queue, info), 0)
  const header = encode(strings, { command: ETHTOOL_GSTRINGS, set: ETH_SS_FEATURES, count })
  const reply = command(queue, Buffer.concat([header, Buffer.alloc(count * ETH_GSTRING_LEN)]))
  const text = reply.toString('latin1', strings.size)
  return Array.from({ length: count }, (_, index) => {
    const [name = ''] = text.slice(index * ETH_GSTRING_LEN, (index + 1) * ETH_GSTRING_LEN).split('\0')
    return name
  })
}

/** Reads the offloads that are in effect (ETHTOOL_GFEATURES). */
export function readOffload(queue: Queue): Offload {
  const all = readNames(queue)
  const blocks = Math.ceil(all.length / 32)
  const header = encode(features, { command: ETHTOOL_GFEATURES, blocks })
  const reply = command(queue, Buffer.concat([header, Buffer.alloc(blocks * block.size)]))
  const active = compile(array(block))
    .decode(reply, features.size, reply.length)
    .map((each) => each.active)
  const isActive = (name: string) => {
    const bit = all.indexOf(name)
    return bit >= 0 && (((active[bit >> 5] ?? 0) >>> (bit & 31)) & 1) === 1
  }
  return Object.fromEntries(OFFLOADS.map((key) => [key, isActive(names[key])])) as Record<OffloadName, boolean>
}
