import { type Declaration, describe } from '@netloom/netlink/codec'
import * as generic from '@netloom/netlink/generic'
import * as netfilter from '@netloom/netlink/netfilter'
import { linkMessage } from '@netloom/netlink/route'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as ethtool from '../../packages/netlink/dist/generic/ethtool/index.js'
import '../support/built.js'

/** Names of the numbers whose meaning depends on another member or on a position. */
const test = suite('names in messages')

const named = (what: string, declaration: Declaration<unknown>, value: object, words: object) =>
  test(what, () => assert.equal(describe(declaration, value), words))

// The names in the expectations are those of linux/ethtool.h and the like, not of the declarations.
for (const [state, substate, stateWords, words] of [
  [0, 6, 'AUTONEG', 'ETHTOOL_LINK_EXT_SUBSTATE_AN_NO_HCD'],
  [1, 4, 'LINK_TRAINING_FAILURE', 'ETHTOOL_LINK_EXT_SUBSTATE_LT_REMOTE_FAULT'],
  [2, 4, 'LINK_LOGICAL_MISMATCH', 'ETHTOOL_LINK_EXT_SUBSTATE_LLM_FC_FEC_IS_NOT_LOCKED'],
  [3, 4, 'BAD_SIGNAL_INTEGRITY', 'ETHTOOL_LINK_EXT_SUBSTATE_BSI_SERDES_ALOS'],
  [4, 1, 'NO_CABLE', 1],
  [5, 1, 'CABLE_ISSUE', 'ETHTOOL_LINK_EXT_SUBSTATE_CI_UNSUPPORTED_CABLE'],
  [10, 1, 'MODULE', 'ETHTOOL_LINK_EXT_SUBSTATE_MODULE_CMIS_NOT_READY'],
  [10, 9, 'MODULE', 9],
] as const)
  named(
    `link substate ${substate} of state ${state}`,
    ethtool.ethtoolLinkstateAttrs,
    { extState: state, extSubstate: substate },
    { extState: `ETHTOOL_LINK_EXT_STATE_${stateWords}`, extSubstate: words },
  )

for (const [state, substate, words] of [
  [1, 9, 'ERROR_CONDITION_DETECTED_OVER_TEMP'],
  [2, 2, 'MR_MPS_VALID_CONNECTION_OPEN'],
  [3, 1, 'MR_PSE_ENABLE_DISABLE_PIN_ACTIVE'],
  [4, 2, 'OPTION_DETECT_TED_CONNECTION_CHECK_ERROR'],
  [5, 3, 'OPTION_VPORT_LIM_VOLTAGE_INJECTION'],
  [6, 1, 'OVLD_DETECTED_OVERLOAD'],
  [8, 4, 'POWER_NOT_AVAILABLE_HW_PW_LIMIT'],
  [9, 1, 'SHORT_DETECTED_SHORT_CONDITION'],
] as const)
  test(`PSE substate ${substate} of state ${state}`, () => {
    const described = describe(ethtool.ethtoolPseAttrs, { c33PseExtState: state, c33PseExtSubstate: substate })
    assert.is((described as { c33PseExtSubstate: unknown }).c33PseExtSubstate, `ETHTOOL_C33_PSE_EXT_SUBSTATE_${words}`)
  })

named(
  'link modes',
  ethtool.ethtoolLinkmodesAttrs,
  { ours: { size: 92, value: [0x20, 0, 0x1000000], mask: [0x60, 0x8000, 0x1000000] } },
  {
    ours: {
      size: 92,
      value: '1000baseT_Full_BIT|400000baseDR4_Full_BIT',
      mask: '1000baseT_Full_BIT|Autoneg_BIT|2500baseT_Full_BIT|400000baseDR4_Full_BIT',
    },
  },
)
named(
  'events that wake the machine',
  ethtool.ethtoolWolAttrs,
  { modes: { value: [0x22], mask: [0xff], bits: { bit: [{ index: 5, name: 'magic' }] } } },
  {
    modes: {
      value: 'UCAST|MAGIC',
      mask: 'PHY|UCAST|MCAST|BCAST|ARP|MAGIC|MAGICSECURE|FILTER',
      bits: { bit: [{ index: 'WAKE_MAGIC', name: 'magic' }] },
    },
  },
)
named(
  'time stamping',
  ethtool.ethtoolTsinfoAttrs,
  { timestamping: { value: [0x58] }, txTypes: { value: [5] }, rxFilters: { value: [0x8001] } },
  {
    timestamping: { value: 'RX_SOFTWARE|SOFTWARE|RAW_HARDWARE' },
    txTypes: { value: 'OFF|ONESTEP_SYNC' },
    rxFilters: { value: 'NONE|NTP_ALL' },
  },
)
named(
  'flags of time stamping',
  ethtool.ethtoolTsconfigAttrs,
  { hwtstampFlags: { value: [1] } },
  { hwtstampFlags: { value: 'BONDED_PHC_INDEX' } },
)
named(
  'features, which only the kernel names',
  ethtool.ethtoolFeaturesAttrs,
  { hw: { value: [3] } },
  { hw: { value: [3] } },
)

for (const [paramName, value, words] of [
  ['fw_load_policy', 2, 'DEVLINK_PARAM_FW_LOAD_POLICY_VALUE_DISK'],
  ['reset_dev_on_drv_probe', 2, 'DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE_NEVER'],
  ['another', 2, 2],
] as const)
  named(
    `the devlink parameter ${paramName}`,
    generic.devlinkParamAttrs,
    {
      paramName,
      paramType: 1,
      paramValuesList: { paramValue: [{ paramValueData: [value], paramValueDefault: [value] }] },
    },
    {
      ...{ paramName, paramType: 'DEVLINK_VAR_ATTR_TYPE_U8' },
      paramValuesList: { paramValue: [{ paramValueData: [words], paramValueDefault: [words] }] },
    },
  )

named(
  'extended features of a wiphy',
  generic.nl80211Attrs,
  { extFeatures: Buffer.of(0x03, 0, 0, 0x08, 0, 0, 0, 0x02), vendorId: 0x80000001, staSupportP2pPs: 1 },
  {
    extFeatures: 'VHT_IBSS|RRM|ACK_SIGNAL_SUPPORT|PROT_RANGE_NEGO_AND_MEASURE',
    vendorId: 'IS_LINUX|0x1',
    staSupportP2pPs: 'NL80211_P2P_PS_SUPPORTED',
  },
)
named(
  'time slots without a channel',
  generic.nl80211Attrs,
  { nanTimeSlots: [0, 255], nanPeerMaps: [{ timeSlots: [255] }] },
  {
    nanTimeSlots: [0, 'NL80211_NAN_SCHED_NOT_AVAIL_SLOT'],
    nanPeerMaps: [{ timeSlots: ['NL80211_NAN_SCHED_NOT_AVAIL_SLOT'] }],
  },
)

for (const [code, words] of [
  [0, 'NF_DROP'],
  [1, 'NF_ACCEPT'],
  [-3, 'NFT_JUMP'],
  [0x00058003, 'NF_QUEUE|FLAG_QUEUE_BYPASS|0x50000'],
] as const)
  named(`the verdict ${code}`, netfilter.nftVerdictAttrs, { code }, { code: words })

for (const [type, words] of [
  [2, 'NFT_REJECT_ICMPX_HOST_UNREACH'],
  [0, 2],
] as const)
  test(`ICMP code 2 of reject type ${type}`, () => {
    const described = describe(netfilter.nftRejectAttrs, { type, icmpCode: 2 })
    assert.is((described as { icmpCode: unknown }).icmpCode, words)
  })

named('the subsystem of a batch', netfilter.nfnlBatchMessage, { resId: 10 }, { resId: 'NFNL_SUBSYS_NFTABLES' })

named(
  'registers of nftables',
  netfilter.nftLookupAttrs,
  { sreg: 1, dreg: 8 },
  { sreg: 'NFT_REG_1', dreg: 'NFT_REG32_00' },
)

named(
  'settings of a link',
  linkMessage,
  { family: 0, attrs: { afSpec: { inet: { conf: [1, 0] }, inet6: { conf: [0, 64, 1500] } } } },
  {
    family: 'AF_UNSPEC',
    attrs: {
      afSpec: {
        inet: { conf: { FORWARDING: 1, MC_FORWARDING: 0 } },
        inet6: { conf: { FORWARDING: 0, HOPLIMIT: 64, MTU6: 1500 } },
      },
    },
  },
)

test.run()
