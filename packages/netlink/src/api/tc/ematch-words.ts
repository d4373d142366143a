import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { TCF_EM } from '../../route/index.js'
import { defined } from '../values/objects.js'
import { fieldBytes, wordsAt } from './header-fields.js'
import { filter } from './offload-words.js'
import { listOf } from './words.js'

const operators = { eq: 0, gt: 1, lt: 2 } as const
const layers = { link: 0, network: 1, transport: 2 } as const
/** Numbers of TCF_META_ID_* that are integers. */
const metas = { priority: 6, protocol: 7, pkttype: 8, pktlen: 9, datalen: 10, maclen: 11, mark: 12 } as const

/** An extended match of `basic`. The first member that is given selects its kind. */
export interface Ematch {
  /** Property of the packet: `priority`, `protocol`, `pkttype`, `pktlen`, `mark`, … Lengths are in bytes. */
  readonly meta?: keyof typeof metas | undefined
  /** Bytes of the packet that are compared as a number. */
  readonly cmp?:
    | {
        /** Number of bytes: 1, 2 or 4. */
        readonly size: 1 | 2 | 4
        /** Bytes from the start of the layer. */
        readonly at: number
        /** Header that `at` counts from: `link`, `network` or `transport`. */
        readonly layer: keyof typeof layers
        /** Bits that are compared. Default: all. */
        readonly mask?: number
      }
    | undefined
  /** Bytes at an offset from the network header. */
  readonly u32?:
    | {
        /** Number of bytes: 1, 2 or 4. */
        readonly size: 1 | 2 | 4
        /** Bytes from the start of the header. They are within four bytes that begin at a multiple of 4. */
        readonly at: number
        /** Bits that are compared. Default: all. */
        readonly mask?: number
        /** True counts `at` from the header that the last `u32` filter found. Default: false. */
        readonly nextHeader?: boolean
      }
    | undefined
  /** Sequence of bytes: `value`, of which text is in UTF-8. */
  readonly nbyte?:
    | {
        /** Bytes from the start of the layer. */
        readonly at: number
        /** Header that `at` counts from: `link`, `network` or `transport`. */
        readonly layer: keyof typeof layers
      }
    | undefined
  /** Comparison: `eq`, `gt` or `lt`. Bytes of `u32` and `nbyte` must be equal. Default: `eq`. */
  readonly op?: keyof typeof operators | undefined
  /** Number that is compared; for `nbyte`, text or bytes. */
  readonly value: number | string | Uint8Array
  /** True inverts the match. Default: false. */
  readonly invert?: boolean | undefined
  /** Relation to the next match. Default: `and`. */
  readonly relation?: 'and' | 'or' | undefined
}

const word = (option: string, words: Readonly<Record<string, number>>, value: unknown): number => {
  if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value] as number
  throw new ArgumentError(`expected ${option} to be one of ${Object.keys(words).join(', ')}, got ${show(value)}`)
}

const META_INTEGER = 0x1000
const INVERT = 4

const forms = ['meta', 'cmp', 'u32', 'nbyte'] as const

/** Checks that a member is an object. @throws {TypeError} */
function member(option: string, value: unknown): void {
  if (!isPlainObject(value)) throw new ArgumentError(`expected ${option} to be an object, got ${show(value)}`)
}

function comparison(option: string, { cmp, op = 'eq', value }: Ematch & Needed<'cmp'>) {
  member(`${option}.cmp`, cmp)
  const [layer, opnd] = [word(`${option}.cmp.layer`, layers, cmp.layer), word(`${option}.op`, operators, op)]
  return { val: value, mask: cmp.mask ?? 0, off: cmp.at, alignFlags: cmp.size, layerOpnd: layer | (opnd << 4) }
}

function metadata(option: string, { meta, op = 'eq', value }: Ematch & Needed<'meta'>) {
  const number = new Uint8Array(4)
  new DataView(number.buffer).setUint32(0, Number(value), true)
  const opnd = word(`${option}.op`, operators, op)
  const left = { kind: META_INTEGER | word(`${option}.meta`, metas, meta), shift: 0, op: opnd }
  return {
    hdr: { left, right: { kind: META_INTEGER, shift: 0, op: 0 } },
    ...{ lvalue: new Uint8Array(4), rvalue: number },
  }
}

function bytesAt(option: string, { u32, value }: Ematch & Needed<'u32'>) {
  member(`${option}.u32`, u32)
  const { size, at, mask = 256 ** size - 1, nextHeader = false } = u32
  if (![1, 2, 4].includes(size))
    throw new ArgumentError(`expected ${option}.u32.size to be 1, 2 or 4 bytes, got ${show(size)}`)
  if (!Number.isInteger(at) || (((at % 4) + 4) % 4) + size > 4)
    throw new ArgumentError(
      `expected ${option}.u32.at to be within four bytes that begin at a multiple of 4, got ${show(at)}`,
    )
  const [key] = wordsAt(at, fieldBytes(`${option}.value`, { at, size, form: 'number' }, { value, mask } as never))
  if (key === undefined) throw new ArgumentError(`expected ${option}.u32.mask to have bits, got 0`)
  return { ...key, offmask: nextHeader ? -1 : 0 }
}

/** Payloads are multiples of four bytes. */
const padded = (bytes: Uint8Array) => {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4)
  whole.set(bytes)
  return whole
}

function sequence(option: string, { nbyte, value }: Ematch & Needed<'nbyte'>) {
  member(`${option}.nbyte`, nbyte)
  const layer = word(`${option}.nbyte.layer`, layers, nbyte.layer)
  const pattern = typeof value === 'string' ? new TextEncoder().encode(value) : value
  if (!(pattern instanceof Uint8Array) || pattern.length === 0 || pattern.length > MOST_BYTES)
    throw new ArgumentError(`expected ${option}.value to be text or bytes, 1 to ${MOST_BYTES}, got ${show(value)}`)
  return { off: nbyte.at, lenLayer: pattern.length | (layer << 12), pattern: padded(pattern) }
}

/** The length has 12 bits. */
const MOST_BYTES = 4095

type Needed<K extends keyof Ematch> = { readonly [P in K]-?: NonNullable<Ematch[P]> }

/** Kinds of matches: their numbers, and the functions that return their payload. */
const kinds = {
  ...{ meta: { kind: TCF_EM.META, data: metadata }, cmp: { kind: TCF_EM.CMP, data: comparison } },
  ...{ u32: { kind: TCF_EM.U32, data: bytesAt }, nbyte: { kind: TCF_EM.NBYTE, data: sequence } },
}

function ematch(option: string, given: Ematch) {
  member(option, given)
  const found = forms.filter((form) => given[form] !== undefined)
  const [form] = found
  if (form === undefined || found.length > 1)
    throw new ArgumentError(
      `expected ${option} to have one of ${forms.join(', ')}, got ${found.length === 0 ? 'none' : found.join(' and ')}`,
    )
  const { invert, relation = 'and', op } = given
  if ((form === 'u32' || form === 'nbyte') && op !== undefined && op !== 'eq')
    throw new ArgumentError(`expected ${option}.op to be eq for ${form}, got ${show(op)}`)
  const flags = (invert ? INVERT : 0) | word(`${option}.relation`, { and: 1, or: 2 }, relation)
  const { kind, data } = kinds[form]
  return { matchid: 0, kind, flags, data: data(option, given as never) }
}

const RELATION = 3

export const basic = filter(
  {
    /** Extended matches: `[{ meta: 'priority', value: 6 }]`. Default: none, all packets match. */
    match: listOf(ematch),
  },
  ({ match = [], classid }) => ({
    ...(match.length > 0 && {
      ematches: {
        hdr: { nmatches: match.length, progid: 0 },
        list: match.map((each, at) => (at === match.length - 1 ? { ...each, flags: each.flags & ~RELATION } : each)),
      },
    }),
    ...defined({ classid }),
  }),
)
