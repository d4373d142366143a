import type { TimeoutOptions, WaitOptions } from '../../../connection/options.js'
import type { Rows } from '../../run/bind.js'
import { countPolicies, getDefaults, getPolicy, listPolicies } from './read.js'
import type {
  NewXfrmPolicy,
  XfrmDefaults,
  XfrmPolicy,
  XfrmPolicyCount,
  XfrmPolicyFilter,
  XfrmPolicyFlush,
  XfrmPolicyKey,
} from './types.js'
import { addPolicy, flushPolicies, removePolicy, setDefaults, updatePolicy } from './write.js'

/** Operations on the policies of IPsec: `nl.xfrm.policy`. */
export interface XfrmPolicyOperations {
  /** Lists policies, those of sockets too, like `ip xfrm policy list`. */
  list(filter?: XfrmPolicyFilter, options?: WaitOptions): Promise<XfrmPolicy[]>
  /** Lists policies. Synchronous form of {@link XfrmPolicyOperations.list}. */
  listSync(filter?: XfrmPolicyFilter, options?: TimeoutOptions): XfrmPolicy[]

  /** Returns the policy with an index, or with exactly this selector, like `ip xfrm policy get`; `undefined` if there is none. */
  get(key: XfrmPolicyKey, options?: WaitOptions): Promise<XfrmPolicy | undefined>
  /** Returns a policy. Synchronous form of {@link XfrmPolicyOperations.get}. */
  getSync(key: XfrmPolicyKey, options?: TimeoutOptions): XfrmPolicy | undefined

  /** Adds a policy, like `ip xfrm policy add`. @throws {NetlinkError} `EEXIST` if there is one with this selector, mark and priority */
  add(policy: NewXfrmPolicy, options?: WaitOptions): Promise<void>
  /** Adds a policy. Synchronous form of {@link XfrmPolicyOperations.add}. */
  addSync(policy: NewXfrmPolicy, options?: TimeoutOptions): void

  /** Adds a policy, or replaces the one with this selector and mark, like `ip xfrm policy update`. */
  update(policy: NewXfrmPolicy, options?: WaitOptions): Promise<void>
  /** Adds or replaces a policy. Synchronous form of {@link XfrmPolicyOperations.update}. */
  updateSync(policy: NewXfrmPolicy, options?: TimeoutOptions): void

  /** Deletes the policy with an index, or with exactly this selector, like `ip xfrm policy delete`. @throws {NetlinkError} `ENOENT` if there is none */
  delete(key: XfrmPolicyKey, options?: WaitOptions): Promise<void>
  /** Deletes a policy. Synchronous form of {@link XfrmPolicyOperations.delete}. */
  deleteSync(key: XfrmPolicyKey, options?: TimeoutOptions): void

  /** Deletes all policies of a type, but not those of sockets, like `ip xfrm policy flush`. */
  flush(filter?: XfrmPolicyFlush, options?: WaitOptions): Promise<void>
  /** Deletes all policies of a type. Synchronous form of {@link XfrmPolicyOperations.flush}. */
  flushSync(filter?: XfrmPolicyFlush, options?: TimeoutOptions): void

  /** Returns the numbers of policies, like `ip xfrm policy count`. */
  count(options?: WaitOptions): Promise<XfrmPolicyCount>
  /** Returns the numbers of policies. Synchronous form of {@link XfrmPolicyOperations.count}. */
  countSync(options?: TimeoutOptions): XfrmPolicyCount

  /** Returns what happens to packets without a policy, like `ip xfrm policy getdefault`. */
  getDefaults(options?: WaitOptions): Promise<XfrmDefaults>
  /** Returns what happens to packets without a policy. Synchronous form of {@link XfrmPolicyOperations.getDefaults}. */
  getDefaultsSync(options?: TimeoutOptions): XfrmDefaults

  /** Changes what happens to packets without a policy, like `ip xfrm policy setdefault`. Directions that are left out stay as they are. */
  setDefaults(defaults: Partial<XfrmDefaults>, options?: WaitOptions): Promise<void>
  /** Changes what happens to packets without a policy. Synchronous form of {@link XfrmPolicyOperations.setDefaults}. */
  setDefaultsSync(defaults: Partial<XfrmDefaults>, options?: TimeoutOptions): void
}

export const policyRows: Rows<XfrmPolicyOperations> = {
  list: { arguments: 1, run: listPolicies },
  get: { arguments: 1, run: getPolicy },
  add: { arguments: 1, run: addPolicy },
  update: { arguments: 1, run: updatePolicy },
  delete: { arguments: 1, run: removePolicy },
  flush: { arguments: 1, run: flushPolicies },
  count: { arguments: 0, run: countPolicies },
  getDefaults: { arguments: 0, run: getDefaults },
  setDefaults: { arguments: 1, run: setDefaults },
}
