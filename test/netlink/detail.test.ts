import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeMessage, nlmsghdr, type RequestOf } from '@netloom/netlink'
import { PACKET, writePcap } from '@netloom/netlink/capture'
import { encode, hostOrder } from '@netloom/netlink/codec'
import { rtnetlink } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { decode } from '../../packages/netlink/dist/cli/decode.js'
import { captureNames, messagesOf } from '../support/captures.js'
import { runHere } from '../support/cli.js'

const test = suite('netloom decode -d and -x')

const recorded = (name: string) => fileURLToPath(new URL(`../captures/${name}.pcap`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-detail-'))
test.after(() => rmSync(folder, { recursive: true }))

const link = (attrs: RequestOf<typeof rtnetlink.messages, 'RTM_NEWLINK'>['attrs']) =>
  encodeMessage({ type: 16, flags: 5, seq: 9, pid: 0 }, encode(rtnetlink.messages.RTM_NEWLINK[1], { index: 7, attrs }))
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes[`writeInt32${hostOrder}`](value)
  return bytes
}
const attribute = (type: number, payload: Buffer) => {
  const head = Buffer.alloc(4)
  head[`writeUInt16${hostOrder}`](4 + payload.length, 0)
  head[`writeUInt16${hostOrder}`](type, 2)
  return Buffer.concat([head, payload])
}
const refusal = (request: Buffer, ...attributes: Buffer[]) =>
  encodeMessage(
    { type: 2, flags: 0x300, seq: 9, pid: 7 },
    Buffer.concat([u32(-22), request.subarray(0, 16), ...attributes]),
  )

async function decoded(datagrams: readonly Buffer[], ...args: string[]) {
  const path = join(folder, 'test.pcap')
  const packetType = (bytes: Buffer) => (bytes.readUInt16LE(4) === 2 ? PACKET.HOST : PACKET.OUTGOING)
  writeFileSync(
    path,
    writePcap(datagrams.map((bytes) => ({ time: 0n, protocol: 0, packetType: packetType(bytes), bytes }))),
  )
  return (await runHere(decode, path, ...args)).lines
}

const request = link({ mtu: 9, linkinfo: { kind: 'vlan', data: { id: 9 } } })

test('the refused attribute is marked', async () => {
  const at = request.indexOf('vlan') + 8 + 4
  const lines = await decoded([request, refusal(request, attribute(2, u32(at)))], '-d')
  assert.ok(lines.includes('    │ │ IFLA_VLAN_ID              9  ◀ refused'), lines.join('\n'))
  assert.match(lines.at(-1) ?? '', /in answer to #1: EINVAL, linkinfo\.data\.id$/)
})

test('a nest that lacks an attribute is marked, and so is the message', async () => {
  const nest = request.indexOf('vlan') - 8
  const inNest = await decoded([request, refusal(request, attribute(5, u32(2)), attribute(6, u32(nest)))], '-d')
  assert.ok(inNest.includes('    IFLA_LINKINFO  ◀ lacks linkinfo.data'), inNest.join('\n'))
  const inMessage = await decoded([request, refusal(request, attribute(5, u32(3)))], '-d')
  assert.match(inMessage[1] ?? '', /^ {4}ifinfomsg .* {2}◀ lacks ifname$/)
})

test('a request is printed with its mark if other messages come before the answer', async () => {
  const other = encodeMessage({ type: 18, flags: 1, seq: 10, pid: 0 }, encode(rtnetlink.messages.RTM_GETLINK[1], {}))
  const lines = await decoded(
    [request, ...Array<Buffer>(50).fill(other), refusal(request, attribute(2, u32(32)))],
    '-d',
  )
  assert.is(lines.filter((line) => line.includes('◀ refused')).length, 1)
  assert.is(lines.filter((line) => line.startsWith('#')).length, 52)
})

test('-d N prints one conversation, and a number that does not exist is an error', async () => {
  const lines = await decoded([request, link({ mtu: 1 }), refusal(request)], '-d', '1')
  assert.equal(
    lines.filter((line) => line.startsWith('#')).map((line) => line.slice(0, 2)),
    ['#1', '#3'],
  )
  try {
    await decoded([request], '-d', '5')
    assert.unreachable()
  } catch (error) {
    assert.match(String(error), /-d 5: the capture has 1 messages/)
  }
})

test('-x prints offset, bytes, name and value of each part', async () => {
  const [, ...lines] = await decoded([link({ ifname: 'interface0' })], '-x')
  if (hostOrder === 'BE') return
  assert.equal(lines.slice(0, 3), [
    '    0                           nlmsghdr',
    '    0  30 00 00 00              │ len                         48',
    '    4  10 00                    │ type                        RTM_NEWLINK (16)',
  ])
  assert.equal(lines.slice(-3), [
    '   32  0f 00 03 00 69 6e 74 65  IFLA_IFNAME                   "interface0"',
    '   40  72 66 61 63 65 30 00',
    '   47  00                       padding',
  ])
})

test('keys are printed only with --secrets', async () => {
  for (const view of ['-d', '-x']) {
    const hidden = (await runHere(decode, recorded('04-wireguard'), view)).lines
    const shown = (await runHere(decode, recorded('04-wireguard'), view, '--secrets')).lines
    assert.ok(hidden.some((line) => line.includes('WGDEVICE_A_PRIVATE_KEY') && line.endsWith('(secret)')))
    assert.not.ok(shown.some((line) => line.includes('(secret)') || line.includes('**')))
    const keys = messagesOf('04-wireguard', 'WG_CMD_SET_DEVICE').flatMap((message) =>
      message
        .spans()
        .filter(({ secret }) => secret)
        .map(({ value }) => (value as Buffer).toString('hex')),
    )
    assert.ok(keys.length > 0)
    for (const key of keys) assert.not.ok(hidden.join('').replaceAll(' ', '').includes(key))
  }
})

test('text of a capture reaches the terminal escaped', async () => {
  const lines = await decoded([link({ ifname: 'a\u001b[2J\u202e' })], '-d')
  assert.ok(lines.includes('    IFLA_IFNAME                   "a\\u001b[2J\\u202e"'), lines.join('\n'))
  const lone = Buffer.concat([encode(nlmsghdr, { len: 21, type: 16 }), Buffer.from('\u001b[2Jx')])
  for (const line of await decoded([lone], '-d', '-x')) assert.not.match(line, /\p{Cc}/u)
})

/** Returns the different texts of an attribute or a member in `-d` of a capture. */
async function textsOf(capture: string, pattern: RegExp): Promise<Set<string>> {
  const { lines } = await runHere(decode, recorded(capture), '-d')
  return new Set(lines.flatMap((line) => [...line.matchAll(pattern)].map(([, text = '']) => text)))
}

for (const [what, capture, pattern, expected] of [
  ['handles of qdiscs and classes', '08-tc-qdisc1', / handle (\S+ \(0x1\w+\))/g, ['1: (0x10000)', '1:1 (0x10001)']],
  ['parents', '08-tc-qdisc1', / parent (\S+ \(\S+\))/g, ['TC_H_ROOT (0xffffffff)', '1:10 (0x10010)']],
  ['classes of filters', '08-tc-filter', /TCA_U32_CLASSID +(.+)/g, ['1:1 (0x10001)']],
  [
    'handles of u32',
    '08-tc-filter',
    /TCA_U32_(?:HASH|LINK) +(.+)/g,
    ['800: (0x80000000)', '2:6 (0x206000)', '2: (0x200000)'],
  ],
  ['handles of filters', '08-tc-filter', / handle (0x5)/g, ['0x5']],
  ['priority and protocol', '08-tc-filter', / info (pref 10 .+?)(?: {2}|$)/g, ['pref 10 protocol ETH_P_IP (0xa0008)']],
  ['masks', '08-tc-filter', /TCA_FLOWER_KEY_TCP_FLAGS_MASK +(.+)/g, ['0x17']],
  ['marks', '10-conntrack', /CTA_MARK_MASK +(.+)/g, ['0xffffffff']],
  ['realms', '06-route', /RTA_FLOW +(.+)/g, ['3/4 (0x30004)']],
  ['times without an end', '06-route', / valid (\w+ \(0xf+\))/g, ['forever (0xffffffff)']],
  ['limits of IPsec', 'xfrm', / hardByteLimit (\S+)/g, ['XFRM_INF']],
  ['masks of algorithms', 'xfrm', /aalgos +(\S+)/g, ['0xffffffff']],
  ['unlimited rates', '10-sockdiag', / maxPacingRate (\S+)/g, ['unlimited']],
  ['addresses of TIPC', 'tipc', /TIPC_NLA_NET_ADDR +(.+)/g, ['0x1001001']],
  ['families of addresses', 'tipc', /TIPC_NLA_UDP_LOCAL +\{ (family \S+ \S+)/g, ['family AF_INET (2)']],
  ['operations of filters', '10-sockdiag', /BYTECODE +\[\{ (code .+?) {2}/g, ['code INET_DIAG_BC_MARK_COND (10)']],
  ['masks in lists of operations', '10-sockdiag', / mark (0x7) {2}mask 0xffffffff/g, ['0x7']],
  ['all states', '10-sockdiag', / states (.+?)(?: {2}|$)/g, ['ALL (0x3fff)']],
  ['a capability of a wireless network', '09-nl80211', /NL80211_BSS_CAPABILITY +(.+)/g, ['ESS (0x1)', 'IBSS (0x2)']],
  ['types of frames', '09-nl80211', /NL80211_ATTR_FRAME_TYPE +(.+)/g, ['IEEE80211_STYPE_ASSOC_REQ (0)']],
  ['scopes of services', 'tipc', /TIPC_NLA_PUBL_SCOPE +(.+)/g, ['TIPC_CLUSTER_SCOPE (2)', 'TIPC_NODE_SCOPE (3)']],
  ['states of TIPC sockets', '10-sockdiag', /TIPC_NLA_SOCK_TIPC_STATE +(.+)/g, ['TIPC_LISTEN (10)']],
  ['priorities of hooks', '10-nft', /NFTA_HOOK_PRIORITY +(.+)/g, ['NF_IP_PRI_RAW (-300)']],
  ['types of ICMP', '10-conntrack', /CTA_PROTO_ICMP_TYPE +(.+)/g, ['ICMP_ECHO (8)']],
  ['DCCP', '10-conntrack', /CTA_PROTOINFO_DCCP_STATE +(.+)/g, ['CT_DCCP_REQUEST (1)']],
  ['SCTP', '10-sockdiag', / state (SCTP\S+ \(\d\))/g, ['SCTP_STATE_ESTABLISHED (3)']],
  ['machines of vsock', '10-sockdiag', / dstCid (\S+ \S+)/g, ['VMADDR_CID_ANY (0xffffffff)']],
  ['routers behind ports', '05-bridge-vlan', /IFLA_BRPORT_MULTICAST_ROUTER +(.+)/g, ['MDB_RTR_TYPE_TEMP_QUERY (1)']],
  ['timers in hundredths of a second', '05-bridge-vlan', /IFLA_BR_HELLO_TIME +(.+)/g, ['2s (200)']],
  ['64-bit timers', '05-bridge-vlan', /IFLA_BR_MCAST_STARTUP_QUERY_INTVL +(.+)/g, ['31.24s (3124)']],
  ['times in seconds', '04-wireguard', /PERSISTENT_KEEPALIVE_INTERVAL +(.+)/g, ['25s']],
  ['times in milliseconds', '07-neigh', /NDTPA_RETRANS_TIME +(.+)/g, ['1s (1000)', '500ms']],
  ['times in microseconds', '08-tc-qdisc1', /TCA_FQ_CODEL_TARGET +(.+)/g, ['7ms (7000)', '6.999ms (6999)']],
  ['times in nanoseconds', '08-tc-qdisc1', /TCA_NETEM_LATENCY64 +(.+)/g, ['100ms (100000000)']],
  ['lifetimes', 'pyroute2-all', / (valid \S+ \(0xf+\))/g, ['valid forever (0xffffffff)']],
  ['ages of neighbours', '07-neigh', / (confirmed 0)/g, ['confirmed 0']],
  ['frequencies', '09-nl80211', /NL80211_FREQUENCY_ATTR_FREQ +(2412.*)/g, ['2412MHz']],
  ['transmit power', '09-nl80211', /NL80211_FREQUENCY_ATTR_MAX_TX_POWER +(.+)/g, ['20dBm (2000)']],
  ['names of networks', '09-nl80211', /NL80211_ATTR_SSID +(.+)/g, ['"testcell"']],
  ['suites', '09-nl80211', /NL80211_ATTR_CIPHER_SUITES +\[(\S+) /g, ['WLAN_CIPHER_SUITE_WEP40']],
  ['public keys', '04-wireguard', /WGPEER_A_PUBLIC_KEY +(X.+)/g, ['X1lCZdimJ6bFy5g1Jvxc9Zk56zsjjbZHuwk5yvDnlDQ=']],
  ['channels of MACsec', 'generic', /IFLA_MACSEC_SCI +(.+)/g, ['0x9a9e552c117d0001']],
  [
    'hooks by the family',
    '10-nft',
    /NFTA_HOOK_HOOKNUM +(.+)/g,
    ['NF_NETDEV_INGRESS (0)', 'NF_NETDEV_EGRESS (1)', 'NF_ARP_IN (0)', 'NF_INET_PRE_ROUTING (0)'],
  ],
  ['types of sets', '10-nft', /NFTA_SET_KEY_TYPE +(.+)/g, ['ipv4_addr (7)', 'ipv6_addr.inet_service (525)']],
  [
    'handles of u32 in headers',
    '08-tc-filter',
    / handle (800\S+ \(\S+)/g,
    ['800: (0x80000000)', '800::800 (0x80000800)'],
  ],
  ['handles of other filters in headers', 'tc-kinds', / handle (0x1)(?: {2}|$)/g, ['0x1']],
  ['addresses without bytes', 'rule', /FRA_SRC +(\(.+)/g, ['(empty)']],
  ['commands', '09-ethtool-get', / cmd (\S+ \(1\))/g, ['ETHTOOL_MSG_STRSET_GET (1)', 'CTRL_CMD_NEWFAMILY (1)']],
  ['replies', '09-ethtool-get', / cmd (\S+REPLY \(1\))/g, ['ETHTOOL_MSG_STRSET_GET_REPLY (1)']],
  ['flags of IPv6 tunnels', 'kinds', /IFLA_IPTUN_FLAGS +(.+)/g, ['CAP_PER_PACKET (0x40000)']],
  [
    'dates in nanoseconds',
    '10-conntrack',
    /CTA_TIMESTAMP_START +(.+)/g,
    ['2026-11-23T23:17:26.450219307Z (1795475846450219307)'],
  ],
  ['dates in seconds', 'xfrm', / addTime (\d.+?) {2}/g, ['2026-11-24T04:39:35Z (1795495175)']],
  ['addresses of IPv4 encapsulation', 'xfrm', /XFRMA_ENCAP .+ oa (.+)/g, ['"0.0.0.0"']],
  ['groups of statistics', '05-bridge-vlan', / filterMask (\S+)/g, ['LINK_XSTATS', 'LINK_XSTATS_SLAVE']],
  ['features without names', '09-ethtool-get', /ETHTOOL_A_BITSET_VALUE +(\[0x1949.+)/g, ['[0x194989 0xa001b80]']],
] as const)
  test(`-d prints ${what} as tools do`, async () => {
    const texts = await textsOf(capture, pattern)
    for (const text of expected) assert.ok(texts.has(text), `${text} in ${[...texts].join()}`)
  })

test('-d prints the first elements of an array, and --json all', async () => {
  // The elements are folded, and each table occurs several times.
  const detail = (await runHere(decode, recorded('08-tc-qdisc1'), '-d')).lines.join(' ')
  const tables = new Set([...detail.matchAll(/TCA_HTB_RTAB +(\[334 [^\]]*\])/g)].map(([, text = '']) => text))
  assert.equal(
    [...tables].map((text) => [text.split(/[ │]+/).length, text.slice(-12)]),
    [[16 + 3, ' … 240 more]']],
  )
  const { lines } = await runHere(decode, recorded('08-tc-qdisc1'), '--json')
  const rtab = lines.flatMap((line) =>
    [...line.matchAll(/"rtab":\[(334,[\d,]*)\]/g)].map(([, numbers = '']) => numbers),
  )
  assert.is(rtab[0]?.split(',').length, 256)
})

test('-d and -x fold long lists of flags between two of them', async () => {
  for (const view of ['-d', '-x']) {
    const { lines } = await runHere(decode, recorded('09-nl80211'), view)
    const start = lines.findIndex((line) => line.includes('NL80211_ATTR_FEATURE_FLAGS'))
    const folded = lines.slice(start, start + 12)
    const end = folded.findIndex((line) => line.includes('(0x'))
    assert.ok(end > 0, view)
    const text = folded.slice(0, end + 1).map((line) => line.slice(line.lastIndexOf('  ') + 2))
    assert.match(text.join(''), /^SK_TX_STATUS(\|[A-Z0-9_]+)+ \(0x2b07dbe3\)$/)
    for (const line of folded.slice(0, end + 1)) assert.ok(line.length <= 110, line)
  }
})

test('-x names the type and the flags of headers, also of requests in errors and of generic netlink', async () => {
  const textsIn = async (capture: string) =>
    new Set(
      (await runHere(decode, recorded(capture), '-x')).lines.map((line) => line.replace(/.*│ (?=type|flags)/, '')),
    )
  const route = await textsIn('02-bond')
  const generic = await textsIn('04-wireguard')
  for (const [texts, expected] of [
    [route, /^type +RTM_NEWLINK \(16\)$/],
    [route, /^type +NLMSG_ERROR \(2\)$/],
    [route, /^flags +REQUEST\|ACK\|EXCL\|CREATE \(0x605\)$/],
    [route, /^flags +REQUEST\|DUMP \(0x301\)$/],
    [generic, /^type +wireguard \(37\)$/],
    [generic, /^type +nlctrl \(16\)$/],
  ] as const)
    assert.ok(
      [...texts].some((text) => expected.test(text)),
      String(expected),
    )
})

test('no line of -d is thousands of characters long', async () => {
  for (const name of captureNames) {
    const { lines } = await runHere(decode, recorded(name), '-d')
    assert.ok(Math.max(...lines.map(({ length }) => length)) < 500, name)
  }
})

for (const name of captureNames) {
  test(`${name}: -d and -x print every message, and -x every byte`, async () => {
    const messages = messagesOf(name)
    for (const view of ['-d', '-x']) {
      const { lines, status, complaints } = await runHere(decode, recorded(name), view, '--secrets')
      assert.equal([status, complaints], [0, []])
      assert.is(lines.filter((line) => line.startsWith('#')).length, messages.length)
      for (const line of lines) assert.not.match(line, /undefined|NaN|\[object|\p{Cc}/u)
      if (view === '-d') continue
      const bytes = lines.filter((line) => /^ *\d+ /.test(line)).map((line) => line.slice(7, 31).replaceAll(' ', ''))
      const sent = messages.map((message) => message.bytes.toString('hex')).join('')
      assert.is(bytes.join(''), sent)
    }
  })
}

test('-d N prints the requests of the conversation again, as TypeScript and as a command', async () => {
  const request = link({ mtu: 1 })
  const lines = await decoded([request, refusal(request)], '-d', '2')
  assert.is(lines.at(-2)?.slice(0, 24), 'TypeScript:  nl.link.set')
  assert.is(lines.at(-1)?.slice(0, 32), 'iproute2:    ip link set dev if7')
  assert.not.match((await decoded([request, refusal(request)], '-d')).join('\n'), /TypeScript/)
})

test('hooks of clsact, locked metrics and EtherTypes are printed as their tools do', async () => {
  const { lines: filters } = await runHere(decode, recorded('08-tc-filter'), '-d')
  const parents = filters.flatMap((line) => line.match(/parent (?:in|e)gress \(0x[\da-f]+\)/) ?? [])
  assert.equal([...new Set(parents)].sort(), ['parent egress (0xfffffff3)', 'parent ingress (0xfffffff2)'])
  assert.ok(filters.includes('    │ TCA_FLOWER_KEY_ETH_TYPE     ETH_P_IP (0x800)'))
  const { lines: routes } = await runHere(decode, recorded('06-route'), '-d')
  assert.ok(routes.includes('    │ RTAX_LOCK                   MTU|CWND|RTO_MIN|CC_ALGO (0x12084)'))
})

test.run()
