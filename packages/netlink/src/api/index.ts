export { toAction } from './action/decode.js'
export type { ActionOperations } from './action/operations.js'
export type {
  Action,
  ActionExtras,
  ActionFilter,
  ActionKey,
  ActionKind,
  ActionMembers,
  ActionWord,
  NewAction,
  NewActionOptions,
} from './action/types.js'
export { toAddress } from './address/decode.js'
export type { AddressOperations } from './address/operations.js'
export type { Address, AddressFilter, AddressFlag, AddressKey, NamedAddress, NewAddress } from './address/types.js'
export type { BridgeOperations } from './bridge/operations.js'
export type { BridgeGlobalVlanOperations } from './bridge-global-vlan/operations.js'
export type {
  BridgeGlobalVlan,
  BridgeGlobalVlanFilter,
  BridgeGlobalVlanOptions,
  NamedBridgeGlobalVlan,
  NewBridgeGlobalVlan,
} from './bridge-global-vlan/types.js'
export type { BridgeMdbOperations } from './bridge-mdb/operations.js'
export type {
  BridgeMdbEntry,
  BridgeMdbFilter,
  BridgeMdbKey,
  NamedBridgeMdbEntry,
  NewBridgeMdbEntry,
} from './bridge-mdb/types.js'
export type { BridgeVlanOperations } from './bridge-vlan/operations.js'
export type {
  BridgeVlan,
  BridgeVlanFilter,
  BridgeVlanKey,
  BridgeVlanStats,
  NamedBridgeVlan,
  NewBridgeVlan,
} from './bridge-vlan/types.js'
export type { BridgeVniOperations } from './bridge-vni/operations.js'
export type {
  BridgeVni,
  BridgeVniFilter,
  BridgeVniKey,
  BridgeVniStats,
  NamedBridgeVni,
  NewBridgeVni,
} from './bridge-vni/types.js'
export type { TrafficChain } from './chain/decode.js'
export type { ChainOperations } from './chain/operations.js'
export type { Chain } from './chain/write.js'
export { toTrafficClass } from './class/decode.js'
export type { ClassOperations } from './class/operations.js'
export type {
  ClassFilter,
  ClassKey,
  ClassKind,
  ClassMembers,
  NamedTrafficClass,
  NewClassOptions,
  NewTrafficClass,
  TrafficClass,
} from './class/types.js'
export type {
  ExpectationOperations,
  ExpectationRequests,
} from './conntrack/expectation-operations.js'
export type {
  Expectation,
  ExpectationCpuStats,
  ExpectationEvent,
  ExpectationFilter,
  ExpectationKey,
  ExpectationNat,
  ExpectedTuple,
  NewExpectation,
} from './conntrack/expectation-types.js'
export type { ConntrackOperations, ConntrackRequests } from './conntrack/operations.js'
export type {
  BothDirections,
  Conntrack,
  ConntrackChange,
  ConntrackChangeEvent,
  ConntrackCounters,
  ConntrackCpuStats,
  ConntrackEvent,
  ConntrackFilter,
  ConntrackKey,
  ConntrackNat,
  ConntrackProtocolTuple,
  ConntrackSeqAdj,
  ConntrackSettable,
  ConntrackState,
  ConntrackStats,
  ConntrackSynproxy,
  ConntrackTcp,
  ConntrackTuple,
  ConntrackTupleFilter,
  NewConntrack,
  NewConntrackNat,
} from './conntrack/types.js'
export type { DevlinkReport } from './devlink/fmsg.js'
export type { DevlinkPortRef, DevlinkRef } from './devlink/handle.js'
export type {
  DevlinkDevices,
  DevlinkEswitches,
  DevlinkHealth,
  DevlinkInfos,
  DevlinkParams,
  DevlinkPorts,
  DevlinkRates,
  DevlinkRegions,
  DevlinkResources,
  DevlinkTrapGroups,
  DevlinkTrapPolicers,
  DevlinkTraps,
} from './devlink/interfaces.js'
export type {
  DevlinkRate,
  DevlinkRateChange,
  DevlinkRegion,
  DevlinkSnapshot,
  DevlinkTrap,
  DevlinkTrapChange,
  DevlinkTrapGroup,
  DevlinkTrapGroupChange,
  DevlinkTrapPolicer,
  DevlinkTrapPolicerChange,
  DevlinkTrapStats,
  NewDevlinkSnapshot,
} from './devlink/more-types.js'
export type { DevlinkOperations } from './devlink/operations.js'
export type { DevlinkPortChange, DevlinkPortFunctionChange, NewDevlinkPort } from './devlink/port.js'
export type { DevlinkResourceChange } from './devlink/resource.js'
export type {
  DevlinkConfigMode,
  DevlinkDevice,
  DevlinkEswitch,
  DevlinkEswitchChange,
  DevlinkHealthReporter,
  DevlinkHealthSettings,
  DevlinkInfo,
  DevlinkObject,
  DevlinkParam,
  DevlinkParamChange,
  DevlinkParamValue,
  DevlinkPort,
  DevlinkPortFunction,
  DevlinkReload,
  DevlinkReloadCount,
  DevlinkResource,
  DevlinkVersions,
} from './devlink/types.js'
export type { DevlinkChangeEvent, DevlinkEvent, DevlinkLostEvent, DevlinkOtherEvent } from './devlink/watch.js'
export type {
  EthtoolActions,
  EthtoolFeatureOperations,
  EthtoolReads,
  EthtoolSettings,
} from './ethtool/interfaces.js'
export type { EthtoolOperations } from './ethtool/operations.js'
export type {
  EthtoolChannels,
  EthtoolChannelsChange,
  EthtoolCoalesce,
  EthtoolCoalesceChange,
  EthtoolDebug,
  EthtoolDebugChange,
  EthtoolDevice,
  EthtoolEee,
  EthtoolEeeChange,
  EthtoolFeature,
  EthtoolFeatureGroup,
  EthtoolFeatures,
  EthtoolFec,
  EthtoolFecChange,
  EthtoolFecStats,
  EthtoolHistogramEntry,
  EthtoolLinkInfo,
  EthtoolLinkInfoChange,
  EthtoolLinkModes,
  EthtoolLinkModesChange,
  EthtoolLinkState,
  EthtoolMm,
  EthtoolMmChange,
  EthtoolMmStats,
  EthtoolModule,
  EthtoolModuleChange,
  EthtoolModulePage,
  EthtoolNames,
  EthtoolObject,
  EthtoolObjects,
  EthtoolPause,
  EthtoolPauseChange,
  EthtoolPauseStats,
  EthtoolPlca,
  EthtoolPlcaChange,
  EthtoolPlcaStatus,
  EthtoolPrivateFlags,
  EthtoolPrivateFlagsChange,
  EthtoolRings,
  EthtoolRingsChange,
  EthtoolRss,
  EthtoolStats,
  EthtoolStatsGroup,
  EthtoolStringSet,
  EthtoolTimestampConfig,
  EthtoolTimestampConfigChange,
  EthtoolTimestamping,
  EthtoolTunnels,
  EthtoolTunnelTable,
  EthtoolVirtualClocks,
  EthtoolWol,
  EthtoolWolChange,
} from './ethtool/types.js'
export type {
  EthtoolCableResult,
  EthtoolCableTestEvent,
  EthtoolChangeEvent,
  EthtoolEvent,
  EthtoolLostEvent,
  EthtoolOtherEvent,
  EthtoolWatched,
} from './ethtool/watch-types.js'
export { toTrafficFilter } from './filter/decode.js'
export type { FilterOperations } from './filter/operations.js'
export type {
  FilterFilter,
  FilterKey,
  FilterKind,
  FilterMembers,
  FilterParent,
  FilterPlace,
  NamedTrafficFilter,
  NewFilterOptions,
  NewTrafficFilter,
  TrafficFilter,
} from './filter/types.js'
export type { FouOperations } from './fou/operations.js'
export type { FouPort, FouPortKey, NamedFouPort, NewFouPort } from './fou/types.js'
export type { GtpOperations } from './gtp/operations.js'
export type { GtpFilter, GtpTunnel, GtpTunnelKey, NamedGtpTunnel, NewGtpTunnel } from './gtp/types.js'
export type { ImpairmentOperations } from './impairment/operations.js'
export type { Impairment, ImpairmentFilter, ImpairmentKey, NewImpairment } from './impairment/types.js'
export type { IpSetOperations } from './ipset/operations.js'
export type { IpSet, IpSetEntries, IpSetEntry, IpSetType, NewIpSet, NewIpSetEntry } from './ipset/types.js'
export type { L2tpOperations, L2tpSessionOperations, L2tpTunnelOperations } from './l2tp/operations.js'
export type {
  L2tpEvent,
  L2tpOverrun,
  L2tpSession,
  L2tpSessionChanges,
  L2tpSessionEvent,
  L2tpSessionKey,
  L2tpStats,
  L2tpTunnel,
  L2tpTunnelEvent,
  NewL2tpSession,
  NewL2tpTunnel,
} from './l2tp/types.js'
export { toLink } from './link/decode.js'
export type { LinkOperations } from './link/operations.js'
export type {
  BareLinkKind,
  BareLinkKinds,
  Link,
  LinkChange,
  LinkData,
  LinkFilter,
  LinkFlag,
  LinkKind,
  LinkMembers,
  LinkSettings,
  LinkStats,
  LinkToCopy,
  NamedLink,
  NewLink,
  NewPeer,
  NewVf,
  NewXdp,
  SlaveData,
  SlaveKind,
  Vf,
  Xdp,
} from './link/types.js'
export { toNeighbour } from './neighbour/decode.js'
export type { NeighbourOperations } from './neighbour/operations.js'
export type {
  NamedNeighbour,
  Neighbour,
  NeighbourFilter,
  NeighbourFlag,
  NeighbourFlush,
  NeighbourKey,
  NeighbourQuery,
  NewNeighbour,
} from './neighbour/types.js'
export { toNexthop } from './nexthop/decode.js'
export type { NexthopOperations } from './nexthop/operations.js'
export type {
  NamedNexthop,
  NewNexthop,
  Nexthop,
  NexthopFilter,
  NexthopKey,
  NexthopMember,
  NexthopQuery,
} from './nexthop/types.js'
export type { NftLists, NftOperations } from './nft/operations.js'
export type {
  NewNftChain,
  NewNftCounter,
  NewNftCtExpectation,
  NewNftCtHelper,
  NewNftCtTimeout,
  NewNftElement,
  NewNftFlowtable,
  NewNftLimit,
  NewNftMap,
  NewNftQuota,
  NewNftRule,
  NewNftSet,
  NewNftSynproxy,
  NewNftTable,
  NftChainKey,
  NftDeleteOptions,
  NftElements,
  NftObjectKey,
  NftObjectType,
  NftRuleChain,
  NftRuleKey,
} from './nft/spec.js'
export type { NftTransaction } from './nft/transaction.js'
export type {
  NftChain,
  NftCounter,
  NftElement,
  NftElementKey,
  NftFamily,
  NftFilter,
  NftFlowtable,
  NftHook,
  NftMapData,
  NftObject,
  NftPriority,
  NftRule,
  NftRuleFilter,
  NftSet,
  NftSetKey,
  NftTable,
  NftTableKey,
} from './nft/types.js'
export type {
  NftChangedElements,
  NftChangeEvent,
  NftGenerationEvent,
  NftKind,
  NftLostEvent,
  NftPacket,
  NftTrace,
  NftTraceEvent,
  NftWatchEvent,
  NftWatched,
} from './nft/watch/types.js'
export type {
  WifiInterfaceOperations,
  WifiScanOperations,
  WifiScanRequests,
  WifiStationOperations,
  WiphyOperations,
} from './nl80211/interfaces.js'
export type { Nl80211Operations } from './nl80211/operations.js'
export type {
  NamedWifiNetwork,
  NamedWifiStation,
  NewWifiInterface,
  WifiBand,
  WifiBitrate,
  WifiChannel,
  WifiCiphers,
  WifiEvent,
  WifiInterface,
  WifiInterfaceChanges,
  WifiMessageEvent,
  WifiNetwork,
  WifiOverrun,
  WifiScan,
  WifiStation,
  Wiphy,
  WiphyRef,
} from './nl80211/types.js'
export type { NsidOperations } from './nsid/operations.js'
export type { AcceptedAttribute, AcceptedAttributes, CommandPolicy } from './policy/types.js'
export type { ProcessOperations } from './processes/operations.js'
export type {
  ProcessCoredump,
  ProcessEvent,
  ProcessEventKind,
  ProcessExec,
  ProcessExit,
  ProcessFork,
  ProcessIds,
  ProcessName,
  ProcessOverrun,
  ProcessSession,
  ProcessTrace,
  ProcessWatchOptions,
} from './processes/types.js'
export { toQdisc } from './qdisc/decode.js'
export type { QdiscOperations } from './qdisc/operations.js'
export type {
  BareQdiscKind,
  BareQdiscKinds,
  NamedQdisc,
  NewQdisc,
  NewQdiscOptions,
  Qdisc,
  QdiscFilter,
  QdiscKey,
  QdiscKind,
  QdiscOptions,
  QdiscParent,
  SizeSpec,
} from './qdisc/types.js'
export type { RateLimitOperations } from './rate-limit/operations.js'
export type { IngressMethod, NewRateLimit, RateLimit, RateLimitKey } from './rate-limit/types.js'
export type { RdmaOperations, RdmaPortOperations, RdmaSystemOperations } from './rdma/operations.js'
export type * from './rdma/types.js'
export { toRoute } from './route/decode.js'
export type { RouteOperations } from './route/operations.js'
export type {
  Metrics,
  NamedRoute,
  NewRoute,
  NewRouteNexthop,
  Route,
  RouteFamily,
  RouteFilter,
  RouteFlag,
  RouteKey,
  RouteLookup,
  RouteNexthop,
} from './route/types.js'
export { toRule } from './rule/decode.js'
export type { RuleOperations } from './rule/operations.js'
export type { NamedRule, NewRule, Rule, RuleFilter } from './rule/types.js'
export { type Change, type Difference, type Ensured, EnsureError } from './run/ensure.js'
export type { ReadOptions, ReadOptionsSync } from './run/names.js'
export { AmbiguousError } from './run/selection.js'
export type { SocketOperations } from './sockets/operations.js'
export type { SocketProcess } from './sockets/processes.js'
export type { InetProtocol, SocketProtocol } from './sockets/protocols.js'
export type { SocketState, SocketStateSet } from './sockets/states.js'
export type { TcpDetails } from './sockets/tcp-types.js'
export type {
  BbrDetails,
  ClosedDirection,
  DestroyedEvent,
  InetConditions,
  InetSocket,
  InetSocketOption,
  NetlinkSocket,
  PacketRing,
  PacketSocket,
  Socket,
  SocketEvent,
  SocketFilter,
  SocketKey,
  SocketMemory,
  SocketOf,
  SocketTimer,
  SocketWatchOptions,
  UnixSocket,
  VsockSocket,
  XdpSocket,
  XdpUmem,
} from './sockets/types.js'
export type { TeamOperations } from './team/operations.js'
export type {
  NamedTeamOption,
  NamedTeamPort,
  NewTeamOption,
  Team,
  TeamEvent,
  TeamOption,
  TeamOptionKey,
  TeamOptionsEvent,
  TeamOverrun,
  TeamPort,
  TeamPortsEvent,
  TeamSettings,
  TeamValue,
} from './team/types.js'
export type { Encap, EncapType, MplsEncap, NewEncap, NewMplsEncap } from './values/encap.js'
export type { IpFamily } from './values/ip-text.js'
export type { LinkRef } from './values/link-ref.js'
export type { MplsLabelName, MplsLabels } from './values/mpls-labels.js'
export type { Flag, Named, NameOf } from './values/names.js'
export type { InputOf } from './values/normalize.js'
export type { Realms } from './values/realms.js'
export type { LongTime, Percentage, Rate, Size, Time } from './values/units.js'
export type { VdpaManagerOperations, VdpaOperations } from './vdpa/operations.js'
export type { NewVdpaDevice, VdpaConfig, VdpaDevice, VdpaManager } from './vdpa/types.js'
export type { Matching, NetlinkCache } from './watch/cache.js'
export type { EventStream, EventStreamOptions } from './watch/event-stream.js'
export type {
  AddedEvent,
  ChangedEvent,
  LostEvent,
  NamedObjects,
  ObjectEvent,
  RemovedEvent,
  ResynchronisedEvent,
  WatchEvent,
  WatchOptions,
} from './watch/types.js'
export { UntilTimeoutError } from './watch/until.js'
export type { Watch } from './watch/watch.js'
export type { WireguardOperations } from './wireguard/operations.js'
export type {
  NewWireguardKey,
  NewWireguardPeer,
  WireguardDevice,
  WireguardPeer,
  WireguardSettings,
  WireguardSync,
  WireguardSynced,
} from './wireguard/types.js'
export type { XfrmOperations } from './xfrm/operations.js'
export type { XfrmPolicyOperations } from './xfrm/policy/operations.js'
export type {
  NewXfrmPolicy,
  XfrmDefaults,
  XfrmPolicy,
  XfrmPolicyCount,
  XfrmPolicyFilter,
  XfrmPolicyFlush,
  XfrmPolicyKey,
  XfrmTemplate,
} from './xfrm/policy/types.js'
export type { XfrmStateOperations } from './xfrm/state/operations.js'
export type {
  NewXfrmState,
  XfrmEncap,
  XfrmReplay,
  XfrmSpiRequest,
  XfrmState,
  XfrmStateCount,
  XfrmStateFilter,
  XfrmStateFlush,
  XfrmStateKey,
} from './xfrm/state/types.js'
export type {
  NewXfrmAlgorithm,
  NewXfrmLimits,
  NewXfrmOffload,
  NewXfrmSelector,
  XfrmAlgorithm,
  XfrmLimits,
  XfrmMark,
  XfrmOffload,
  XfrmPort,
  XfrmSelector,
  XfrmUse,
} from './xfrm/types.js'
export type {
  XfrmAcquireEvent,
  XfrmChangeEvent,
  XfrmEvent,
  XfrmExpireEvent,
  XfrmLostEvent,
  XfrmMappingEvent,
  XfrmMigrateEvent,
  XfrmMove,
  XfrmPoliciesFlushed,
  XfrmStatesFlushed,
  XfrmWatched,
} from './xfrm/watch/types.js'
