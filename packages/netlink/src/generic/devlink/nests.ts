import {
  attributes,
  bitfield32Of,
  bytes,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  i32,
  lazy,
  lladdr,
  milliseconds,
  multi,
  nanoseconds,
  string,
  u8,
  u32,
  u64,
  uint,
  writtenAs,
} from '../../codec/index.js'
import {
  DEVLINK_PORT_FN_CAP,
  DEVLINK_PORT_FN_OPSTATE,
  DEVLINK_PORT_FN_STATE,
  DEVLINK_RELOAD_ACTION,
  DEVLINK_RELOAD_LIMIT,
  DEVLINK_RESOURCE_UNIT,
  DEVLINK_SELFTEST_STATUS,
} from './constants.js'

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_RELOAD_STATS_ENTRY, linux/devlink.h */
export const devlinkReloadStatsEntryAttrs = attributes('DEVLINK_ATTR', {
  reloadStatsLimit: [159, enumOf(u8, DEVLINK_RELOAD_LIMIT)],
  reloadStatsValue: [160, u32],
})
export interface DevlinkReloadStatsEntryAttrs extends Infer<typeof devlinkReloadStatsEntryAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_RELOAD_ACTION_STATS, linux/devlink.h */
export const devlinkReloadActionStatsAttrs = attributes('DEVLINK_ATTR', {
  reloadStatsEntry: [158, multi(devlinkReloadStatsEntryAttrs)],
})
export interface DevlinkReloadActionStatsAttrs extends Infer<typeof devlinkReloadActionStatsAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_RELOAD_ACTION_INFO, linux/devlink.h */
export const devlinkReloadActionInfoAttrs = attributes('DEVLINK_ATTR', {
  reloadAction: [153, enumOf(u8, DEVLINK_RELOAD_ACTION)],
  reloadActionStats: [163, multi(devlinkReloadActionStatsAttrs)],
})
export interface DevlinkReloadActionInfoAttrs extends Infer<typeof devlinkReloadActionInfoAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_RELOAD_STATS, linux/devlink.h */
export const devlinkReloadStatsAttrs = attributes('DEVLINK_ATTR', {
  reloadActionInfo: [162, multi(devlinkReloadActionInfoAttrs)],
})
export interface DevlinkReloadStatsAttrs extends Infer<typeof devlinkReloadStatsAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DEV_STATS, linux/devlink.h */
export const devlinkDevStatsAttrs = attributes('DEVLINK_ATTR', {
  reloadStats: [157, devlinkReloadStatsAttrs],
  remoteReloadStats: [161, devlinkReloadStatsAttrs],
})
export interface DevlinkDevStatsAttrs extends Infer<typeof devlinkDevStatsAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_INFO_VERSION_FIXED and the like, linux/devlink.h */
export const devlinkInfoVersionAttrs = attributes('DEVLINK_ATTR', {
  infoVersionName: [103, string],
  infoVersionValue: [104, string],
})
export interface DevlinkInfoVersionAttrs extends Infer<typeof devlinkInfoVersionAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_REGION_SNAPSHOT, linux/devlink.h */
export const devlinkRegionSnapshotAttrs = attributes('DEVLINK_ATTR', {
  regionSnapshotId: [92, u32],
})
export interface DevlinkRegionSnapshotAttrs extends Infer<typeof devlinkRegionSnapshotAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_REGION_SNAPSHOTS, linux/devlink.h */
export const devlinkRegionSnapshotsAttrs = attributes('DEVLINK_ATTR', {
  regionSnapshot: [91, multi(devlinkRegionSnapshotAttrs)],
})
export interface DevlinkRegionSnapshotsAttrs extends Infer<typeof devlinkRegionSnapshotsAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_REGION_CHUNK, linux/devlink.h */
export const devlinkRegionChunkAttrs = attributes('DEVLINK_ATTR', {
  pad: [61, bytes],
  regionChunkData: [95, bytes],
  regionChunkAddr: [96, u64],
})
export interface DevlinkRegionChunkAttrs extends Infer<typeof devlinkRegionChunkAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_REGION_CHUNKS, linux/devlink.h */
export const devlinkRegionChunksAttrs = attributes('DEVLINK_ATTR', {
  regionChunk: [94, multi(devlinkRegionChunkAttrs)],
})
export interface DevlinkRegionChunksAttrs extends Infer<typeof devlinkRegionChunksAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_HEALTH_REPORTER, linux/devlink.h */
export const devlinkHealthReporterAttrs = attributes('DEVLINK_ATTR', {
  pad: [61, bytes],
  healthReporterName: [115, string],
  healthReporterState: [116, u8], // 0 healthy, 1 error
  healthReporterErrCount: [117, u64],
  healthReporterRecoverCount: [118, u64],
  healthReporterDumpTs: [119, u64], // jiffies
  healthReporterGracefulPeriod: [120, writtenAs(u64, milliseconds)],
  healthReporterAutoRecover: [121, u8],
  healthReporterDumpTsNs: [137, writtenAs(u64, nanoseconds)],
  healthReporterAutoDump: [141, u8],
  healthReporterBurstPeriod: [181, writtenAs(u64, milliseconds)],
})
export interface DevlinkHealthReporterAttrs extends Infer<typeof devlinkHealthReporterAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_LINECARD_SUPPORTED_TYPES, linux/devlink.h */
export const devlinkLinecardSupportedTypesAttrs = attributes('DEVLINK_ATTR', {
  linecardType: [173, string],
})
export interface DevlinkLinecardSupportedTypesAttrs extends Infer<typeof devlinkLinecardSupportedTypesAttrs> {}

/** Resources contain resources. */
const resources = lazy((): Declaration<DevlinkResourceListAttrs> => devlinkResourceListAttrs)

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_RESOURCE, linux/devlink.h */
export const devlinkResourceAttrs = attributes('DEVLINK_ATTR', {
  pad: [61, bytes],
  resourceList: [63, resources],
  resourceName: [65, string],
  resourceId: [66, u64],
  resourceSize: [67, u64],
  resourceSizeNew: [68, u64],
  resourceSizeValid: [69, u8],
  resourceSizeMin: [70, u64],
  resourceSizeMax: [71, u64],
  resourceSizeGran: [72, u64],
  resourceUnit: [73, enumOf(u8, DEVLINK_RESOURCE_UNIT)],
  resourceOcc: [74, u64],
})
export interface DevlinkResourceAttrs extends Infer<typeof devlinkResourceAttrs> {}

const resource: Declaration<DevlinkResourceAttrs> = devlinkResourceAttrs

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_RESOURCE_LIST, linux/devlink.h */
export const devlinkResourceListAttrs = attributes('DEVLINK_ATTR', {
  resource: [64, multi(resource)],
})
export interface DevlinkResourceListAttrs extends Infer<typeof devlinkResourceListAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_NESTED_DEVLINK, linux/devlink.h: identifies the device */
export const devlinkNestedAttrs = attributes('DEVLINK_ATTR', {
  busName: [1, string],
  devName: [2, string],
  netnsId: [140, i32], // id of its network namespace, if it is in another one
  index: [184, uint],
})
export interface DevlinkNestedAttrs extends Infer<typeof devlinkNestedAttrs> {}

/** DEVLINK_PORT_FUNCTION_ATTR_* and DEVLINK_PORT_FN_ATTR_*, linux/devlink.h: one numbering */
export const devlinkPortFunctionAttrs = attributes('DEVLINK_PORT_FN_ATTR', {
  hwAddr: [1, lladdr, 'DEVLINK_PORT_FUNCTION_ATTR_HW_ADDR'],
  state: [2, enumOf(u8, DEVLINK_PORT_FN_STATE)],
  opstate: [3, enumOf(u8, DEVLINK_PORT_FN_OPSTATE)],
  caps: [4, bitfield32Of(DEVLINK_PORT_FN_CAP)],
  devlink: [5, devlinkNestedAttrs],
  maxIoEqs: [6, u32],
})
export interface DevlinkPortFunctionAttrs extends Infer<typeof devlinkPortFunctionAttrs> {}

/** DEVLINK_ATTR_STATS_*, linux/devlink.h */
export const devlinkStatsAttrs = attributes('DEVLINK_ATTR_STATS', {
  rxPackets: [0, u64],
  rxBytes: [1, u64],
  rxDropped: [2, u64],
})
export interface DevlinkStatsAttrs extends Infer<typeof devlinkStatsAttrs> {}

/** DEVLINK_ATTR_TRAP_METADATA_TYPE_*, linux/devlink.h */
export const devlinkTrapMetadataAttrs = attributes('DEVLINK_ATTR_TRAP_METADATA_TYPE', {
  inPort: [0, flag],
  faCookie: [1, flag],
})
export interface DevlinkTrapMetadataAttrs extends Infer<typeof devlinkTrapMetadataAttrs> {}

/** DEVLINK_ATTR_SELFTEST_ID_*, linux/devlink.h: available tests, or the tests to run */
export const devlinkSelftestsAttrs = attributes('DEVLINK_ATTR_SELFTEST_ID', { flash: [1, flag] })
export interface DevlinkSelftestsAttrs extends Infer<typeof devlinkSelftestsAttrs> {}

/** The DEVLINK_ATTR_SELFTEST_RESULT_* attributes inside DEVLINK_ATTR_SELFTEST_RESULT, linux/devlink.h */
export const devlinkSelftestResultAttrs = attributes('DEVLINK_ATTR_SELFTEST_RESULT', {
  id: [2, u32],
  status: [3, enumOf(u8, DEVLINK_SELFTEST_STATUS)],
})
export interface DevlinkSelftestResultAttrs extends Infer<typeof devlinkSelftestResultAttrs> {}

/** The DEVLINK_ATTR_SELFTEST_RESULT_* attributes inside DEVLINK_ATTR_SELFTESTS in replies, linux/devlink.h */
export const devlinkSelftestResultsAttrs = attributes('DEVLINK_ATTR_SELFTEST', {
  result: [1, multi(devlinkSelftestResultAttrs)],
})
export interface DevlinkSelftestResultsAttrs extends Infer<typeof devlinkSelftestResultsAttrs> {}

/** DEVLINK_RATE_TC_ATTR_*, linux/devlink.h */
export const devlinkRateTcBwsAttrs = attributes('DEVLINK_RATE_TC_ATTR', {
  index: [1, u8], // of the traffic class
  bw: [2, u32], // its share, relative to the other shares
})
export interface DevlinkRateTcBwsAttrs extends Infer<typeof devlinkRateTcBwsAttrs> {}
