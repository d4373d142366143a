import { gets } from '../../message/index.js'
import { genericFamily, genericMessage } from '../family.js'
import {
  type EthtoolCableTestAttrs,
  type EthtoolCableTestNtfAttrs,
  type EthtoolCableTestTdrAttrs,
  type EthtoolCableTestTdrNtfAttrs,
  ethtoolCableTestAttrs,
  ethtoolCableTestNtfAttrs,
  ethtoolCableTestTdrAttrs,
  ethtoolCableTestTdrNtfAttrs,
} from './cable.js'
import {
  type EthtoolDebugAttrs,
  type EthtoolEeeAttrs,
  type EthtoolLinkinfoAttrs,
  type EthtoolLinkmodesAttrs,
  type EthtoolLinkstateAttrs,
  type EthtoolPauseAttrs,
  type EthtoolWolAttrs,
  ethtoolDebugAttrs,
  ethtoolEeeAttrs,
  ethtoolLinkinfoAttrs,
  ethtoolLinkmodesAttrs,
  ethtoolLinkstateAttrs,
  ethtoolPauseAttrs,
  ethtoolWolAttrs,
} from './link.js'
import {
  type EthtoolFecAttrs,
  type EthtoolModuleAttrs,
  type EthtoolModuleEepromAttrs,
  type EthtoolModuleFwFlashAttrs,
  ethtoolFecAttrs,
  ethtoolModuleAttrs,
  ethtoolModuleEepromAttrs,
  ethtoolModuleFwFlashAttrs,
} from './module.js'
import {
  type EthtoolMmAttrs,
  type EthtoolMseAttrs,
  type EthtoolPhyAttrs,
  type EthtoolPlcaAttrs,
  ethtoolMmAttrs,
  ethtoolMseAttrs,
  ethtoolPhyAttrs,
  ethtoolPlcaAttrs,
} from './phy.js'
import { type EthtoolPseAttrs, type EthtoolPseNtfAttrs, ethtoolPseAttrs, ethtoolPseNtfAttrs } from './pse.js'
import {
  type EthtoolChannelsAttrs,
  type EthtoolCoalesceAttrs,
  type EthtoolRingsAttrs,
  type EthtoolRssAttrs,
  ethtoolChannelsAttrs,
  ethtoolCoalesceAttrs,
  ethtoolRingsAttrs,
  ethtoolRssAttrs,
} from './queues.js'
import { type EthtoolStatsAttrs, ethtoolStatsAttrs } from './stats.js'
import {
  type EthtoolFeaturesAttrs,
  type EthtoolPrivflagsAttrs,
  type EthtoolStrsetAttrs,
  ethtoolFeaturesAttrs,
  ethtoolPrivflagsAttrs,
  ethtoolStrsetAttrs,
} from './strings.js'
import {
  type EthtoolPhcVclocksAttrs,
  type EthtoolTsconfigAttrs,
  type EthtoolTsinfoAttrs,
  ethtoolPhcVclocksAttrs,
  ethtoolTsconfigAttrs,
  ethtoolTsinfoAttrs,
} from './time.js'
import { type EthtoolTunnelInfoAttrs, ethtoolTunnelInfoAttrs } from './tunnel.js'

// Named types: otherwise TypeScript writes each of them out in full in the family's type.
const cableTest = genericMessage<EthtoolCableTestAttrs>('cable test', ethtoolCableTestAttrs)
const cableTestNtf = genericMessage<EthtoolCableTestNtfAttrs>('cable test ntf', ethtoolCableTestNtfAttrs)
const cableTestTdr = genericMessage<EthtoolCableTestTdrAttrs>('cable test tdr', ethtoolCableTestTdrAttrs)
const cableTestTdrNtf = genericMessage<EthtoolCableTestTdrNtfAttrs>('cable test tdr ntf', ethtoolCableTestTdrNtfAttrs)
const channels = genericMessage<EthtoolChannelsAttrs>('channels', ethtoolChannelsAttrs)
const coalesce = genericMessage<EthtoolCoalesceAttrs>('coalesce', ethtoolCoalesceAttrs)
const debug = genericMessage<EthtoolDebugAttrs>('debug', ethtoolDebugAttrs)
const eee = genericMessage<EthtoolEeeAttrs>('eee', ethtoolEeeAttrs)
const features = genericMessage<EthtoolFeaturesAttrs>('features', ethtoolFeaturesAttrs)
const fec = genericMessage<EthtoolFecAttrs>('fec', ethtoolFecAttrs)
const linkinfo = genericMessage<EthtoolLinkinfoAttrs>('linkinfo', ethtoolLinkinfoAttrs)
const linkmodes = genericMessage<EthtoolLinkmodesAttrs>('linkmodes', ethtoolLinkmodesAttrs)
const linkstate = genericMessage<EthtoolLinkstateAttrs>('linkstate', ethtoolLinkstateAttrs)
const mm = genericMessage<EthtoolMmAttrs>('mm', ethtoolMmAttrs)
const module = genericMessage<EthtoolModuleAttrs>('module', ethtoolModuleAttrs)
const moduleEeprom = genericMessage<EthtoolModuleEepromAttrs>('module eeprom', ethtoolModuleEepromAttrs)
const moduleFwFlash = genericMessage<EthtoolModuleFwFlashAttrs>('module fw flash', ethtoolModuleFwFlashAttrs)
const mse = genericMessage<EthtoolMseAttrs>('mse', ethtoolMseAttrs)
const pause = genericMessage<EthtoolPauseAttrs>('pause', ethtoolPauseAttrs)
const phcVclocks = genericMessage<EthtoolPhcVclocksAttrs>('phc vclocks', ethtoolPhcVclocksAttrs)
const phy = genericMessage<EthtoolPhyAttrs>('phy', ethtoolPhyAttrs)
const plca = genericMessage<EthtoolPlcaAttrs>('plca', ethtoolPlcaAttrs)
const privflags = genericMessage<EthtoolPrivflagsAttrs>('privflags', ethtoolPrivflagsAttrs)
const pse = genericMessage<EthtoolPseAttrs>('pse', ethtoolPseAttrs)
const pseNtf = genericMessage<EthtoolPseNtfAttrs>('pse ntf', ethtoolPseNtfAttrs)
const rings = genericMessage<EthtoolRingsAttrs>('rings', ethtoolRingsAttrs)
const rss = genericMessage<EthtoolRssAttrs>('rss', ethtoolRssAttrs)
const stats = genericMessage<EthtoolStatsAttrs>('stats', ethtoolStatsAttrs)
const strset = genericMessage<EthtoolStrsetAttrs>('strset', ethtoolStrsetAttrs)
const tsconfig = genericMessage<EthtoolTsconfigAttrs>('tsconfig', ethtoolTsconfigAttrs)
const tsinfo = genericMessage<EthtoolTsinfoAttrs>('tsinfo', ethtoolTsinfoAttrs)
const tunnelInfo = genericMessage<EthtoolTunnelInfoAttrs>('tunnel info', ethtoolTunnelInfoAttrs)
const wol = genericMessage<EthtoolWolAttrs>('wol', ethtoolWolAttrs)

/**
 * ETHTOOL_GENL_NAME, linux/ethtool_netlink.h: settings and statistics of devices. Messages from the kernel have their
 * own numbers.
 */
export const ethtool = genericFamily('ethtool', {
  version: 1,
  messages: {
    ETHTOOL_MSG_STRSET_GET: gets(1, strset),
    ETHTOOL_MSG_LINKINFO_GET: gets(2, linkinfo),
    ETHTOOL_MSG_LINKINFO_SET: [3, linkinfo],
    ETHTOOL_MSG_LINKMODES_GET: gets(4, linkmodes),
    ETHTOOL_MSG_LINKMODES_SET: [5, linkmodes],
    ETHTOOL_MSG_LINKSTATE_GET: gets(6, linkstate),
    ETHTOOL_MSG_DEBUG_GET: gets(7, debug),
    ETHTOOL_MSG_DEBUG_SET: [8, debug],
    ETHTOOL_MSG_WOL_GET: gets(9, wol),
    ETHTOOL_MSG_WOL_SET: [10, wol],
    ETHTOOL_MSG_FEATURES_GET: gets(11, features),
    ETHTOOL_MSG_FEATURES_SET: [12, features],
    ETHTOOL_MSG_PRIVFLAGS_GET: gets(13, privflags),
    ETHTOOL_MSG_PRIVFLAGS_SET: [14, privflags],
    ETHTOOL_MSG_RINGS_GET: gets(15, rings),
    ETHTOOL_MSG_RINGS_SET: [16, rings],
    ETHTOOL_MSG_CHANNELS_GET: gets(17, channels),
    ETHTOOL_MSG_CHANNELS_SET: [18, channels],
    ETHTOOL_MSG_COALESCE_GET: gets(19, coalesce),
    ETHTOOL_MSG_COALESCE_SET: [20, coalesce],
    ETHTOOL_MSG_PAUSE_GET: gets(21, pause),
    ETHTOOL_MSG_PAUSE_SET: [22, pause],
    ETHTOOL_MSG_EEE_GET: gets(23, eee),
    ETHTOOL_MSG_EEE_SET: [24, eee],
    ETHTOOL_MSG_TSINFO_GET: gets(25, tsinfo),
    ETHTOOL_MSG_CABLE_TEST_ACT: [26, cableTest],
    ETHTOOL_MSG_CABLE_TEST_TDR_ACT: [27, cableTestTdr],
    ETHTOOL_MSG_TUNNEL_INFO_GET: gets(28, tunnelInfo),
    ETHTOOL_MSG_FEC_GET: gets(29, fec),
    ETHTOOL_MSG_FEC_SET: [30, fec],
    ETHTOOL_MSG_MODULE_EEPROM_GET: gets(31, moduleEeprom),
    ETHTOOL_MSG_STATS_GET: gets(32, stats),
    ETHTOOL_MSG_PHC_VCLOCKS_GET: gets(33, phcVclocks),
    ETHTOOL_MSG_MODULE_GET: gets(34, module),
    ETHTOOL_MSG_MODULE_SET: [35, module],
    ETHTOOL_MSG_PSE_GET: gets(36, pse),
    ETHTOOL_MSG_PSE_SET: [37, pse],
    ETHTOOL_MSG_RSS_GET: gets(38, rss),
    ETHTOOL_MSG_PLCA_GET_CFG: gets(39, plca),
    ETHTOOL_MSG_PLCA_SET_CFG: [40, plca],
    ETHTOOL_MSG_PLCA_GET_STATUS: gets(41, plca),
    ETHTOOL_MSG_MM_GET: gets(42, mm),
    ETHTOOL_MSG_MM_SET: [43, mm],
    ETHTOOL_MSG_MODULE_FW_FLASH_ACT: [44, moduleFwFlash],
    ETHTOOL_MSG_PHY_GET: gets(45, phy),
    ETHTOOL_MSG_TSCONFIG_GET: gets(46, tsconfig),
    ETHTOOL_MSG_TSCONFIG_SET: [47, tsconfig],
    ETHTOOL_MSG_RSS_SET: [48, rss],
    ETHTOOL_MSG_RSS_CREATE_ACT: [49, rss],
    ETHTOOL_MSG_RSS_DELETE_ACT: [50, rss],
    ETHTOOL_MSG_MSE_GET: gets(51, mse),
  },
  replies: {
    ETHTOOL_MSG_STRSET_GET_REPLY: [1, strset],
    ETHTOOL_MSG_LINKINFO_GET_REPLY: [2, linkinfo],
    ETHTOOL_MSG_LINKINFO_NTF: [3, linkinfo],
    ETHTOOL_MSG_LINKMODES_GET_REPLY: [4, linkmodes],
    ETHTOOL_MSG_LINKMODES_NTF: [5, linkmodes],
    ETHTOOL_MSG_LINKSTATE_GET_REPLY: [6, linkstate],
    ETHTOOL_MSG_DEBUG_GET_REPLY: [7, debug],
    ETHTOOL_MSG_DEBUG_NTF: [8, debug],
    ETHTOOL_MSG_WOL_GET_REPLY: [9, wol],
    ETHTOOL_MSG_WOL_NTF: [10, wol],
    ETHTOOL_MSG_FEATURES_GET_REPLY: [11, features],
    ETHTOOL_MSG_FEATURES_SET_REPLY: [12, features],
    ETHTOOL_MSG_FEATURES_NTF: [13, features],
    ETHTOOL_MSG_PRIVFLAGS_GET_REPLY: [14, privflags],
    ETHTOOL_MSG_PRIVFLAGS_NTF: [15, privflags],
    ETHTOOL_MSG_RINGS_GET_REPLY: [16, rings],
    ETHTOOL_MSG_RINGS_NTF: [17, rings],
    ETHTOOL_MSG_CHANNELS_GET_REPLY: [18, channels],
    ETHTOOL_MSG_CHANNELS_NTF: [19, channels],
    ETHTOOL_MSG_COALESCE_GET_REPLY: [20, coalesce],
    ETHTOOL_MSG_COALESCE_NTF: [21, coalesce],
    ETHTOOL_MSG_PAUSE_GET_REPLY: [22, pause],
    ETHTOOL_MSG_PAUSE_NTF: [23, pause],
    ETHTOOL_MSG_EEE_GET_REPLY: [24, eee],
    ETHTOOL_MSG_EEE_NTF: [25, eee],
    ETHTOOL_MSG_TSINFO_GET_REPLY: [26, tsinfo],
    ETHTOOL_MSG_CABLE_TEST_NTF: [27, cableTestNtf],
    ETHTOOL_MSG_CABLE_TEST_TDR_NTF: [28, cableTestTdrNtf],
    ETHTOOL_MSG_TUNNEL_INFO_GET_REPLY: [29, tunnelInfo],
    ETHTOOL_MSG_FEC_GET_REPLY: [30, fec],
    ETHTOOL_MSG_FEC_NTF: [31, fec],
    ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY: [32, moduleEeprom],
    ETHTOOL_MSG_STATS_GET_REPLY: [33, stats],
    ETHTOOL_MSG_PHC_VCLOCKS_GET_REPLY: [34, phcVclocks],
    ETHTOOL_MSG_MODULE_GET_REPLY: [35, module],
    ETHTOOL_MSG_MODULE_NTF: [36, module],
    ETHTOOL_MSG_PSE_GET_REPLY: [37, pse],
    ETHTOOL_MSG_RSS_GET_REPLY: [38, rss],
    ETHTOOL_MSG_PLCA_GET_CFG_REPLY: [39, plca],
    ETHTOOL_MSG_PLCA_GET_STATUS_REPLY: [40, plca],
    ETHTOOL_MSG_PLCA_NTF: [41, plca],
    ETHTOOL_MSG_MM_GET_REPLY: [42, mm],
    ETHTOOL_MSG_MM_NTF: [43, mm],
    ETHTOOL_MSG_MODULE_FW_FLASH_NTF: [44, moduleFwFlash],
    ETHTOOL_MSG_PHY_GET_REPLY: [45, phy],
    ETHTOOL_MSG_PHY_NTF: [46, phy],
    ETHTOOL_MSG_TSCONFIG_GET_REPLY: [47, tsconfig],
    ETHTOOL_MSG_TSCONFIG_SET_REPLY: [48, tsconfig],
    ETHTOOL_MSG_PSE_NTF: [49, pseNtf],
    ETHTOOL_MSG_RSS_NTF: [50, rss],
    ETHTOOL_MSG_RSS_CREATE_ACT_REPLY: [51, rss],
    ETHTOOL_MSG_RSS_CREATE_NTF: [52, rss],
    ETHTOOL_MSG_RSS_DELETE_NTF: [53, rss],
    ETHTOOL_MSG_MSE_GET_REPLY: [54, mse],
  },
})
