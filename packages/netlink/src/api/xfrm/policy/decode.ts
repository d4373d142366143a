import { withJson } from '../../../codec/json.js'
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
import { flagsIn, named } from '../../values/names.js'
import { constructorOf, defined, withMessage } from '../../values/objects.js'
import { decodeLimits, decodeUse } from '../limits.js'
import { decodeMark } from '../mark.js'
import { decodeOffload } from '../offload.js'
import { assignSelector, familyOfSelector } from '../selector.js'
import type { XfrmPolicy, XfrmTemplate } from './types.js'

type TemplateMessage = NonNullable<XfrmPolicyMessage['attrs']['tmpl']>[number]

const isAny = (address: string) => address === '0.0.0.0' || address === '::'

/** Returns a template. Addresses of zeros are those of the packet. */
function toTemplate({ id, saddr, reqid, mode, optional, share }: TemplateMessage): XfrmTemplate {
  return defined({
    src: isAny(saddr) ? undefined : saddr,
    dst: isAny(id.daddr) ? undefined : id.daddr,
    proto: named(IPPROTO, id.proto),
    spi: id.spi || undefined,
    reqid,
    mode: named(XFRM_MODE, mode),
    level: optional === 0 ? 'required' : 'use',
    share: named(XFRM_SHARE, share),
  }) as XfrmTemplate
}

const PolicyObject = constructorOf<XfrmPolicy, XfrmPolicyMessage>(function (message) {
  const { sel, attrs } = message
  const [mark, offload] = [decodeMark(attrs.mark), decodeOffload(attrs.offloadDev)]
  this.family = familyOfSelector(sel)
  assignSelector(this, sel, this.family)
  this.dir = named(XFRM_POLICY_DIR, message.dir)
  this.index = message.index
  this.priority = message.priority
  this.action = named(XFRM_POLICY_ACTION, message.action)
  this.ptype = named(XFRM_POLICY_TYPE, attrs.policyType?.type ?? XFRM_POLICY_TYPE.MAIN)
  this.flags = flagsIn(XFRM_POLICY_FLAG, message.flags)
  if (mark !== undefined) this.mark = mark
  if (attrs.ifId !== undefined) this.ifId = attrs.ifId
  this.limits = decodeLimits(message.lft)
  this.use = decodeUse(message.curlft)
  if (offload !== undefined) this.offload = offload
  this.templates = (attrs.tmpl ?? []).map(toTemplate)
})

/** Converts a message to a policy. */
export const toPolicy = (message: XfrmPolicyMessage): XfrmPolicy =>
  withMessage(withJson(new PolicyObject(message)), message)
