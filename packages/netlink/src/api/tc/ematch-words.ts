import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { defined } from '../values/objects.js'
import { classid } from './offload-words.js'
import { computed, listOf } from './words.js'

const operators = { eq: 0, gt: 1, lt: 2 } as const
const layers = { link: 0, network: 1, transport: 2 } as const
/** Numbers of TCF_META_ID_* that are integers. */
const metas = { priority: 6, protocol: 7, pkttype: 8, pktlen: 9, datalen: 10, maclen: 11, mark: 12 } as const

/** An extended match of `basic`. The first member that is given selects its kind. */
export interface Ematch {
  /** A property of the packet. */
  readonly meta?: keyof typeof metas | undefined
  /** Bytes of the packet: 1, 2 or 4. */
  readonly cmp?:
    | { readonly size: 1 | 2 | 4; readonly at: number; readonly layer: keyof typeof layers; readonly mask?: number }
    | undefined
  readonly op?: keyof typeof operators | undefined
  readonly value: number
  /** True inverts the match. */
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

function ematch(option: string, given: Ematch) {
  if (!isPlainObject(given)) throw new ArgumentError(`expected ${option} to be an object, got ${show(given)}`)
  const { meta, cmp, op = 'eq', value, invert, relation = 'and' } = given as unknown as Ematch
  const opnd = word(`${option}.op`, operators, op)
  const flags = (invert ? INVERT : 0) | word(`${option}.relation`, { and: 1, or: 2 }, relation)
  if ((meta === undefined) === (cmp === undefined))
    throw new ArgumentError(
      `expected ${option} to have either 'meta' or 'cmp', got ${meta === undefined ? 'none' : 'both'}`,
    )
  if (cmp !== undefined) {
    const layer = word(`${option}.cmp.layer`, layers, cmp.layer)
    const data = { val: value, mask: cmp.mask ?? 0, off: cmp.at, alignFlags: cmp.size, layerOpnd: layer | (opnd << 4) }
    return { matchid: 0, kind: 1, flags, data }
  }
  const number = new Uint8Array(4)
  new DataView(number.buffer).setUint32(0, value, true)
  const left = { kind: META_INTEGER | word(`${option}.meta`, metas, meta), shift: 0, op: opnd }
  return {
    matchid: 0,
    kind: 4,
    flags,
    data: { hdr: { left, right: { kind: META_INTEGER, shift: 0, op: 0 } }, lvalue: new Uint8Array(4), rvalue: number },
  }
}

const RELATION = 3

export const basic = computed({ match: listOf(ematch), classid }, ({ match = [], classid: id }) => ({
  ...(match.length > 0 && {
    ematches: {
      hdr: { nmatches: match.length, progid: 0 },
      list: match.map((each, at) => (at === match.length - 1 ? { ...each, flags: each.flags & ~RELATION } : each)),
    },
  }),
  ...defined({ classid: id }),
}))
