import { NetlinkError } from '../../message/index.js'
import type { TcActions } from '../../route/index.js'
import { change, dump, type Operation } from '../run/operation.js'
import { refusal } from '../run/selection.js'
import { U32 } from '../values/accepted.js'
import { checkKeys, requireKeys } from '../values/objects.js'
import { toAction } from './decode.js'
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

/** Lists the actions of a kind. */
export function* list(filter: ActionFilter): Operation<Action[]> {
  checkKeys('filter', filter, filterKeys)
  requireKeys('filter', filter, 'kind')
  const messages = yield* dump('RTM_GETACTION', { attrs: { tab: ofKind(filter.kind), flags: LARGE } })
  return messages.flatMap(({ attrs }) => (attrs.tab ?? []).map(([, each]) => toAction(each)))
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
