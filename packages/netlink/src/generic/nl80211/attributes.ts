import {
  array,
  attributes,
  bytes,
  type Declaration,
  flag,
  type Infer,
  i8,
  i16,
  i32,
  indexed,
  lazy,
  list,
  lladdr,
  multi,
  nestedBytes,
  selectOuter,
  string,
  u8,
  u16,
  u32,
  u64,
} from '../../codec/index.js'
import { flagOr, sized } from '../either.js'
import { NL80211_CMD } from './constants.js'
import { nl80211FtmRespAttrs, nl80211FtmStatsAttrs, nl80211PmsrAttrs } from './measurement.js'
import {
  nl80211NanCapaAttrs,
  nl80211NanChannelAttrs,
  nl80211NanConfAttrs,
  nl80211NanFuncAttrs,
  nl80211NanMatchAttrs,
  nl80211NanPeerMapAttrs,
} from './nan.js'
import {
  nl80211BssSelectAttrs,
  nl80211BssSelectRssiAdjust,
  nl80211CqmAttrs,
  nl80211FilsDiscoveryAttrs,
  nl80211HeBssColorAttrs,
  nl80211HeObssPdAttrs,
  nl80211KeyAttrs,
  nl80211KeyDefaultTypesAttrs,
  nl80211MbssidConfigAttrs,
  nl80211MeshconfAttrs,
  nl80211MeshSetupAttrs,
  nl80211MntrFlagsAttrs,
  nl80211PmksaCandidateAttrs,
  nl80211RegRuleAttrs,
  nl80211RekeyDataAttrs,
  nl80211S1gShortBeaconAttrs,
  nl80211SchedScanMatchAttrs,
  nl80211SchedScanPlanAttrs,
  nl80211TidConfigAttrs,
  nl80211TxqAttrs,
  nl80211TxrateAttrs,
  nl80211UnsolBcastProbeRespAttrs,
} from './settings.js'
import {
  nl80211BssAttrs,
  nl80211MpathInfoAttrs,
  nl80211StaFlagsAttrs,
  nl80211StaFlagUpdate,
  nl80211StaInfoAttrs,
  nl80211StaWmeAttrs,
  nl80211SurveyInfoAttrs,
  nl80211TxqStatsAttrs,
} from './station.js'
import {
  nl80211BandAttrs,
  nl80211BssParamSupportAttrs,
  nl80211FrameTypesAttrs,
  nl80211FrequencyAttrs,
  nl80211IfaceCombAttrs,
  nl80211IftypeAkmAttrs,
  nl80211IftypeExtCapaAttrs,
  nl80211IftypesAttrs,
  nl80211SarAttrs,
  nl80211VendorCmdInfo,
  nl80211WiphyRadioAttrs,
} from './wiphy.js'
import {
  nl80211CoalesceRuleAttrs,
  nl80211CoalesceRuleSupport,
  nl80211WowlanSupportAttrs,
  nl80211WowlanTriggersAttrs,
} from './wowlan.js'

/** Some attributes nest all of them once more. */
const attrs = lazy((): Declaration<Nl80211Attrs> => nl80211Attrs)
const links = lazy((): Declaration<Nl80211Attrs[]> => mloLinks)

/** NL80211_ATTR_COALESCE_RULE: of a wiphy, what can be set. */
const coalesceRule = selectOuter(
  'cmd',
  {
    [NL80211_CMD.GET_COALESCE]: list(nl80211CoalesceRuleAttrs),
    [NL80211_CMD.SET_COALESCE]: list(nl80211CoalesceRuleAttrs),
  },
  nl80211CoalesceRuleSupport,
)

/** NL80211_ATTR_*, linux/nl80211.h. What is `bytes` is laid out by IEEE 802.11 or a vendor, or is a key. */
export const nl80211Attrs = attributes('NL80211_ATTR', {
  wiphy: [1, u32],
  wiphyName: [2, string],
  ifindex: [3, u32],
  ifname: [4, string],
  iftype: [5, u32], // NL80211_IFTYPE_*
  mac: [6, lladdr],
  keyData: [7, bytes],
  keyIdx: [8, u8],
  keyCipher: [9, u32], // cipher suite
  keySeq: [10, bytes],
  keyDefault: [11, flag],
  beaconInterval: [12, u32], // 1024 microseconds
  dtimPeriod: [13, u32],
  beaconHead: [14, bytes],
  beaconTail: [15, bytes],
  staAid: [16, u16],
  staFlags: [17, nl80211StaFlagsAttrs],
  staListenInterval: [18, u16],
  staSupportedRates: [19, array(u8)], // 500 kbit/s
  staVlan: [20, u32],
  staInfo: [21, nl80211StaInfoAttrs],
  wiphyBands: [22, indexed(nl80211BandAttrs)], // by NL80211_BAND_*
  mntrFlags: [23, nl80211MntrFlagsAttrs],
  meshId: [24, bytes],
  staPlinkAction: [25, u8], // NL80211_PLINK_ACTION_*
  mpathNextHop: [26, lladdr],
  mpathInfo: [27, nl80211MpathInfoAttrs],
  bssCtsProt: [28, u8],
  bssShortPreamble: [29, u8],
  bssShortSlotTime: [30, u8],
  htCapability: [31, bytes],
  supportedIftypes: [32, nl80211IftypesAttrs],
  regAlpha2: [33, string], // ISO 3166-1, or 00 for the world
  regRules: [34, list(nl80211RegRuleAttrs, { from: 0 })],
  meshConfig: [35, nl80211MeshconfAttrs],
  bssBasicRates: [36, array(u8)], // 500 kbit/s
  wiphyTxqParams: [37, list(nl80211TxqAttrs)],
  wiphyFreq: [38, u32], // MHz
  wiphyChannelType: [39, u32], // NL80211_CHAN_NO_HT and its like
  keyDefaultMgmt: [40, flag],
  mgmtSubtype: [41, u8],
  ie: [42, bytes], // information elements, as IEEE 802.11 has them
  maxNumScanSsids: [43, u8],
  scanFrequencies: [44, list(u32, { from: 0 })], // MHz
  scanSsids: [45, list(bytes, { from: 0 })],
  generation: [46, u32], // another one means that a dump is torn
  bss: [47, nl80211BssAttrs],
  regInitiator: [48, u8], // NL80211_REGDOM_SET_BY_*
  regType: [49, u8], // NL80211_REGDOM_TYPE_*
  supportedCommands: [50, list(u32)], // NL80211_CMD_*
  frame: [51, bytes],
  ssid: [52, bytes], // not always text
  authType: [53, u32], // NL80211_AUTHTYPE_*
  reasonCode: [54, u16], // of IEEE 802.11
  keyType: [55, u32], // NL80211_KEYTYPE_*
  maxScanIeLen: [56, u16],
  cipherSuites: [57, array(u32)], // 00-0f-ac:4 is 0x000fac04
  freqBefore: [58, nl80211FrequencyAttrs],
  freqAfter: [59, nl80211FrequencyAttrs],
  freqFixed: [60, flag],
  wiphyRetryShort: [61, u8],
  wiphyRetryLong: [62, u8],
  wiphyFragThreshold: [63, u32], // bytes; 0xffffffff for none
  wiphyRtsThreshold: [64, u32], // bytes; 0xffffffff for none
  timedOut: [65, flag],
  useMfp: [66, u32], // NL80211_MFP_*
  staFlags2: [67, nl80211StaFlagUpdate], // NL80211_STA_FLAG_*, as bits
  controlPort: [68, flag],
  testdata: [69, nestedBytes],
  privacy: [70, flag],
  disconnectedByAp: [71, flag],
  statusCode: [72, u16], // of IEEE 802.11
  cipherSuitesPairwise: [73, array(u32)],
  cipherSuiteGroup: [74, u32],
  wpaVersions: [75, u32], // NL80211_WPA_VERSION_*
  akmSuites: [76, array(u32)],
  reqIe: [77, bytes],
  respIe: [78, bytes],
  prevBssid: [79, lladdr],
  key: [80, nl80211KeyAttrs],
  keys: [81, list(nl80211KeyAttrs)],
  pid: [82, u32], // of a process in another network namespace
  '4addr': [83, u8],
  surveyInfo: [84, nl80211SurveyInfoAttrs],
  pmkid: [85, bytes],
  maxNumPmkids: [86, u8],
  duration: [87, u32], // milliseconds
  cookie: [88, u64],
  wiphyCoverageClass: [89, u8],
  txRates: [90, indexed(nl80211TxrateAttrs)], // by NL80211_BAND_*
  frameMatch: [91, bytes],
  ack: [92, flag],
  psState: [93, u32], // NL80211_PS_*
  cqm: [94, nl80211CqmAttrs],
  localStateChange: [95, flag],
  apIsolate: [96, u8],
  wiphyTxPowerSetting: [97, u32], // NL80211_TX_POWER_*
  wiphyTxPowerLevel: [98, i32], // hundredths of a dBm
  txFrameTypes: [99, indexed(nl80211FrameTypesAttrs)], // by NL80211_IFTYPE_*
  rxFrameTypes: [100, indexed(nl80211FrameTypesAttrs)], // by NL80211_IFTYPE_*
  frameType: [101, u16],
  controlPortEthertype: [102, flagOr(u16)], // ETH_P_*; of a wiphy, that it can be set
  controlPortNoEncrypt: [103, flag],
  supportIbssRsn: [104, flag],
  wiphyAntennaTx: [105, u32], // as bits
  wiphyAntennaRx: [106, u32], // as bits
  mcastRate: [107, u32], // 100 kbit/s
  offchannelTxOk: [108, flag],
  bssHtOpmode: [109, u16],
  keyDefaultTypes: [110, nl80211KeyDefaultTypesAttrs],
  maxRemainOnChannelDuration: [111, u32], // milliseconds
  meshSetup: [112, nl80211MeshSetupAttrs],
  wiphyAntennaAvailTx: [113, u32],
  wiphyAntennaAvailRx: [114, u32],
  supportMeshAuth: [115, flag],
  staPlinkState: [116, u8], // NL80211_PLINK_*
  wowlanTriggers: [117, nl80211WowlanTriggersAttrs],
  wowlanTriggersSupported: [118, nl80211WowlanSupportAttrs],
  schedScanInterval: [119, u32], // milliseconds
  interfaceCombinations: [120, list(nl80211IfaceCombAttrs)],
  softwareIftypes: [121, nl80211IftypesAttrs],
  rekeyData: [122, nl80211RekeyDataAttrs],
  maxNumSchedScanSsids: [123, u8],
  maxSchedScanIeLen: [124, u16],
  scanSuppRates: [125, indexed(array(u8))], // 500 kbit/s, by NL80211_BAND_*
  hiddenSsid: [126, u32], // NL80211_HIDDEN_SSID_*
  ieProbeResp: [127, bytes],
  ieAssocResp: [128, bytes],
  staWme: [129, nl80211StaWmeAttrs],
  supportApUapsd: [130, flag],
  roamSupport: [131, flag],
  schedScanMatch: [132, list(nl80211SchedScanMatchAttrs, { from: 0 })],
  maxMatchSets: [133, u8],
  pmksaCandidate: [134, nl80211PmksaCandidateAttrs],
  txNoCckRate: [135, flag],
  tdlsAction: [136, u8],
  tdlsDialogToken: [137, u8],
  tdlsOperation: [138, u8], // NL80211_TDLS_*
  tdlsSupport: [139, flag],
  tdlsExternalSetup: [140, flag],
  deviceApSme: [141, u32], // NL80211_AP_SME_*
  dontWaitForAck: [142, flag],
  featureFlags: [143, u32], // NL80211_FEATURE_*
  probeRespOffload: [144, u32], // NL80211_PROBE_RESP_OFFLOAD_SUPPORT_*
  probeResp: [145, bytes],
  dfsRegion: [146, u8], // NL80211_DFS_*
  disableHt: [147, flag],
  htCapabilityMask: [148, bytes],
  noackMap: [149, u16],
  inactivityTimeout: [150, u16],
  rxSignalDbm: [151, i32], // dBm
  bgScanPeriod: [152, u16],
  wdev: [153, u64], // wiphy, and in the lower half a number
  userRegHintType: [154, u32], // NL80211_USER_REG_HINT_*
  connFailedReason: [155, u32], // NL80211_CONN_FAIL_*
  authData: [156, bytes],
  vhtCapability: [157, bytes],
  scanFlags: [158, u32], // NL80211_SCAN_FLAG_*
  channelWidth: [159, u32], // NL80211_CHAN_WIDTH_*
  centerFreq1: [160, u32], // MHz
  centerFreq2: [161, u32], // MHz
  p2pCtwindow: [162, u8],
  p2pOppps: [163, u8],
  localMeshPowerMode: [164, u32], // NL80211_MESH_POWER_*
  aclPolicy: [165, u32], // NL80211_ACL_POLICY_*
  macAddrs: [166, list(lladdr)],
  macAclMax: [167, u32],
  radarEvent: [168, u32], // NL80211_RADAR_*
  extCapa: [169, bytes],
  extCapaMask: [170, bytes],
  staCapability: [171, u16],
  staExtCapability: [172, bytes],
  protocolFeatures: [173, u32], // NL80211_PROTOCOL_FEATURE_*
  splitWiphyDump: [174, flag],
  disableVht: [175, flag],
  vhtCapabilityMask: [176, bytes],
  mdid: [177, u16],
  ieRic: [178, bytes],
  critProtId: [179, u16], // NL80211_CRIT_PROTO_*
  maxCritProtDuration: [180, u16],
  peerAid: [181, u16],
  coalesceRule: [182, coalesceRule],
  chSwitchCount: [183, u32],
  chSwitchBlockTx: [184, flag],
  csaIes: [185, attrs],
  cntdwnOffsBeacon: [186, array(u16)],
  cntdwnOffsPresp: [187, array(u16)],
  rxmgmtFlags: [188, u32], // NL80211_RXMGMT_FLAG_*
  staSupportedChannels: [189, bytes],
  staSupportedOperClasses: [190, bytes],
  handleDfs: [191, flag],
  support5Mhz: [192, flag, 'NL80211_ATTR_SUPPORT_5_MHZ'],
  support10Mhz: [193, flag, 'NL80211_ATTR_SUPPORT_10_MHZ'],
  opmodeNotif: [194, u8],
  vendorId: [195, u32], // an OUI
  vendorSubcmd: [196, u32],
  vendorData: [197, selectOuter('cmd', { [NL80211_CMD.NEW_WIPHY]: list(nl80211VendorCmdInfo) }, bytes)],
  vendorEvents: [198, list(nl80211VendorCmdInfo)],
  qosMap: [199, bytes],
  macHint: [200, lladdr],
  wiphyFreqHint: [201, u32],
  maxApAssocSta: [202, u32],
  tdlsPeerCapability: [203, u32], // NL80211_TDLS_PEER_*
  socketOwner: [204, flag],
  csaCOffsetsTx: [205, array(u16)],
  maxCsaCounters: [206, u8],
  tdlsInitiator: [207, flag],
  useRrm: [208, flag],
  wiphyDynAck: [209, flag],
  tsid: [210, u8],
  userPrio: [211, u8],
  admittedTime: [212, u16],
  smpsMode: [213, u8], // NL80211_SMPS_*
  operClass: [214, u8],
  macMask: [215, lladdr],
  wiphySelfManagedReg: [216, flag],
  extFeatures: [217, bytes], // NL80211_EXT_FEATURE_*, as bits from the first byte
  surveyRadioStats: [218, flag],
  netnsFd: [219, u32], // an open file descriptor
  schedScanDelay: [220, u32],
  regIndoor: [221, flag],
  maxNumSchedScanPlans: [222, u32],
  maxScanPlanInterval: [223, u32],
  maxScanPlanIterations: [224, u32],
  schedScanPlans: [225, list(nl80211SchedScanPlanAttrs)],
  pbss: [226, flag],
  bssSelect: [227, nl80211BssSelectAttrs],
  staSupportP2pPs: [228, u8],
  pad: [229, bytes],
  iftypeExtCapa: [230, list(nl80211IftypeExtCapaAttrs, { from: 0 })],
  muMimoGroupData: [231, bytes],
  muMimoFollowMacAddr: [232, lladdr],
  scanStartTimeTsf: [233, u64],
  scanStartTimeTsfBssid: [234, lladdr],
  measurementDuration: [235, u16],
  measurementDurationMandatory: [236, flag],
  meshPeerAid: [237, u16],
  nanMasterPref: [238, u8],
  bands: [239, u32], // NL80211_BAND_*, as bits
  nanFunc: [240, nl80211NanFuncAttrs],
  nanMatch: [241, nl80211NanMatchAttrs],
  filsKek: [242, bytes],
  filsNonces: [243, bytes],
  multicastToUnicastEnabled: [244, flag],
  bssid: [245, lladdr],
  schedScanRelativeRssi: [246, i8],
  schedScanRssiAdjust: [247, nl80211BssSelectRssiAdjust],
  timeoutReason: [248, u32], // NL80211_TIMEOUT_*
  filsErpUsername: [249, bytes],
  filsErpRealm: [250, bytes],
  filsErpNextSeqNum: [251, u16],
  filsErpRrk: [252, bytes],
  filsCacheId: [253, bytes],
  pmk: [254, bytes],
  schedScanMulti: [255, flag],
  schedScanMaxReqs: [256, u32],
  want1x4wayHs: [257, flag, 'NL80211_ATTR_WANT_1X_4WAY_HS'],
  pmkr0Name: [258, bytes],
  portAuthorized: [259, flag],
  externalAuthAction: [260, u32], // NL80211_EXTERNAL_AUTH_*
  externalAuthSupport: [261, flag],
  nss: [262, u8],
  ackSignal: [263, i32], // dBm
  controlPortOverNl80211: [264, flag],
  txqStats: [265, nl80211TxqStatsAttrs],
  txqLimit: [266, u32],
  txqMemoryLimit: [267, u32],
  txqQuantum: [268, u32],
  heCapability: [269, bytes],
  ftmResponder: [270, nl80211FtmRespAttrs],
  ftmResponderStats: [271, nl80211FtmStatsAttrs],
  timeout: [272, u32],
  peerMeasurements: [273, nl80211PmsrAttrs],
  airtimeWeight: [274, u16],
  staTxPowerSetting: [275, u8], // NL80211_TX_POWER_*
  staTxPower: [276, i16], // dBm
  saePassword: [277, bytes],
  twtResponder: [278, flag],
  heObssPd: [279, nl80211HeObssPdAttrs],
  wiphyEdmgChannels: [280, u8],
  wiphyEdmgBwConfig: [281, u8],
  vlanId: [282, u16],
  heBssColor: [283, nl80211HeBssColorAttrs],
  iftypeAkmSuites: [284, list(nl80211IftypeAkmAttrs)],
  tidConfig: [285, selectOuter('cmd', { [NL80211_CMD.NEW_WIPHY]: nl80211TidConfigAttrs }, list(nl80211TidConfigAttrs))],
  controlPortNoPreauth: [286, flag],
  pmkLifetime: [287, u32],
  pmkReauthThreshold: [288, u8],
  receiveMulticast: [289, flag],
  wiphyFreqOffset: [290, u32], // kHz
  centerFreq1Offset: [291, u32], // kHz
  scanFreqKhz: [292, list(u32, { from: 0 })], // kHz
  he6ghzCapability: [293, bytes, 'NL80211_ATTR_HE_6GHZ_CAPABILITY'],
  filsDiscovery: [294, nl80211FilsDiscoveryAttrs],
  unsolBcastProbeResp: [295, nl80211UnsolBcastProbeRespAttrs],
  s1gCapability: [296, bytes],
  s1gCapabilityMask: [297, bytes],
  saePwe: [298, u8], // NL80211_SAE_PWE_*
  reconnectRequested: [299, flag],
  sarSpec: [300, nl80211SarAttrs],
  disableHe: [301, flag],
  obssColorBitmap: [302, u64],
  colorChangeCount: [303, sized(u8, u32)],
  colorChangeColor: [304, u8],
  colorChangeElems: [305, attrs],
  mbssidConfig: [306, nl80211MbssidConfigAttrs],
  mbssidElems: [307, list(bytes)],
  radarBackground: [308, flag],
  apSettingsFlags: [309, u32], // NL80211_AP_SETTINGS_*
  ehtCapability: [310, bytes],
  disableEht: [311, flag],
  mloLinks: [312, links],
  mloLinkId: [313, u8],
  mldAddr: [314, lladdr],
  mloSupport: [315, flag],
  maxNumAkmSuites: [316, u16],
  emlCapability: [317, u16],
  mldCapaAndOps: [318, u16],
  txHwTimestamp: [319, u64],
  rxHwTimestamp: [320, u64],
  tdBitmap: [321, bytes],
  punctBitmap: [322, u32],
  maxHwTimestampPeers: [323, u16],
  hwTimestampEnabled: [324, flag],
  emaRnrElems: [325, list(bytes)],
  mloLinkDisabled: [326, flag],
  bssDumpIncludeUseData: [327, flag],
  mloTtlmDlink: [328, array(u16)],
  mloTtlmUlink: [329, array(u16)],
  assocSppAmsdu: [330, flag],
  wiphyRadios: [331, list(nl80211WiphyRadioAttrs)],
  wiphyInterfaceCombinations: [332, list(nl80211IfaceCombAttrs)],
  vifRadioMask: [333, u32],
  supportedSelectors: [334, bytes],
  mloReconfRemLinks: [335, u16],
  epcs: [336, flag],
  extMldCapaAndOps: [337, u16],
  wiphyRadioIndex: [338, u8],
  s1gLongBeaconPeriod: [339, u8],
  s1gShortBeacon: [340, nl80211S1gShortBeaconAttrs],
  bssParam: [341, selectOuter('cmd', { [NL80211_CMD.NEW_WIPHY]: nl80211BssParamSupportAttrs }, flag)],
  nanConfig: [342, nl80211NanConfAttrs],
  nanNewCluster: [343, flag],
  nanCapabilities: [344, nl80211NanCapaAttrs],
  s1gPrimary2mhz: [345, flag, 'NL80211_ATTR_S1G_PRIMARY_2MHZ'],
  eppPeer: [346, flag],
  uhrCapability: [347, bytes],
  disableUhr: [348, flag],
  incumbentSignalInterferenceBitmap: [349, u32],
  uhrOperation: [350, bytes],
  nanChannel: [351, multi(nl80211NanChannelAttrs)],
  nanChannelEntry: [352, bytes],
  nanTimeSlots: [353, bytes],
  nanRxNss: [354, u8],
  nanAvailBlob: [355, bytes],
  nanSchedDeferred: [356, flag],
  nanSchedUpdateSuccess: [357, flag],
  nanNmiMac: [358, lladdr],
  nanUlw: [359, bytes],
  nanCommittedDw: [360, u16],
  nanSeqId: [361, u8],
  nanMaxChanSwitchTime: [362, u16],
  nanPeerMaps: [363, list(nl80211NanPeerMapAttrs)],
  assocEncrypted: [364, flag],
  npcaPrimaryFreq: [365, u32],
  npcaPunctBitmap: [366, u32],
})
export interface Nl80211Attrs extends Infer<typeof nl80211Attrs> {}

const mloLinks: Declaration<Nl80211Attrs[]> = list<Nl80211Attrs>(nl80211Attrs)
