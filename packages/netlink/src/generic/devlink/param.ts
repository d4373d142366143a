import {
  attributes,
  bytes,
  enumBy,
  enumOf,
  flag,
  type Infer,
  late,
  multi,
  selectOuter,
  string,
  u8,
  u16,
  u32,
  u64,
  uint,
} from '../../codec/index.js'
import {
  DEVLINK_PARAM_CMODE,
  DEVLINK_PARAM_FW_LOAD_POLICY_VALUE,
  DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE,
  DEVLINK_VAR_ATTR_TYPE,
} from './constants.js'

/** Values of the generic parameters of type u8 (`devlink_param_generic`, net/devlink/param.c), by their names. */
export const devlinkGenericParams = {
  fw_load_policy: DEVLINK_PARAM_FW_LOAD_POLICY_VALUE,
  reset_dev_on_drv_probe: DEVLINK_PARAM_RESET_DEV_ON_DRV_PROBE_VALUE,
}

const u8Value = enumBy('paramName', u8, devlinkGenericParams)

const values = {
  [DEVLINK_VAR_ATTR_TYPE.U8]: u8Value,
  [DEVLINK_VAR_ATTR_TYPE.U16]: u16,
  [DEVLINK_VAR_ATTR_TYPE.U32]: u32,
  [DEVLINK_VAR_ATTR_TYPE.U64]: u64,
  [DEVLINK_VAR_ATTR_TYPE.STRING]: string,
  [DEVLINK_VAR_ATTR_TYPE.U64_ARRAY]: uint,
} as const

/**
 * DEVLINK_ATTR_PARAM_VALUE_DATA, by DEVLINK_ATTR_PARAM_TYPE. One value, except for DEVLINK_VAR_ATTR_TYPE_U64_ARRAY. An absent flag is
 * false.
 */
export const devlinkParamData = multi(
  selectOuter('paramType', { ...values, [DEVLINK_VAR_ATTR_TYPE.FLAG]: flag }, bytes),
)

/** DEVLINK_ATTR_PARAM_VALUE_DEFAULT: a flag is 0 or 1 here, since an absent one means that there is no default. */
export const devlinkParamDefault = multi(
  selectOuter('paramType', { ...values, [DEVLINK_VAR_ATTR_TYPE.FLAG]: u8 }, bytes),
)

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_PARAM_VALUE, linux/devlink.h */
export const devlinkParamValueAttrs = attributes('DEVLINK_ATTR', {
  paramValueData: [86, devlinkParamData],
  paramValueCmode: [87, enumOf(u8, DEVLINK_PARAM_CMODE)],
  paramValueDefault: [182, devlinkParamDefault],
})
export interface DevlinkParamValueAttrs extends Infer<typeof devlinkParamValueAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_PARAM_VALUES_LIST, linux/devlink.h */
export const devlinkParamValuesListAttrs = attributes('DEVLINK_ATTR', {
  paramValue: [85, multi(devlinkParamValueAttrs)],
})
export interface DevlinkParamValuesListAttrs extends Infer<typeof devlinkParamValuesListAttrs> {}

/** The DEVLINK_ATTR_* attributes inside DEVLINK_ATTR_PARAM, linux/devlink.h */
export const devlinkParamAttrs = attributes('DEVLINK_ATTR', {
  paramName: [81, string],
  paramGeneric: [82, flag],
  paramType: [83, enumOf(u8, DEVLINK_VAR_ATTR_TYPE)],
  paramValuesList: [84, late(devlinkParamValuesListAttrs)],
})
export interface DevlinkParamAttrs extends Infer<typeof devlinkParamAttrs> {}
