import {
  AUTONEG,
  DUPLEX,
  ETH_TP,
  ETHTOOL_LINK_EXT_STATE,
  ETHTOOL_LINK_MODE,
  ETHTOOL_MAC_STATS_SRC,
  ETHTOOL_MM_VERIFY_STATUS,
  ETHTOOL_MODULE_POWER_MODE,
  ETHTOOL_MODULE_POWER_MODE_POLICY,
  type EthtoolFecStatAttrs,
  type EthtoolMmStatAttrs,
  type EthtoolPauseStatAttrs,
  MASTER_SLAVE_CFG,
  MASTER_SLAVE_STATE,
  PORT,
  RATE_MATCH,
  XCVR,
} from '../../generic/ethtool/index.js'
import { U8 } from '../values/accepted.js'
import { renamed } from '../values/objects.js'
import { parseHex } from './hex.js'
import {
  type Members,
  names,
  number,
  reported,
  reportedNames,
  reportedToggle,
  reportedWord,
  toggle,
  word,
} from './members.js'
import type {
  EthtoolDebug,
  EthtoolEee,
  EthtoolFec,
  EthtoolLinkInfo,
  EthtoolLinkModes,
  EthtoolLinkState,
  EthtoolMm,
  EthtoolModule,
  EthtoolPause,
  EthtoolPlca,
  EthtoolPlcaStatus,
  EthtoolPrivateFlags,
  EthtoolTimestampConfig,
  EthtoolTimestamping,
  EthtoolVirtualClocks,
  EthtoolWol,
} from './types.js'

// The members of the objects, apart from those of queues (queues.ts) and those that need more than a table.

export const linkInfo: Members<EthtoolLinkInfo> = {
  port: word('port', PORT),
  phyAddress: number('phyaddr', U8),
  mdix: reportedWord('tpMdix', ETH_TP),
  mdixControl: word('tpMdixCtrl', ETH_TP),
  transceiver: word('transceiver', XCVR),
}

const UNKNOWN_SPEED = 0xffffffff

export const linkModes: Members<EthtoolLinkModes> = {
  autonegotiation: { ...toggle('autoneg'), decode: (value) => value === AUTONEG.ENABLE },
  speed: { ...number('speed'), decode: (value) => (value === UNKNOWN_SPEED ? undefined : value) },
  duplex: word('duplex', DUPLEX),
  lanes: number('lanes'),
  supported: reportedNames('ours', 'LINK_MODES', 'possible'),
  advertised: names('ours', 'LINK_MODES'),
  peer: { ...reportedNames('peer', 'LINK_MODES'), isAlways: false },
  masterSlave: word('masterSlaveCfg', MASTER_SLAVE_CFG),
  masterSlaveState: reportedWord('masterSlaveState', MASTER_SLAVE_STATE),
  rateMatching: reportedWord('rateMatching', RATE_MATCH),
}

export const linkState: Members<EthtoolLinkState> = {
  link: reportedToggle('link'),
  sqi: reported('sqi'),
  sqiMax: reported('sqiMax'),
  extState: reportedWord('extState', ETHTOOL_LINK_EXT_STATE),
  extSubstate: reported('extSubstate'),
  downCount: reported('extDownCnt'),
}

export const debug: Members<EthtoolDebug> = { messages: names('msgmask', 'MSG_CLASSES') }

/** The password is not an option of objects that are read: it is a secret. */
export const wol: Members<EthtoolWol & { password: string }> = {
  supported: reportedNames('modes', 'WOL_MODES', 'possible'),
  enabled: names('modes', 'WOL_MODES', 'index'),
  password: {
    ...reported('sopass', () => undefined),
    ...{ accepted: 1, encode: (key, value) => parseHex(key, value, 6) },
  },
}

/** Returns all names of a set of bits, true for those that are set. */
const allFlags = (member: ReturnType<typeof names>): ReturnType<typeof names> => {
  const possible = reportedNames(member.attribute, 'PRIV_FLAGS', 'possible')
  return {
    ...member,
    decode: (value, of) => {
      const set = member.decode(value, of) as readonly string[]
      const all = possible.decode(value, of) as readonly string[]
      return Object.fromEntries(all.map((name) => [name, set.includes(name)]))
    },
  }
}

export const privateFlags: Members<EthtoolPrivateFlags> = { flags: allFlags(names('flags', 'PRIV_FLAGS')) }

const pauseStats = { txFrames: 'txFrames', rxFrames: 'rxFrames', txPauseStormEvents: 'txPauseStormEvents' }

export const pause: Members<EthtoolPause> = {
  autonegotiation: toggle('autoneg'),
  rx: toggle('rx'),
  tx: toggle('tx'),
  stats: reported('stats', (value) => renamed(value as EthtoolPauseStatAttrs, pauseStats)),
  statsSource: reportedWord('statsSrc', ETHTOOL_MAC_STATS_SRC),
}

export const eee: Members<EthtoolEee> = {
  supported: reportedNames('modesOurs', 'LINK_MODES', 'possible'),
  advertised: names('modesOurs', 'LINK_MODES'),
  peer: { ...reportedNames('modesPeer', 'LINK_MODES'), isAlways: false },
  active: reportedToggle('active'),
  enabled: toggle('enabled'),
  txLpi: toggle('txLpiEnabled'),
  txLpiTimer: number('txLpiTimer'),
}

const fecStats = { corrected: 'correctedBlocks', uncorr: 'uncorrectableBlocks', corrBits: 'correctedBits' }

/** The kernel's names of the modes of forward error correction, by their bits among the link modes. */
const fecNames: Readonly<Record<number, string>> = {
  [ETHTOOL_LINK_MODE.FEC_NONE_BIT]: 'None',
  [ETHTOOL_LINK_MODE.FEC_RS_BIT]: 'RS',
  [ETHTOOL_LINK_MODE.FEC_BASER_BIT]: 'BASER',
  [ETHTOOL_LINK_MODE.FEC_LLRS_BIT]: 'LLRS',
}

export const fec: Members<EthtoolFec> = {
  modes: names('modes', 'LINK_MODES'),
  auto: toggle('auto'),
  active: reported('active', (value) => fecNames[value as number] ?? String(value)),
  stats: reported('stats', (value) => renamed(value as EthtoolFecStatAttrs, fecStats)),
}

export const timestamping: Members<EthtoolTimestamping> = {
  capabilities: reportedNames('timestamping', 'SOF_TIMESTAMPING'),
  txTypes: reportedNames('txTypes', 'TS_TX_TYPES'),
  rxFilters: reportedNames('rxFilters', 'TS_RX_FILTERS'),
  phcIndex: reported('phcIndex'),
}

export const timestampConfig: Members<EthtoolTimestampConfig> = {
  txTypes: names('txTypes', 'TS_TX_TYPES', 'index'),
  rxFilters: names('rxFilters', 'TS_RX_FILTERS', 'index'),
}

export const module: Members<EthtoolModule> = {
  powerModePolicy: word('powerModePolicy', ETHTOOL_MODULE_POWER_MODE_POLICY),
  powerMode: reportedWord('powerMode', ETHTOOL_MODULE_POWER_MODE),
}

export const plca: Members<EthtoolPlca> = {
  version: reported('version'),
  enabled: toggle('enabled'),
  nodeId: number('nodeId'),
  nodeCount: number('nodeCnt'),
  toTimer: number('toTmr'),
  burstCount: number('burstCnt'),
  burstTimer: number('burstTmr'),
}

export const plcaStatus: Members<EthtoolPlcaStatus> = { active: reportedToggle('status') }

const mmStats = {
  ...{ reassemblyErrors: 'reassemblyErrors', smdErrors: 'smdErrors', reassemblyOk: 'reassemblyOk' },
  ...{ rxFragCount: 'rxFragments', txFragCount: 'txFragments', holdCount: 'holds' },
}

export const mm: Members<EthtoolMm> = {
  pmacEnabled: toggle('pmacEnabled'),
  txEnabled: toggle('txEnabled'),
  txActive: reportedToggle('txActive'),
  txMinFragSize: number('txMinFragSize'),
  rxMinFragSize: reported('rxMinFragSize'),
  verifyEnabled: toggle('verifyEnabled'),
  verifyStatus: reportedWord('verifyStatus', ETHTOOL_MM_VERIFY_STATUS),
  verifyTime: number('verifyTime'),
  maxVerifyTime: reported('maxVerifyTime'),
  stats: reported('stats', (value) => renamed(value as EthtoolMmStatAttrs, mmStats)),
}

export const virtualClocks: Members<EthtoolVirtualClocks> = {
  clocks: { ...reported('index', (value = []) => value), isAlways: true },
}
