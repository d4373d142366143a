import {
  attributes,
  bitfield32,
  bytes,
  flag,
  type Infer,
  i32,
  late,
  multi,
  string,
  u8,
  u16,
  u32,
  u64,
  uint,
} from '../../codec/index.js'
import {
  devlinkDpipeActionAttrs,
  devlinkDpipeActionValueAttrs,
  devlinkDpipeEntriesAttrs,
  devlinkDpipeEntryActionValuesAttrs,
  devlinkDpipeEntryAttrs,
  devlinkDpipeEntryMatchValuesAttrs,
  devlinkDpipeFieldAttrs,
  devlinkDpipeHeaderAttrs,
  devlinkDpipeHeaderFieldsAttrs,
  devlinkDpipeHeadersAttrs,
  devlinkDpipeMatchAttrs,
  devlinkDpipeMatchValueAttrs,
  devlinkDpipeTableActionsAttrs,
  devlinkDpipeTableAttrs,
  devlinkDpipeTableMatchesAttrs,
  devlinkDpipeTablesAttrs,
} from './dpipe.js'
import { devlinkFmsg } from './fmsg.js'
import {
  devlinkDevStatsAttrs,
  devlinkHealthReporterAttrs,
  devlinkInfoVersionAttrs,
  devlinkLinecardSupportedTypesAttrs,
  devlinkNestedAttrs,
  devlinkPortFunctionAttrs,
  devlinkRateTcBwsAttrs,
  devlinkRegionChunkAttrs,
  devlinkRegionChunksAttrs,
  devlinkRegionSnapshotAttrs,
  devlinkRegionSnapshotsAttrs,
  devlinkReloadActionInfoAttrs,
  devlinkReloadActionStatsAttrs,
  devlinkReloadStatsAttrs,
  devlinkReloadStatsEntryAttrs,
  devlinkResourceAttrs,
  devlinkResourceListAttrs,
  devlinkSelftestsAttrs,
  devlinkStatsAttrs,
  devlinkTrapMetadataAttrs,
} from './nests.js'
import {
  devlinkParamAttrs,
  devlinkParamData,
  devlinkParamDefault,
  devlinkParamValueAttrs,
  devlinkParamValuesListAttrs,
} from './param.js'

/** DEVLINK_ATTR_*, linux/devlink.h. What others nest stands here too: the numbers are one set. */
export const devlinkAttrs = attributes('DEVLINK_ATTR', {
  busName: [1, string],
  devName: [2, string],
  portIndex: [3, u32],
  portType: [4, u16], // DEVLINK_PORT_TYPE_*
  portDesiredType: [5, u16], // DEVLINK_PORT_TYPE_*
  portNetdevIfindex: [6, u32], // ifindex
  portNetdevName: [7, string],
  portIbdevName: [8, string],
  portSplitCount: [9, u32],
  portSplitGroup: [10, u32],
  sbIndex: [11, u32],
  sbSize: [12, u32], // bytes
  sbIngressPoolCount: [13, u16],
  sbEgressPoolCount: [14, u16],
  sbIngressTcCount: [15, u16],
  sbEgressTcCount: [16, u16],
  sbPoolIndex: [17, u16],
  sbPoolType: [18, u8], // DEVLINK_SB_POOL_TYPE_*
  sbPoolSize: [19, u32], // bytes
  sbPoolThresholdType: [20, u8], // DEVLINK_SB_THRESHOLD_TYPE_*
  sbThreshold: [21, u32],
  sbTcIndex: [22, u16],
  sbOccCur: [23, u32], // bytes
  sbOccMax: [24, u32], // bytes
  eswitchMode: [25, u16], // DEVLINK_ESWITCH_MODE_*
  eswitchInlineMode: [26, u8], // DEVLINK_ESWITCH_INLINE_MODE_*
  dpipeTables: [27, devlinkDpipeTablesAttrs],
  dpipeTable: [28, multi(devlinkDpipeTableAttrs)],
  dpipeTableName: [29, string],
  dpipeTableSize: [30, u64],
  dpipeTableMatches: [31, devlinkDpipeTableMatchesAttrs],
  dpipeTableActions: [32, devlinkDpipeTableActionsAttrs],
  dpipeTableCountersEnabled: [33, u8],
  dpipeEntries: [34, devlinkDpipeEntriesAttrs],
  dpipeEntry: [35, multi(devlinkDpipeEntryAttrs)],
  dpipeEntryIndex: [36, u64],
  dpipeEntryMatchValues: [37, devlinkDpipeEntryMatchValuesAttrs],
  dpipeEntryActionValues: [38, devlinkDpipeEntryActionValuesAttrs],
  dpipeEntryCounter: [39, u64],
  dpipeMatch: [40, multi(devlinkDpipeMatchAttrs)],
  dpipeMatchValue: [41, multi(devlinkDpipeMatchValueAttrs)],
  dpipeMatchType: [42, u32], // DEVLINK_DPIPE_MATCH_TYPE_*
  dpipeAction: [43, multi(devlinkDpipeActionAttrs)],
  dpipeActionValue: [44, multi(devlinkDpipeActionValueAttrs)],
  dpipeActionType: [45, u32], // DEVLINK_DPIPE_ACTION_TYPE_*
  dpipeValue: [46, bytes],
  dpipeValueMask: [47, bytes],
  dpipeValueMapping: [48, u32],
  dpipeHeaders: [49, devlinkDpipeHeadersAttrs],
  dpipeHeader: [50, multi(devlinkDpipeHeaderAttrs)],
  dpipeHeaderName: [51, string],
  dpipeHeaderId: [52, u32], // DEVLINK_DPIPE_HEADER_*
  dpipeHeaderFields: [53, devlinkDpipeHeaderFieldsAttrs],
  dpipeHeaderGlobal: [54, u8],
  dpipeHeaderIndex: [55, u32],
  dpipeField: [56, multi(devlinkDpipeFieldAttrs)],
  dpipeFieldName: [57, string],
  dpipeFieldId: [58, u32],
  dpipeFieldBitwidth: [59, u32], // bits
  dpipeFieldMappingType: [60, u32], // DEVLINK_DPIPE_FIELD_MAPPING_TYPE_*
  pad: [61, bytes],
  eswitchEncapMode: [62, u8], // DEVLINK_ESWITCH_ENCAP_MODE_*
  resourceList: [63, devlinkResourceListAttrs],
  resource: [64, multi(devlinkResourceAttrs)],
  resourceName: [65, string],
  resourceId: [66, u64],
  resourceSize: [67, u64],
  resourceSizeNew: [68, u64],
  resourceSizeValid: [69, u8],
  resourceSizeMin: [70, u64],
  resourceSizeMax: [71, u64],
  resourceSizeGran: [72, u64],
  resourceUnit: [73, u8], // DEVLINK_RESOURCE_UNIT_*
  resourceOcc: [74, u64],
  dpipeTableResourceId: [75, u64],
  dpipeTableResourceUnits: [76, u64],
  portFlavour: [77, u16], // DEVLINK_PORT_FLAVOUR_*
  portNumber: [78, u32],
  portSplitSubportNumber: [79, u32],
  param: [80, devlinkParamAttrs],
  paramName: [81, string],
  paramGeneric: [82, flag],
  paramType: [83, u8], // DEVLINK_VAR_ATTR_TYPE_*
  paramValuesList: [84, late(devlinkParamValuesListAttrs)],
  paramValue: [85, multi(devlinkParamValueAttrs)],
  paramValueData: [86, devlinkParamData],
  paramValueCmode: [87, u8], // DEVLINK_PARAM_CMODE_*
  regionName: [88, string],
  regionSize: [89, u64],
  regionSnapshots: [90, devlinkRegionSnapshotsAttrs],
  regionSnapshot: [91, multi(devlinkRegionSnapshotAttrs)],
  regionSnapshotId: [92, u32],
  regionChunks: [93, devlinkRegionChunksAttrs],
  regionChunk: [94, multi(devlinkRegionChunkAttrs)],
  regionChunkData: [95, bytes],
  regionChunkAddr: [96, u64],
  regionChunkLen: [97, u64],
  infoDriverName: [98, string],
  infoSerialNumber: [99, string],
  infoVersionFixed: [100, multi(devlinkInfoVersionAttrs)],
  infoVersionRunning: [101, multi(devlinkInfoVersionAttrs)],
  infoVersionStored: [102, multi(devlinkInfoVersionAttrs)],
  infoVersionName: [103, string],
  infoVersionValue: [104, string],
  sbPoolCellSize: [105, u32], // bytes
  fmsg: [106, devlinkFmsg],
  fmsgObjNestStart: [107, flag],
  fmsgPairNestStart: [108, flag],
  fmsgArrNestStart: [109, flag],
  fmsgNestEnd: [110, flag],
  fmsgObjName: [111, string],
  fmsgObjValueType: [112, u8], // DEVLINK_VAR_ATTR_TYPE_*
  fmsgObjValueData: [113, bytes],
  healthReporter: [114, devlinkHealthReporterAttrs],
  healthReporterName: [115, string],
  healthReporterState: [116, u8], // 0 healthy, 1 error
  healthReporterErrCount: [117, u64],
  healthReporterRecoverCount: [118, u64],
  healthReporterDumpTs: [119, u64], // jiffies
  healthReporterGracefulPeriod: [120, u64], // milliseconds
  healthReporterAutoRecover: [121, u8],
  flashUpdateFileName: [122, string],
  flashUpdateComponent: [123, string],
  flashUpdateStatusMsg: [124, string],
  flashUpdateStatusDone: [125, u64],
  flashUpdateStatusTotal: [126, u64],
  portPciPfNumber: [127, u16],
  portPciVfNumber: [128, u16],
  stats: [129, devlinkStatsAttrs],
  trapName: [130, string],
  trapAction: [131, u8], // DEVLINK_TRAP_ACTION_*
  trapType: [132, u8], // DEVLINK_TRAP_TYPE_*
  trapGeneric: [133, flag],
  trapMetadata: [134, devlinkTrapMetadataAttrs],
  trapGroupName: [135, string],
  reloadFailed: [136, u8], // 0 or 1
  healthReporterDumpTsNs: [137, u64], // nanoseconds
  netnsFd: [138, u32], // an open file descriptor
  netnsPid: [139, u32],
  netnsId: [140, i32], // of another network namespace, as the receiver numbers it
  healthReporterAutoDump: [141, u8],
  trapPolicerId: [142, u32],
  trapPolicerRate: [143, u64], // packets a second
  trapPolicerBurst: [144, u64], // packets
  portFunction: [145, devlinkPortFunctionAttrs],
  infoBoardSerialNumber: [146, string],
  portLanes: [147, u32],
  portSplittable: [148, u8],
  portExternal: [149, u8],
  portControllerNumber: [150, u32],
  flashUpdateStatusTimeout: [151, u64], // seconds
  flashUpdateOverwriteMask: [152, bitfield32], // DEVLINK_FLASH_OVERWRITE_*
  reloadAction: [153, u8], // DEVLINK_RELOAD_ACTION_*
  reloadActionsPerformed: [154, bitfield32], // DEVLINK_RELOAD_ACTION_*, as bits
  reloadLimits: [155, bitfield32], // DEVLINK_RELOAD_LIMIT_*, as bits
  devStats: [156, devlinkDevStatsAttrs],
  reloadStats: [157, devlinkReloadStatsAttrs],
  reloadStatsEntry: [158, multi(devlinkReloadStatsEntryAttrs)],
  reloadStatsLimit: [159, u8], // DEVLINK_RELOAD_LIMIT_*
  reloadStatsValue: [160, u32],
  remoteReloadStats: [161, devlinkReloadStatsAttrs],
  reloadActionInfo: [162, multi(devlinkReloadActionInfoAttrs)],
  reloadActionStats: [163, multi(devlinkReloadActionStatsAttrs)],
  portPciSfNumber: [164, u32],
  rateType: [165, u16], // DEVLINK_RATE_TYPE_*
  rateTxShare: [166, u64], // bytes a second
  rateTxMax: [167, u64], // bytes a second
  rateNodeName: [168, string],
  rateParentNodeName: [169, string],
  regionMaxSnapshots: [170, u32],
  linecardIndex: [171, u32],
  linecardState: [172, u8], // DEVLINK_LINECARD_STATE_*
  linecardType: [173, string],
  linecardSupportedTypes: [174, devlinkLinecardSupportedTypesAttrs],
  nestedDevlink: [175, devlinkNestedAttrs],
  selftests: [176, devlinkSelftestsAttrs],
  rateTxPriority: [177, u32],
  rateTxWeight: [178, u32],
  regionDirect: [179, flag],
  rateTcBws: [180, multi(devlinkRateTcBwsAttrs)],
  healthReporterBurstPeriod: [181, u64], // milliseconds
  paramValueDefault: [182, devlinkParamDefault],
  paramResetDefault: [183, flag],
  index: [184, uint], // of the device, beside its bus and its name
  resourceScopeMask: [185, u32], // DEVLINK_RESOURCE_SCOPE_*
})
export interface DevlinkAttrs extends Infer<typeof devlinkAttrs> {}
