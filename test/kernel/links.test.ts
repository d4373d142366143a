import { closeSync, openSync } from 'node:fs'
import { Connection, type LinkMessage } from '@netloom/netlink'
import { IFF } from '@netloom/netlink/route'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('links in the kernel', 'netns')

/** Runs `use` with its own namespace and a connection into it. */
const connected = (use: (netlink: Connection, namespace: Namespace) => void | Promise<void>) => () =>
  inScratch(async (namespace) => {
    const netlink = Connection.open({ netns: namespace.path })
    try {
      await use(netlink, namespace)
    } finally {
      netlink.close()
    }
  })

const get = (netlink: Connection, ifname: string): LinkMessage => {
  const [link, ...more] = netlink.requestSync('RTM_GETLINK', { attrs: { ifname } })
  assert.equal(more, [])
  assert.ok(link)
  return link
}
const add = (netlink: Connection, attrs: LinkMessage['attrs']) =>
  assert.equal(netlink.requestSync('RTM_NEWLINK', { attrs }, { create: true, excl: true }), [])

test(
  'lo reads the same as in iproute2',
  connected((netlink, namespace) => {
    const { index, flags, attrs } = get(netlink, 'lo')
    const [shown] = namespace.ip('link', 'show', 'dev', 'lo')
    assert.is(index, shown.ifindex)
    assert.is(flags, IFF.LOOPBACK)
    assert.is(attrs.mtu, shown.mtu)
    assert.is(attrs.address, shown.address)
    assert.is(attrs.qdisc, shown.qdisc)
    assert.is(attrs.numTxQueues, shown.num_tx_queues)
    assert.is(attrs.gsoMaxSize, shown.gso_max_size)
    assert.is(attrs.linkinfo, undefined)
  }),
)

test(
  'a bridge created by netloom reads the same in iproute2',
  connected((netlink, namespace) => {
    add(netlink, {
      ...{ ifname: 'br0', address: '02:00:00:00:00:01', mtu: 1400, txqlen: 500, group: 5 },
      linkinfo: {
        kind: 'bridge',
        data: {
          forwardDelay: 400,
          ageingTime: 1000,
          priority: 4096,
          mcastSnooping: 0,
        },
      },
    })
    const [shown] = namespace.ip('link', 'show', 'dev', 'br0')
    const { info_kind: kind, info_data: data } = shown.linkinfo
    assert.is(kind, 'bridge')
    assert.is(shown.address, '02:00:00:00:00:01')
    assert.is(shown.mtu, 1400)
    assert.is(shown.txqlen, 500)
    assert.is(data.forward_delay, 400)
    assert.is(data.ageing_time, 1000)
    assert.is(data.priority, 4096)
    assert.is(data.mcast_snooping, 0)
    assert.is(get(netlink, 'br0').attrs.group, 5)
  }),
)

test(
  'a bridge created by iproute2 reads the same in netloom',
  connected((netlink, namespace) => {
    namespace.ip(
      'link',
      'add',
      'br1',
      'type',
      'bridge',
      'hello_time',
      300,
      'max_age',
      1200,
      'stp_state',
      1,
      'group_fwd_mask',
      8,
    )
    const [shown] = namespace.ip('link', 'show', 'dev', 'br1')
    const { linkinfo } = get(netlink, 'br1').attrs
    if (linkinfo?.kind !== 'bridge') throw new Error('expected a bridge')
    const { data = {} } = linkinfo
    const theirs = shown.linkinfo.info_data
    assert.is(data.helloTime, 300)
    assert.is(data.maxAge, 1200)
    assert.is(data.stpState, 1)
    assert.is(data.groupFwdMask, 8)
    assert.is(data.groupAddr, theirs.group_addr)
    assert.is(data.vlanDefaultPvid, theirs.vlan_default_pvid)
    assert.is(Number(data.mcastLastMemberIntvl), theirs.mcast_last_member_intvl)
    // iproute2 writes the bytes of the address without leading zeros.
    const address = data.rootId?.addr.replace(/\b0/g, '')
    assert.is(`${data.rootId?.prio.toString(16).padStart(4, '0')}.${address}`, theirs.root_id)
    assert.is(data.nfCallIptables, theirs.nf_call_iptables)
  }),
)

test(
  'a link can be changed, renamed and deleted',
  connected((netlink, namespace) => {
    add(netlink, { ifname: 'br0', linkinfo: { kind: 'bridge' } })
    const { index } = get(netlink, 'br0')
    netlink.requestSync('RTM_NEWLINK', { index, flags: IFF.UP, change: IFF.UP, attrs: { mtu: 1300 } })
    netlink.requestSync('RTM_SETLINK', { index, attrs: { ifalias: 'one' } })
    const [up] = namespace.ip('link', 'show', 'dev', 'br0')
    assert.ok(up.flags.includes('UP'))
    assert.is(up.mtu, 1300)
    assert.is(up.ifalias, 'one')
    netlink.requestSync('RTM_SETLINK', { index, change: IFF.UP, attrs: { ifalias: '' } })
    const [down] = namespace.ip('link', 'show', 'dev', 'br0')
    assert.not(down.flags.includes('UP'))
    assert.is(down.ifalias, undefined)
    netlink.requestSync('RTM_SETLINK', { index, attrs: { ifname: 'br9' } })
    assert.is(get(netlink, 'br9').index, index)
    netlink.requestSync('RTM_DELLINK', { index })
    assert.equal(
      netlink.dumpSync('RTM_GETLINK').map(({ attrs }) => attrs.ifname),
      namespace.ip('link', 'show').map(({ ifname }) => ifname),
    )
  }),
)

test('a veth pair can have its peer in another namespace', () =>
  inScratch((other) =>
    connected((netlink, namespace) => {
      const netNsFd = openSync(other.path, 'r')
      try {
        const peer = { attrs: { ifname: 'inside', mtu: 1280, address: '02:00:00:00:00:02', netNsFd } }
        // The type of a nested message requires all header fields, so the zeros are explicit.
        const whole = { family: 0, type: 0, index: 0, flags: 0, change: 0, ...peer }
        add(netlink, { ifname: 'outside', linkinfo: { kind: 'veth', data: { peer: whole } } })
      } finally {
        closeSync(netNsFd)
      }
      const [outside] = namespace.ip('link', 'show', 'dev', 'outside')
      const [inside] = other.ip('link', 'show', 'dev', 'inside')
      assert.is(inside.linkinfo.info_kind, 'veth')
      assert.is(inside.mtu, 1280)
      assert.is(inside.address, '02:00:00:00:00:02')
      assert.is(outside.link_index, inside.ifindex)
      const { attrs } = get(netlink, 'outside')
      assert.is(attrs.link, inside.ifindex)
      assert.is(attrs.linkNetnsid, outside.link_netnsid ?? 0)
      assert.equal(attrs.linkinfo, { kind: 'veth' })
    })(),
  ))

test(
  'bridge port settings read the same as in iproute2',
  connected((netlink, namespace) => {
    add(netlink, { ifname: 'br0', linkinfo: { kind: 'bridge' } })
    add(netlink, { ifname: 'a', linkinfo: { kind: 'veth' } })
    const master = get(netlink, 'br0').index
    const { index } = get(netlink, 'a')
    netlink.requestSync('RTM_SETLINK', { index, attrs: { master } })
    const slaveData = { mode: 1, isolated: 1, cost: 7, priority: 9, learning: 0 }
    netlink.requestSync('RTM_NEWLINK', { index, attrs: { linkinfo: { slaveKind: 'bridge', slaveData } } })
    const [shown] = namespace.ip('link', 'show', 'dev', 'a')
    assert.is(shown.master, 'br0')
    const theirs = shown.linkinfo.info_slave_data
    assert.equal(
      [theirs.hairpin, theirs.isolated, theirs.cost, theirs.priority, theirs.learning],
      [true, true, 7, 9, false],
    )
    const { linkinfo } = get(netlink, 'a').attrs
    if (linkinfo?.slaveKind !== 'bridge') throw new Error('expected a bridge port')
    for (const [key, value] of Object.entries(slaveData))
      assert.is(linkinfo.slaveData?.[key as keyof typeof slaveData], value)
    assert.is(`0x${linkinfo.slaveData?.id?.toString(16)}`, theirs.id)
    netlink.requestSync('RTM_SETLINK', { index, attrs: { master: 0 } })
    assert.is(get(netlink, 'a').attrs.master, undefined)
  }),
)

test(
  'a link has its alternative names and is found by them',
  connected((netlink, namespace) => {
    add(netlink, { ifname: 'br0', linkinfo: { kind: 'bridge' } })
    const names = ['a-name-that-is-longer-than-15-bytes', 'short']
    for (const name of names) namespace.ip('link', 'property', 'add', 'dev', 'br0', 'altname', name)
    const link = get(netlink, 'br0')
    assert.equal(link.attrs.propList?.altIfname, names)
    for (const altIfname of names)
      assert.is(netlink.requestSync('RTM_GETLINK', { attrs: { altIfname } })[0]?.index, link.index)
  }),
)

test.run()
