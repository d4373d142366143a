import { Connection, type LinkMessage } from '@netloom/netlink'
import { decode, encode } from '@netloom/netlink/codec'
import { linkInfo } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('link kinds in the kernel', 'netns')

type LinkInfo = NonNullable<LinkMessage['attrs']['linkinfo']>
type Data<K extends string> = Partial<NonNullable<Extract<LinkInfo, { kind: K }>['data']>>

const macvlanModes: Readonly<Record<number, string>> = {
  1: 'private',
  2: 'vepa',
  4: 'bridge',
  8: 'passthru',
  16: 'source',
}

/** Formats macvlan or macvtap data like `ip -d -j`. Addresses appear only in mode source. */
const macvlan = ({ mode = 0, ...data }: Data<'macvlan'>) => ({
  mode: macvlanModes[mode],
  ...(data.flags && { nopromisc: true }),
  bcqueuelen: data.bcQueueLen,
  usedbcqueuelen: data.bcQueueLenUsed,
  ...(data.macaddrCount && { macaddr_count: data.macaddrCount, macaddr_data: data.macaddrData?.macaddr }),
})

const lower = 'v0'
const hex = (value: number | undefined) => value && `0x${value.toString(16)}`

/** Formats vxlan data like `ip -d -j`, which omits many default values. */
function vxlan(data: Data<'vxlan'>): object {
  const flags = { proxy: data.proxy, rsc: data.rsc, l2miss: data.l2miss, l3miss: data.l3miss }
  const rest = {
    ...{ remote: data.group, remote6: data.group6, local: data.local, local6: data.local6 },
    ...{ link: data.link && lower, tos: hex(data.tos), ttl: data.ttl, label: hex(data.label) },
    ...{ ageing: data.ageing, limit: data.limit, gbp: data.gbp },
    ...Object.fromEntries(Object.entries(flags).map(([key, value]) => [key, value === 1])),
  }
  return {
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value)),
    ...{ id: data.id, port_range: data.portRange, port: data.port },
    learning: data.learning === 1,
    // iproute2 omits `unset` over IPv4.
    ...((data.df || data.group6) && { df: ['unset', 'set', 'inherit'][data.df ?? 0] }),
    udp_csum: data.udpCsum === 1,
    udp_zero_csum6_tx: data.udpZeroCsum6Tx === 1,
    udp_zero_csum6_rx: data.udpZeroCsum6Rx === 1,
  }
}

/** Formats the data of a link like iproute2. */
function shown(info: LinkInfo): object {
  if (info.kind === 'macvlan' || info.kind === 'macvtap') return macvlan(info.data ?? {})
  if (info.kind === 'vxlan') return vxlan(info.data ?? {})
  return {}
}

type Row = readonly [name: string, linkinfo: LinkInfo, theirs: readonly (string | number)[], above?: 'above']
const rows: readonly Row[] = [
  ['ifb', { kind: 'ifb' }, []],
  [
    'macvlan with source addresses',
    {
      kind: 'macvlan',
      data: { mode: 16, macaddrMode: 3, macaddrData: { macaddr: ['02:00:00:00:00:01', '02:00:00:00:00:02'] } },
    },
    ['mode', 'source', 'macaddr', 'set', '02:00:00:00:00:01', '02:00:00:00:00:02'],
    'above',
  ],
  [
    'macvlan in mode passthru',
    { kind: 'macvlan', data: { mode: 8, flags: 1 } },
    ['mode', 'passthru', 'nopromisc'],
    'above',
  ],
  ['macvtap', { kind: 'macvtap', data: { mode: 2, bcQueueLen: 2000 } }, ['mode', 'vepa', 'bcqueuelen', 2000], 'above'],
  [
    'vxlan over IPv4',
    {
      kind: 'vxlan',
      data: {
        ...{ id: 42, group: '192.0.2.2', local: '192.0.2.1', port: 4789, portRange: { low: 10000, high: 20000 } },
        ...{ ttl: 16, tos: 4, learning: 0, proxy: 1, rsc: 1, l2miss: 1, l3miss: 1, ageing: 100, limit: 50, df: 1 },
        gbp: true,
      },
    },
    [
      ...['id', 42, 'remote', '192.0.2.2', 'local', '192.0.2.1', 'dstport', 4789, 'srcport', 10000, 20000],
      ...['ttl', 16, 'tos', 4, 'nolearning', 'proxy', 'rsc', 'l2miss', 'l3miss', 'ageing', 100, 'maxaddress', 50],
      ...['df', 'set', 'gbp'],
    ],
  ],
  [
    'vxlan over IPv6',
    {
      kind: 'vxlan',
      data: {
        ...{ id: 43, group6: '2001:db8::2', port: 4790, ttlInherit: true, label: 0x55 },
        udpZeroCsum6Tx: 1,
      },
    },
    ['id', 43, 'remote', '2001:db8::2', 'dstport', 4790, 'ttl', 'inherit', 'flowlabel', '0x55', 'udp6zerocsumtx'],
  ],
]

/** Reads `x0` with netloom and with iproute2, and deletes it. */
function readAndDelete(netlink: Connection, namespace: Namespace): [ours: LinkInfo, theirs: object] {
  const [link] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname: 'x0' } })
  assert.ok(link?.attrs.linkinfo)
  const { info_kind, info_data = {} } = namespace.ip('link', 'show', 'dev', 'x0')[0].linkinfo
  assert.is(link.attrs.linkinfo.kind, info_kind)
  netlink.requestSync('RTM_DELLINK', { index: link.index })
  return [link.attrs.linkinfo, info_data]
}

for (const [name, linkinfo, theirs, above] of rows) {
  test(`${name} reads the same as in iproute2`, () =>
    inScratch((namespace) => {
      namespace.ip('link', 'add', lower, 'type', 'veth', 'peer', 'name', 'v1')
      const netlink = Connection.open({ netns: namespace.path })
      try {
        const [{ ifindex }] = namespace.ip('link', 'show', 'dev', lower)
        const under = above && { link: ifindex }
        netlink.requestSync(
          'RTM_NEWLINK',
          { attrs: { ifname: 'x0', ...under, linkinfo } },
          { create: true, excl: true },
        )
        const [ours, oursShown] = readAndDelete(netlink, namespace)
        const on = above ? ['link', lower] : []
        namespace.ip('link', 'add', ...on, 'name', 'x0', 'type', linkinfo.kind ?? '', ...theirs)
        const [theirData, theirsShown] = readAndDelete(netlink, namespace)
        assert.equal(ours, theirData)
        assert.equal(oursShown, theirsShown)
        assert.equal(shown(ours), oursShown)
        assert.equal(decode(linkInfo, encode(linkInfo, ours)), ours)
        for (const key of Object.keys(ours.data ?? {})) assert.not.match(key, /^\?/)
      } finally {
        netlink.close()
      }
    }))
}

test.run()
