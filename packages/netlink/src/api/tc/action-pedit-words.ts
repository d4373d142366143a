import { ArgumentError } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { TC_ACT } from '../../route/index.js'
import {
  type FieldValue,
  fieldBytes,
  type HeaderField,
  type HeaderName,
  headerFields,
  wordsAt,
} from './header-fields.js'
import { general, parmsOf } from './verdict.js'
import { computed, listOf } from './words.js'

/** Headers by TCA_PEDIT_KEY_EX_HDR_TYPE_* */
const headerTypes = { eth: 1, ip: 2, ip6: 3, tcp: 4, udp: 5 } as const satisfies Record<HeaderName, number>

/** A change of a header: `{ header: 'ip', field: 'ttl', set: 64 }`. */
export type HeaderEdit = {
  [H in HeaderName]: {
    readonly header: H
    readonly field: string & keyof (typeof headerFields)[H]
    readonly set?: FieldValue | undefined
    readonly add?: number | undefined
  }
}[HeaderName]

function edit(option: string, given: HeaderEdit) {
  const { header, field, set, add } = given
  const all: Readonly<Record<string, Readonly<Record<string, HeaderField>>>> = headerFields
  const fields = typeof header === 'string' && Object.hasOwn(all, header) ? all[header] : undefined
  if (fields === undefined)
    throw new ArgumentError(
      `expected ${option}.header to be one of ${Object.keys(headerFields).join(', ')}, got ${show(header)}`,
    )
  const found = typeof field === 'string' && Object.hasOwn(fields, field) ? fields[field] : undefined
  if (found === undefined)
    throw new ArgumentError(
      `expected ${option}.field to be one of ${Object.keys(fields).join(', ')}, got ${show(field)}`,
    )
  if ((set === undefined) === (add === undefined))
    throw new ArgumentError(
      `expected ${option} to have either 'set' or 'add', got ${set === undefined ? 'none' : 'both'}`,
    )
  const isAdded = set === undefined
  const value = fieldBytes(`${option}.${isAdded ? 'add' : 'set'}`, found, (set ?? add) as FieldValue)
  return wordsAt(found.at, value).map(({ off, val, mask }) => ({
    key: { mask: ~mask >>> 0, val, off, at: 0, offmask: 0, shift: 0 },
    ex: { htype: headerTypes[header], cmd: isAdded ? 1 : 0 },
  }))
}

export const pedit = computed(
  { ...general, edits: listOf(edit) },
  ({ edits = [], ...rest }) => {
    const all = edits.flat()
    return {
      parmsEx: { ...parmsOf(rest, TC_ACT.OK), nkeys: all.length, flags: 0, keys: all.map(({ key }) => key) },
      keysEx: { keyEx: all.map(({ ex }) => ex) },
    }
  },
  { required: ['edits'] },
)
