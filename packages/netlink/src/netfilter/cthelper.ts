import {
  AF,
  attributes,
  constants,
  enumOf,
  type Infer,
  message,
  seconds,
  string,
  u8,
  u16be,
  u32be,
  writtenAs,
} from '../codec/index.js'
import { IPPROTO } from '../constants/index.js'
import { nfgenmsg } from './nfnetlink.js'

/** NFCT_HELPER_STATUS_*, linux/netfilter/nfnetlink_cthelper.h */
export const NFCT_HELPER_STATUS = constants('NFCT_HELPER_STATUS', {
  DISABLED: 0,
  ENABLED: 1,
})

/** NFCTH_TUPLE_*, linux/netfilter/nfnetlink_cthelper.h */
export const cthelperTupleAttrs = attributes('NFCTH_TUPLE', {
  l3protonum: [1, enumOf(u16be, AF)],
  l4protonum: [2, enumOf(u8, IPPROTO)],
})

/** NFCTH_POLICY_*, linux/netfilter/nfnetlink_cthelper.h: one class of expectations */
export const cthelperPolicyAttrs = attributes('NFCTH_POLICY', {
  name: [1, string],
  expectMax: [2, u32be], // limit per connection
  expectTimeout: [3, writtenAs(u32be, seconds)],
})

/** NFCTH_POLICY_SET_*, linux/netfilter/nfnetlink_cthelper.h */
export const cthelperPolicySetAttrs = attributes('NFCTH_POLICY_SET', {
  num: [1, u32be], // number of classes that follow
  set1: [2, cthelperPolicyAttrs, 'NFCTH_POLICY_SET1'],
  set2: [3, cthelperPolicyAttrs, 'NFCTH_POLICY_SET2'],
  set3: [4, cthelperPolicyAttrs, 'NFCTH_POLICY_SET3'],
  set4: [5, cthelperPolicyAttrs, 'NFCTH_POLICY_SET4'],
})

/** NFCTH_*, linux/netfilter/nfnetlink_cthelper.h: a conntrack helper in user space */
export const cthelperAttrs = attributes('NFCTH', {
  name: [1, string],
  tuple: [2, cthelperTupleAttrs],
  queueNum: [3, u32be],
  policy: [4, cthelperPolicySetAttrs],
  privDataLen: [5, u32be], // bytes
  status: [6, enumOf(u32be, NFCT_HELPER_STATUS)],
})

/** NFNL_MSG_CTHELPER_NEW, NFNL_MSG_CTHELPER_GET, NFNL_MSG_CTHELPER_DEL */
export const cthelperMessage = message('conntrack helper', nfgenmsg, cthelperAttrs)
export interface CthelperMessage extends Infer<typeof cthelperMessage> {}
