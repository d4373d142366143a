// Commands of ip xfrm, and calls that send the same requests.

/** A command, the operation, and its argument. */
export type XfrmRow = readonly [command: string, call: string, argument?: object]

const IDS = 'src 10.0.0.1 dst 10.0.0.2 proto esp spi 0x100'
const ids = { src: '10.0.0.1', dst: '10.0.0.2', proto: 'esp', spi: 0x100 }
const AES = '0x000102030405060708090a0b0c0d0e0f'
const SHA = '0x000102030405060708090a0b0c0d0e0f10111213'
const words = `enc cbc(aes) ${AES} auth hmac(sha1) ${SHA}`
const algorithms = { enc: { name: 'cbc(aes)', key: AES }, auth: { name: 'hmac(sha1)', key: SHA } }

/** A state that is added. */
const s = (more: string, argument: object, call = 'state.add'): XfrmRow => [
  `ip xfrm state ${call.slice(6)} ${IDS} ${words} ${more}`.trim(),
  call,
  { ...ids, ...algorithms, ...argument },
]
/** A state with other algorithms. */
const a = (more: string, argument: object): XfrmRow => [
  `ip xfrm state add ${IDS} ${more}`,
  'state.add',
  { ...ids, ...argument },
]
const SELECTOR = 'src 10.1.0.0/16 dst 10.2.0.0/16'
const selector = { src: '10.1.0.0/16', dst: '10.2.0.0/16' }
/** A policy. */
const p = (more: string, argument: object, call = 'policy.add'): XfrmRow => [
  `ip xfrm policy ${call.slice(7)} ${SELECTOR} ${more}`,
  call,
  { ...selector, ...argument },
]

/** Changes of states. */
export const stateRows: readonly XfrmRow[] = [
  s('', {}),
  s('mode tunnel reqid 5', { mode: 'tunnel', reqid: 5 }),
  s('mode beet sel src 10.1.0.1/32 dst 10.2.0.1/32', {
    ...{ mode: 'beet', sel: { src: '10.1.0.1', dst: '10.2.0.1' } },
  }),
  s('replay-window 16', { replayWindow: 16 }),
  s('replay-window 128 flag esn', { replayWindow: 128, flags: ['ESN'] }),
  s('flag noecn flag decap-dscp', { flags: ['NOECN', 'DECAP_DSCP'] }),
  s('extra-flag dont-encap-dscp', { extraFlags: ['DONT_ENCAP_DSCP'] }),
  s('mark 0x7 mask 0xff if_id 0x9', { mark: { value: 7, mask: 0xff }, ifId: 9 }),
  s('mark 7', { mark: 7 }),
  s('output-mark 0x5', { outputMark: 5 }),
  s('output-mark 0x5 mask 0xf', { outputMark: { value: 5, mask: 0xf } }),
  s('sel src 10.1.0.0/16 dst 10.2.0.0/16 proto tcp sport 1024 dport 80', {
    sel: { ...selector, proto: 'tcp', sport: 1024, dport: 80 },
  }),
  s('sel proto udp', { sel: { proto: 'udp' } }),
  s('sel src 10.1.0.1/32 dev lo', { sel: { src: '10.1.0.1', dev: 1 } }),
  s('limit time-soft 60 limit time-hard 120 limit time-use-soft 30 limit time-use-hard 40', {
    limits: { timeSoft: 60, timeHard: 120, timeUseSoft: 30, timeUseHard: 40 },
  }),
  s('limit byte-soft 1000 limit byte-hard 2000 limit packet-soft 10 limit packet-hard 18446744073709551614', {
    limits: { byteSoft: 1000, byteHard: 2000n, packetSoft: 10, packetHard: 18446744073709551614n },
  }),
  s('encap espinudp 4500 4501 0.0.0.0', { encap: { type: 'espinudp', sport: 4500, dport: 4501 } }),
  s('encap espintcp 4500 4501 10.0.0.9', { encap: { type: 'espintcp', sport: 4500, dport: 4501, oa: '10.0.0.9' } }),
  s('mode tunnel tfcpad 100', { mode: 'tunnel', tfcpad: 100 }),
  s('reqid 6', { reqid: 6 }, 'state.update'),
  a(`aead rfc4106(gcm(aes)) ${SHA} 128 mode tunnel`, {
    ...{ aead: { name: 'rfc4106(gcm(aes))', key: SHA, icvLen: 128 }, mode: 'tunnel' },
  }),
  a(`aead rfc4106(gcm(aes)) ${SHA} 64 offload dev lo dir out`, {
    ...{ aead: { name: 'rfc4106(gcm(aes))', key: SHA, icvLen: 64 }, offload: { dev: 1, dir: 'out' } },
  }),
  a(`enc cbc(aes) ${AES} auth-trunc hmac(sha256) ${SHA} 96`, {
    ...{ enc: algorithms.enc, auth: { name: 'hmac(sha256)', key: SHA, truncLen: 96 } },
  }),
  a(`enc ecb(cipher_null) '' auth hmac(sha1) ${SHA}`, {
    ...{ enc: { name: 'ecb(cipher_null)' }, auth: algorithms.auth },
  }),
  [
    `ip xfrm state add src 2001:db8::1 dst 2001:db8::2 proto ah spi 0x101 auth hmac(sha1) ${SHA} sel src 2001:db8:1::/48`,
    'state.add',
    {
      ...{ src: '2001:db8::1', dst: '2001:db8::2', proto: 'ah', spi: 0x101, auth: algorithms.auth },
      sel: { src: '2001:db8:1::/48' },
    },
  ],
  [
    'ip xfrm state add src 10.0.0.1 dst 10.0.0.2 proto comp spi 0x102 comp deflate',
    'state.add',
    { src: '10.0.0.1', dst: '10.0.0.2', proto: 'comp', spi: 0x102, comp: { name: 'deflate' } },
  ],
  [
    'ip xfrm state add src 2001:db8::1 dst 2001:db8::2 proto hao mode ro coa 2001:db8::3',
    'state.add',
    {
      ...{ src: '2001:db8::1', dst: '2001:db8::2', proto: 'dstopts', mode: 'routeoptimization' },
      coa: '2001:db8::3',
    },
  ],
  [
    'ip xfrm state allocspi src 10.0.0.1 dst 10.0.0.2 proto esp',
    'state.allocSpi',
    { src: '10.0.0.1', dst: '10.0.0.2', proto: 'esp' },
  ],
  [
    'ip xfrm state allocspi src 2001:db8::1 dst 2001:db8::2 proto comp mode tunnel reqid 5 mark 7 mask 0xff',
    'state.allocSpi',
    {
      ...{ src: '2001:db8::1', dst: '2001:db8::2', proto: 'comp', mode: 'tunnel', reqid: 5 },
      mark: { value: 7, mask: 0xff },
    },
  ],
  [
    'ip xfrm state allocspi src 10.0.0.1 dst 10.0.0.2 proto ah min 0x200 max 0x2ff',
    'state.allocSpi',
    { src: '10.0.0.1', dst: '10.0.0.2', proto: 'ah', min: 0x200, max: 0x2ff },
  ],
  [`ip xfrm state delete ${IDS}`, 'state.delete', ids],
  [`ip xfrm state delete ${IDS} mark 7 mask 0xff`, 'state.delete', { ...ids, mark: { value: 7, mask: 0xff } }],
  ['ip xfrm state flush', 'state.flush'],
  ['ip xfrm state flush proto esp', 'state.flush', { proto: 'esp' }],
]

/** Changes of policies. */
export const policyRows: readonly XfrmRow[] = [
  p('dir out', { dir: 'out' }),
  p('dir in priority 7 action block', { dir: 'in', priority: 7, action: 'block' }),
  p('dir fwd index 26 flag localok flag icmp', { dir: 'fwd', index: 26, flags: ['LOCALOK', 'ICMP'] }),
  p('proto tcp sport 1024 dport 80 dev lo dir out', { proto: 'tcp', sport: 1024, dport: 80, dev: 1, dir: 'out' }),
  p('proto icmp type 8 code 0 dir out', { proto: 'icmp', sport: 8, dport: 0, dir: 'out' }),
  p('dir out mark 0x7 mask 0xff if_id 0x9', { dir: 'out', mark: { value: 7, mask: 0xff }, ifId: 9 }),
  p('dir out ptype main', { dir: 'out', ptype: 'main' }),
  p('dir out limit time-hard 600 limit byte-soft 5 limit packet-hard 6', {
    ...{ dir: 'out', limits: { timeHard: 600, byteSoft: 5, packetHard: 6 } },
  }),
  p('dir out tmpl src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x100 reqid 5 mode tunnel', {
    dir: 'out',
    templates: [{ src: '192.0.2.1', dst: '192.0.2.2', proto: 'esp', spi: 0x100, reqid: 5, mode: 'tunnel' }],
  }),
  p('dir out tmpl proto comp level use tmpl proto ah reqid 9', {
    ...{
      dir: 'out',
      templates: [
        { proto: 'comp', level: 'use' },
        { proto: 'ah', reqid: 9 },
      ],
    },
  }),
  p('dir out tmpl src 2001:db8::1 dst 2001:db8::2 proto esp mode tunnel', {
    ...{ dir: 'out', templates: [{ src: '2001:db8::1', dst: '2001:db8::2', proto: 'esp', mode: 'tunnel' }] },
  }),
  p('dir out priority 9', { dir: 'out', priority: 9 }, 'policy.update'),
  [
    'ip xfrm policy add src 2001:db8::/32 dir in tmpl proto esp',
    'policy.add',
    { src: '2001:db8::/32', dir: 'in', templates: [{ proto: 'esp' }] },
  ],
  p('dir out', { dir: 'out' }, 'policy.delete'),
  ['ip xfrm policy delete dir in index 8', 'policy.delete', { dir: 'in', index: 8 }],
  p(
    'dir out mark 0x7 mask 0xff if_id 0x9 ptype main',
    {
      ...{ dir: 'out', mark: { value: 7, mask: 0xff }, ifId: 9, ptype: 'main' },
    },
    'policy.delete',
  ),
  ['ip xfrm policy flush', 'policy.flush'],
  ['ip xfrm policy flush ptype main', 'policy.flush', { ptype: 'main' }],
  ['ip xfrm policy setdefault in block out accept', 'policy.setDefaults', { in: 'block', out: 'accept' }],
]

/** Reads. */
export const readRows: readonly XfrmRow[] = [
  ['ip xfrm state list src 10.0.0.0/8 proto esp', 'state.list', { src: '10.0.0.0/8', proto: 'esp' }],
  [`ip xfrm state get ${IDS}`, 'state.get', ids],
  ['ip xfrm state count', 'state.count'],
  ['ip xfrm policy list', 'policy.list'],
  [`ip xfrm policy get ${SELECTOR} dir out`, 'policy.get', { ...selector, dir: 'out' }],
  ['ip xfrm policy count', 'policy.count'],
  ['ip xfrm policy getdefault', 'policy.getDefaults'],
]
