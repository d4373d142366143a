import { attributes, constants, enumOf, flag, type Infer, multi, u32, uint } from '../codec/index.js'
import { gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** NET_SHAPER_SCOPE_*, linux/net_shaper.h */
export const NET_SHAPER_SCOPE = constants('NET_SHAPER_SCOPE', {
  UNSPEC: 0,
  NETDEV: 1,
  QUEUE: 2,
  NODE: 3,
})

/** NET_SHAPER_METRIC_*, linux/net_shaper.h */
export const NET_SHAPER_METRIC = constants('NET_SHAPER_METRIC', {
  BPS: 0,
  PPS: 1,
})

/** NET_SHAPER_A_HANDLE_*, linux/net_shaper.h */
export const netShaperHandleAttrs = attributes('NET_SHAPER_A_HANDLE', {
  scope: [1, enumOf(u32, NET_SHAPER_SCOPE)],
  id: [2, u32],
})
export interface NetShaperHandleAttrs extends Infer<typeof netShaperHandleAttrs> {}

/** The part of NET_SHAPER_A_* that is nested, linux/net_shaper.h */
export const netShaperLeafInfoAttrs = attributes('NET_SHAPER_A', {
  handle: [1, netShaperHandleAttrs],
  priority: [6, u32],
  weight: [7, u32],
})
export interface NetShaperLeafInfoAttrs extends Infer<typeof netShaperLeafInfoAttrs> {}

/** NET_SHAPER_A_*, linux/net_shaper.h */
export const netShaperAttrs = attributes('NET_SHAPER_A', {
  handle: [1, netShaperHandleAttrs],
  metric: [2, enumOf(u32, NET_SHAPER_METRIC)],
  bwMin: [3, uint], // bit/s or packets/s, by `metric`; the same for the next
  bwMax: [4, uint],
  burst: [5, uint], // bytes or packets
  priority: [6, u32],
  weight: [7, u32],
  ifindex: [8, u32],
  parent: [9, netShaperHandleAttrs],
  leaves: [10, multi(netShaperLeafInfoAttrs)],
})
export interface NetShaperAttrs extends Infer<typeof netShaperAttrs> {}

/** NET_SHAPER_A_CAPS_*, linux/net_shaper.h */
export const netShaperCapsAttrs = attributes('NET_SHAPER_A_CAPS', {
  ifindex: [1, u32],
  scope: [2, enumOf(u32, NET_SHAPER_SCOPE)],
  supportMetricBps: [3, flag],
  supportMetricPps: [4, flag],
  supportNesting: [5, flag],
  supportBwMin: [6, flag],
  supportBwMax: [7, flag],
  supportBurst: [8, flag],
  supportPriority: [9, flag],
  supportWeight: [10, flag],
})
export interface NetShaperCapsAttrs extends Infer<typeof netShaperCapsAttrs> {}

// Named types: otherwise TypeScript writes each of them out in full in the family's type.
const shaperMessage = genericMessage<NetShaperAttrs>('shaper', netShaperAttrs)
const capsMessage = genericMessage<NetShaperCapsAttrs>('caps', netShaperCapsAttrs)

/** NET_SHAPER_FAMILY_NAME, linux/net_shaper.h: shapers of traffic in hardware */
export const netShaper = genericFamily('net-shaper', {
  version: 1,
  messages: {
    NET_SHAPER_CMD_GET: gets(1, shaperMessage),
    NET_SHAPER_CMD_SET: [2, shaperMessage],
    NET_SHAPER_CMD_DELETE: [3, shaperMessage],
    NET_SHAPER_CMD_GROUP: [4, shaperMessage],
    NET_SHAPER_CMD_CAP_GET: gets(5, capsMessage),
  },
})
