import {
  xfrmAllocspiMessage,
  xfrmDefaultMessage,
  xfrmMessageAttrs,
  xfrmPolicyIdMessage,
  xfrmPolicyMessage,
  xfrmSadinfoMessage,
  xfrmSpdinfoMessage,
  xfrmStateIdMessage,
  xfrmStateMessage,
} from '../../packages/netlink/dist/xfrm/index.js'
import { vectors } from '../support/vectors.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')

// Recorded with strace: requests of `ip xfrm`, and the kernel's replies (6.1).

vectors(xfrmStateMessage, {
  correct: [
    // IPv6, ESN, AEAD, from the kernel
    [
      {
        sel: {
          daddr: '::',
          saddr: '::',
          dport: 0,
          dportMask: 0,
          sport: 0,
          sportMask: 0,
          family: 10,
          prefixlenD: 0,
          prefixlenS: 0,
          proto: 0,
          ifindex: 0,
          user: 0,
        },
        id: { daddr: '2001:db8::2', spi: 257, proto: 50 },
        saddr: '2001:db8::1',
        lft: {
          softByteLimit: 18446744073709551615n,
          hardByteLimit: 18446744073709551615n,
          softPacketLimit: 18446744073709551615n,
          hardPacketLimit: 18446744073709551615n,
          softAddExpiresSeconds: 0n,
          hardAddExpiresSeconds: 0n,
          softUseExpiresSeconds: 0n,
          hardUseExpiresSeconds: 0n,
        },
        curlft: { bytes: 0n, packets: 0n, addTime: 1795494854n, useTime: 0n },
        stats: { replayWindow: 0, replay: 0, integrityFailed: 0 },
        seq: 0,
        reqid: 0,
        family: 10,
        mode: 0,
        replayWindow: 0,
        flags: 128,
        attrs: {
          algAead: {
            name: 'rfc4106(gcm(aes))',
            keyLen: 160,
            icvLen: 128,
            key: hex('00112233445566778899aabbccddeeff01020304'),
          },
          replayEsnVal: { bmpLen: 2, oseq: 0, seq: 0, oseqHi: 0, seqHi: 0, replayWindow: 64, bmp: [0, 0] },
          ifId: 9,
        },
      },
      {
        LE: '00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0a000000 00000000 00000000 00000000 20010db8 00000000 00000000 00000002 00000101 32000000 20010db8 00000000 00000000 00000001 ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 c613056b 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0a000000 80000000 00000000 60001200 72666334 31303628 67636d28 61657329 29000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 a0000000 80000000 00112233 44556677 8899aabb ccddeeff 01020304 24001700 02000000 00000000 00000000 00000000 00000000 40000000 00000000 00000000 08001f00 09000000',
      },
    ],
  ],
  decodes: [
    // a tunnel with UDP encapsulation, selectors and a mark
    [
      {
        LE: '0a020000 00000000 00000000 00000000 0a010000 00000000 00000000 00000000 00000000 00000000 02001010 00000000 00000000 00000000 0a000002 00000000 00000000 00000000 00000100 32000000 0a000001 00000000 00000000 00000000 ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 07000000 02000100 00000000 00000000 58000100 686d6163 28736861 32353629 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 80000000 01234567 89abcdef 01234567 89abcdef 58000200 63626328 61657329 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 80000000 00112233 44556677 8899aabb ccddeeff 1c000400 02001194 1195ffff 00000000 00000000 00000000 00000000 0c001500 05000000 ff000000',
      },
      {
        sel: {
          daddr: '10.2.0.0',
          saddr: '10.1.0.0',
          dport: 0,
          dportMask: 0,
          sport: 0,
          sportMask: 0,
          family: 2,
          prefixlenD: 16,
          prefixlenS: 16,
          proto: 0,
          ifindex: 0,
          user: 0,
        },
        id: { daddr: '10.0.0.2', spi: 256, proto: 50 },
        saddr: '10.0.0.1',
        lft: {
          softByteLimit: 18446744073709551615n,
          hardByteLimit: 18446744073709551615n,
          softPacketLimit: 18446744073709551615n,
          hardPacketLimit: 18446744073709551615n,
          softAddExpiresSeconds: 0n,
          hardAddExpiresSeconds: 0n,
          softUseExpiresSeconds: 0n,
          hardUseExpiresSeconds: 0n,
        },
        curlft: { bytes: 0n, packets: 0n, addTime: 0n, useTime: 0n },
        stats: { replayWindow: 0, replay: 0, integrityFailed: 0 },
        seq: 0,
        reqid: 7,
        family: 2,
        mode: 1,
        replayWindow: 0,
        flags: 0,
        attrs: {
          algAuth: { name: 'hmac(sha256)', keyLen: 128, key: hex('0123456789abcdef0123456789abcdef') },
          algCrypt: { name: 'cbc(aes)', keyLen: 128, key: hex('00112233445566778899aabbccddeeff') },
          encap: { type: 2, sport: 4500, dport: 4501, oa: '0.0.0.0' },
          mark: { v: 5, m: 255 },
        },
      },
    ],
  ],
  errValues: [{ saddr: '10.0.0' }, { id: { daddr: 5 } }, { nosuch: 1 }],
})

vectors(xfrmStateIdMessage, {
  correct: [
    // a get
    [
      { daddr: '10.0.0.2', spi: 256, family: 2, proto: 50, attrs: { srcaddr: '10.0.0.1', mark: { v: 5, m: 255 } } },
      {
        LE: '0a000002 00000000 00000000 00000000 00000100 02003200 14000d00 0a000001 00000000 00000000 00000000 0c001500 05000000 ff000000',
      },
    ],
    // a dump has no header
    [
      { attrs: { addressFilter: { saddr: '10.0.0.1', daddr: '0.0.0.0', family: 2, splen: 32, dplen: 0 } } },
      { LE: '28001a00 0a000001 00000000 00000000 00000000 00000000 00000000 00000000 00000000 02002000' },
    ],
    // an address that looks like an attribute: 21 bytes of XFRMA_ADDRESS_FILTER
    [
      { daddr: '21.0.26.0', spi: 256, family: 2, proto: 50, attrs: {} },
      { LE: '15001a00 00000000 00000000 00000000 00000100 02003200' },
    ],
    // such an address with attributes, together as long as XFRMA_ADDRESS_FILTER
    [
      { daddr: '40.0.26.0', spi: 256, family: 2, proto: 50, attrs: { replayVal: { oseq: 0, seq: 9, bitmap: 2 } } },
      { LE: '28001a00 00000000 00000000 00000000 00000100 02003200 10000a00 00000000 09000000 02000000' },
    ],
    // a delete
    [
      { daddr: '10.0.0.2', spi: 256, family: 2, proto: 50, attrs: { srcaddr: '10.0.0.1', mark: { v: 5, m: 255 } } },
      {
        LE: '0a000002 00000000 00000000 00000000 00000100 02003200 14000d00 0a000001 00000000 00000000 00000000 0c001500 05000000 ff000000',
      },
    ],
  ],
})

vectors(xfrmPolicyMessage, {
  correct: [
    // with a template
    [
      {
        sel: {
          daddr: '10.2.0.0',
          saddr: '10.1.0.0',
          dport: 0,
          dportMask: 0,
          sport: 0,
          sportMask: 0,
          family: 2,
          prefixlenD: 16,
          prefixlenS: 16,
          proto: 0,
          ifindex: 0,
          user: 0,
        },
        lft: {
          softByteLimit: 18446744073709551615n,
          hardByteLimit: 18446744073709551615n,
          softPacketLimit: 18446744073709551615n,
          hardPacketLimit: 18446744073709551615n,
          softAddExpiresSeconds: 0n,
          hardAddExpiresSeconds: 0n,
          softUseExpiresSeconds: 0n,
          hardUseExpiresSeconds: 0n,
        },
        curlft: { bytes: 0n, packets: 0n, addTime: 0n, useTime: 0n },
        priority: 5,
        index: 0,
        dir: 1,
        action: 0,
        flags: 0,
        share: 0,
        attrs: {
          tmpl: [
            {
              id: { daddr: '10.0.0.2', spi: 0, proto: 50 },
              family: 2,
              saddr: '10.0.0.1',
              reqid: 7,
              mode: 1,
              share: 0,
              optional: 0,
              aalgos: 4294967295,
              ealgos: 4294967295,
              calgos: 4294967295,
            },
          ],
        },
      },
      {
        LE: '0a020000 00000000 00000000 00000000 0a010000 00000000 00000000 00000000 00000000 00000000 02001010 00000000 00000000 00000000 ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 05000000 00000000 01000000 00000000 44000500 0a000002 00000000 00000000 00000000 00000000 32000000 02000000 0a000001 00000000 00000000 00000000 07000000 01000000 ffffffff ffffffff ffffffff',
      },
    ],
    // IPv6, action block
    [
      {
        sel: {
          daddr: '::',
          saddr: '2001:db8::',
          dport: 0,
          dportMask: 0,
          sport: 5,
          sportMask: 65535,
          family: 10,
          prefixlenD: 0,
          prefixlenS: 32,
          proto: 6,
          ifindex: 0,
          user: 0,
        },
        lft: {
          softByteLimit: 18446744073709551615n,
          hardByteLimit: 18446744073709551615n,
          softPacketLimit: 18446744073709551615n,
          hardPacketLimit: 18446744073709551615n,
          softAddExpiresSeconds: 0n,
          hardAddExpiresSeconds: 0n,
          softUseExpiresSeconds: 0n,
          hardUseExpiresSeconds: 0n,
        },
        curlft: { bytes: 0n, packets: 0n, addTime: 0n, useTime: 0n },
        priority: 0,
        index: 0,
        dir: 0,
        action: 1,
        flags: 0,
        share: 0,
        attrs: {},
      },
      {
        LE: '00000000 00000000 00000000 00000000 20010db8 00000000 00000000 00000000 00000000 0005ffff 0a000020 06000000 00000000 00000000 ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff ffffffff 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00010000 00000000',
      },
    ],
  ],
})

vectors(xfrmPolicyIdMessage, {
  correct: [
    // a dump has no payload
    [{ attrs: {} }, { LE: '' }],
  ],
})

vectors(xfrmAllocspiMessage, {
  correct: [
    // between 0x1000 and 0x2000
    [
      {
        info: {
          sel: {
            daddr: '::',
            saddr: '::',
            dport: 0,
            dportMask: 0,
            sport: 0,
            sportMask: 0,
            family: 0,
            prefixlenD: 0,
            prefixlenS: 0,
            proto: 0,
            ifindex: 0,
            user: 0,
          },
          id: { daddr: '10.0.0.6', spi: 0, proto: 50 },
          saddr: '10.0.0.5',
          lft: {
            softByteLimit: 0n,
            hardByteLimit: 0n,
            softPacketLimit: 0n,
            hardPacketLimit: 0n,
            softAddExpiresSeconds: 0n,
            hardAddExpiresSeconds: 0n,
            softUseExpiresSeconds: 0n,
            hardUseExpiresSeconds: 0n,
          },
          curlft: { bytes: 0n, packets: 0n, addTime: 0n, useTime: 0n },
          stats: { replayWindow: 0, replay: 0, integrityFailed: 0 },
          seq: 0,
          reqid: 0,
          family: 2,
          mode: 0,
          replayWindow: 0,
          flags: 0,
        },
        min: 4096,
        max: 8192,
        attrs: {},
      },
      {
        LE: '00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 0a000006 00000000 00000000 00000000 00000000 32000000 0a000005 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 02000000 00000000 00000000 00100000 00200000',
      },
    ],
  ],
})

vectors(xfrmSadinfoMessage, {
  correct: [
    // counters of the kernel
    [
      { flags: 4294967295, attrs: { cnt: 2, hinfo: { sadhcnt: 8, sadhmcnt: 1048576 } } },
      { LE: 'ffffffff 08000100 02000000 0c000200 08000000 00001000' },
    ],
  ],
})

vectors(xfrmSpdinfoMessage, {
  correct: [
    // counters of the kernel
    [
      {
        flags: 4294967295,
        attrs: {
          info: { incnt: 1, outcnt: 1, fwdcnt: 0, inscnt: 0, outscnt: 0, fwdscnt: 0 },
          hinfo: { spdhcnt: 7, spdhmcnt: 1048576 },
          ipv4Hthresh: { lbits: 32, rbits: 32 },
          ipv6Hthresh: { lbits: 128, rbits: 128 },
        },
      },
      {
        LE: 'ffffffff 1c000100 01000000 01000000 00000000 00000000 00000000 00000000 0c000200 07000000 00001000 06000300 20200000 06000400 80800000',
      },
    ],
  ],
})

vectors(xfrmDefaultMessage, {
  decodes: [
    // from the kernel
    [{ LE: '000000' }, { in: 0, fwd: 0, out: 0, attrs: {} }],
  ],
})

vectors(xfrmMessageAttrs, {
  correct: [[{ mark: { v: 5, m: 255 }, ifId: 9 }, { LE: '0c001500 05000000 ff000000 08001f00 09000000' }]],
  errHex: [[{ LE: '08001500 05000000' }, 'XFRMA_MARK: expected xfrm_mark (8 bytes), got 4 bytes']],
})
