import { attributes, constants, enumOf, type Infer, i32, message, u32 } from '../codec/index.js'
import { rtgenmsg } from './shared/rtgenmsg.js'

/** NETNSA_NSID_*, linux/net_namespace.h */
export const NETNSA_NSID = constants('NETNSA_NSID', { NOT_ASSIGNED: -1 })

/** NETNSA_*, linux/net_namespace.h: an id that one network namespace assigns to another, which `pid` or `fd` identifies */
export const nsidAttrs = attributes('NETNSA', {
  nsid: [1, enumOf(i32, NETNSA_NSID)],
  pid: [2, u32],
  fd: [3, u32],
  targetNsid: [4, i32], // nsid of the namespace whose ids are returned
  currentNsid: [5, i32], // with `targetNsid`, the id in the current namespace
})

/** RTM_NEWNSID, RTM_DELNSID, RTM_GETNSID */
export const nsidMessage = message('nsid', rtgenmsg, nsidAttrs)
export interface NsidMessage extends Infer<typeof nsidMessage> {}
