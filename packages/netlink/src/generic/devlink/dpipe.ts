import { attributes, bytes, enumOf, type Infer, multi, string, u8, u32, u64 } from '../../codec/index.js'
import {
  DEVLINK_DPIPE_ACTION_TYPE,
  DEVLINK_DPIPE_FIELD_MAPPING_TYPE,
  DEVLINK_DPIPE_HEADER,
  DEVLINK_DPIPE_MATCH_TYPE,
} from './constants.js'

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_MATCH, linux/devlink.h */
export const devlinkDpipeMatchAttrs = attributes('DEVLINK_ATTR', {
  dpipeMatchType: [42, enumOf(u32, DEVLINK_DPIPE_MATCH_TYPE)],
  dpipeHeaderId: [52, enumOf(u32, DEVLINK_DPIPE_HEADER)],
  dpipeHeaderGlobal: [54, u8],
  dpipeHeaderIndex: [55, u32],
  dpipeFieldId: [58, u32],
})
export interface DevlinkDpipeMatchAttrs extends Infer<typeof devlinkDpipeMatchAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_ACTION, linux/devlink.h */
export const devlinkDpipeActionAttrs = attributes('DEVLINK_ATTR', {
  dpipeActionType: [45, enumOf(u32, DEVLINK_DPIPE_ACTION_TYPE)],
  dpipeHeaderId: [52, enumOf(u32, DEVLINK_DPIPE_HEADER)],
  dpipeHeaderGlobal: [54, u8],
  dpipeHeaderIndex: [55, u32],
  dpipeFieldId: [58, u32],
})
export interface DevlinkDpipeActionAttrs extends Infer<typeof devlinkDpipeActionAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_TABLE_MATCHES, linux/devlink.h */
export const devlinkDpipeTableMatchesAttrs = attributes('DEVLINK_ATTR', {
  dpipeMatch: [40, multi(devlinkDpipeMatchAttrs)],
})
export interface DevlinkDpipeTableMatchesAttrs extends Infer<typeof devlinkDpipeTableMatchesAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_TABLE_ACTIONS, linux/devlink.h */
export const devlinkDpipeTableActionsAttrs = attributes('DEVLINK_ATTR', {
  dpipeAction: [43, multi(devlinkDpipeActionAttrs)],
})
export interface DevlinkDpipeTableActionsAttrs extends Infer<typeof devlinkDpipeTableActionsAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_TABLE, linux/devlink.h */
export const devlinkDpipeTableAttrs = attributes('DEVLINK_ATTR', {
  dpipeTableName: [29, string],
  dpipeTableSize: [30, u64],
  dpipeTableMatches: [31, devlinkDpipeTableMatchesAttrs],
  dpipeTableActions: [32, devlinkDpipeTableActionsAttrs],
  dpipeTableCountersEnabled: [33, u8],
  pad: [61, bytes],
  dpipeTableResourceId: [75, u64],
  dpipeTableResourceUnits: [76, u64],
})
export interface DevlinkDpipeTableAttrs extends Infer<typeof devlinkDpipeTableAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_TABLES, linux/devlink.h */
export const devlinkDpipeTablesAttrs = attributes('DEVLINK_ATTR', {
  dpipeTable: [28, multi(devlinkDpipeTableAttrs)],
})
export interface DevlinkDpipeTablesAttrs extends Infer<typeof devlinkDpipeTablesAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_MATCH_VALUE, linux/devlink.h */
export const devlinkDpipeMatchValueAttrs = attributes('DEVLINK_ATTR', {
  dpipeMatch: [40, multi(devlinkDpipeMatchAttrs)],
  dpipeValue: [46, bytes],
  dpipeValueMask: [47, bytes],
  dpipeValueMapping: [48, u32],
})
export interface DevlinkDpipeMatchValueAttrs extends Infer<typeof devlinkDpipeMatchValueAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_ACTION_VALUE, linux/devlink.h */
export const devlinkDpipeActionValueAttrs = attributes('DEVLINK_ATTR', {
  dpipeAction: [43, multi(devlinkDpipeActionAttrs)],
  dpipeValue: [46, bytes],
  dpipeValueMask: [47, bytes],
  dpipeValueMapping: [48, u32],
})
export interface DevlinkDpipeActionValueAttrs extends Infer<typeof devlinkDpipeActionValueAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_ENTRY_MATCH_VALUES, linux/devlink.h */
export const devlinkDpipeEntryMatchValuesAttrs = attributes('DEVLINK_ATTR', {
  dpipeMatchValue: [41, multi(devlinkDpipeMatchValueAttrs)],
})
export interface DevlinkDpipeEntryMatchValuesAttrs extends Infer<typeof devlinkDpipeEntryMatchValuesAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_ENTRY_ACTION_VALUES, linux/devlink.h */
export const devlinkDpipeEntryActionValuesAttrs = attributes('DEVLINK_ATTR', {
  dpipeActionValue: [44, multi(devlinkDpipeActionValueAttrs)],
})
export interface DevlinkDpipeEntryActionValuesAttrs extends Infer<typeof devlinkDpipeEntryActionValuesAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_ENTRY, linux/devlink.h */
export const devlinkDpipeEntryAttrs = attributes('DEVLINK_ATTR', {
  dpipeEntryIndex: [36, u64],
  dpipeEntryMatchValues: [37, devlinkDpipeEntryMatchValuesAttrs],
  dpipeEntryActionValues: [38, devlinkDpipeEntryActionValuesAttrs],
  dpipeEntryCounter: [39, u64],
  pad: [61, bytes],
})
export interface DevlinkDpipeEntryAttrs extends Infer<typeof devlinkDpipeEntryAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_ENTRIES, linux/devlink.h */
export const devlinkDpipeEntriesAttrs = attributes('DEVLINK_ATTR', {
  dpipeEntry: [35, multi(devlinkDpipeEntryAttrs)],
})
export interface DevlinkDpipeEntriesAttrs extends Infer<typeof devlinkDpipeEntriesAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_FIELD, linux/devlink.h */
export const devlinkDpipeFieldAttrs = attributes('DEVLINK_ATTR', {
  dpipeFieldName: [57, string],
  dpipeFieldId: [58, u32],
  dpipeFieldBitwidth: [59, u32], // bits
  dpipeFieldMappingType: [60, enumOf(u32, DEVLINK_DPIPE_FIELD_MAPPING_TYPE)],
})
export interface DevlinkDpipeFieldAttrs extends Infer<typeof devlinkDpipeFieldAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_HEADER_FIELDS, linux/devlink.h */
export const devlinkDpipeHeaderFieldsAttrs = attributes('DEVLINK_ATTR', {
  dpipeField: [56, multi(devlinkDpipeFieldAttrs)],
})
export interface DevlinkDpipeHeaderFieldsAttrs extends Infer<typeof devlinkDpipeHeaderFieldsAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_HEADER, linux/devlink.h */
export const devlinkDpipeHeaderAttrs = attributes('DEVLINK_ATTR', {
  dpipeHeaderName: [51, string],
  dpipeHeaderId: [52, enumOf(u32, DEVLINK_DPIPE_HEADER)],
  dpipeHeaderFields: [53, devlinkDpipeHeaderFieldsAttrs],
  dpipeHeaderGlobal: [54, u8],
  dpipeHeaderIndex: [55, u32],
})
export interface DevlinkDpipeHeaderAttrs extends Infer<typeof devlinkDpipeHeaderAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_DPIPE_HEADERS, linux/devlink.h */
export const devlinkDpipeHeadersAttrs = attributes('DEVLINK_ATTR', {
  dpipeHeader: [50, multi(devlinkDpipeHeaderAttrs)],
})
export interface DevlinkDpipeHeadersAttrs extends Infer<typeof devlinkDpipeHeadersAttrs> {}
