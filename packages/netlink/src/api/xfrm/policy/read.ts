import { XFRM_POLICY_DIR } from '../../../constants/xfrm.js'
import { XFRM_USERPOLICY } from '../../../xfrm/constants.js'
import type { XfrmPolicyMessage } from '../../../xfrm/messages.js'
import type { Operation } from '../../run/operation.js'
import { U32 } from '../../values/accepted.js'
import { familyNumber } from '../../values/ip-text.js'
import { named, numberOf } from '../../values/names.js'
import { checkKeys, defined } from '../../values/objects.js'
import { readOne, request } from '../request.js'
import { withLink } from '../selector.js'
import { toPolicy } from './decode.js'
import { encodePolicyKey, policyTypeOf } from './encode.js'
import type { XfrmDefaults, XfrmPolicy, XfrmPolicyCount, XfrmPolicyFilter, XfrmPolicyKey } from './types.js'

const filterKeys = { dir: 1, family: 1, ptype: 1, priority: U32 } satisfies Record<keyof XfrmPolicyFilter, unknown>

/** Lists the policies that the filter selects. */
export function* listPolicies(filter: XfrmPolicyFilter = {}): Operation<XfrmPolicy[]> {
  checkKeys('filter', filter, filterKeys)
  const { dir, family, ptype, priority } = filter
  if (family !== undefined) familyNumber(family)
  const word = dir === undefined ? undefined : named(XFRM_POLICY_DIR, numberOf('dir of filter', XFRM_POLICY_DIR, dir))
  const attrs = defined({ policyType: policyTypeOf('ptype of filter', ptype) })
  const messages = (yield* request('dump', 'XFRM_MSG_GETPOLICY', { attrs })) as unknown as XfrmPolicyMessage[]
  return messages
    .map(toPolicy)
    .filter(
      (each) =>
        (word === undefined || each.dir === word) &&
        (family === undefined || each.family === family) &&
        (priority === undefined || each.priority === priority),
    )
}

/** Returns a policy; undefined if there is none. */
export function* getPolicy(key: XfrmPolicyKey): Operation<XfrmPolicy | undefined> {
  const { sel, ...request } = encodePolicyKey(key)
  const value = { ...request, sel: yield* withLink(sel, key) }
  const found = yield* readOne<XfrmPolicyMessage>('XFRM_MSG_GETPOLICY', value, 'ENOENT')
  return found && toPolicy(found)
}

/** A header of counts selects nothing. `ip` sends all bits. */
const ALL = 0xffffffff

/** Returns the numbers of policies. */
export function* countPolicies(): Operation<XfrmPolicyCount> {
  const [reply] = yield* request('read', 'XFRM_MSG_GETSPDINFO', { flags: ALL })
  const { info, hinfo } = reply?.attrs ?? {}
  return {
    ...{ in: info?.incnt ?? 0, out: info?.outcnt ?? 0, fwd: info?.fwdcnt ?? 0 },
    ...{ socketIn: info?.inscnt ?? 0, socketOut: info?.outscnt ?? 0, socketFwd: info?.fwdscnt ?? 0 },
    ...{ buckets: hinfo?.spdhcnt ?? 0, mostBuckets: hinfo?.spdhmcnt ?? 0 },
  }
}

/** Returns what happens to packets without a policy. */
export function* getDefaults(): Operation<XfrmDefaults> {
  const [reply] = yield* request('read', 'XFRM_MSG_GETDEFAULT', {})
  const of = (number: number | undefined) => named(XFRM_USERPOLICY, number ?? 0)
  return { in: of(reply?.in), out: of(reply?.out), fwd: of(reply?.fwd) }
}
