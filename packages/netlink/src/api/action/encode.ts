import { ArgumentError, type Declaration, show } from '../../codec/index.js'
import { TCA_ACT_FLAGS, TCA_ACT_HW_STATS, type TcActions, tcaActAttrs } from '../../route/index.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { actionWords, wordKind } from '../tc/kinds.js'
import { rateWithTable } from '../tc/psched.js'
import { isVerdictWord } from '../tc/verdict.js'
import { fromWords } from '../tc/words.js'
import { type Accepted, BOOLEAN, checkValue, LIST, OBJECT, shortBytes, shortText, U32 } from '../values/accepted.js'
import { checkLinkRef, type LinkRef } from '../values/link-ref.js'
import { checkUndeclared, toWire } from '../values/normalize.js'
import { checkKeys, defined } from '../values/objects.js'
import type { Action, ActionExtras, NewAction } from './types.js'

const cases = tcaActAttrs.table.options[1].cases as Readonly<Record<string, Declaration<unknown>>>

/** Returns the declaration of the options of an action. */
export const optionsOf = (kind: string) => (Object.hasOwn(cases, kind) ? cases[kind] : undefined)

/** ACTNAMSIZ, IFNAMSIZ with the NUL */
export const KIND = shortText(15)
/** TC_COOKIE_MAX_SIZE, linux/pkt_cls.h */
const COOKIE = shortBytes(16)
/** Types of counters of hardware, by the bits of TCA_ACT_HW_STATS. */
const hwStatsTypes = { immediate: TCA_ACT_HW_STATS.IMMEDIATE, delayed: TCA_ACT_HW_STATS.DELAYED, disabled: 0 } as const

/** Accepts the types of counters. */
const HW_STATS: Accepted = {
  allowed: `one of ${Object.keys(hwStatsTypes).join(', ')}`,
  fits: (value) => typeof value === 'string' && Object.hasOwn(hwStatsTypes, value),
}

export const actionKeys = {
  ...{ kind: KIND, options: OBJECT, index: U32, cookie: COOKIE, hwStats: HW_STATS },
  ...{ skipHw: BOOLEAN, skipSw: BOOLEAN, noPercpuStats: BOOLEAN },
} satisfies Record<Exclude<keyof Extract<NewAction, object>, number>, unknown>

/** The flags of an action, by the bits of TCA_ACT_FLAGS. */
const flagBits = {
  ...{ noPercpuStats: TCA_ACT_FLAGS.NO_PERCPU_STATS, skipHw: TCA_ACT_FLAGS.SKIP_HW, skipSw: TCA_ACT_FLAGS.SKIP_SW },
} as const

/** Members of an action next to the options of its kind. */
type Extras = Omit<ActionExtras, 'cookie'>

/** Returns the attributes of the members that all kinds have. */
function extrasToWire(given: Extras) {
  const bits = Object.entries(flagBits).reduce((sum, [key, bit]) => (given[key as 'skipHw'] ? sum | bit : sum), 0)
  const types = given.hwStats && hwStatsTypes[given.hwStats]
  return {
    hwStats: types === undefined ? undefined : { value: types, selector: types },
    flags: bits === 0 ? undefined : { value: bits, selector: bits },
  }
}

/** Returns the members that all kinds have. */
export function extrasOf({ cookie, hwStats, flags }: TcActions[number][1]): ActionExtras {
  const found = Object.entries(flagBits).filter(([, bit]) => ((flags?.value ?? 0) & bit) !== 0)
  const type = Object.entries(hwStatsTypes).find(([, bits]) => bits === hwStats?.value)
  return {
    ...defined({ cookie, hwStats: type?.[0] as ActionExtras['hwStats'] }),
    ...Object.fromEntries(found.map(([key]) => [key, true])),
  }
}

type Options = Readonly<Record<string, unknown>>

/** An action whose options are in the form of the wire, except the link that it refers to. */
interface Draft {
  readonly attrs: TcActions[number][1]
  /** Link of mirred, which must be looked up. */
  readonly link?: { readonly key: string; readonly ref: LinkRef } | undefined
}

/** The link of an action in the words of tc: one of mirred. */
const linkOf = (kind: string, options: Options): LinkRef | undefined =>
  kind === 'mirred' && options.dev !== undefined ? (options.dev as LinkRef) : undefined

function draftOf(under: string, given: NewAction | Action): Draft {
  if (typeof given === 'string') {
    if (!isVerdictWord(given))
      throw new ArgumentError(`expected ${under} to be an action or a verdict like drop, got ${show(given)}`)
    return draftOf(under, { kind: 'gact', options: { control: given as 'drop' } })
  }
  checkKeys(under, given, actionKeys)
  const { kind, index, cookie } = given as { kind?: string; index?: number; cookie?: Uint8Array }
  const options = (given.options ?? {}) as Options
  if (kind === undefined) throw new ArgumentError(`expected ${under} to have 'kind', got none`)
  const declaration = optionsOf(kind)
  if (declaration === undefined) checkUndeclared(`${under}.options`, kind, given.options)
  const ref = linkOf(kind, options)
  const key = `${under}.options.dev`
  checkLinkRef(key, ref)
  const named = {
    ...options,
    ...(ref !== undefined && { dev: 0 }),
    ...(index !== undefined && needsIndex(options) && { index }),
  }
  const written = fromWords(`${under}.options`, wordKind(actionWords, kind), declaration, named, true)
  const wire = toWire(`${under}.options`, declaration, written) as Options | undefined
  const extras = extrasToWire(given)
  const attrs = { kind, options: wire && asRequest(kind, wire), cookie, ...extras } as Draft['attrs']
  return { attrs: defined(attrs) as Draft['attrs'], link: ref === undefined ? undefined : { key, ref } }
}

interface PoliceRate {
  readonly cellLog: number
  readonly cellAlign: number
  readonly rate: number
  readonly linklayer: number
  readonly overhead: number
  readonly mpu: number
}

interface PoliceParms {
  readonly rate?: PoliceRate
  readonly peakrate?: PoliceRate
  readonly mtu?: number
}

/** A rate of police and its table. */
interface RateParts {
  readonly spec: PoliceRate | undefined
  readonly table: unknown
}

/** Returns a rate with its table and the cells of it, which the kernel requires, but does not report. */
function rateParts(spec: PoliceRate | undefined, wide: unknown, mtu: number | undefined, table: unknown): RateParts {
  if (spec === undefined || spec.rate === 0 || table !== undefined) return { spec, table }
  const { linklayer, overhead, mpu } = spec
  const made = rateWithTable({ rate: wide === undefined ? spec.rate : Number(wide), mtu, overhead, mpu, linklayer })
  const { cellLog, cellAlign } = made.spec
  return { spec: { ...spec, cellLog, cellAlign }, table: made.table }
}

/** Returns the options of an action that may have been read: without its times, which the kernel refuses, and with tables. */
function asRequest(kind: string, { tm: _, ...options }: Options): Options {
  if (kind !== 'police' || options.tbf === undefined) return options
  const { rate, peakrate, mtu } = options.tbf as PoliceParms
  const one = rateParts(rate, options.rate64, mtu, options.rate)
  const peak = rateParts(peakrate, options.peakrate64, mtu, options.peakrate)
  const tbf = { ...(options.tbf as object), ...defined({ rate: one.spec, peakrate: peak.spec }) }
  return defined({ ...options, tbf, rate: one.table, peakrate: peak.table })
}

/** True if options are in words: those of the wire contain the number. */
const needsIndex = (options: Options) => !['parms', 'parmsEx', 'tbf'].some((key) => Object.hasOwn(options, key))

/** Returns a list of actions in the form of the wire. Checks all before it looks up links. @throws {TypeError} naming `under` and the position */
export function* encodeActions(under: string, actions: readonly (NewAction | Action)[]): Operation<TcActions> {
  checkValue(under, actions, LIST)
  const drafts = actions.map((each, at) => draftOf(`${under}.${at}`, each))
  const result: TcActions = []
  for (const [at, { attrs, link }] of drafts.entries()) {
    const ifindex = link === undefined ? undefined : yield* indexOf(link.key, link.ref)
    result.push([at + 1, ifindex === undefined ? attrs : withLink(attrs, ifindex)])
  }
  return result
}

function withLink(attrs: Draft['attrs'], ifindex: number): Draft['attrs'] {
  const { parms } = attrs.options as { parms: object }
  return { ...attrs, options: { ...(attrs.options as object), parms: { ...parms, ifindex } } } as Draft['attrs']
}
