import { readFileSync } from 'node:fs'
import { readCapture } from '@netloom/netlink/capture'
import { AF, compile } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Sockaddr, sockaddr } from '../../packages/netlink/dist/generic/sockaddr.js'
import * as wg from '../../packages/netlink/dist/generic/wireguard.js'
import { NLM_F, parseMessages } from '../../packages/netlink/dist/message/index.js'
import { vectors } from '../support/vectors.js'

const key = (text: string) => Buffer.from(text, 'base64')

// wg set wg0 peer … endpoint [2001:db8::9]:1234 allowed-ips 10.0.1.0/24
vectors(wg.wireguardMessage, {
  correct: [
    [
      {
        cmd: 1,
        version: 1,
        attrs: {
          ifname: 'wg0',
          peers: [
            {
              publicKey: key('4mEB3BfFYa88WNiA4M/nsfYRqOs/bzYzxACRPnFBL0s='),
              endpoint: { family: AF.INET6, port: 1234, flowinfo: 0, address: '2001:db8::9', scopeId: 0 },
              flags: wg.WGPEER_F.REPLACE_ALLOWEDIPS,
              allowedips: [{ family: AF.INET, ipaddr: '10.0.1.0', cidrMask: 24 }],
            },
          ],
        },
      },
      {
        LE: `0101 0000 0800 0200 77673000 7400 0880 7000 0080 2400 0100
             e26101dc17c561af3c58d880e0cfe7b1f611a8eb3f6f3633c400913e71412f4b
             2000 0400 0a00 04d2 00000000 20010db8000000000000000000000009 00000000
             0800 0300 02000000 2000 0980 1c00 0080 0600 0100 0200 0000 0800 0200 0a000100 0500 0300 18 000000`,
      },
    ],
  ],
})

vectors(
  wg.wireguardPeerAttrs,
  {
    correct: [
      [
        { lastHandshakeTime: { sec: 1n, nsec: 2n }, persistentKeepaliveInterval: 25, rxBytes: 3n },
        { LE: '1400 0600 0100000000000000 0200000000000000 0600 0500 1900 0000 0c00 0700 0300000000000000' },
      ],
    ],
    errValues: [{ publicKey: Buffer.alloc(31) }, { endpoint: { family: AF.INET, address: '::' } as never }],
    errHex: [[{ LE: '0800 0100 00000000' }, 'WGPEER_A_PUBLIC_KEY: expected bytes(32) (32 bytes), got 4 bytes']],
  },
  'WGPEER_A',
)

vectors<Sockaddr>(sockaddr, {
  correct: [
    [{ family: AF.INET, port: 51821, address: '192.0.2.1' }, { LE: '0200 ca6d c0000201 0000000000000000' }],
    [
      { family: AF.UNIX, data: Buffer.from('2f78', 'hex') },
      { LE: '0100 2f78', BE: '0001 2f78' },
    ],
    // Too short for its family: the bytes are kept.
    [{ family: AF.INET, data: Buffer.from('ca6d', 'hex') }, { LE: '0200 ca6d' }],
  ],
  errHex: ['00'],
})

const recorded = suite('recorded wireguard messages')
const file = (name: string) => readFileSync(new URL(`../captures/04-wireguard.${name}`, import.meta.url))

const text = (bytes: Buffer | undefined) =>
  bytes === undefined || bytes.every((byte) => byte === 0) ? '(none)' : bytes.toString('base64')

function endpointText(endpoint: Sockaddr | undefined): string {
  if (endpoint === undefined || 'data' in endpoint) return '(none)'
  return endpoint.family === AF.INET6
    ? `[${endpoint.address}]:${endpoint.port}`
    : `${endpoint.address}:${endpoint.port}`
}

/** Returns the lines that `wg show all dump` prints for a device. */
function dumpLines({ ifname, privateKey, publicKey, listenPort, fwmark, peers = [] }: wg.WireguardDeviceAttrs) {
  const mark = fwmark ? `0x${fwmark.toString(16)}` : 'off'
  const rows = peers.map((peer) => [
    ...[ifname, text(peer.publicKey), text(peer.presharedKey), endpointText(peer.endpoint)],
    peer.allowedips?.map(({ ipaddr, cidrMask }) => `${ipaddr}/${cidrMask}`).join(',') || '(none)',
    ...[peer.lastHandshakeTime?.sec, peer.rxBytes, peer.txBytes, peer.persistentKeepaliveInterval || 'off'],
  ])
  return [[ifname, text(privateKey), text(publicKey), listenPort, mark], ...rows].map((row) => row.join('\t'))
}

recorded('the decoded replies equal the output of wg', () => {
  const replies = [...readCapture(file('pcap'))]
    .filter(({ protocol }) => protocol === 16)
    .flatMap(({ bytes }) => [...parseMessages(bytes)])
    .filter(({ type, flags }) => type > 16 && (flags & NLM_F.REQUEST) === 0)
    .map(({ bytes, start, end }) => compile(wg.wireguardMessage).decode(bytes, start, end))
    .filter(({ cmd, attrs }) => cmd === 0 && attrs.ifname !== undefined)
  const decoded = replies.flatMap(({ attrs }) => dumpLines(attrs))
  const printed = file('wg.txt').toString().trim().split('\n')
  assert.is(printed.length, 6)
  for (const line of printed) assert.ok(decoded.includes(line), line)
})

recorded.run()
