import {
  AF,
  attributes,
  bitfield32Of,
  enumOf,
  type Infer,
  message,
  milliseconds,
  pad,
  string,
  struct,
  u8,
  u32,
  writtenAs,
} from '../../codec/index.js'
import { tcActions } from './action/action.js'
import { TCA_ACT_FLAG } from './constants.js'

/** `struct tcamsg`, linux/rtnetlink.h */
export const tcamsg = struct('tcamsg', {
  family: enumOf(u8, AF),
  _pad1: pad(1),
  _pad2: pad(2),
})

/** TCA_ROOT_*, linux/rtnetlink.h */
export const tcaRootAttrs = attributes('TCA_ROOT', {
  tab: [1, tcActions], // older name: TCA_ACT_TAB
  flags: [2, bitfield32Of(TCA_ACT_FLAG)],
  count: [3, u32], // number of actions in this message of a dump
  timeDelta: [4, writtenAs(u32, milliseconds)], // milliseconds; selects actions used within this time
  extWarnMsg: [5, string],
})

/** RTM_NEWACTION, RTM_DELACTION, RTM_GETACTION */
export const actionMessage = message('traffic action', tcamsg, tcaRootAttrs)
export interface ActionMessage extends Infer<typeof actionMessage> {}
