import { XFRM_USERPOLICY } from '../../../xfrm/constants.js'
import type { Operation } from '../../run/operation.js'
import { explained } from '../../run/requests.js'
import { numberOf } from '../../values/names.js'
import { checkKeys, defined } from '../../values/objects.js'
import { encodeOffload } from '../offload.js'
import { request } from '../request.js'
import { withLink } from '../selector.js'
import { encodePolicy, encodePolicyKey, policyTypeOf } from './encode.js'
import type { NewXfrmPolicy, XfrmDefaults, XfrmPolicyFlush, XfrmPolicyKey } from './types.js'

function* send(name: 'XFRM_MSG_NEWPOLICY' | 'XFRM_MSG_UPDPOLICY', policy: NewXfrmPolicy): Operation<void> {
  const { sel, attrs, ...message } = encodePolicy(policy)
  const offloadDev = yield* encodeOffload(policy.offload)
  const value = {
    ...message,
    sel: yield* withLink(sel, policy),
    attrs: { ...attrs, ...(offloadDev && { offloadDev }) },
  }
  yield* request('change', name, value)
}

/** Adds a policy. */
export const addPolicy = (policy: NewXfrmPolicy): Operation<void> => send('XFRM_MSG_NEWPOLICY', policy)

/** Adds a policy, or replaces the one with the same key. */
export const updatePolicy = (policy: NewXfrmPolicy): Operation<void> => send('XFRM_MSG_UPDPOLICY', policy)

/** Deletes a policy. */
export function* removePolicy(key: XfrmPolicyKey): Operation<void> {
  const { sel, ...rest } = encodePolicyKey(key)
  const value = { ...rest, sel: yield* withLink(sel, key) }
  yield* explained(request('change', 'XFRM_MSG_DELPOLICY', value), 'ENOENT', 'no such policy')
}

/** Deletes all policies of a type. */
export function* flushPolicies(filter: XfrmPolicyFlush = {}): Operation<void> {
  checkKeys('filter', filter, { ptype: 1 })
  const attrs = defined({ policyType: policyTypeOf('ptype of filter', filter.ptype) })
  yield* request('change', 'XFRM_MSG_FLUSHPOLICY', { attrs })
}

/** Changes what happens to packets without a policy. */
export function* setDefaults(defaults: Partial<XfrmDefaults>): Operation<void> {
  checkKeys('defaults', defaults, { in: 1, out: 1, fwd: 1 })
  const of = (key: keyof XfrmDefaults) =>
    defaults[key] === undefined ? 0 : numberOf(`${key} of defaults`, XFRM_USERPOLICY, defaults[key])
  yield* request('change', 'XFRM_MSG_SETDEFAULT', { in: of('in'), out: of('out'), fwd: of('fwd') })
}
