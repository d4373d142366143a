import { IPPROTO } from '../../../constants/ip.js'
import type { Operation } from '../../run/operation.js'
import { explained } from '../../run/requests.js'
import { numberOf } from '../../values/names.js'
import { checkKeys } from '../../values/objects.js'
import { encodeOffload } from '../offload.js'
import { request } from '../request.js'
import { withLink } from '../selector.js'
import { encodeState, encodeStateKey } from './encode.js'
import type { NewXfrmState, XfrmStateFlush, XfrmStateKey } from './types.js'

const noState = 'no such state'

function* send(name: 'XFRM_MSG_NEWSA' | 'XFRM_MSG_UPDSA', state: NewXfrmState): Operation<void> {
  const { sel, attrs, ...message } = encodeState(state)
  const offloadDev = yield* encodeOffload(state.offload)
  const value = {
    ...message,
    sel: yield* withLink(sel, state.sel ?? {}),
    attrs: { ...attrs, ...(offloadDev && { offloadDev }) },
  }
  yield* explained(request('change', name, value), 'ESRCH', noState)
}

/** Adds a state. */
export const addState = (state: NewXfrmState): Operation<void> => send('XFRM_MSG_NEWSA', state)

/** Updates the state with the same key. */
export const updateState = (state: NewXfrmState): Operation<void> => send('XFRM_MSG_UPDSA', state)

/** Deletes a state. */
export function* removeState(key: XfrmStateKey): Operation<void> {
  yield* explained(request('change', 'XFRM_MSG_DELSA', encodeStateKey(key)), 'ESRCH', noState)
}

/** Deletes all states, or those of a protocol. */
export function* flushStates(filter: XfrmStateFlush = {}): Operation<void> {
  checkKeys('filter', filter, { proto: 1 })
  const proto = filter.proto === undefined ? 0 : numberOf('proto of filter', IPPROTO, filter.proto)
  yield* request('change', 'XFRM_MSG_FLUSHSA', { proto, attrs: {} })
}
