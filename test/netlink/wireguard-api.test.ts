import { inspect } from 'node:util'
import { Netlink, type NewWireguardPeer, SecretKey } from '@netloom/netlink'
import { decode, encode } from '@netloom/netlink/codec'
import { nlctrl, WGDEVICE_F, WGPEER_F, type WireguardDeviceAttrs, wireguard } from '@netloom/netlink/generic'
import { ack, refusal, scripted, scriptSteps } from '@netloom/netlink/testing'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Operation } from '../../packages/netlink/dist/api/run/operation.js'
import { joined, toDevice } from '../../packages/netlink/dist/api/wireguard/decode.js'
import { set } from '../../packages/netlink/dist/api/wireguard/write.js'
import { refuses } from '../support/api.js'
import { suiteNeeding } from '../support/privileges.js'
import { rejects } from '../support/rejects.js'
import { wgKey } from '../support/wg.js'

// Without a kernel: requests that are divided, replies that are joined, wrong arguments, and hidden keys.

const test = suite('nl.wireguard without a kernel')

/** Returns the value of each request that changes something, as the kernel decodes it. */
function sent(operation: Operation<unknown>): WireguardDeviceAttrs[] {
  const found: WireguardDeviceAttrs[] = []
  const [, declaration] = wireguard.messages.WG_CMD_SET_DEVICE
  for (let next = operation.next(); !next.done; next = operation.next([])) {
    const { kind, value } = next.value
    assert.is(kind, 'change')
    const bytes = encode(declaration, { cmd: 1, version: 1, ...(value as object) } as never)
    assert.ok(bytes.length < 0x10000, 'the peers fit into an attribute')
    found.push(decode(declaration, bytes).attrs)
  }
  return found
}

const keyOf = (at: number) => {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt32BE(at + 1)
  return bytes.toString('base64')
}
const networks = (count: number, at: number) =>
  Array.from({ length: count }, (_, each) => `2001:db8:${(at + 1).toString(16)}:${(each + 1).toString(16)}::/64`)
const PRIVATE = 'yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk='

test('more peers than fit into a message are divided, and only the first message replaces', () => {
  const peers = Array.from({ length: 1000 }, (_, at) => ({
    ...{ publicKey: keyOf(at), presharedKey: PRIVATE, endpoint: '[2001:db8::1]:51820', persistentKeepalive: 25 },
    ...{ allowedIps: networks(20, at), replaceAllowedIps: true },
  }))
  const messages = sent(set('wg0', { privateKey: PRIVATE, listenPort: 1, fwmark: 2, replacePeers: true, peers }))
  assert.ok(messages.length > 10)
  for (const [at, { ifname, privateKey, flags, listenPort, fwmark }] of messages.entries())
    assert.equal(
      [ifname, privateKey?.toString('base64'), flags, listenPort, fwmark],
      at === 0 ? ['wg0', PRIVATE, WGDEVICE_F.REPLACE_PEERS, 1, 2] : ['wg0', undefined, undefined, undefined, undefined],
    )
  const found = messages.flatMap((each) => each.peers ?? [])
  assert.is(found.length, 1000, 'a peer that fits into a message is not divided')
  assert.ok(found.every(({ flags, allowedips }) => flags === WGPEER_F.REPLACE_ALLOWEDIPS && allowedips?.length === 20))
})

test('a peer with more networks than fit into a message is divided, and only its first part replaces', () => {
  const wanted = Array.from({ length: 5 }, (_, at) => networks(1000, at)).flat()
  const peer = { publicKey: keyOf(1), presharedKey: PRIVATE, replaceAllowedIps: true, allowedIps: wanted }
  const small = { publicKey: keyOf(0), allowedIps: ['10.0.0.7'] }
  const messages = sent(set('wg0', { peers: [small, peer, { ...small, publicKey: keyOf(2) }] }))
  const parts = messages.flatMap((each) => each.peers ?? []).filter(({ publicKey }) => publicKey?.[3] === 2)
  assert.ok(parts.length > 5)
  for (const [at, { flags, presharedKey }] of parts.entries()) {
    assert.is(flags, at === 0 ? WGPEER_F.REPLACE_ALLOWEDIPS : WGPEER_F.UPDATE_ONLY)
    assert.is(presharedKey === undefined, at > 0)
  }
  const found = parts.flatMap(({ allowedips = [] }) =>
    allowedips.map(({ ipaddr, cidrMask }) => `${ipaddr}/${cidrMask}`),
  )
  assert.equal(found, wanted)
})

test('a peer that continues in the next message is one peer', () => {
  const part = (at: number, address: string, more: object = {}) => ({
    publicKey: Buffer.from(keyOf(at), 'base64'),
    allowedips: [{ family: 2, ipaddr: address, cidrMask: 32 }],
    ...more,
  })
  const header = { cmd: 0, version: 1 }
  const messages = [
    {
      ...header,
      attrs: {
        ifindex: 7,
        ifname: 'wg0',
        listenPort: 5,
        peers: [part(1, '10.0.0.1'), part(2, '10.0.0.2', { rxBytes: 9n })],
      },
    },
    { ...header, attrs: { peers: [part(2, '10.0.0.3')] } },
    { ...header, attrs: { peers: [part(2, '10.0.0.4'), part(3, '10.0.0.5')] } },
  ]
  const { peers, listenPort } = toDevice(messages)
  assert.is(listenPort, 5)
  assert.equal(
    peers.map(({ allowedIps, rxBytes }) => [allowedIps, rxBytes]),
    [
      [['10.0.0.1/32'], 0n],
      [['10.0.0.2/32', '10.0.0.3/32', '10.0.0.4/32'], 9n],
      [['10.0.0.5/32'], 0n],
    ],
  )
  assert.is(messages[0]?.attrs.peers[1]?.allowedips.length, 1, 'the messages are not changed')
  assert.is(joined([]).attrs.peers?.length, 0)
})

/** A device with keys, as it is read. */
const secretDevice = () => {
  const key = (at: number) => Buffer.from(keyOf(at), 'base64')
  const peer = { publicKey: key(1), presharedKey: key(2), lastHandshakeTime: { sec: 1_700_000_000n, nsec: 5_000_000n } }
  const attrs = { ifindex: 7, ifname: 'wg0', publicKey: key(3), privateKey: key(4), peers: [peer] }
  return toDevice([{ cmd: 0, version: 1, attrs }])
}

test('keys are hidden in printed objects and JSON, and a copy of what was read has them', () => {
  const device = secretDevice()
  const [peer] = device.peers
  assert.ok(peer)
  for (const text of [
    inspect(device, { depth: 9 }),
    JSON.stringify(device),
    `${device.privateKey}`,
    inspect(device.privateKey),
  ]) {
    assert.match(text, /hidden/)
    for (const at of [2, 4]) {
      assert.not.match(text, keyOf(at).slice(0, 12))
      assert.not.match(text, Buffer.from(keyOf(at), 'base64').toString('hex').slice(0, 12))
    }
  }
  assert.is(JSON.parse(JSON.stringify(device)).peers[0].lastHandshake, '2023-11-14T22:13:20.005Z')
  assert.is(device.privateKey?.reveal(), keyOf(4))
  const { privateKey } = device
  const copy: NewWireguardPeer = { ...peer, persistentKeepalive: 5 }
  const [message] = sent(set('wg0', { ...(privateKey && { privateKey }), peers: [copy] }))
  assert.is(message?.privateKey?.toString('base64'), keyOf(4))
  assert.is(message?.peers?.[0]?.presharedKey?.toString('base64'), keyOf(2))
  assert.ok(peer.presharedKey instanceof SecretKey)
})

test('a zero key is none', () => {
  const none = Buffer.alloc(32)
  const peer = {
    publicKey: Buffer.from(keyOf(1), 'base64'),
    presharedKey: none,
    lastHandshakeTime: { sec: 0n, nsec: 0n },
  }
  const device = toDevice([
    { cmd: 0, version: 1, attrs: { privateKey: none, publicKey: none, fwmark: 0, peers: [peer] } },
  ])
  assert.equal(Object.keys(device), ['index', 'name', 'listenPort', 'peers'])
  assert.equal(Object.keys(device.peers[0] ?? {}), ['publicKey', 'allowedIps', 'rxBytes', 'txBytes'])
  const [message] = sent(set('wg0', { privateKey: 'none', peers: [{ publicKey: keyOf(1), presharedKey: 'none' }] }))
  assert.ok(message?.privateKey?.equals(none))
  assert.ok(message?.peers?.[0]?.presharedKey?.equals(none))
})

/** Wrong settings, with what the error says. */
const wrong: readonly (readonly [settings: unknown, says: RegExp])[] = [
  [
    { privateKey: PRIVATE.slice(1) },
    /expected privateKey of settings to be a key of 32 bytes in base64 \(44 characters\) or 'none', got a text of 43 characters$/,
  ],
  [{ privateKey: Buffer.from(PRIVATE, 'base64') }, /got a object$|got an object$/],
  // Bits behind the 32 bytes.
  [{ privateKey: `${PRIVATE.slice(0, 42)}l=` }, /got a text of 44 characters/],
  [{ privateKey: null }, /privateKey of settings to have a value or to be left out, got null/],
  [{ listenPort: 65536 }, /listenPort of settings to be an integer from 0 to 65535, got 65536/],
  [{ fwmark: -1 }, /fwmark of settings to be an integer from 0 to 4294967295, got -1/],
  [{ mtu: 1 }, /settings to have the keys privateKey, listenPort, fwmark, peers, replacePeers.*, got 'mtu'/],
  [{ peers: [{}] }, /peers\.0 to have 'publicKey', got none/],
  [{ peers: {} }, /peers of settings to be a list/],
  [{ peers: [{ publicKey: keyOf(-1) }] }, /publicKey of peers\.0 to be a key of 32 bytes/],
  [
    { peers: [{ publicKey: keyOf(1), presharedKey: 'secret' }] },
    /presharedKey of peers\.0 .* got a text of 6 characters$/,
  ],
  [
    { peers: [{ publicKey: keyOf(1), endpoint: 'example.org:51820' }] },
    /endpoint of peers\.0 to be an address and a port like .*, got "example.org:51820"/,
  ],
  [{ peers: [{ publicKey: keyOf(1), endpoint: '192.0.2.1' }] }, /endpoint of peers\.0 /],
  [{ peers: [{ publicKey: keyOf(1), endpoint: '192.0.2.1:0' }] }, /endpoint of peers\.0 /],
  [{ peers: [{ publicKey: keyOf(1), endpoint: '2001:db8::1:51820' }] }, /endpoint of peers\.0 /],
  [{ peers: [{ publicKey: keyOf(1), endpoint: '[192.0.2.1]:51820' }] }, /endpoint of peers\.0 /],
  [
    { peers: [{ publicKey: keyOf(1), allowedIps: ['10.0.0.0/33'] }] },
    /allowedIps\.0 of peers\.0 to be an address like/,
  ],
  [{ peers: [{ publicKey: keyOf(1), allowedIps: '10.0.0.0/24' }] }, /allowedIps of peers\.0 to be a list/],
  [
    { peers: [{ publicKey: keyOf(1), persistentKeepalive: 70000 }] },
    /persistentKeepalive of peers\.0 to be an integer from 0 to 65535/,
  ],
  [
    { peers: [{ publicKey: keyOf(1), remove: true, allowedIps: ['10.0.0.1'] }] },
    /peers\.0 to have either remove or settings, got both/,
  ],
  [
    { peers: [{ publicKey: keyOf(1) }, { publicKey: keyOf(1) }] },
    /peers to have different public keys, got .* at 0 and 1/,
  ],
]

for (const [settings, says] of wrong)
  test(`refused before anything is sent: ${says.source}`, async () => {
    using nl = Netlink.open({ socketFactory: scripted([]) })
    const { wireguard: api } = nl
    await refuses('set', () => api.set('wg0', settings as never), 'ERR_NETLINK_ARGUMENT', says)
    await refuses('setSync', () => api.setSync('wg0', settings as never), 'ERR_NETLINK_ARGUMENT', says)
  })

test('sync refuses what it computes, and needs peers', async () => {
  using nl = Netlink.open({ socketFactory: scripted([]) })
  const peers = [{ publicKey: keyOf(1), replaceAllowedIps: true }]
  await refuses(
    'part of a peer',
    () => nl.wireguard.sync('wg0', { peers } as never),
    'ERR_NETLINK_ARGUMENT',
    /peers\.0 of sync without 'replaceAllowedIps'/,
  )
  await refuses(
    'replacePeers',
    () => nl.wireguard.sync('wg0', { peers: [], replacePeers: true } as never),
    'ERR_NETLINK_ARGUMENT',
    /without 'replacePeers'/,
  )
  await refuses(
    'no peers',
    () => nl.wireguard.sync('wg0', {} as never),
    'ERR_NETLINK_ARGUMENT',
    /settings to have 'peers', got none/,
  )
})

test('an error of the kernel contains no key', async () => {
  const family = scriptSteps(nlctrl.protocol(16))
  const { request } = scriptSteps(wireguard.protocol(30))
  const script = scripted([
    family.request('CTRL_CMD_GETFAMILY', { attrs: { familyName: 'wireguard' } }, [
      family.reply('CTRL_CMD_NEWFAMILY', { attrs: { familyId: 30, familyName: 'wireguard', version: 1 } }),
      ack(),
    ]),
    request('WG_CMD_SET_DEVICE', { attrs: { ifname: 'wg0', privateKey: Buffer.from(PRIVATE, 'base64') } }, [
      refusal('EINVAL', { msg: 'bad key' }),
    ]),
  ])
  using nl = Netlink.open({ socketFactory: script })
  const error = await rejects(nl.wireguard.set('wg0', { privateKey: PRIVATE }), 'EINVAL')
  assert.is((error as Error).message, 'WG_CMD_SET_DEVICE wg0: bad key (EINVAL, invalid argument)')
  const bytes = Buffer.from(PRIVATE, 'base64')
  for (const text of [inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)])
    for (const key of [
      PRIVATE,
      bytes.toString('hex'),
      bytes.subarray(0, 6).toString('hex').replace(/../g, '$& ').trim(),
    ])
      assert.not.ok(text.includes(key), text)
})

test('keys are derived as in RFC 7748, and generated keys are clamped', () => {
  using nl = Netlink.open({ socketFactory: scripted([]) })
  const { generatePresharedKey, generatePrivateKey, publicKeyOf } = nl.wireguard
  const base64 = (text: string) => Buffer.from(text, 'hex').toString('base64')
  const secret = base64('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a')
  assert.is(publicKeyOf(secret), base64('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'))
  for (const key of [generatePrivateKey(), generatePrivateKey()]) {
    const bytes = Buffer.from(key, 'base64')
    assert.is((bytes[0] as number) & 7, 0)
    assert.is((bytes[31] as number) & 0xc0, 0x40)
  }
  assert.is.not(generatePresharedKey(), generatePresharedKey())
  assert.throws(() => publicKeyOf('abc'), /expected privateKey to be a key of 32 bytes .* got a text of 3 characters/)
})

test.run()

const withWg = suiteNeeding('keys of WireGuard, as wg derives them', 'wg')

withWg('public keys are those of wg', () => {
  using nl = Netlink.open({ socketFactory: scripted([]) })
  for (const key of [nl.wireguard.generatePrivateKey(), nl.wireguard.generatePresharedKey(), wgKey('genkey')])
    assert.is(nl.wireguard.publicKeyOf(key), wgKey('pubkey', key))
})

withWg.run()
