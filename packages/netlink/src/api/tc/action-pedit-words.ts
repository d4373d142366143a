import { ArgumentError, isPlainObject } from '../../codec/error.js'
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
import { action, parmsOf } from './verdict.js'
import { flag, listOf } from './words.js'

/** Headers by TCA_PEDIT_KEY_EX_HDR_TYPE_* */
const headerTypes = { eth: 1, ip: 2, ip6: 3, tcp: 4, udp: 5 } as const satisfies Record<HeaderName, number>

interface Edit {
  /** New value: a number, an address, or `{ value, mask }`. Either `set` or `add` is given. */
  readonly set?: FieldValue | undefined
  /** Number that is added. */
  readonly add?: number | undefined
}

/** A change of a header: `{ header: 'ip', field: 'ttl', set: 64 }`. */
export type HeaderEdit = {
  [H in HeaderName]: Edit & {
    /** Header that changes: `eth`, `ip`, `ip6`, `tcp` or `udp`. */
    readonly header: H
    /** Field of the header: `ttl`, `src`, `dport`, … */
    readonly field: string & keyof (typeof headerFields)[H]
  }
}[HeaderName]

/** A change of 1, 2 or 4 bytes: `{ offset: 8, size: 1, set: 64 }`. */
export interface BytesEdit extends Edit {
  /** Bytes from the start of the network header. */
  readonly offset: number
  /** Number of bytes: 1, 2 or 4. */
  readonly size: 1 | 2 | 4
}

/** TCA_PEDIT_KEY_EX_HDR_TYPE_NETWORK: offsets from the network header. The layout without types of headers has no other. */
const NETWORK = 0
const ofNetwork = ['ip', 'ip6']

/** Returns the field of a change, and the type of its header. @throws {TypeError} */
function fieldOf(option: string, given: HeaderEdit | BytesEdit): HeaderField & { readonly htype: number } {
  if ('offset' in given) {
    const { offset: at, size } = given
    if (!Number.isInteger(at) || at < 0)
      throw new ArgumentError(`expected ${option}.offset to be an integer from 0, got ${show(at)}`)
    if (![1, 2, 4].includes(size))
      throw new ArgumentError(`expected ${option}.size to be 1, 2 or 4 bytes, got ${show(size)}`)
    if ((at % 4) + size > 4)
      throw new ArgumentError(
        `expected ${option} to be within four bytes that begin at a multiple of 4, got ${show(at)}`,
      )
    return { at, size, form: 'number', htype: NETWORK }
  }
  const { header, field } = given
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
  return { ...found, htype: headerTypes[header] }
}

function edit(option: string, given: HeaderEdit | BytesEdit) {
  if (!isPlainObject(given)) throw new ArgumentError(`expected ${option} to be an object, got ${show(given)}`)
  const { set, add } = given as Edit
  const found = fieldOf(option, given as unknown as HeaderEdit | BytesEdit)
  if ((set === undefined) === (add === undefined))
    throw new ArgumentError(
      `expected ${option} to have either 'set' or 'add', got ${set === undefined ? 'none' : 'both'}`,
    )
  const isAdded = set === undefined
  const value = fieldBytes(`${option}.${isAdded ? 'add' : 'set'}`, found, (set ?? add) as FieldValue)
  const name = 'header' in given ? given.header : undefined
  return wordsAt(found.at, value).map(({ off, val, mask }) => ({
    key: { mask: ~mask >>> 0, val, off, at: 0, offmask: 0, shift: 0 },
    ex: { htype: found.htype, cmd: isAdded ? 1 : 0 },
    name,
  }))
}

/** Checks that edits can be written without types of headers. @throws {TypeError} */
function checkLegacy(under: string, all: readonly ReturnType<typeof edit>[]): void {
  for (const [at, parts] of all.entries())
    for (const { ex, name } of parts) {
      if (ex.cmd !== 0)
        throw new ArgumentError(`expected ${under}.edits.${at} to have 'set' in the layout without 'ex', got 'add'`)
      if (![NETWORK, headerTypes.ip, headerTypes.ip6].includes(ex.htype as 0))
        throw new ArgumentError(
          `expected ${under}.edits.${at}.header to be one of ${ofNetwork.join(', ')} in the layout without 'ex', got ${show(name)}`,
        )
    }
}

export const pedit = action(
  {
    /** Changes of headers or bytes: `{ header: 'ip', field: 'ttl', set: 64 }`, `{ offset: 8, size: 1, set: 64 }`. */
    edits: listOf(edit),
    /** False: the layout of kernels before 4.11, with offsets from the network header. Default: true. */
    ex: flag,
  },
  ({ edits = [], ex = true, ...rest }, under) => {
    const all = edits.flat()
    const parms = { ...parmsOf(rest, TC_ACT.OK), nkeys: all.length, flags: 0, keys: all.map(({ key }) => key) }
    if (ex) return { parmsEx: parms, keysEx: { keyEx: all.map((each) => each.ex) } }
    checkLegacy(under, edits)
    return { parms }
  },
  { required: ['edits'] },
)
