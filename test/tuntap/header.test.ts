import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { IFF, ifreqFlags, ifreqInt, sockFprog, TUN_F, tunFilter } from '../../packages/tuntap/dist/abi.js'
import { ioctls } from '../../packages/tuntap/dist/control/ioctls.js'
import { checkClaims, newHeaders } from '../support/headers.js'

const test = suite('tuntap: declarations against linux/if_tun.h')

const includes = {
  headers: ['sys/ioctl.h', 'net/if.h', 'linux/if_tun.h', 'linux/filter.h', 'linux/sockios.h', 'linux/virtio_net.h'],
}

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
    { expression: 'sizeof(struct virtio_net_hdr)', expected: 10 },
    { expression: 'sizeof(struct virtio_net_hdr_mrg_rxbuf)', expected: 12 },
    { expression: 'sizeof(struct virtio_net_hdr_v1_hash)', expected: 20 },
    { expression: 'sizeof(struct virtio_net_hdr_v1_hash_tunnel)', expected: 24 },
  ])
  assert.equal(wrong, [])
  // The headers of the distribution may be older than the declarations; those of a current kernel may not.
  if (newHeaders) assert.equal(unknown, [])
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
