import { type Fixed, struct, u8, u16, u16be, u32 } from '@netloom/netlink/codec'

/** Declares a member that is little-endian in every header: `__le16` and `__le32` instead of `__virtio16`. */
const little = <T>(of: Fixed<T>): Fixed<T> => ({
  ...{ kind: 'opaque', name: `${of.name}le`, size: of.size, layout: { type: 'bytes' } },
  codec: () => of.codec('LE'),
})

const members = {
  flags: u8,
  gsoType: u8,
  headerLength: u16,
  gsoSize: u16,
  csumStart: u16,
  csumOffset: u16,
}

const withBuffers = { ...members, numBuffers: u16 }

const withHash = { ...withBuffers, hashValue: little(u32), hashReport: little(u16), padding: little(u16) }

/**
 * `struct virtio_net_hdr`, linux/virtio_net.h. `flags` are VIRTIO_NET_HDR_F, `gsoType` is VIRTIO_NET_HDR_GSO. Offsets are relative to the
 * first byte after the header. Decode and encode it with the byte order of the device (`TunTap.vnet.byteOrder`).
 */
export const virtioNetHeader = struct('virtio_net_hdr', members)

/** `struct virtio_net_hdr_v1` or `virtio_net_hdr_mrg_rxbuf`: 12 bytes. */
export const virtioNetHeaderV1 = struct('virtio_net_hdr_v1', withBuffers)

/** `struct virtio_net_hdr_v1_hash`: 20 bytes. */
export const virtioNetHeaderHash = struct('virtio_net_hdr_v1_hash', withHash)

/** `struct virtio_net_hdr_v1_hash_tunnel`: 24 bytes. The offsets are those of the outer transport header and the inner IP header. */
export const virtioNetHeaderTunnel = struct('virtio_net_hdr_v1_hash_tunnel', {
  ...withHash,
  outerTransport: little(u16),
  innerNetwork: little(u16),
})

/** `struct tun_pi`, linux/if_tun.h: precedes each frame with `pi: true`. `protocol` is an EtherType, ETH_P. */
export const tunPi = struct('tun_pi', { flags: u16, protocol: u16be })
