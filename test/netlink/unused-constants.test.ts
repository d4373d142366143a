import * as netlink from '@netloom/netlink'
import { type NumberNames, ofKind } from '@netloom/netlink/codec'
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

const used = new Set(
  [...inside(declared().map(({ name, declaration }) => ({ path: [name], declaration })))]
    .flatMap(({ declaration }) => {
      const known = ofKind(declaration)
      return [known.constants, known.kind === 'indexed' ? known.indexes : undefined]
    })
    .flatMap((names) => (names ? familiesOf(names).map(nameOf) : [])),
)

/** Families that no declaration uses, each with the reason. */
const apart: Readonly<Record<string, string>> = {
  AF_DIAG: 'a selection of AF',
  NLMSG: 'message types and flags of nlmsghdr',
  NLM_F: 'message types and flags of nlmsghdr',
  NLM_F_ACKED: 'message types and flags of nlmsghdr',
  NLM_F_DELETE: 'message types and flags of nlmsghdr',
  NLM_F_GET: 'message types and flags of nlmsghdr',
  NLM_F_NEW: 'message types and flags of nlmsghdr',
  NFNLGRP: 'multicast groups',
  RTNLGRP: 'multicast groups',
  SKNLGRP: 'multicast groups',
  XFRMNLGRP: 'multicast groups',
  DEVCONF: 'positions in an array',
  IPCT: 'positions in an array',
  IPEXP: 'positions in an array',
  TCF_EM_ALIGN: 'bit-fields, whose place depends on the byte order',
  TCF_EM_CMP: 'bit-fields, whose place depends on the byte order',
  TCF_LAYER: 'bit-fields, whose place depends on the byte order',
  MIFF: 'not used in any message',
  TC_MQPRIO_F: 'not used in any message',
  TCA_ID: 'not used in any message',
}

/** Families that no row names yet. This list may only shrink. */
const pending: readonly string[] = [
  'DEVLINK_PARAM_FW_LOAD_POLICY_VALUE',
  'DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_ERROR_CONDITION',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_MR_MPS_VALID',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_MR_PSE_ENABLE',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_OPTION_DETECT_TED',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_OPTION_VPORT_LIM',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_OVLD_DETECTED',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_POWER_NOT_AVAILABLE',
  'ETHTOOL_C33_PSE_EXT_SUBSTATE_SHORT_DETECTED',
  'ETHTOOL_LINK_EXT_SUBSTATE_AN',
  'ETHTOOL_LINK_EXT_SUBSTATE_BSI',
  'ETHTOOL_LINK_EXT_SUBSTATE_CI',
  'ETHTOOL_LINK_EXT_SUBSTATE_LLM',
  'ETHTOOL_LINK_EXT_SUBSTATE_LT',
  'ETHTOOL_LINK_EXT_SUBSTATE_MODULE',
  'HWTSTAMP_FILTER',
  'HWTSTAMP_FLAG',
  'HWTSTAMP_TX',
  'MPTCP_EVENT',
  'NL80211_EXT_FEATURE',
  'NL80211_NAN_SCHED',
  'NL80211_P2P_PS',
  'NL80211_SCAN_RSSI_THOLD',
  'NL80211_VENDOR_ID',
  'OVSP',
  'OVS_ZONE_LIMIT',
  'SOF_TIMESTAMPING',
  'WAKE',
  'IPSET_ERR',
  'NFNL_SUBSYS',
  'NFT_REJECT_ICMPX',
  'NF_VERDICT',
]

test('every exported family names the numbers of a row or a struct member, or is listed here with the reason', () => {
  const unused = exported.filter(([, each]) => isConstants(each) && !used.has(nameOf(each))).map(([name]) => name)
  const unexpected = new Set(unused.filter((name) => !Object.hasOwn(apart, name) && !pending.includes(name)))
  console.log(`${unused.length} families of constants are in no declaration`)
  assert.equal([...unexpected], [])
})

test.run()
