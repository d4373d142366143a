import { accepts, Connection, type FlagOption, gets, NLM_F, NLM_F_DUMP, NLM_F_GET } from '@netloom/netlink'
import * as diag from '@netloom/netlink/diag'
import type { DissectedMessage } from '@netloom/netlink/dissect'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import { rtnetlink } from '@netloom/netlink/route'
import { ack, scripted, scriptSteps } from '@netloom/netlink/testing'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { showHead } from '../../packages/netlink/dist/cli/print.js'
import { nlmFlags } from '../../packages/netlink/dist/connection/flags.js'
import '../support/built.js'

/** Request flags that each message declares. */
const test = suite('flags of requests')

const protocols = [
  rtnetlink,
  netfilter.netfilter,
  xfrm.xfrm,
  diag.sockDiag,
  ...Object.values(generic).flatMap((each) =>
    typeof each === 'object' && 'byCommand' in each ? [each.protocol(30)] : [],
  ),
]
const byName = (name: string) => {
  const found = protocols.find(({ messages }) => name in messages)
  assert.ok(found, name)
  return found.byName(name)
}

/** Flags that handlers of Linux 7.2 read from nlmsg_flags, found with grep. */
const readByTheKernel: Readonly<Record<string, string>> = {
  RTM_NEWLINK: 'create excl replace', // __rtnl_newlink, rtnl_changelink
  RTM_NEWADDR: 'excl replace', // inet_rtm_newaddr, inet6_rtm_newaddr
  RTM_NEWROUTE: 'create excl replace append', // fib_table_insert, fib6_add_rt2node, mpls_route_add
  RTM_NEWNEIGH: 'create excl replace append', // neigh_add, br_fdb_add, vxlan_fdb_update
  RTM_DELNEIGH: 'bulk', // rtnl_fdb_del
  RTM_NEWRULE: 'excl', // fib_newrule
  RTM_NEWQDISC: 'create excl replace', // tc_modify_qdisc
  RTM_NEWTCLASS: 'create excl', // tc_ctl_tclass
  RTM_NEWTFILTER: 'create excl', // tc_new_tfilter
  RTM_NEWCHAIN: 'create', // tc_ctl_chain
  RTM_NEWACTION: 'replace', // tc_ctl_action
  RTM_DELACTION: 'root', // tca_action_gd
  RTM_NEWADDRLABEL: 'replace', // ip6addrlbl_newdel
  RTM_NEWMDB: 'create replace', // br_mdb_add, vxlan_mdb_add
  RTM_DELMDB: 'bulk', // rtnl_mdb_del
  RTM_NEWNEXTHOP: 'create replace append', // insert_nexthop
  XFRM_MSG_NEWAE: 'replace', // xfrm_new_ae
  IPCTNL_MSG_CT_NEW: 'create excl', // ctnetlink_new_conntrack
  IPCTNL_MSG_EXP_NEW: 'create excl', // ctnetlink_new_expect
  NFNL_MSG_ACCT_NEW: 'excl replace', // nfnl_acct_new
  IPCTNL_MSG_TIMEOUT_NEW: 'excl replace', // cttimeout_new_timeout
  NFNL_MSG_CTHELPER_NEW: 'excl', // nfnl_cthelper_new
  OSF_MSG_ADD: 'create excl', // nfnl_osf_add_callback
  IPSET_CMD_CREATE: 'excl', // flag_exist
  IPSET_CMD_DESTROY: 'excl',
  IPSET_CMD_ADD: 'excl',
  IPSET_CMD_DEL: 'excl',
  NFT_MSG_NEWTABLE: 'excl replace', // nf_tables_api.c
  NFT_MSG_NEWCHAIN: 'excl replace',
  NFT_MSG_NEWRULE: 'create excl replace append',
  NFT_MSG_NEWSET: 'create excl replace',
  NFT_MSG_NEWSETELEM: 'excl',
  NFT_MSG_NEWOBJ: 'excl replace',
  NFT_MSG_NEWFLOWTABLE: 'excl',
  NFT_MSG_DELTABLE: 'nonrec',
  NFT_MSG_DELCHAIN: 'nonrec',
  NFT_MSG_DELSET: 'nonrec',
  NFT_MSG_DESTROYTABLE: 'nonrec',
  NFT_MSG_DESTROYCHAIN: 'nonrec',
  NFT_MSG_DESTROYSET: 'nonrec',
  OVS_FLOW_CMD_NEW: 'create excl', // ovs_flow_cmd_new
  GTP_CMD_NEWPDP: 'excl replace', // gtp_genl_new_pdp
}

for (const [name, flags] of Object.entries(readByTheKernel)) {
  test(`${name} accepts the flags that its handler reads`, () => {
    const message = byName(name)
    const missing = flags.split(' ').filter((flag) => !message.accepts.includes(flag as FlagOption))
    assert.equal(missing, [])
    for (const flag of flags.split(' ')) assert.is.not(nlmFlags(message, { [flag]: true }), 0)
  })
}

/** Flags that programs send although the handler ignores them: iproute2, ipset(8), nft(8). */
for (const [name, options, flags] of [
  ['RTM_NEWRULE', { create: true, excl: true }, 0x600], // ip rule add
  ['RTM_NEWLINKPROP', { create: true, excl: true, append: true }, 0xe00], // ip link property add
  ['RTM_SETNEIGHTBL', { replace: true }, 0x100], // ip ntable change
  ['XFRM_MSG_NEWSA', { create: true, excl: true }, 0x600], // ip xfrm state add
  ['XFRM_MSG_NEWPOLICY', { create: true, excl: true }, 0x600],
  ['IPSET_CMD_CREATE', { create: true, excl: true }, 0x600],
  ['IPVS_CMD_NEW_DEST', { create: true }, 0x400],
  ['RTM_DELNEIGH', { bulk: true }, 0x200],
  ['RTM_DELACTION', { root: true }, 0x100],
  ['NFT_MSG_DELTABLE', { nonrec: true }, 0x100],
  ['RTM_DELNEIGH', { flags: 0x300 }, 0x300],
  ['RTM_GETLINK', { flags: NLM_F_GET.ATOMIC, echo: true }, 0x408],
  ['RTM_SETLINK', { flags: 0xfff0 }, 0xfff0],
  ['RTM_GETLINK', { create: false, bulk: undefined, flags: undefined }, 0],
] as const) {
  test(`${name} with ${JSON.stringify(options)}`, () => assert.is(nlmFlags(byName(name), options), flags))
}

for (const [name, options, words] of [
  ['RTM_SETLINK', { create: true }, "RTM_SETLINK: expected the options echo, flags, got 'create'"],
  ['RTM_DELROUTE', { bulk: true }, "RTM_DELROUTE: expected the options echo, flags, got 'bulk'"],
  ['RTM_DELNEIGH', { excl: true }, "RTM_DELNEIGH: expected the options bulk, echo, flags, got 'excl'"],
  ['RTM_NEWROUTE', { bulk: true }, "expected the options create, excl, replace, append, echo, flags, got 'bulk'"],
  ['RTM_NEWNETCONF', { create: true }, "got 'create'"], // only the kernel sends it
  ['XFRM_MSG_UPDSA', { excl: true }, "got 'excl'"],
  ['NFQNL_MSG_CONFIG', { create: true }, "got 'create'"],
  ['OVPN_CMD_PEER_NEW', { create: true }, "got 'create'"], // genl_header_check
  ['IPSET_CMD_LIST', { excl: true }, "got 'excl'"],
  ['RTM_NEWROUTE', { exclusive: false }, "got 'exclusive'"],
  ['RTM_NEWROUTE', { create: 1 }, 'RTM_NEWROUTE: expected option create to be true or false, got 1'],
  [
    'RTM_NEWROUTE',
    { flags: 0x10000 },
    'RTM_NEWROUTE: expected option flags to be an integer from 0 to 65535, got 65536',
  ],
  ['RTM_NEWROUTE', { flags: -1 }, 'got -1'],
  ['RTM_NEWROUTE', { flags: 1.5 }, 'got 1.5'],
  ['RTM_NEWROUTE', { flags: '1' }, 'integer'],
  ['RTM_NEWROUTE', { flags: 1n }, 'integer'],
  ['RTM_NEWROUTE', { flags: NLM_F.ACK }, 'got 0x4 with 0x4'],
  ['RTM_NEWROUTE', { flags: NLM_F.REQUEST | 0x100 }, 'got 0x101 with 0x1'],
  ['RTM_NEWROUTE', { flags: NLM_F.ECHO }, 'got 0x8 with 0x8'],
  ['RTM_GETROUTE', { flags: NLM_F_DUMP }, 'got 0x300 with 0x300'],
  ['RTM_GETROUTE', { flags: NLM_F_GET.MATCH }, 'got 0x200 with 0x200'],
] as const) {
  test(`${name} rejects ${JSON.stringify(options, (_, each) => (typeof each === 'bigint' ? `${each}n` : each))}`, () =>
    assert.throws(
      () => nlmFlags(byName(name), options as never),
      (error: unknown) => error instanceof TypeError && error.message.includes(words),
    ))
}

test('messages with GET or DUMP in their name, and these others, are declared as gets', () => {
  const wrong = protocols.flatMap(({ messages, byName: find }) =>
    Object.keys(messages).filter((name) => /_(GET|DUMP)(?!.*_CLEAR)/.test(name) !== find(name).isGet),
  )
  // Gets that the name does not show.
  assert.equal(wrong.sort(), [
    'DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE',
    'DEVLINK_CMD_REGION_READ',
    'DEVLINK_CMD_SELFTESTS_RUN',
    'IPSET_CMD_HEADER',
    'IPSET_CMD_LIST',
    'IPSET_CMD_PROTOCOL',
    'IPSET_CMD_SAVE',
    'IPSET_CMD_TYPE',
    'NL802154_CMD_LIST_ASSOCIATIONS',
    'SOCK_DIAG_BY_FAMILY',
  ])
})

const shape = generic.genericMessage('pots', generic.ctrlAttrs)

test('a user-defined family declares the flags of its commands', () => {
  const pots = generic.genericFamily('pots', {
    version: 1,
    messages: {
      POTS_CMD_GET_READY: [1, shape], // not a get, despite its name
      POTS_CMD_LIST: gets(2, shape),
      POTS_CMD_FILL: accepts(['excl'], 3, shape),
    },
  })
  const { byName: find } = pots.protocol(30)
  assert.equal([find('POTS_CMD_GET_READY').isGet, find('POTS_CMD_LIST').isGet], [false, true])
  assert.is(nlmFlags(find('POTS_CMD_FILL'), { excl: true }), 0x200)
  assert.throws(
    () => nlmFlags(find('POTS_CMD_FILL'), { create: true }),
    /POTS_CMD_FILL: expected the options excl, echo/,
  )
  const compiled = (netlink: Connection<typeof pots.messages>) => {
    netlink.requestSync('POTS_CMD_FILL', {}, { excl: true, flags: 0x1000 })
    // @ts-expect-error it accepts only excl
    netlink.requestSync('POTS_CMD_FILL', {}, { create: true })
    // @ts-expect-error it accepts no flag option
    netlink.requestSync('POTS_CMD_GET_READY', {}, { excl: true })
  }
  assert.type(compiled, 'function')
})

for (const [type, flags, shown] of [
  ['IPSET_CMD_SAVE', 0x301, 'REQUEST|DUMP'],
  ['IPSET_CMD_DEL', 0x205, 'REQUEST|ACK|EXCL'],
  ['RTM_DELNEIGH', 0x205, 'REQUEST|ACK|BULK'],
  ['RTM_DELACTION', 0x105, 'REQUEST|ACK|ROOT'],
  ['NFT_MSG_DESTROYSET', 0x105, 'REQUEST|ACK|NONREC'],
  ['SEG6_CMD_DUMPHMAC', 0x301, 'REQUEST|DUMP'],
  ['RTM_NEWROUTE', 0xd05, 'REQUEST|ACK|REPLACE|CREATE|APPEND'],
  ['OSF_MSG_ADD', 0x605, 'REQUEST|ACK|EXCL|CREATE'],
  ['RTM_SETLINK', 0x205, 'REQUEST|ACK|0x200'],
] as const) {
  test(`netloom decode prints the flags of ${type}`, () => {
    const header = { len: 16, type: 0, flags, seq: 1, pid: 0 }
    const message = { protocol: 'P', type, family: undefined, toKernel: true, header } as DissectedMessage
    assert.ok(showHead(message, 0n).endsWith(` P ${type} ${shown} seq 1 pid 0`), showHead(message, 0n))
  })
}

const { request, dumped } = scriptSteps(rtnetlink)
const neighbour = { family: 7, ifindex: 3 }
const { REQUEST, ACK, ECHO } = NLM_F

test('flags are sent by synchronous and asynchronous requests, batches and dumps', async () => {
  const script = scripted([
    request('RTM_DELNEIGH', neighbour, [ack()], { flags: REQUEST | ACK | 0x200 }),
    request('RTM_DELNEIGH', neighbour, [ack()], { flags: REQUEST | ACK | ECHO | 0x1200 }),
    request('RTM_DELNEIGH', neighbour, [ack()], { flags: REQUEST | ACK | 0x200 }),
    request('RTM_GETLINK', {}, dumped('RTM_NEWLINK', []), { flags: REQUEST | NLM_F_DUMP | NLM_F_GET.ATOMIC }),
    request('RTM_GETLINK', {}, dumped('RTM_NEWLINK', []), { flags: REQUEST | NLM_F_DUMP | NLM_F_GET.ATOMIC }),
  ])
  using netlink = Connection.open({ socketFactory: script, timeout: 20_000 })
  netlink.requestSync('RTM_DELNEIGH', neighbour, { bulk: true })
  await netlink.request('RTM_DELNEIGH', neighbour, { bulk: true, echo: true, flags: 0x1000 })
  const batch = netlink.batch()
  batch.add('RTM_DELNEIGH', neighbour, { bulk: true })
  assert.throws(
    () => batch.add('RTM_DELNEIGH', neighbour, { create: true } as never),
    /expected the options bulk, echo, flags/,
  )
  assert.is(batch.sendSync().failures, 0)
  netlink.dumpSync('RTM_GETLINK', {}, { flags: NLM_F_GET.ATOMIC })
  await netlink.dump('RTM_GETLINK', {}, { flags: NLM_F_GET.ATOMIC }).toArray()
  for (const flags of [NLM_F_GET.ROOT, 0x10000, 'x'] as number[]) {
    assert.throws(() => netlink.dumpSync('RTM_GETLINK', {}, { flags }), /RTM_GETLINK: expected option flags/)
    assert.throws(() => netlink.stream('RTM_GETLINK', {}, { flags }), /RTM_GETLINK: expected option flags/)
  }
  script.done()
})

test.run()
