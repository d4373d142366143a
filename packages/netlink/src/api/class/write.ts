import type { TclassMessage } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { change, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import type { Comparison } from '../values/compare.js'
import { describeClass } from '../values/describe.js'
import { encodeClass } from './encode.js'
import { find, withHandle } from './read.js'
import type { ClassKey, NewTrafficClass } from './types.js'

const RTM_NEWTCLASS = 'RTM_NEWTCLASS'

/** Adds a class. */
export function* add(given: NewTrafficClass): Operation<void> {
  yield* change(RTM_NEWTCLASS, yield* encodeClass(given), { create: true, excl: true })
}

/** Adds a class, or changes the one with its handle. */
export function* replace(given: NewTrafficClass): Operation<void> {
  yield* change(RTM_NEWTCLASS, yield* encodeClass(given), { create: true })
}

/** Changes a class. */
export function* set(given: NewTrafficClass): Operation<void> {
  yield* change(RTM_NEWTCLASS, yield* encodeClass(given))
}

/** Deletes a class. */
export function* remove(key: ClassKey): Operation<void> {
  const found = yield* find(key)
  if (found === undefined) throw refusal({ request: 'RTM_DELTCLASS', code: 'ENOENT', explanation: 'no such class' })
  yield* change('RTM_DELTCLASS', { ifindex: found.ifindex, handle: found.handle })
}

/** Adds a class, or changes the one with its handle if it differs from the spec. */
export function* ensureClass(given: NewTrafficClass): Operation<Ensured> {
  return yield* ensure(yield* classTarget(given))
}

type Options = Readonly<Record<string, unknown>>

/** Returns a rate without the cells of its table, which the kernel does not report. */
const withoutCells = (rate: unknown) => ({ ...(rate as object), cellLog: undefined, cellAlign: undefined })

/** Returns options as the kernel reports them: without tables, and without what it chooses if it is 0. */
function asReported({ parms, rtab: _, ctab: __, ...others }: Options): Options {
  if (parms === undefined) return others
  const { rate, ceil, quantum, level: ___, ...rest } = parms as Options
  return {
    ...others,
    parms: { ...rest, quantum: quantum || undefined, rate: withoutCells(rate), ceil: withoutCells(ceil) },
  }
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option */
function* classTarget(given: NewTrafficClass): Operation<Target<FoundMessage<TclassMessage>>> {
  const request = yield* encodeClass(given)
  return {
    object: 'class',
    message: request,
    describe: () => describeClass(given),
    *find() {
      const message = yield* withHandle(request.ifindex, request.handle)
      return message && { message }
    },
    create: () => change(RTM_NEWTCLASS, request, { create: true, excl: true }),
    compare({ message: { attrs, parent } }): Comparison[] {
      const actual = (attrs.options ?? {}) as Options
      const wanted = asReported((request.attrs.options ?? {}) as Options)
      return [
        ...Object.entries(wanted).map(([key, value]) => ({
          key: `options.${key}`,
          wanted: value,
          actual: actual[key],
        })),
        { key: 'parent', wanted: given.parent === undefined ? undefined : request.parent, actual: parent },
      ]
    },
    update: () => change(RTM_NEWTCLASS, request),
  }
}
