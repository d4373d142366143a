import { attributes, constants, flagsOf, type Infer, indexed, list, string, u16, u32 } from '../codec/index.js'
import { gets, policyAttrs } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** GENL_ID_CTRL, linux/genetlink.h: the only family with a fixed number */
export const GENL_ID_CTRL = 16

/** GENL_*, linux/genetlink.h: properties of an operation, and the capability that it needs */
export const GENL = constants('GENL', {
  ADMIN_PERM: 0x01,
  CMD_CAP_DO: 0x02,
  CMD_CAP_DUMP: 0x04,
  CMD_CAP_HASPOL: 0x08,
  UNS_ADMIN_PERM: 0x10,
})

/** CTRL_ATTR_OP_*, linux/genetlink.h */
export const ctrlOpAttrs = attributes('CTRL_ATTR_OP', {
  id: [1, u32], // number of the command
  flags: [2, flagsOf(u32, GENL)],
})
export interface CtrlOpAttrs extends Infer<typeof ctrlOpAttrs> {}

/** CTRL_ATTR_MCAST_GRP_*, linux/genetlink.h */
export const ctrlMcastGrpAttrs = attributes('CTRL_ATTR_MCAST_GRP', {
  name: [1, string],
  id: [2, u32], // the number for NETLINK_ADD_MEMBERSHIP
})
export interface CtrlMcastGrpAttrs extends Infer<typeof ctrlMcastGrpAttrs> {}

/** CTRL_ATTR_POLICY_*, linux/genetlink.h: policies of an operation */
export const ctrlPolicyAttrs = attributes('CTRL_ATTR_POLICY', {
  do: [1, u32],
  dump: [2, u32],
})
export interface CtrlPolicyAttrs extends Infer<typeof ctrlPolicyAttrs> {}

/** CTRL_ATTR_*, linux/genetlink.h */
export const ctrlAttrs = attributes('CTRL_ATTR', {
  familyId: [1, u16], // `nlmsg_type` of the family's messages
  familyName: [2, string], // at most 15 bytes
  version: [3, u32],
  hdrsize: [4, u32], // bytes of the family's own header
  maxattr: [5, u32],
  ops: [6, list(ctrlOpAttrs)],
  mcastGroups: [7, list(ctrlMcastGrpAttrs)],
  policy: [8, indexed(indexed(policyAttrs))], // by the number of the policy, then by that of the attribute
  opPolicy: [9, indexed(ctrlPolicyAttrs)], // by the number of the command
  op: [10, u32], // in requests for policies: of this command only
})
export interface CtrlAttrs extends Infer<typeof ctrlAttrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const control = genericMessage<CtrlAttrs>('control', ctrlAttrs)

/** The controller, linux/genetlink.h: lists families, operations, groups and policies */
export const nlctrl = genericFamily('nlctrl', {
  version: 2,
  messages: {
    CTRL_CMD_NEWFAMILY: [1, control],
    CTRL_CMD_DELFAMILY: [2, control],
    CTRL_CMD_GETFAMILY: gets(3, control),
    CTRL_CMD_NEWOPS: [4, control],
    CTRL_CMD_DELOPS: [5, control],
    CTRL_CMD_GETOPS: gets(6, control),
    CTRL_CMD_NEWMCAST_GRP: [7, control],
    CTRL_CMD_DELMCAST_GRP: [8, control],
    CTRL_CMD_GETMCAST_GRP: gets(9, control),
    CTRL_CMD_GETPOLICY: gets(10, control),
  },
})
