import { longGlobalVlanOptions } from '../../api/bridge-global-vlan/encode.js'
import { dataFromJson, slaveDataFromJson } from '../../api/link/data.js'
import { resilientFromJson } from '../../api/nexthop/encode.js'
import { optionsFromJson } from '../../api/qdisc/encode.js'
import { encapFromJson } from '../../api/values/encap.js'
import { longFromJson } from '../../api/values/from-json.js'
import { isRecord } from '../../codec/error.js'

type Members = Readonly<Record<string, unknown>>

/** Converts a member of an object, which is the second argument. */
type Convert = (value: unknown, object: Members) => unknown

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const convertHop: Readonly<Record<string, Convert>> = { encap: encapFromJson }

/** The members of objects that may contain bigints and bytes, by the list of a desired state. */
const converted: Readonly<Record<string, Readonly<Record<string, Convert>>>> = {
  links: {
    data: (data, { kind }) => dataFromJson(textOf(kind), data),
    slaveData: (data, { slaveKind }) => slaveDataFromJson(textOf(slaveKind), data),
  },
  nexthops: { ...convertHop, resilient: resilientFromJson },
  routes: {
    ...convertHop,
    multipath: (hops) => (Array.isArray(hops) ? hops.map((hop) => convertMembers(hop, convertHop)) : hops),
  },
  rules: { tunId: longFromJson },
  bridgeGlobalVlans: Object.fromEntries(longGlobalVlanOptions.map((key) => [key, longFromJson])),
  qdiscs: { options: (options, { kind }) => optionsFromJson(textOf(kind) ?? '', options) },
}

function convertMembers(object: unknown, members: Readonly<Record<string, Convert>>): unknown {
  if (!isRecord(object)) return object
  const result: Record<string, unknown> = { ...object }
  for (const [key, convert] of Object.entries(members))
    if (Object.hasOwn(result, key)) result[key] = convert(result[key], object)
  return result
}

/**
 * Returns a desired state that was written as JSON, in the types of the API. A bigint is a number if that is exact, or else decimal text.
 * Bytes are hexadecimal text. Mistakes stay: `nl.plan` reports them.
 */
export function stateFromJson(state: Members): Members {
  const result: Record<string, unknown> = { ...state }
  for (const [list, members] of Object.entries(converted)) {
    const objects = Object.hasOwn(result, list) ? result[list] : undefined
    if (Array.isArray(objects)) result[list] = objects.map((each) => convertMembers(each, members))
  }
  return result
}
