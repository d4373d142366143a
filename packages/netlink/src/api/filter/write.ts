import { ArgumentError } from '../../codec/index.js'
import type { TcActions, TfilterMessage } from '../../route/index.js'
import { actionAsReported, actionAsWritten, type WrittenAction } from '../action/diff.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import type { Comparison } from '../values/compare.js'
import { describeFilter } from '../values/describe.js'
import { encodeFilter, REPORTED_FLAGS } from './encode.js'
import { find } from './read.js'
import type { FilterKey, NewTrafficFilter } from './types.js'

const RTM_NEWTFILTER = 'RTM_NEWTFILTER'

/** Adds a filter. */
export function* add(given: NewTrafficFilter): Operation<void> {
  yield* change(RTM_NEWTFILTER, yield* encodeFilter(given), { create: true, excl: true })
}

/** Adds a filter, or replaces the one with its priority and handle. */
export function* replace(given: NewTrafficFilter): Operation<void> {
  yield* change(RTM_NEWTFILTER, yield* encodeFilter(given), { create: true })
}

/** Changes a filter. */
export function* set(given: NewTrafficFilter): Operation<void> {
  yield* change(RTM_NEWTFILTER, yield* encodeFilter(given))
}

/** Deletes a filter. */
export function* remove(key: FilterKey): Operation<void> {
  if (key?.priority === undefined && key?.handle === undefined && key?.kind === undefined && key?.chain === undefined)
    throw new ArgumentError(`expected filter to have 'priority', 'handle', 'kind' or 'chain', got none`)
  const { options: _, actions: __, ...own } = key as FilterKey & { options?: unknown; actions?: unknown }
  const found = yield* find(own)
  if (found === undefined) throw refusal({ request: 'RTM_DELTFILTER', code: 'ENOENT', explanation: 'no such filter' })
  const { ifindex, parent, info, handle, attrs } = found
  const chain = attrs.chain === undefined ? {} : { chain: attrs.chain }
  yield* change('RTM_DELTFILTER', { ifindex, parent, info, handle, attrs: { ...chain, kind: attrs.kind } as never })
}

/** Adds a filter, or replaces the one with its priority and handle if it differs from the spec. */
export function* ensureFilter(given: NewTrafficFilter): Operation<Ensured> {
  return yield* ensure(yield* filterTarget(given))
}

type Options = Readonly<Record<string, unknown>>

/** Returns the options of a filter as a request has them: without counters, ages and numbers that the kernel chooses. */
function asWritten(options: Options): Options {
  const { act, pcnt: _, flags, flagsGen, inHwCount: __, ...rest } = options
  const actions = (act as TcActions | undefined)?.map(([, each]) => actionAsWritten(each))
  const bits = (value: unknown) => (typeof value === 'number' ? value & ~REPORTED_FLAGS || undefined : undefined)
  return { ...rest, act: actions, flags: bits(flags), flagsGen: bits(flagsGen) }
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option, or without a priority */
function* filterTarget(given: NewTrafficFilter): Operation<Target<FoundMessage<TfilterMessage>>> {
  const request = yield* encodeFilter(given)
  if (given.priority === undefined || given.priority === 0)
    throw new ArgumentError(`expected filter to have 'priority', by which it is found again, got none`)
  const { dev, block, parent, priority, protocol = 'all', chain, handle } = given
  return {
    object: 'filter',
    message: request,
    describe: () => describeFilter(given),
    *find() {
      const key = { dev, block, parent, priority, protocol, chain, handle }
      const message = yield* find(Object.fromEntries(Object.entries(key).filter(([, value]) => value !== undefined)))
      if (message === undefined || message.attrs.kind === given.kind) return message && { message }
      const explanation = `the priority has filters of another kind, ${message.attrs.kind}`
      throw refusal({ request: RTM_NEWTFILTER, code: 'EEXIST', attribute: 'priority', explanation })
    },
    create: () => change(RTM_NEWTFILTER, request, { create: true, excl: true }),
    compare({ message }): Comparison[] {
      const wanted = asWritten((request.attrs.options ?? {}) as Options)
      const actual = asWritten((message.attrs.options ?? {}) as Options)
      return Object.entries(wanted).map(([key, value]) => ({
        key: key === 'act' ? 'actions' : `options.${key}`,
        wanted: key === 'act' ? (value as WrittenAction[] | undefined)?.map(actionAsReported) : value,
        actual: actual[key],
      }))
    },
    *update({ message: { handle: own } }) {
      yield* change(RTM_NEWTFILTER, { ...request, handle: own }, { create: true })
    },
  }
}
