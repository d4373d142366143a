import type { IPPROTO } from '../../../constants/ip.js'
import type { XFRM_POLICY_DIR } from '../../../constants/xfrm.js'
import type {
  XFRM_MODE,
  XFRM_POLICY_ACTION,
  XFRM_POLICY_FLAG,
  XFRM_POLICY_TYPE,
  XFRM_SHARE,
  XFRM_USERPOLICY,
} from '../../../xfrm/constants.js'
import type { IpFamily } from '../../values/ip-text.js'
import type { Flag, Named } from '../../values/names.js'
import type {
  NewXfrmLimits,
  NewXfrmOffload,
  NewXfrmSelector,
  XfrmLimits,
  XfrmMark,
  XfrmOffload,
  XfrmSelector,
  XfrmUse,
} from '../types.js'

/** A state that a policy requires. */
export interface XfrmTemplate {
  /** Addresses of the ends of a tunnel; left out for those of the packet. */
  readonly src?: string | undefined
  readonly dst?: string | undefined
  readonly proto: Named<typeof IPPROTO>
  /** Default: any. */
  readonly spi?: number | undefined
  /** Default: 0, for any. */
  readonly reqid?: number | undefined
  /** XFRM_MODE_*. Default: `transport`. */
  readonly mode?: Named<typeof XFRM_MODE> | undefined
  /** `required` by default; `use` sends packets without a state if there is none. */
  readonly level?: 'required' | 'use' | undefined
  /** XFRM_SHARE_*. Default: `any`. */
  readonly share?: Named<typeof XFRM_SHARE> | undefined
}

/** A policy of IPsec, as `ip xfrm policy` prints it: what happens to the packets that its selector matches. */
export interface XfrmPolicy extends XfrmSelector {
  readonly family: IpFamily
  /** XFRM_POLICY_*: `in`, `out`, `fwd`; a number above 2 for a policy of a socket. */
  readonly dir: Named<typeof XFRM_POLICY_DIR>
  /** The kernel's number of the policy. */
  readonly index: number
  /** The policy with the smallest number applies. */
  readonly priority: number
  /** XFRM_POLICY_*: `allow` or `block`. */
  readonly action: Named<typeof XFRM_POLICY_ACTION>
  /** XFRM_POLICY_TYPE_*: `main` or `sub`. */
  readonly ptype: Named<typeof XFRM_POLICY_TYPE>
  readonly flags: readonly Flag<typeof XFRM_POLICY_FLAG>[]
  readonly mark?: XfrmMark
  /** Id of the xfrm link. */
  readonly ifId?: number
  readonly limits: XfrmLimits
  readonly use: XfrmUse
  readonly offload?: XfrmOffload
  readonly templates: readonly XfrmTemplate[]
}

/** The key of a policy: its direction, and its index or its selector. */
export interface XfrmPolicyKey extends NewXfrmSelector {
  readonly dir: Named<typeof XFRM_POLICY_DIR>
  /** The kernel's number. Without it, the selector identifies the policy. */
  readonly index?: number | undefined
  readonly ptype?: Named<typeof XFRM_POLICY_TYPE> | undefined
  readonly mark?: XfrmMark | number | undefined
  readonly ifId?: number | undefined
  /** Of a selector without an address. Default: `inet`. */
  readonly family?: IpFamily | undefined
}

/** A policy to add or update. */
export interface NewXfrmPolicy extends XfrmPolicyKey {
  /** Default: 0. */
  readonly priority?: number | undefined
  /** Default: `allow`. */
  readonly action?: Named<typeof XFRM_POLICY_ACTION> | undefined
  readonly flags?: readonly string[] | undefined
  readonly limits?: NewXfrmLimits | undefined
  readonly offload?: NewXfrmOffload | undefined
  /** Up to 6: the states that packets pass, in this order. */
  readonly templates?: readonly XfrmTemplate[] | undefined
}

/** Restricts a list of policies. The kernel filters by `ptype`. */
export interface XfrmPolicyFilter {
  readonly dir?: Named<typeof XFRM_POLICY_DIR> | undefined
  readonly family?: IpFamily | undefined
  readonly ptype?: Named<typeof XFRM_POLICY_TYPE> | undefined
  readonly priority?: number | undefined
}

/** Restricts a flush of policies. */
export interface XfrmPolicyFlush {
  /** Default: `main`. */
  readonly ptype?: Named<typeof XFRM_POLICY_TYPE> | undefined
}

/** The numbers of policies, by direction; of those of sockets; and of buckets of their hash table. */
export interface XfrmPolicyCount {
  readonly in: number
  readonly out: number
  readonly fwd: number
  readonly socketIn: number
  readonly socketOut: number
  readonly socketFwd: number
  readonly buckets: number
  readonly mostBuckets: number
}

/** The treatment of packets without a policy: `accept` or `block`. */
export interface XfrmDefaults {
  readonly in: Named<typeof XFRM_USERPOLICY>
  readonly out: Named<typeof XFRM_USERPOLICY>
  readonly fwd: Named<typeof XFRM_USERPOLICY>
}
