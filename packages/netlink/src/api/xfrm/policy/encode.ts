import { ArgumentError } from '../../../codec/index.js'
import { IPPROTO } from '../../../constants/ip.js'
import { XFRM_POLICY_DIR } from '../../../constants/xfrm.js'
import {
  XFRM_MODE,
  XFRM_POLICY_ACTION,
  XFRM_POLICY_FLAG,
  XFRM_POLICY_TYPE,
  XFRM_SHARE,
} from '../../../xfrm/constants.js'
import type { XfrmPolicyMessage } from '../../../xfrm/messages.js'
import { type Accepted, LIST, U32 } from '../../values/accepted.js'
import { addressOf, familyNumber, type IpFamily } from '../../values/ip-text.js'
import { bitsOf, numberOf } from '../../values/names.js'
import { checkKeys, defined, requireKeys } from '../../values/objects.js'
import { encodeLimits, unused } from '../limits.js'
import { encodeMark } from '../mark.js'
import { checkOffload } from '../offload.js'
import { anyOf, encodeSelector, familyOfAddresses, type SelectorRequest, selectorKeys } from '../selector.js'
import type { NewXfrmPolicy, XfrmPolicy, XfrmPolicyKey, XfrmTemplate } from './types.js'

type Attrs = XfrmPolicyMessage['attrs']
type TemplateMessage = NonNullable<Attrs['tmpl']>[number]

/** XFRM_MAX_DEPTH, net/xfrm.h */
const MOST_TEMPLATES: Accepted = {
  allowed: 'a list of up to 6 templates',
  fits: (value) => Array.isArray(value) && value.length <= 6,
}

const keyKeys = {
  ...selectorKeys,
  ...{ dir: 1, index: U32, ptype: 1, mark: 1, ifId: U32, family: 1 },
} satisfies Record<keyof XfrmPolicyKey, unknown>

const policyKeys = {
  ...keyKeys,
  ...{ priority: U32, action: 1, flags: LIST, limits: 1, offload: 1, templates: MOST_TEMPLATES },
} satisfies Record<keyof NewXfrmPolicy, unknown>

/** Members of a policy that was read, and that are not set. */
const reported = { use: 1 } satisfies Partial<Record<keyof XfrmPolicy, 1>>

const templateKeys = {
  ...{ src: 1, dst: 1, proto: 1, spi: U32, reqid: U32, mode: 1, share: 1 },
  level: { allowed: 'required or use', fits: (value: unknown) => value === 'required' || value === 'use' },
} satisfies Record<keyof XfrmTemplate, unknown>

/** All algorithms. */
const ANY = 0xffffffff

/** Returns a template. @throws {TypeError} naming the option */
function encodeTemplate(what: string, template: XfrmTemplate, packets: IpFamily): TemplateMessage {
  checkKeys(what, template, templateKeys)
  requireKeys(what, template, 'proto')
  const { src, dst, proto, spi = 0, reqid = 0, mode = 'transport', share = 'any', level } = template
  const family = familyOfAddresses(what, src, dst) ?? packets
  const address = (key: 'src' | 'dst') =>
    template[key] === undefined ? anyOf(family) : addressOf(`${key} of ${what}`, template[key], family)
  return {
    id: { daddr: address('dst'), spi, proto: numberOf(`proto of ${what}`, IPPROTO, proto) },
    ...{ family: familyNumber(family), saddr: address('src'), reqid, optional: level === 'use' ? 1 : 0 },
    mode: numberOf(`mode of ${what}`, XFRM_MODE, mode),
    share: numberOf(`share of ${what}`, XFRM_SHARE, share),
    ...{ aalgos: ANY, ealgos: ANY, calgos: ANY },
  }
}

export const policyTypeOf = (option: string, ptype: XfrmPolicyKey['ptype']): Attrs['policyType'] =>
  ptype === undefined ? undefined : { type: numberOf(option, XFRM_POLICY_TYPE, ptype), reserved1: 0, reserved2: 0 }

/** The content of a request for one policy, without the index of its link. */
export interface PolicyKeyRequest {
  readonly sel: SelectorRequest
  readonly index: number
  readonly dir: number
  readonly attrs: Attrs
}

/** Returns the selector of a policy, and its family. @throws {TypeError} */
function selectorOf(policy: XfrmPolicyKey): { readonly sel: SelectorRequest; readonly family: IpFamily } {
  requireKeys('policy', policy, 'dir')
  const family = policy.family ?? familyOfAddresses('policy', policy.src, policy.dst) ?? 'inet'
  familyNumber(family)
  return { family, sel: encodeSelector('policy', policy, family) }
}

const attrsOf = ({ ptype, mark, ifId }: XfrmPolicyKey): Attrs =>
  defined({ policyType: policyTypeOf('ptype of policy', ptype), mark: encodeMark('mark of policy', mark), ifId })

/** Returns the request for one policy. A policy that was read is a key, too. @throws {TypeError} */
export function encodePolicyKey(key: XfrmPolicyKey): PolicyKeyRequest {
  checkKeys('policy', key, { ...policyKeys, ...reported })
  const { sel } = selectorOf(key)
  const selects = key.index !== undefined || [key.src, key.dst, key.proto, key.dev].some((each) => each !== undefined)
  if (!selects)
    throw new ArgumentError("expected policy to have at least one of index, src, dst, proto, dev, got 'dir' alone")
  return { sel, index: key.index ?? 0, dir: numberOf('dir of policy', XFRM_POLICY_DIR, key.dir), attrs: attrsOf(key) }
}

/** A policy without its links, which are looked up after everything was checked. */
export type PolicyRequest = Omit<XfrmPolicyMessage, 'sel'> & { readonly sel: SelectorRequest }

/** Returns the message of a policy. @throws {TypeError} */
export function encodePolicy(policy: NewXfrmPolicy): PolicyRequest {
  checkKeys('policy', policy, { ...policyKeys, ...reported })
  const { sel, family } = selectorOf(policy)
  checkOffload(policy.offload, false)
  const { action = 'allow', flags = [], templates = [] } = policy
  const tmpl = templates.map((each, at) => encodeTemplate(`templates.${at}`, each, family))
  return {
    sel,
    lft: encodeLimits('limits', policy.limits),
    curlft: unused,
    ...{ priority: policy.priority ?? 0, index: policy.index ?? 0, share: 0 },
    dir: numberOf('dir of policy', XFRM_POLICY_DIR, policy.dir),
    action: numberOf('action of policy', XFRM_POLICY_ACTION, action),
    flags: bitsOf('flags of policy', XFRM_POLICY_FLAG, flags),
    attrs: { ...attrsOf(policy), ...(tmpl.length > 0 && { tmpl }) },
  }
}
