import { ArgumentError } from '../../../codec/error.js'
import type { Sources } from '../expression/source.js'
import { type DataType, dataTypes, lengthOf } from '../types/data-types.js'
import type { SetLayout } from './set.js'

/** The types that a rule uses a set with. */
export interface SetUse {
  readonly sources: Sources
  /** The data that the rule takes from a map: types, or verdicts. */
  readonly data?: SetLayout['data']
}

/** Types of nft without a meaning of their own: integers and texts, and what only a newer nft knows. */
const isBare = ({ number }: DataType) => number === 0 || number === 4 || number === 5

const isSame = (wanted: DataType, found: DataType) =>
  wanted.number === found.number || ((isBare(wanted) || isBare(found)) && lengthOf(wanted) === lengthOf(found))

/** A mark can have the value of any type, as in nft. */
const isMark = (wanted: DataType, found: DataType) =>
  wanted.number === dataTypes.mark.number && lengthOf(wanted) === lengthOf(found)

const namesOf = (types: readonly DataType[]) => types.map(({ name }) => name).join(' . ')

function areAll(
  is: (wanted: DataType, found: DataType) => boolean,
  wanted: readonly DataType[],
  found: readonly DataType[],
): boolean {
  return wanted.length === found.length && wanted.every((type, index) => is(type, found[index] as DataType))
}

/**
 * Checks that a rule uses a set with the types that it has. The kernel compares only their lengths.
 * @throws {TypeError}
 */
export function checkUse(name: string, { types, data }: SetLayout, use: SetUse): void {
  const wanted = use.sources.map(({ type }) => type)
  if (!areAll(isSame, wanted, types)) {
    const text = use.sources.map((source) => source.text).join(' . ')
    throw new ArgumentError(
      `expected the keys of @${name} to be ${namesOf(wanted)}, because the rule looks up ${text}, got ${namesOf(types)}`,
    )
  }
  if (use.data === undefined || areData(use.data, data)) return
  throw new ArgumentError(`expected @${name} to be a map to ${nameOf(use.data)}, got ${nameOf(data)}`)
}

function areData(wanted: NonNullable<SetLayout['data']>, found: SetLayout['data']): boolean {
  if (wanted === 'verdict' || found === 'verdict' || found === undefined) return wanted === found
  return areAll((one, other) => isSame(one, other) || isMark(one, other), wanted, found)
}

const nameOf = (data: SetLayout['data']) =>
  data === undefined ? 'no data' : data === 'verdict' ? 'verdicts' : namesOf(data)
