import { attributes, type Declaration, type Infer, string, uint } from '../../codec/index.js'
import { creates, gets } from '../../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from '../family.js'
import { type DevlinkAttrs, devlinkAttrs } from './attributes.js'
import { devlinkSelftestResultsAttrs } from './nests.js'

/** DEVLINK_CMD_* */
export const devlinkMessage: Declaration<DevlinkMessage> = genericMessage<DevlinkAttrs>('devlink', devlinkAttrs)
export interface DevlinkMessage extends GenericMessage<DevlinkAttrs> {}

/** The part of DEVLINK_ATTR_* in replies to DEVLINK_CMD_SELFTESTS_RUN, linux/devlink.h */
export const devlinkSelftestsReplyAttrs = attributes('DEVLINK_ATTR', {
  busName: [1, string],
  devName: [2, string],
  selftests: [176, devlinkSelftestResultsAttrs],
  index: [184, uint],
})
export interface DevlinkSelftestsReplyAttrs extends Infer<typeof devlinkSelftestsReplyAttrs> {}

/** Replies to DEVLINK_CMD_SELFTESTS_RUN */
export const devlinkSelftestsMessage: Declaration<DevlinkSelftestsMessage> = genericMessage<DevlinkSelftestsReplyAttrs>(
  'devlink selftests',
  devlinkSelftestsReplyAttrs,
)
export interface DevlinkSelftestsMessage extends GenericMessage<DevlinkSelftestsReplyAttrs> {}

/** Devices of drivers, with their ports, parameters, resources, health and more, linux/devlink.h */
export const devlink = genericFamily('devlink', {
  version: 1,
  messages: {
    DEVLINK_CMD_GET: gets(1, devlinkMessage),
    DEVLINK_CMD_SET: [2, devlinkMessage],
    DEVLINK_CMD_NEW: creates(3, devlinkMessage),
    DEVLINK_CMD_DEL: [4, devlinkMessage],
    DEVLINK_CMD_PORT_GET: gets(5, devlinkMessage),
    DEVLINK_CMD_PORT_SET: [6, devlinkMessage],
    DEVLINK_CMD_PORT_NEW: creates(7, devlinkMessage),
    DEVLINK_CMD_PORT_DEL: [8, devlinkMessage],
    DEVLINK_CMD_PORT_SPLIT: [9, devlinkMessage],
    DEVLINK_CMD_PORT_UNSPLIT: [10, devlinkMessage],
    DEVLINK_CMD_SB_GET: gets(11, devlinkMessage),
    DEVLINK_CMD_SB_SET: [12, devlinkMessage],
    DEVLINK_CMD_SB_NEW: [13, devlinkMessage],
    DEVLINK_CMD_SB_DEL: [14, devlinkMessage],
    DEVLINK_CMD_SB_POOL_GET: gets(15, devlinkMessage),
    DEVLINK_CMD_SB_POOL_SET: [16, devlinkMessage],
    DEVLINK_CMD_SB_POOL_NEW: [17, devlinkMessage],
    DEVLINK_CMD_SB_POOL_DEL: [18, devlinkMessage],
    DEVLINK_CMD_SB_PORT_POOL_GET: gets(19, devlinkMessage),
    DEVLINK_CMD_SB_PORT_POOL_SET: [20, devlinkMessage],
    DEVLINK_CMD_SB_PORT_POOL_NEW: [21, devlinkMessage],
    DEVLINK_CMD_SB_PORT_POOL_DEL: [22, devlinkMessage],
    DEVLINK_CMD_SB_TC_POOL_BIND_GET: gets(23, devlinkMessage),
    DEVLINK_CMD_SB_TC_POOL_BIND_SET: [24, devlinkMessage],
    DEVLINK_CMD_SB_TC_POOL_BIND_NEW: [25, devlinkMessage],
    DEVLINK_CMD_SB_TC_POOL_BIND_DEL: [26, devlinkMessage],
    DEVLINK_CMD_SB_OCC_SNAPSHOT: [27, devlinkMessage],
    DEVLINK_CMD_SB_OCC_MAX_CLEAR: [28, devlinkMessage],
    DEVLINK_CMD_ESWITCH_GET: gets(29, devlinkMessage),
    DEVLINK_CMD_ESWITCH_SET: [30, devlinkMessage],
    DEVLINK_CMD_DPIPE_TABLE_GET: gets(31, devlinkMessage),
    DEVLINK_CMD_DPIPE_ENTRIES_GET: gets(32, devlinkMessage),
    DEVLINK_CMD_DPIPE_HEADERS_GET: gets(33, devlinkMessage),
    DEVLINK_CMD_DPIPE_TABLE_COUNTERS_SET: [34, devlinkMessage],
    DEVLINK_CMD_RESOURCE_SET: [35, devlinkMessage],
    DEVLINK_CMD_RESOURCE_DUMP: gets(36, devlinkMessage),
    DEVLINK_CMD_RELOAD: [37, devlinkMessage],
    DEVLINK_CMD_PARAM_GET: gets(38, devlinkMessage),
    DEVLINK_CMD_PARAM_SET: [39, devlinkMessage],
    DEVLINK_CMD_PARAM_NEW: [40, devlinkMessage],
    DEVLINK_CMD_PARAM_DEL: [41, devlinkMessage],
    DEVLINK_CMD_REGION_GET: gets(42, devlinkMessage),
    DEVLINK_CMD_REGION_SET: [43, devlinkMessage],
    DEVLINK_CMD_REGION_NEW: creates(44, devlinkMessage),
    DEVLINK_CMD_REGION_DEL: [45, devlinkMessage],
    DEVLINK_CMD_REGION_READ: gets(46, devlinkMessage),
    DEVLINK_CMD_PORT_PARAM_GET: gets(47, devlinkMessage),
    DEVLINK_CMD_PORT_PARAM_SET: [48, devlinkMessage],
    DEVLINK_CMD_PORT_PARAM_NEW: [49, devlinkMessage],
    DEVLINK_CMD_PORT_PARAM_DEL: [50, devlinkMessage],
    DEVLINK_CMD_INFO_GET: gets(51, devlinkMessage),
    DEVLINK_CMD_HEALTH_REPORTER_GET: gets(52, devlinkMessage),
    DEVLINK_CMD_HEALTH_REPORTER_SET: [53, devlinkMessage],
    DEVLINK_CMD_HEALTH_REPORTER_RECOVER: [54, devlinkMessage],
    DEVLINK_CMD_HEALTH_REPORTER_DIAGNOSE: gets(55, devlinkMessage),
    DEVLINK_CMD_HEALTH_REPORTER_DUMP_GET: gets(56, devlinkMessage),
    DEVLINK_CMD_HEALTH_REPORTER_DUMP_CLEAR: [57, devlinkMessage],
    DEVLINK_CMD_FLASH_UPDATE: [58, devlinkMessage],
    DEVLINK_CMD_FLASH_UPDATE_END: [59, devlinkMessage],
    DEVLINK_CMD_FLASH_UPDATE_STATUS: [60, devlinkMessage],
    DEVLINK_CMD_TRAP_GET: gets(61, devlinkMessage),
    DEVLINK_CMD_TRAP_SET: [62, devlinkMessage],
    DEVLINK_CMD_TRAP_NEW: [63, devlinkMessage],
    DEVLINK_CMD_TRAP_DEL: [64, devlinkMessage],
    DEVLINK_CMD_TRAP_GROUP_GET: gets(65, devlinkMessage),
    DEVLINK_CMD_TRAP_GROUP_SET: [66, devlinkMessage],
    DEVLINK_CMD_TRAP_GROUP_NEW: [67, devlinkMessage],
    DEVLINK_CMD_TRAP_GROUP_DEL: [68, devlinkMessage],
    DEVLINK_CMD_TRAP_POLICER_GET: gets(69, devlinkMessage),
    DEVLINK_CMD_TRAP_POLICER_SET: [70, devlinkMessage],
    DEVLINK_CMD_TRAP_POLICER_NEW: [71, devlinkMessage],
    DEVLINK_CMD_TRAP_POLICER_DEL: [72, devlinkMessage],
    DEVLINK_CMD_HEALTH_REPORTER_TEST: [73, devlinkMessage],
    DEVLINK_CMD_RATE_GET: gets(74, devlinkMessage),
    DEVLINK_CMD_RATE_SET: [75, devlinkMessage],
    DEVLINK_CMD_RATE_NEW: creates(76, devlinkMessage),
    DEVLINK_CMD_RATE_DEL: [77, devlinkMessage],
    DEVLINK_CMD_LINECARD_GET: gets(78, devlinkMessage),
    DEVLINK_CMD_LINECARD_SET: [79, devlinkMessage],
    DEVLINK_CMD_LINECARD_NEW: [80, devlinkMessage],
    DEVLINK_CMD_LINECARD_DEL: [81, devlinkMessage],
    DEVLINK_CMD_SELFTESTS_GET: gets(82, devlinkMessage),
    DEVLINK_CMD_SELFTESTS_RUN: gets(83, devlinkMessage, devlinkSelftestsMessage),
    DEVLINK_CMD_NOTIFY_FILTER_SET: [84, devlinkMessage],
  },
})

export * from './attributes.js'
export * from './constants.js'
export * from './dpipe.js'
export * from './fmsg.js'
export * from './nests.js'
export * from './param.js'
