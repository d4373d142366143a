import * as netlink from '@netloom/netlink'
import { type Declaration, type NumberNames, ofKind } from '@netloom/netlink/codec'
import * as constants from '@netloom/netlink/constants'
import * as diag from '@netloom/netlink/diag'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import * as route from '@netloom/netlink/route'
import * as xfrm from '@netloom/netlink/xfrm'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { declared } from '../fuzz/declared.js'
import { type ConstantsLike, isConstants } from '../support/header-family.js'
import { inside } from '../support/inside.js'
import '../support/built.js'

const test = suite('constants in declarations')

const exported = [netlink, constants, route, generic, netfilter, xfrm, diag].flatMap((each) =>
  Object.entries(each as Readonly<Record<string, unknown>>),
)

/** Returns the prefix and the names, which a family created by `bitsOf` shares. */
const nameOf = ({ prefix, values }: ConstantsLike) => `${prefix} ${Object.keys(values).join(' ')}`

const familiesOf = (names: NumberNames): readonly ConstantsLike[] =>
  names.type === 'enum' ? names.families : names.parts.map((part) => ('family' in part ? part.family : part))

/** Returns the families that a declaration names. */
function namedBy(declaration: Declaration<unknown>): readonly ConstantsLike[] {
  const known = ofKind(declaration)
  const { constants, constantsBy, bits } = known
  const indexes = known.kind === 'indexed' || known.kind === 'array' ? known.indexes : undefined
  return [
    ...[constants, indexes].flatMap((names) => (names ? familiesOf(names) : [])),
    ...Object.values(constantsBy?.cases ?? {}),
    ...(bits ? [bits] : []),
  ]
}

const used = new Set(
  [
    ...[...inside(declared().map(({ name, declaration }) => ({ path: [name], declaration })))].flatMap(
      ({ declaration }) => namedBy(declaration),
    ),
    ...[netfilter.netfilter.errors].filter((each) => each !== undefined),
  ].map(nameOf),
)

/** Families that no declaration uses, each with the reason. */
const apart: Readonly<Record<string, string>> = {
  AF_DIAG: 'a selection of AF',
  NLMSG: 'message types of nlmsghdr, which no declaration contains',
  NLM_F: 'flags of nlmsghdr, which no declaration contains',
  NLM_F_ACKED: 'flags of nlmsghdr, which no declaration contains',
  NLM_F_DELETE: 'flags of nlmsghdr, which no declaration contains',
  NLM_F_GET: 'flags of nlmsghdr, which no declaration contains',
  NLM_F_NEW: 'flags of nlmsghdr, which no declaration contains',
  MPTCP_EVENT: 'commands of genlmsghdr: the names of messages',
  IPSET_ERR_BITMAP: 'errors of a type of sets, which share numbers with those of other types',
  IPSET_ERR_HASH: 'errors of a type of sets, which share numbers with those of other types',
  IPSET_ERR_LIST: 'errors of a type of sets, which share numbers with those of other types',
  NFNLGRP: 'multicast groups',
  RTNLGRP: 'multicast groups',
  SKNLGRP: 'multicast groups',
  XFRMNLGRP: 'multicast groups',
  VIRTIO_NET_F: 'feature bits of network devices: the meaning of a bit depends on the type of the device',
  IPEXP: 'bits of exp_events, which only the CT target of iptables sets (struct xt_ct_target_info, a setsockopt)',
  NF_VERDICT: 'masks and shifts; the only flag is in verdictParts, as a subset',
  TCF_EM_ALIGN: 'bit-fields, whose place depends on the byte order',
  TCF_EM_CMP: 'bit-fields, whose place depends on the byte order',
  TCF_LAYER: 'bit-fields, whose place depends on the byte order',
  MIFF: 'flags of struct mif6ctl, a setsockopt (MRT6_ADD_MIF)',
  TC_MQPRIO_F: 'flags of the kernel: mqprio_parse_nlattr sets them if an attribute is present',
  TCA_ID: 'numbers of struct tc_action_ops in the kernel; messages contain the kind as text',
}

test('every exported family names the numbers of a row or a struct member, or is listed here with the reason', () => {
  const unused = exported.filter(([, each]) => isConstants(each) && !used.has(nameOf(each))).map(([name]) => name)
  assert.equal([...new Set(unused)].sort(), Object.keys(apart).sort())
})

test.run()
