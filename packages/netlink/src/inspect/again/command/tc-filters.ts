import { handleText, TC_U32 } from '../../../route/index.js'
import { areZero } from '../call.js'
import { Members } from '../members.js'
import type { SaidRequest } from '../request-of.js'
import { actionWords } from './tc-actions.js'
import { bpfFilter } from './tc-bpf.js'
import { flow } from './tc-flow.js'
import { type Filter, type FilterHeader, flowerWords, offloadWords } from './tc-flower.js'
import { leftIn, type Word } from './words.js'

type Numbers = Readonly<Record<string, number>>

/** The words of a filter: those of its handle, and those after its kind. */
export interface FilterWords {
  readonly handle: readonly Word[]
  readonly words: readonly Word[]
  readonly lost: readonly string[]
}

const classId = (options: Members, word = 'classid'): Word[] => {
  const id = options.number('classid')
  return id === undefined ? [] : [word, handleText(id)]
}

const matchall: Filter = (options) => {
  const flags = options.number('flags')
  const words = offloadWords(flags ?? 0)
  return words && [...classId(options), ...words]
}

/** A match that a command leaves out would let the filter match more. */
const basic: Filter = (options) => (options.has('ematches') ? undefined : classId(options))

const fw: Filter = (options) => {
  const indev = options.text('indev')
  // The mask is a part of the handle.
  options.take('mask')
  return [...classId(options), ...(indev === undefined ? [] : ['indev', indev])]
}

const route: Filter = (options) => {
  const [to, from] = [options.number('to'), options.number('from')]
  if (options.has('iif')) return undefined
  return [
    ...(from === undefined ? [] : ['from', String(from)]),
    ...(to === undefined ? [] : ['to', String(to)]),
    ...classId(options),
  ]
}

/** Returns the handle of a hash table: `1:`. */
const tableText = (handle: number) => `${(handle >>> 20).toString(16)}:`
const digits = (number: number) => `0x${number.toString(16)}`

const u32: Filter = (options) => {
  const [hash, link, divisor] = [options.number('hash'), options.number('link'), options.number('divisor')]
  const sel = options.take('sel') as (Numbers & { keys?: readonly Numbers[] }) | undefined
  const flags = options.number('flags')
  const offload = offloadWords(flags ?? 0)
  if (offload === undefined || (link !== undefined && (link & 0xfffff) !== 0)) return undefined
  if (hash !== undefined && (hash & 0xfff) !== 0) return undefined
  const bucket = hash === undefined ? 0 : (hash >>> 12) & 0xff
  const tables = [
    ...(divisor === undefined ? [] : ['divisor', String(divisor)]),
    ...(hash === undefined ? [] : ['ht', bucket === 0 ? tableText(hash) : `${tableText(hash)}${bucket.toString(16)}:`]),
    ...(link === undefined ? [] : ['link', tableText(link)]),
  ]
  if (sel === undefined) return tables
  // tc marks a selector as the last one if there is a class or an action.
  const isTerminal = options.has('classid') || options.has('act')
  if (sel.flags !== (isTerminal ? TC_U32.TERMINAL : 0) || sel.keys === undefined) return undefined
  if (!areZero(sel, 'offshift', 'offmask', 'off', 'offoff', 'hoff', 'hmask')) return undefined
  if (sel.keys.length === 0 || sel.nkeys !== sel.keys.length) return undefined
  const keys = sel.keys.map(({ mask = 0, val = 0, off = 0, offmask = 0 }) => {
    if ((val & ~mask) !== 0 || (offmask !== 0 && offmask !== -1)) return undefined
    return ['match', 'u32', digits(val), digits(mask), 'at', offmask === 0 ? String(off) : `nexthdr+${off}`]
  })
  if (keys.includes(undefined)) return undefined
  return [...tables, ...(keys as Word[][]).flat(), ...classId(options), ...offload]
}

/** The process of a packet decides about its class. */
const cgroup: Filter = (options) => (options.has('ematches') ? undefined : [])

/** The kinds of filters that have a command. */
export const filterKinds: Readonly<Record<string, Filter>> = {
  ...{ matchall, basic, fw, route, u32, flow, cgroup },
  ...{ flower: flowerWords, bpf: bpfFilter },
}

function handleWords(kind: string, handle: number, options: Members): Word[] | undefined {
  const mask = options.peek('mask')
  if (kind === 'fw') {
    if (handle === 0) return mask === undefined ? [] : undefined
    return ['handle', mask === undefined ? digits(handle) : `${digits(handle)}/${digits(mask as number)}`]
  }
  if (handle === 0) return []
  // The parts of a handle of u32 are table, bucket and number. tc computes that of `route` from its realms.
  if (kind === 'u32')
    return [
      'handle',
      `${(handle >>> 20).toString(16)}:${((handle >>> 12) & 0xff).toString(16)}:${(handle & 0xfff).toString(16)}`,
    ]
  return kind === 'route' ? undefined : ['handle', digits(handle)]
}

/** Returns the words of a filter of one of the known kinds. */
export function filterWords(
  kind: string,
  value: unknown,
  header: FilterHeader,
  request: SaidRequest,
): FilterWords | undefined {
  const filter = Object.hasOwn(filterKinds, kind) ? filterKinds[kind] : undefined
  const options = new Members(value)
  const handle = handleWords(kind, header.handle, options)
  const actions = actionWords(options.peek('act'), request, 'options.act')
  const words = filter?.(options, header, request)
  if (handle === undefined || actions === undefined || words === undefined || options.has('police')) return undefined
  options.take('act')
  const left = leftIn(options, 'options.')
  // A key of a match that is left out would let the filter match more.
  if (left.length > 0) return undefined
  return { handle, words: [...words, ...actions.words], lost: actions.lost }
}
