import { ArgumentError } from '../../codec/index.js'
import { none } from '../../connection/flags.js'
import { ETHTOOL_FLAG } from '../../generic/ethtool/index.js'
import { type Operation, requestOf } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { BOOLEAN, checkValue } from '../values/accepted.js'
import type { LinkRef } from '../values/link-ref.js'
import { checkRecord } from '../values/objects.js'
import { decodeBits, indexOfName } from './bits.js'
import { type FeaturesMessage, groupNames, membersOf, readFeatures, toFeatures } from './features.js'
import { headerOf } from './header.js'
import type { EthtoolFeatures } from './types.js'

type Change = Readonly<Record<string, boolean>>

/** Returns the names of the features, by their bits. */
function namesOf({ attrs }: FeaturesMessage): string[] {
  const names: string[] = []
  for (const { index = 0, name = '' } of attrs.hw?.bits?.bit ?? []) names[index] = name
  return names
}

/** Returns the values of single features. A group stands for its members, a later name takes precedence. @throws {TypeError} */
function expanded(change: Change, known: readonly string[]): ReadonlyMap<string, boolean> {
  const wanted = new Map<string, boolean>()
  for (const [name, value] of Object.entries(change)) {
    indexOfName('a key of features', [...known, ...groupNames], name)
    for (const each of membersOf(name, known)) wanted.set(each, value)
  }
  return wanted
}

/** Checks that features can be changed. The kernel ignores the change of one that cannot, without an error. */
function checkFixed(change: Change, { features }: EthtoolFeatures): void {
  for (const [key, value] of Object.entries(change)) {
    const members = membersOf(key, Object.keys(features)).map((name) => features[name])
    if (members.every((each) => each?.fixed) && members.some((each) => each?.active !== value))
      throw refusal({
        ...{ request: 'ETHTOOL_MSG_FEATURES_SET', code: 'EOPNOTSUPP', attribute: key },
        explanation: `the driver does not let it be turned ${value ? 'on' : 'off'}`,
      })
  }
}

/** Returns the features that a reply reports as changed. Its mask has their bits, its value the new ones. */
function changesIn(reply: FeaturesMessage | undefined, names: readonly string[]): Record<string, boolean> {
  const { set, possible } = decodeBits(reply?.attrs.active, names)
  return Object.fromEntries(possible.map((name) => [name, set.includes(name)]))
}

/** Changes features. Returns those that became active or inactive, also because they depend on others. */
export function* setFeatures(link: LinkRef, change: Change): Operation<Readonly<Record<string, boolean>>> {
  const header = headerOf(link)
  checkRecord('features', change)
  if (Object.keys(change).length === 0) throw new ArgumentError('expected features to have at least one name, got none')
  for (const [name, value] of Object.entries(change)) checkValue(`${name} of features`, value, BOOLEAN)
  const current = yield* readFeatures(header)
  const names = namesOf(current)
  const wanted = expanded(change, names)
  checkFixed(change, toFeatures(current))
  const bit = [...wanted].map(([name, value]) => ({ name, ...(value && { value }) }))
  const attrs = { header: { ...header, flags: ETHTOOL_FLAG.COMPACT_BITSETS }, wanted: { bits: { bit } } }
  const [reply] = yield requestOf('change', 'ETHTOOL_MSG_FEATURES_SET', { attrs }, none)
  return changesIn(reply as FeaturesMessage | undefined, names)
}
