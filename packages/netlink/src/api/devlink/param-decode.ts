import type { AnyConstants } from '../../codec/names.js'
import { own } from '../../codec/own.js'
import {
  DEVLINK_PARAM_CMODE,
  DEVLINK_VAR_ATTR_TYPE,
  type DevlinkMessage,
  type DevlinkParamValueAttrs,
  devlinkGenericParams,
} from '../../generic/devlink/index.js'
import { named } from '../values/names.js'
import { vocabularyOf } from '../values/vocabulary.js'
import { objectOf } from './decode.js'
import type { DevlinkConfigMode, DevlinkParam, DevlinkParamValue } from './types.js'

/** Returns the words of a parameter's numbers; undefined if it has none. */
export const wordsOf = (name: string): AnyConstants | undefined =>
  own(devlinkGenericParams as Readonly<Record<string, AnyConstants>>, name)

/** Returns the value of a parameter in one configuration mode. */
function paramValue(name: string, type: number, { paramValueData }: DevlinkParamValueAttrs): DevlinkParamValue {
  const list = (paramValueData ?? []) as readonly (number | bigint | string | true)[]
  if (type === DEVLINK_VAR_ATTR_TYPE.FLAG) return list.length > 0
  if (type === DEVLINK_VAR_ATTR_TYPE.U64_ARRAY) return list as readonly (number | bigint)[]
  const [value = ''] = list
  const words = wordsOf(name)
  return words === undefined ? value : (vocabularyOf(words).byNumber.get(value as number) ?? value)
}

/** Converts a message to a parameter. */
export function toParam(message: DevlinkMessage): DevlinkParam {
  const { paramName = '', paramGeneric, paramType = 0, paramValuesList } = message.attrs.param ?? {}
  const values = (paramValuesList?.paramValue ?? []).map((value) => [
    named(DEVLINK_PARAM_CMODE, value.paramValueCmode ?? 0),
    paramValue(paramName, paramType, value),
  ])
  return objectOf<DevlinkParam>(message, {
    name: paramName,
    isGeneric: paramGeneric === true,
    type: named(DEVLINK_VAR_ATTR_TYPE, paramType),
    values: Object.fromEntries(values) as Partial<Record<DevlinkConfigMode, DevlinkParamValue>>,
  })
}
