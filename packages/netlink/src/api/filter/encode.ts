import { ArgumentError, type Declaration } from '../../codec/index.js'
import { ETH_P } from '../../constants/index.js'
import { TC_H, TCA_CLS_FLAGS, TCM_IFINDEX, type TfilterMessage, tcaFilterAttrs } from '../../route/index.js'
import { encodeActions } from '../action/encode.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { filterWords, wordKind } from '../tc/kinds.js'
import { U32_TERMINAL } from '../tc/u32-words.js'
import { fromWords } from '../tc/words.js'
import { integers, POSITIVE_U32, shortText, U32 } from '../values/accepted.js'
import { handleNumber } from '../values/handle.js'
import { checkLinkRef } from '../values/link-ref.js'
import { numberOf } from '../values/names.js'
import { checkUndeclared, toWire } from '../values/normalize.js'
import { checkKeys, defined, requireKeys } from '../values/objects.js'
import type { FilterKey, FilterParent, FilterPlace, NewTrafficFilter } from './types.js'

const cases = tcaFilterAttrs.table.options[1].cases as Readonly<Record<string, Declaration<unknown>>>

/** Returns the declaration of the options of a filter. */
export const optionsOf = (kind: string) => (Object.hasOwn(cases, kind) ? cases[kind] : undefined)

/** TCA_KIND, IFNAMSIZ with the NUL (rtm_tca_policy, net/sched/sch_api.c) */
const KIND = shortText(15)

export const placeKeys = { dev: 1, block: POSITIVE_U32, parent: 1 } satisfies Record<keyof FilterPlace, unknown>
export const filterKeys = {
  ...{ ...placeKeys, protocol: 1, priority: integers(0, 0xffff), chain: U32, handle: U32, kind: KIND },
  ...{ options: 1, actions: 1 },
} satisfies Record<keyof NewTrafficFilter, unknown>

/** The hooks of clsact: `ffff:fff2` and `ffff:fff3`. */
const CLSACT = 0xffff0000
const hooks: Readonly<Record<string, number>> = {
  ingress: CLSACT + TC_H.MIN_INGRESS,
  egress: CLSACT + TC_H.MIN_EGRESS,
  root: 0,
}

/** Parses a parent; by default the root qdisc. @throws {TypeError} */
const parentNumber = (parent: FilterParent = 'root'): number =>
  Object.hasOwn(hooks, parent) ? (hooks[parent] as number) : handleNumber('parent', parent)

const hookNames = new Map(Object.entries(hooks).map(([name, number]) => [number, name as FilterParent]))

/** Returns the name of a parent that is a hook, or the root. */
export const hookOf = (parent: number): FilterParent | undefined => hookNames.get(parent)

/** Checks a place, before any link is looked up. @throws {TypeError} */
export function checkPlace(what: string, { dev, block, parent }: FilterPlace): void {
  checkLinkRef('dev', dev)
  parentNumber(parent)
  if ((dev === undefined) === (block === undefined))
    throw new ArgumentError(
      `expected ${what} to have either 'dev' or 'block', got ${dev === undefined ? 'none' : 'both'}`,
    )
}

/** Returns the members of the header for a place. */
export function* placeOf({ dev, block, parent }: FilterPlace): Operation<{ ifindex: number; parent: number }> {
  if (block !== undefined) return { ifindex: TCM_IFINDEX.MAGIC_BLOCK, parent: block }
  return { ifindex: yield* indexOf('dev', dev as string), parent: parentNumber(parent) }
}

/** Returns the number of a protocol. @throws {TypeError} */
export const protocolOf = (protocol: FilterKey['protocol']) =>
  protocol === undefined ? 0 : numberOf('protocol', ETH_P, protocol, 0xffff)

/** Returns `tcm_info`: the priority, and the protocol in network byte order. */
export const infoOf = (priority: number, protocol: number) =>
  ((priority << 16) | ((protocol & 0xff) << 8) | (protocol >>> 8)) >>> 0

/** The attributes that tc sends behind the actions. */
const behindActions: Readonly<Record<string, readonly string[]>> = {
  ...{
    u32: ['sel', 'flags'],
    flower: ['flags', 'keyEthType'],
    matchall: ['flags'],
    bpf: ['opsLen', 'ops', 'flagsGen'],
  },
}

type Options = Readonly<Record<string, unknown>>

/** TCA_CLS_FLAGS_IN_HW and TCA_CLS_FLAGS_NOT_IN_HW, which only the kernel sets: it refuses them. */
export const REPORTED_FLAGS = TCA_CLS_FLAGS.IN_HW | TCA_CLS_FLAGS.NOT_IN_HW

/** Returns the options of a filter that may have been read, without the flags that the kernel only reports. */
function withoutState(options: Options): Options {
  const clean = (flags: unknown) => (typeof flags === 'number' ? flags & ~REPORTED_FLAGS : flags)
  const changed = ['flags', 'flagsGen'].filter((key) => options[key] !== undefined)
  return { ...options, ...Object.fromEntries(changed.map((key) => [key, clean(options[key])])) }
}

/** Returns the options of a kind without actions. @throws {TypeError} */
function optionsToWire({ kind, options, protocol }: NewTrafficFilter): Options {
  const declaration = optionsOf(kind)
  if (declaration === undefined) checkUndeclared('options', kind, options)
  const written = fromWords('options', wordKind(filterWords, kind), declaration, options, true)
  const sent = withoutState((toWire('options', declaration, written) ?? {}) as Options)
  const etherType = protocolOf(protocol ?? 'all')
  // The filter compares the type that follows VLAN tags: tc repeats the protocol.
  // The kernel reports the type behind the VLAN tags instead.
  const isTagged = etherType === ETH_P['8021Q'] || etherType === ETH_P['8021AD']
  if (kind !== 'flower' || etherType === ETH_P.ALL || (sent.keyEthType !== undefined && !isTagged)) return sent
  return { ...sent, keyEthType: etherType }
}

/** Returns the options of a u32 that ends the search. */
function terminal({ sel, ...rest }: Options): Options {
  const { flags = 0, ...selector } = (sel ?? {}) as { readonly flags?: number }
  return { ...rest, ...(sel !== undefined && { sel: { ...selector, flags: flags | U32_TERMINAL } }) }
}

/** Returns the options with the actions in the place where tc sends them. */
function withActions(kind: string, options: Options, act: unknown): Options {
  if (act === undefined) return options
  const behind = Object.hasOwn(behindActions, kind) ? (behindActions[kind] as readonly string[]) : []
  const entries = Object.entries(kind === 'u32' ? terminal(options) : options)
  return Object.fromEntries([
    ...entries.filter(([key]) => !behind.includes(key)),
    ['act', act],
    ...entries.filter(([key]) => behind.includes(key)),
  ])
}

/** Returns the message of a filter. @throws {TypeError} */
export function* encodeFilter(given: NewTrafficFilter): Operation<TfilterMessage> {
  checkKeys('filter', given, filterKeys)
  checkPlace('filter', given)
  requireKeys('filter', given, 'kind')
  const { kind, protocol = 'all', priority = 0, handle = 0, chain, actions } = given
  const info = infoOf(priority, protocolOf(protocol))
  const own = optionsToWire(given)
  const act = actions === undefined ? undefined : yield* encodeActions('actions', actions)
  const options = withActions(kind, own, act)
  const attrs = { ...defined({ chain }), kind, ...(Object.keys(options).length > 0 && { options }) }
  const { ifindex, parent } = yield* placeOf(given)
  return { ifindex, handle, parent, info, attrs } as TfilterMessage
}
