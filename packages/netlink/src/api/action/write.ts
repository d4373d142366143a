import { ArgumentError } from '../../codec/index.js'
import { NetlinkError } from '../../message/index.js'
import type { TcActions } from '../../route/index.js'
import { type Ensured, ensure, type FoundMessage, type Target } from '../run/ensure.js'
import { change, dump, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { U32 } from '../values/accepted.js'
import type { Comparison } from '../values/compare.js'
import { describeAction } from '../values/describe.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { toAction } from './decode.js'
import { actionAsReported, actionAsWritten } from './diff.js'
import { encodeActions, KIND } from './encode.js'
import type { Action, ActionFilter, ActionKey, NewAction } from './types.js'

export const filterKeys = { kind: KIND } satisfies Record<keyof ActionFilter, unknown>
export const actionKeyKeys = { kind: KIND, index: U32 } satisfies Record<keyof ActionKey, unknown>

const GOOD = { create: true, excl: true }

/** Adds an action. */
export function* add(action: NewAction): Operation<void> {
  yield* change('RTM_NEWACTION', { attrs: { tab: yield* encodeActions('action', [action]) } }, GOOD)
}

/** Adds an action, or replaces the one with its number. */
export function* replace(action: NewAction): Operation<void> {
  const tab = yield* encodeActions('action', [action])
  yield* change('RTM_NEWACTION', { attrs: { tab } }, { create: true, replace: true })
}

/** Returns the list that selects a kind. */
const ofKind = (kind: string): TcActions => [[1, { kind } as TcActions[number][1]]]

/** Without TCA_ACT_FLAG_LARGE_DUMP_ON the kernel sends 32 actions only. */
const LARGE = { value: 1, selector: 1 }

/** Lists the attributes of the actions of a kind. */
function* attributesOf(kind: string): Operation<TcActions[number][1][]> {
  const messages = yield* dump('RTM_GETACTION', { attrs: { tab: ofKind(kind), flags: LARGE } })
  return messages.flatMap(({ attrs }) => (attrs.tab ?? []).map(([, each]) => each))
}

/** Lists the actions of a kind. */
export function* list(filter: ActionFilter): Operation<Action[]> {
  checkKeys('filter', filter, filterKeys)
  requireKeys('filter', filter, 'kind')
  return (yield* attributesOf(filter.kind)).map(toAction)
}

function checkKey(key: ActionKey): void {
  checkKeys('action', key, { ...actionKeyKeys, options: 1 })
  requireKeys('action', key, 'kind', 'index')
}

/** Returns an action; undefined if there is none. */
export function* get(key: ActionKey): Operation<Action | undefined> {
  checkKey(key)
  return (yield* list({ kind: key.kind })).find(({ index }) => index === key.index)
}

/** Deletes an action. */
export function* remove(key: ActionKey): Operation<void> {
  checkKey(key)
  const { kind, index } = key
  try {
    yield* change('RTM_DELACTION', { attrs: { tab: [[1, { kind, index } as TcActions[number][1]]] } })
  } catch (error) {
    if (!(error instanceof NetlinkError) || error.code !== 'ENOENT') throw error
    throw refusal({ request: 'RTM_DELACTION', code: 'ENOENT', explanation: 'no such action' }, error)
  }
}

/** Deletes the actions of a kind that no filter uses. */
export function* flush(filter: ActionFilter): Operation<void> {
  checkKeys('filter', filter, filterKeys)
  requireKeys('filter', filter, 'kind')
  yield* change('RTM_DELACTION', { attrs: { tab: ofKind(filter.kind), flags: LARGE } }, { root: true })
}

/** Adds an action, or replaces the one with its number if it differs from the spec. */
export function* ensureAction(given: NewAction): Operation<Ensured> {
  return yield* ensure(yield* actionTarget(given))
}

/** Returns the target of a spec. @throws {TypeError} for a wrong option, or without a number */
function* actionTarget(given: NewAction): Operation<Target<FoundMessage<TcActions[number][1]>>> {
  const tab = yield* encodeActions('action', [given])
  const { index = 0 } = given as { readonly index?: number }
  if (index === 0) throw new ArgumentError(`expected action to have 'index', by which it is found again, got none`)
  const wanted = (tab[0] as TcActions[number])[1]
  const update = () => change('RTM_NEWACTION', { attrs: { tab } }, { create: true, replace: true })
  return {
    object: 'action',
    message: { attrs: { tab } },
    describe: () => describeAction(given),
    *find() {
      const all = yield* attributesOf(wanted.kind ?? '')
      const message = all.find((each) => toAction(each).index === index)
      return message && { message }
    },
    create: () => change('RTM_NEWACTION', { attrs: { tab } }, GOOD),
    compare({ message }): Comparison[] {
      const [spec, found] = [actionAsReported(actionAsWritten(wanted)), actionAsWritten(message)]
      return [
        ...Object.entries(spec.options).map(([key, value]) => ({
          ...{ key: `options.${key}`, wanted: value, actual: found.options[key] },
        })),
        { key: 'cookie', wanted: spec.cookie, actual: found.cookie },
        { key: 'hwStats', wanted: spec.hwStats, actual: found.hwStats },
      ]
    },
    update,
  }
}
