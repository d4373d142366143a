import {
  attributes,
  bytes,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  select,
  sequence,
  string,
  u8,
  u32,
  u64,
} from '../../codec/index.js'
import { DEVLINK_VAR_ATTR_TYPE } from './constants.js'

/** DEVLINK_ATTR_FMSG_*, linux/devlink.h: the steps of {@link devlinkFmsg} */
export const devlinkFmsgAttrs = attributes('DEVLINK_ATTR', {
  fmsgObjNestStart: [107, flag],
  fmsgPairNestStart: [108, flag],
  fmsgArrNestStart: [109, flag],
  fmsgNestEnd: [110, flag],
  fmsgObjName: [111, string],
  fmsgObjValueType: [112, enumOf(u8, DEVLINK_VAR_ATTR_TYPE)],
  fmsgObjValueData: [
    113,
    select('fmsgObjValueType', {
      [DEVLINK_VAR_ATTR_TYPE.U8]: u8,
      [DEVLINK_VAR_ATTR_TYPE.U32]: u32,
      [DEVLINK_VAR_ATTR_TYPE.U64]: u64,
      [DEVLINK_VAR_ATTR_TYPE.FLAG]: u8,
      [DEVLINK_VAR_ATTR_TYPE.NUL_STRING]: string,
      [DEVLINK_VAR_ATTR_TYPE.BINARY]: bytes,
    }),
  ],
})
/** One step of a formatted message, e.g. `{ fmsgPairNestStart: true }`. `fmsgObjValueType` and `fmsgObjValueData` are one step. */
export type DevlinkFmsgItem = Infer<typeof devlinkFmsgAttrs>

/**
 * DEVLINK_ATTR_FMSG: the report of a health reporter, as the steps that write JSON (`devlink_fmsg`). A value and its type are one
 * step.
 */
export const devlinkFmsg: Declaration<DevlinkFmsgItem[]> = sequence(devlinkFmsgAttrs, [113])
