import { ArgumentError, show } from '../../codec/index.js'
import { own } from '../../codec/own.js'
import { DEVLINK_PARAM_CMODE } from '../../generic/devlink/index.js'
import type { Operation } from '../run/operation.js'
import { type Accepted, BOOLEAN, checkValue, shortText, U8, U16, U32 } from '../values/accepted.js'
import { numberOf } from '../values/names.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { numberOfWord } from '../values/vocabulary.js'
import { type DevlinkRef, deviceAttrs } from './handle.js'
import { wordsOf } from './param-decode.js'
import { changeDevlink, getParam, nameOf } from './read.js'
import type { DevlinkParam, DevlinkParamChange, DevlinkParamValue } from './types.js'

/** The values that a type accepts. The kernel limits texts (`__DEVLINK_PARAM_MAX_STRING_VALUE`). */
const accepted: Readonly<Record<string, Accepted>> = {
  ...{ u8: U8, u16: U16, u32: U32, flag: BOOLEAN, string: shortText(31) },
  u64: {
    allowed: 'an integer from 0 to 18446744073709551615',
    fits: (value) =>
      typeof value === 'bigint'
        ? BigInt.asUintN(64, value) === value
        : Number.isSafeInteger(value) && Number(value) >= 0,
  },
}

/** Returns a value in the form of its type on the wire: a flag is absent for false. @throws {TypeError} */
function wireValue({ name, type }: DevlinkParam, value: DevlinkParamValue): unknown[] {
  const words = wordsOf(name)
  if (words !== undefined && typeof value === 'string')
    return [Number(numberOfWord(`the value of ${name}`, [words], value))]
  const known = own(accepted, String(type))
  if (known === undefined)
    throw new ArgumentError(`expected a parameter of a type that can be set, got ${name} of the type ${show(type)}`)
  checkValue(`the value of ${name}`, value, known)
  if (type === 'flag') return value ? [true] : []
  return [type === 'u64' ? BigInt(value as number) : value]
}

/** Changes a parameter in one configuration mode. Reads it first, because a request contains its type. */
export function* setParam(device: DevlinkRef, change: DevlinkParamChange): Operation<void> {
  const key = deviceAttrs(device)
  checkKeys('the parameter', change, { name: 1, mode: 1, value: 1 } satisfies Record<keyof DevlinkParamChange, unknown>)
  requireKeys('the parameter', change, 'name', 'mode', 'value')
  const paramName = nameOf('the name of the parameter', change.name)
  const paramValueCmode = numberOf('mode of the parameter', DEVLINK_PARAM_CMODE, change.mode)
  const param = yield* getParam(device, paramName)
  const paramType = param.message.attrs.param?.paramType
  const attrs = { ...key, paramName, paramType, paramValueCmode, paramValueData: wireValue(param, change.value) }
  yield* changeDevlink('DEVLINK_CMD_PARAM_SET', attrs)
}
