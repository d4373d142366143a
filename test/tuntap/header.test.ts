import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { encode, type Members } from '@netloom/netlink/codec'
import {
  tunPi,
  VIRTIO_NET_HDR_F,
  VIRTIO_NET_HDR_GSO,
  VirtioNetHeader,
  virtioNetHeader,
  virtioNetHeaderHash,
  virtioNetHeaderTunnel,
  virtioNetHeaderV1,
} from '@netloom/tuntap/offload'
import { IFF, ifreqFlags, ifreqInt, sockFprog, TUN_F, tunFilter } from '../../packages/tuntap/dist/abi.js'
import { ioctls } from '../../packages/tuntap/dist/control/ioctls.js'
import { checkClaims, newHeaders } from '../support/headers.js'

const test = suite('tuntap: declarations against linux/if_tun.h')

const includes = {
  headers: ['sys/ioctl.h', 'net/if.h', 'linux/if_tun.h', 'linux/filter.h', 'linux/sockios.h', 'linux/virtio_net.h'],
}

/** Members of `struct virtio_net_hdr_v1_hash_tunnel` in the header, which nests the shorter structs. */
const memberNames = {
  flags: 'hash_hdr.hdr.flags',
  gsoType: 'hash_hdr.hdr.gso_type',
  headerLength: 'hash_hdr.hdr.hdr_len',
  gsoSize: 'hash_hdr.hdr.gso_size',
  csumStart: 'hash_hdr.hdr.csum_start',
  csumOffset: 'hash_hdr.hdr.csum_offset',
  numBuffers: 'hash_hdr.hdr.num_buffers',
  hashReport: 'hash_hdr.hash_report',
  outerTransport: 'outer_th_offset',
  innerNetwork: 'inner_nh_offset',
} as const

/** Returns the offset of each member. */
function offsetsOf(members: Members): Map<string, number> {
  let at = 0
  return new Map(
    Object.entries(members).map(([name, { size }]) => {
      at += size
      return [name, at - size]
    }),
  )
}

const offsets = offsetsOf(virtioNetHeaderTunnel.members)

const named = (prefix: string, values: Readonly<Record<string, number>>) =>
  Object.entries(values).map(([name, expected]) => ({ expression: `${prefix}_${name}`, expected }))

test('numbers of ioctls and flags, and sizes of structs', async () => {
  const { wrong, unknown } = await checkClaims(includes, [
    ...Object.entries(ioctls).map(([expression, { request }]) => ({ expression, expected: request })),
    ...named('IFF', IFF.values),
    ...named('TUN_F', TUN_F.values),
    { expression: 'IFF_NOFILTER', expected: 0x1000 },
    { expression: 'TUN_FLT_ALLMULTI', expected: 1 },
    { expression: 'sizeof(struct ifreq)', expected: ifreqFlags.size },
    { expression: 'sizeof(struct ifreq)', expected: ifreqInt.size },
    { expression: 'sizeof(struct sock_fprog)', expected: sockFprog.size },
    { expression: 'offsetof(struct sock_fprog, filter)', expected: 8 },
    { expression: 'sizeof(struct tun_filter)', expected: tunFilter.size },
    { expression: 'sizeof(struct virtio_net_hdr)', expected: virtioNetHeader.size },
    { expression: 'sizeof(struct virtio_net_hdr_mrg_rxbuf)', expected: virtioNetHeaderV1.size },
    { expression: 'sizeof(struct virtio_net_hdr_v1_hash)', expected: virtioNetHeaderHash.size },
    { expression: 'sizeof(struct virtio_net_hdr_v1_hash_tunnel)', expected: virtioNetHeaderTunnel.size },
    { expression: 'sizeof(struct tun_pi)', expected: tunPi.size },
    { expression: 'offsetof(struct tun_pi, proto)', expected: offsetsOf(tunPi.members).get('protocol') ?? -1 },
    ...Object.entries(memberNames).map(([name, member]) => ({
      expression: `offsetof(struct virtio_net_hdr_v1_hash_tunnel, ${member})`,
      expected: offsets.get(name) ?? -1,
    })),
    ...named('VIRTIO_NET_HDR_F', VIRTIO_NET_HDR_F),
    ...named('VIRTIO_NET_HDR_GSO', VIRTIO_NET_HDR_GSO),
  ])
  assert.equal(wrong, [])
  // The headers of the distribution may be older than the declarations; those of a current kernel may not.
  if (newHeaders) assert.equal(unknown, [])
})

test('the accessors of the virtio header, and its declarations, in both byte orders', () => {
  const value = { flags: 1, gsoType: 4, headerLength: 0x1234, gsoSize: 0x2345, csumStart: 0x3456, csumOffset: 0x4567 }
  const hash = {
    numBuffers: 0x5678,
    hashValue: 0x12345678,
    hashReport: 0x6789,
    outerTransport: 0x789a,
    innerNetwork: 0x89ab,
  }
  const orders = [
    ['LE', 'little', '010434124523563467457856'],
    ['BE', 'big', '010412342345345645675678'],
  ] as const
  for (const [order, name, hex] of orders) {
    const written = Buffer.alloc(14)
    Object.assign(new VirtioNetHeader().at(written, 2, name), value)
    assert.is(written.toString('hex'), `0000${hex.slice(0, 20)}0000`)
    assert.is(encode(virtioNetHeader, value, { order }).toString('hex'), hex.slice(0, 20))
    const { flags, gsoType, headerLength, gsoSize, csumStart, csumOffset } = new VirtioNetHeader().at(written, 2, name)
    assert.equal({ flags, gsoType, headerLength, gsoSize, csumStart, csumOffset }, value)
    // The members of the hash and of the tunnel are little-endian in both.
    const long = encode(virtioNetHeaderTunnel, { ...value, ...hash }, { order })
    assert.is(long.toString('hex'), `${hex}78563412896700009a78ab89`)
  }
})

test('no ioctl of the header is missing', () => {
  const text = readFileSync(`${newHeaders ?? '/usr/include'}/linux/if_tun.h`, 'utf8')
  const defined = [...text.matchAll(/^#define (TUN\w+)\s+_IO/gm)].map(([, name]) => name ?? '')
  assert.ok(defined.length >= 27, `${defined.length} ioctls`)
  assert.equal(
    defined.filter((name) => !(name in ioctls)),
    [],
  )
})

test.run()
