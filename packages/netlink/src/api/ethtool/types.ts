import type {
  DUPLEX,
  ETH_SS,
  ETH_TP,
  ETHTOOL_LINK_EXT_STATE,
  ETHTOOL_MAC_STATS_SRC,
  ETHTOOL_MM_VERIFY_STATUS,
  ETHTOOL_MODULE_POWER_MODE,
  ETHTOOL_MODULE_POWER_MODE_POLICY,
  ETHTOOL_TCP_DATA_SPLIT,
  ETHTOOL_UDP_TUNNEL_TYPE,
  MASTER_SLAVE_CFG,
  MASTER_SLAVE_STATE,
  PORT,
  RATE_MATCH,
  RXH,
  RXH_XFRM,
  XCVR,
} from '../../generic/ethtool/index.js'
import type { Flag, Named, NameOf } from '../values/names.js'

/** The members of every object of `nl.ethtool`: the link that it describes. */
export interface EthtoolObject {
  /** Index of the link. */
  readonly dev: number
  /** Name of the link. */
  readonly devName: string
}

/**
 * A change of a set of names. A list replaces the set: `['1000baseT/Full']`. An object changes the named members only:
 * `{ '100baseT/Full': false }`.
 */
export type EthtoolNames = readonly string[] | Readonly<Record<string, boolean>>

/** A set of names that the kernel has: `features`, `link_modes`, `wol_modes`, …. */
export type EthtoolStringSet = NameOf<typeof ETH_SS>

/** The connector of a link, `ETHTOOL_MSG_LINKINFO_GET`. */
export interface EthtoolLinkInfo extends EthtoolObject {
  /** `tp` is twisted pair, `da` a direct attach cable. */
  readonly port?: Named<typeof PORT>
  /** Address of the PHY on its MDIO bus. */
  readonly phyAddress?: number
  /** The crossover in use. */
  readonly mdix?: Named<typeof ETH_TP>
  /** The crossover that was set. */
  readonly mdixControl?: Named<typeof ETH_TP>
  readonly transceiver?: Named<typeof XCVR>
}
/** A change of {@link EthtoolLinkInfo}. */
export interface EthtoolLinkInfoChange
  extends Partial<Pick<EthtoolLinkInfo, 'port' | 'phyAddress' | 'mdixControl' | 'transceiver'>> {}

/** Speed, duplex and modes of a link, `ETHTOOL_MSG_LINKMODES_GET`. Modes have ethtool's names: `1000baseT/Full`. */
export interface EthtoolLinkModes extends EthtoolObject {
  readonly autonegotiation: boolean
  /** In Mbit/s. Left out if it is unknown. */
  readonly speed?: number
  readonly duplex?: Named<typeof DUPLEX>
  /** Number of lanes. */
  readonly lanes?: number
  /** Modes that the device has. */
  readonly supported: readonly string[]
  /** Modes that it offers to the link partner. */
  readonly advertised: readonly string[]
  /** Modes that the link partner advertises. */
  readonly peer?: readonly string[]
  readonly masterSlave?: Named<typeof MASTER_SLAVE_CFG>
  readonly masterSlaveState?: Named<typeof MASTER_SLAVE_STATE>
  readonly rateMatching?: Named<typeof RATE_MATCH>
}
/** A change of {@link EthtoolLinkModes}. */
export interface EthtoolLinkModesChange
  extends Partial<Pick<EthtoolLinkModes, 'autonegotiation' | 'speed' | 'duplex' | 'lanes' | 'masterSlave'>> {
  readonly advertised?: EthtoolNames
}

/** State of a link, `ETHTOOL_MSG_LINKSTATE_GET`. */
export interface EthtoolLinkState extends EthtoolObject {
  /** True if a link is detected. */
  readonly link?: boolean
  /** Signal quality index. */
  readonly sqi?: number
  readonly sqiMax?: number
  /** The reason for a missing link. */
  readonly extState?: Named<typeof ETHTOOL_LINK_EXT_STATE>
  /** Details of `extState`. Each state has its own numbers. */
  readonly extSubstate?: number
  /** Number of times that the link went down. */
  readonly downCount?: number
}

/** Classes of messages that a driver logs, `ETHTOOL_MSG_DEBUG_GET`. */
export interface EthtoolDebug extends EthtoolObject {
  /** `drv`, `probe`, `link`, …. */
  readonly messages: readonly string[]
}
/** A change of {@link EthtoolDebug}. */
export interface EthtoolDebugChange {
  readonly messages?: EthtoolNames
}

/** Events that wake the machine, `ETHTOOL_MSG_WOL_GET`. */
export interface EthtoolWol extends EthtoolObject {
  /** Events that the device can wake for: `phy`, `magic`, …. */
  readonly supported: readonly string[]
  /** Events that wake the machine. */
  readonly enabled: readonly string[]
}
/** A change of {@link EthtoolWol}. */
export interface EthtoolWolChange {
  readonly enabled?: EthtoolNames
  /** Password of `magicsecure`, 6 bytes as hexadecimal text: `00:11:22:33:44:55`. The library never returns it. */
  readonly password?: string
}

/** One feature of a link. */
export interface EthtoolFeature {
  readonly active: boolean
  /** True if it was requested. It may be inactive because it needs another feature. */
  readonly requested: boolean
  /** True if it cannot be changed. */
  readonly fixed: boolean
}
/** Features of a link, `ETHTOOL_MSG_FEATURES_GET`. */
export interface EthtoolFeatures extends EthtoolObject {
  /** By the kernel's names: `tx-checksum-ipv4`, `rx-gro`. */
  readonly features: Readonly<Record<string, EthtoolFeature>>
  /** ethtool's groups of features: true if one of the group is active. */
  readonly groups: Readonly<Record<EthtoolFeatureGroup, boolean>>
}
/** Groups of features, by ethtool's names. */
export type EthtoolFeatureGroup =
  | 'rx-checksumming'
  | 'tx-checksumming'
  | 'scatter-gather'
  | 'tcp-segmentation-offload'
  | 'generic-segmentation-offload'
  | 'generic-receive-offload'
  | 'large-receive-offload'
  | 'rx-vlan-offload'
  | 'tx-vlan-offload'
  | 'ntuple-filters'
  | 'receive-hashing'

/** Flags of a driver, `ETHTOOL_MSG_PRIVFLAGS_GET`. */
export interface EthtoolPrivateFlags extends EthtoolObject {
  readonly flags: Readonly<Record<string, boolean>>
}
/** A change of {@link EthtoolPrivateFlags}. */
export interface EthtoolPrivateFlagsChange {
  readonly flags?: EthtoolNames
}

/** Numbers of descriptors of the rings of a link, `ETHTOOL_MSG_RINGS_GET`. */
export interface EthtoolRings extends EthtoolObject {
  readonly rxMax?: number
  readonly rxMiniMax?: number
  readonly rxJumboMax?: number
  readonly txMax?: number
  readonly rx?: number
  readonly rxMini?: number
  readonly rxJumbo?: number
  readonly tx?: number
  /** In bytes. */
  readonly rxBufLen?: number
  readonly tcpDataSplit?: Named<typeof ETHTOOL_TCP_DATA_SPLIT>
  /** Size of an entry of the completion queue, in bytes. */
  readonly cqeSize?: number
  readonly txPush?: boolean
  readonly rxPush?: boolean
  /** In bytes. */
  readonly txPushBufLen?: number
  /** In bytes. */
  readonly txPushBufLenMax?: number
  /** Threshold for the split of headers and data, in bytes. */
  readonly hdsThresh?: number
  /** In bytes. */
  readonly hdsThreshMax?: number
}
/** A change of {@link EthtoolRings}. */
export interface EthtoolRingsChange
  extends Partial<
    Pick<
      EthtoolRings,
      | 'rx'
      | 'rxMini'
      | 'rxJumbo'
      | 'tx'
      | 'rxBufLen'
      | 'tcpDataSplit'
      | 'cqeSize'
      | 'txPush'
      | 'rxPush'
      | 'txPushBufLen'
      | 'hdsThresh'
    >
  > {}

/** Numbers of queues of a link, `ETHTOOL_MSG_CHANNELS_GET`. */
export interface EthtoolChannels extends EthtoolObject {
  readonly rxMax?: number
  readonly txMax?: number
  readonly otherMax?: number
  readonly combinedMax?: number
  readonly rx?: number
  readonly tx?: number
  readonly other?: number
  readonly combined?: number
}
/** A change of {@link EthtoolChannels}. */
export interface EthtoolChannelsChange extends Partial<Pick<EthtoolChannels, 'rx' | 'tx' | 'other' | 'combined'>> {}

/** Coalescing of interrupts, `ETHTOOL_MSG_COALESCE_GET`. Times are in microseconds unless noted, the others are numbers of packets. */
export interface EthtoolCoalesce extends EthtoolObject {
  readonly adaptiveRx?: boolean
  readonly adaptiveTx?: boolean
  readonly rxUsecs?: number
  readonly rxFrames?: number
  readonly rxUsecsIrq?: number
  readonly rxFramesIrq?: number
  readonly txUsecs?: number
  readonly txFrames?: number
  readonly txUsecsIrq?: number
  readonly txFramesIrq?: number
  readonly statsBlockUsecs?: number
  /** Packets per second below which the values that end with `Low` apply. */
  readonly pktRateLow?: number
  readonly rxUsecsLow?: number
  readonly rxFramesLow?: number
  readonly txUsecsLow?: number
  readonly txFramesLow?: number
  /** Packets per second above which the values that end with `High` apply. */
  readonly pktRateHigh?: number
  readonly rxUsecsHigh?: number
  readonly rxFramesHigh?: number
  readonly txUsecsHigh?: number
  readonly txFramesHigh?: number
  /** In seconds. */
  readonly sampleInterval?: number
  readonly cqeModeRx?: boolean
  readonly cqeModeTx?: boolean
  /** In bytes. */
  readonly txAggrMaxBytes?: number
  readonly txAggrMaxFrames?: number
  readonly txAggrTimeUsecs?: number
}
/** A change of {@link EthtoolCoalesce}. */
export interface EthtoolCoalesceChange extends Partial<Omit<EthtoolCoalesce, keyof EthtoolObject>> {}

/** Counters of pause frames. */
export interface EthtoolPauseStats {
  readonly txFrames?: bigint
  readonly rxFrames?: bigint
  readonly txPauseStormEvents?: bigint
}
/** Pause frames, `ETHTOOL_MSG_PAUSE_GET`. */
export interface EthtoolPause extends EthtoolObject {
  readonly autonegotiation?: boolean
  readonly rx?: boolean
  readonly tx?: boolean
  readonly stats?: EthtoolPauseStats
  readonly statsSource?: Named<typeof ETHTOOL_MAC_STATS_SRC>
}
/** A change of {@link EthtoolPause}. */
export interface EthtoolPauseChange extends Partial<Pick<EthtoolPause, 'autonegotiation' | 'rx' | 'tx'>> {}

/** Energy-Efficient Ethernet, `ETHTOOL_MSG_EEE_GET`. */
export interface EthtoolEee extends EthtoolObject {
  readonly supported: readonly string[]
  readonly advertised: readonly string[]
  readonly peer?: readonly string[]
  /** True if both ends use it. */
  readonly active?: boolean
  readonly enabled?: boolean
  /** True if the device signals low power idle. */
  readonly txLpi?: boolean
  /** Time before low power idle, in microseconds. */
  readonly txLpiTimer?: number
}
/** A change of {@link EthtoolEee}. */
export interface EthtoolEeeChange extends Partial<Pick<EthtoolEee, 'enabled' | 'txLpi' | 'txLpiTimer'>> {
  readonly advertised?: EthtoolNames
}

/** Counters of forward error correction: of the port, then of each lane. */
export interface EthtoolFecStats {
  readonly correctedBlocks?: readonly bigint[]
  readonly uncorrectableBlocks?: readonly bigint[]
  readonly correctedBits?: readonly bigint[]
}
/** Forward error correction, `ETHTOOL_MSG_FEC_GET`. */
export interface EthtoolFec extends EthtoolObject {
  /** The modes that were set: `None`, `RS`, `BASER`, `LLRS`. */
  readonly modes: readonly string[]
  /** True if the device chooses the mode. */
  readonly auto?: boolean
  /** The mode in use. */
  readonly active?: string
  readonly stats?: EthtoolFecStats
}
/** A change of {@link EthtoolFec}. */
export interface EthtoolFecChange extends Partial<Pick<EthtoolFec, 'auto'>> {
  readonly modes?: EthtoolNames
}

/** Time stamping that a link can do, `ETHTOOL_MSG_TSINFO_GET`. */
export interface EthtoolTimestamping extends EthtoolObject {
  /** `software-transmit`, `hardware-raw-clock`, …. */
  readonly capabilities: readonly string[]
  /** `off`, `on`, …. */
  readonly txTypes: readonly string[]
  /** `none`, `all`, `ptpv2-event`, …. */
  readonly rxFilters: readonly string[]
  /** Index of the PTP hardware clock: 0 is `/dev/ptp0`. */
  readonly phcIndex?: number
}
/** Time stamping in use, `ETHTOOL_MSG_TSCONFIG_GET`. */
export interface EthtoolTimestampConfig extends EthtoolObject {
  readonly txTypes: readonly string[]
  readonly rxFilters: readonly string[]
}
/** A change of {@link EthtoolTimestampConfig}: one name each. */
export interface EthtoolTimestampConfigChange {
  readonly txTypes?: EthtoolNames
  readonly rxFilters?: EthtoolNames
}

/** Packets by their size in bytes. */
export interface EthtoolHistogramEntry {
  readonly low: number
  readonly high: number
  readonly packets: bigint
}
/** One group of standard statistics. */
export interface EthtoolStatsGroup {
  /** By the kernel's names, which are those of the IEEE: `FramesTransmittedOK`. */
  readonly counters: Readonly<Record<string, bigint>>
  readonly rxHistogram?: readonly EthtoolHistogramEntry[]
  readonly txHistogram?: readonly EthtoolHistogramEntry[]
}
/** Standard statistics, `ETHTOOL_MSG_STATS_GET`. */
export interface EthtoolStats extends EthtoolObject {
  /** By the kernel's names: `eth-phy`, `eth-mac`, `eth-ctrl`, `rmon`. A group without counters is left out. */
  readonly groups: Readonly<Record<string, EthtoolStatsGroup>>
  readonly source?: Named<typeof ETHTOOL_MAC_STATS_SRC>
}

/** Distribution of packets to queues (RSS), `ETHTOOL_MSG_RSS_GET`. */
export interface EthtoolRss extends EthtoolObject {
  /** 0 for the default one. */
  readonly context: number
  /** `toeplitz`, `xor`, `crc32`. */
  readonly hashFunction?: string
  /** As hexadecimal text: `be:ac:01:…`. */
  readonly hashKey?: string
  /** Queue numbers, by the hash modulo the length. */
  readonly indirection?: readonly number[]
  readonly inputTransform?: Named<typeof RXH_XFRM>
  /** Hashed fields by protocol: `{ tcp4: ['IP_SRC', 'IP_DST'] }`. */
  readonly hashFields?: Readonly<Record<string, readonly Flag<typeof RXH>[]>>
}

/** A transceiver module, `ETHTOOL_MSG_MODULE_GET`. */
export interface EthtoolModule extends EthtoolObject {
  readonly powerModePolicy?: Named<typeof ETHTOOL_MODULE_POWER_MODE_POLICY>
  readonly powerMode?: Named<typeof ETHTOOL_MODULE_POWER_MODE>
}
/** A change of {@link EthtoolModule}. */
export interface EthtoolModuleChange extends Partial<Pick<EthtoolModule, 'powerModePolicy'>> {}
/** A part of the memory of a transceiver module. */
export interface EthtoolModulePage {
  /** First byte. */
  readonly offset: number
  /** Number of bytes. */
  readonly length: number
  /** Default: 0. */
  readonly page?: number
  /** Default: 0. */
  readonly bank?: number
  /** Default: 0x50. */
  readonly i2cAddress?: number
}

/** PHY-level collision avoidance of 10BASE-T1S, `ETHTOOL_MSG_PLCA_GET_CFG`. */
export interface EthtoolPlca extends EthtoolObject {
  /** Version of the Open Alliance map. */
  readonly version?: number
  readonly enabled?: boolean
  /** 0 is the coordinator. */
  readonly nodeId?: number
  readonly nodeCount?: number
  /** In bit times. */
  readonly toTimer?: number
  readonly burstCount?: number
  /** In bit times. */
  readonly burstTimer?: number
}
/** A change of {@link EthtoolPlca}. */
export interface EthtoolPlcaChange extends Partial<Omit<EthtoolPlca, keyof EthtoolObject | 'version'>> {}
/** State of PLCA, `ETHTOOL_MSG_PLCA_GET_STATUS`. */
export interface EthtoolPlcaStatus extends EthtoolObject {
  /** True if beacons are seen. */
  readonly active: boolean
}

/** Counters of the MAC merge layer, in frames and fragments. */
export interface EthtoolMmStats {
  readonly reassemblyErrors?: bigint
  readonly smdErrors?: bigint
  readonly reassemblyOk?: bigint
  readonly rxFragments?: bigint
  readonly txFragments?: bigint
  readonly holds?: bigint
}
/** MAC merge layer, which preempts frames, `ETHTOOL_MSG_MM_GET`. */
export interface EthtoolMm extends EthtoolObject {
  /** True if the MAC for preemptible frames is enabled. */
  readonly pmacEnabled?: boolean
  /** True if preemption was requested for sent frames. */
  readonly txEnabled?: boolean
  /** True if sent frames are preempted. */
  readonly txActive?: boolean
  /** In bytes. */
  readonly txMinFragSize?: number
  /** In bytes. */
  readonly rxMinFragSize?: number
  /** True if the link partner must confirm preemption first. */
  readonly verifyEnabled?: boolean
  readonly verifyStatus?: Named<typeof ETHTOOL_MM_VERIFY_STATUS>
  /** In milliseconds. */
  readonly verifyTime?: number
  /** In milliseconds. */
  readonly maxVerifyTime?: number
  readonly stats?: EthtoolMmStats
}
/** A change of {@link EthtoolMm}. */
export interface EthtoolMmChange
  extends Partial<Pick<EthtoolMm, 'pmacEnabled' | 'txEnabled' | 'txMinFragSize' | 'verifyEnabled' | 'verifyTime'>> {}

/** Virtual clocks of the PTP hardware clock, `ETHTOOL_MSG_PHC_VCLOCKS_GET`. */
export interface EthtoolVirtualClocks extends EthtoolObject {
  /** Their indexes. */
  readonly clocks: readonly number[]
}

/** A table of UDP ports of tunnels. */
export interface EthtoolTunnelTable {
  /** Number of ports that fit. */
  readonly size: number
  /** Kinds of tunnels that fit. */
  readonly types: readonly string[]
  readonly ports: readonly { readonly port: number; readonly type: Named<typeof ETHTOOL_UDP_TUNNEL_TYPE> }[]
}
/** UDP ports of tunnels that the device knows, `ETHTOOL_MSG_TUNNEL_INFO_GET`. */
export interface EthtoolTunnels extends EthtoolObject {
  readonly tables: readonly EthtoolTunnelTable[]
}

/** The objects of a link, by the properties of `nl.ethtool`. */
export interface EthtoolObjects {
  readonly linkInfo: EthtoolLinkInfo
  readonly linkModes: EthtoolLinkModes
  readonly linkState: EthtoolLinkState
  readonly debug: EthtoolDebug
  readonly wol: EthtoolWol
  readonly features: EthtoolFeatures
  readonly privateFlags: EthtoolPrivateFlags
  readonly rings: EthtoolRings
  readonly channels: EthtoolChannels
  readonly coalesce: EthtoolCoalesce
  readonly pause: EthtoolPause
  readonly eee: EthtoolEee
  readonly fec: EthtoolFec
  readonly timestamping: EthtoolTimestamping
  readonly timestampConfig: EthtoolTimestampConfig
  readonly stats: EthtoolStats
  readonly rss: EthtoolRss
  readonly module: EthtoolModule
  readonly plca: EthtoolPlca
  readonly plcaStatus: EthtoolPlcaStatus
  readonly mm: EthtoolMm
  readonly virtualClocks: EthtoolVirtualClocks
  readonly tunnels: EthtoolTunnels
}

/** Everything that the driver of a link reports. What it does not support is left out. */
export interface EthtoolDevice extends EthtoolObject, Partial<EthtoolObjects> {}
