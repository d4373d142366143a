import {
  attributes,
  bytes,
  type Declaration,
  enumOf,
  flag,
  type Infer,
  i32,
  multi,
  select,
  string,
  u8,
  u32,
} from '../codec/index.js'
import { DUPLEX } from '../constants/index.js'
import { gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** The types of options: NLA_* of the kernel's net/netlink.h, not in a header for user space. */
export const teamOptionTypes = { U32: 3, STRING: 5, FLAG: 6, BINARY: 11, S32: 14 } as const

/** The value of an option, by its type. */
const optionData = select('type', {
  [teamOptionTypes.U32]: u32,
  [teamOptionTypes.STRING]: string,
  [teamOptionTypes.FLAG]: flag,
  [teamOptionTypes.BINARY]: bytes,
  [teamOptionTypes.S32]: i32,
})

/** TEAM_ATTR_OPTION_*, linux/if_team.h */
export const teamOptionAttrs = attributes('TEAM_ATTR_OPTION', {
  name: [1, string],
  changed: [2, flag],
  type: [3, u8], // the kernel's NLA_*; see `data`
  data: [4, optionData],
  removed: [5, flag],
  portIfindex: [6, u32],
  arrayIndex: [7, u32],
})
export type TeamOptionAttrs = Infer<typeof teamOptionAttrs>

/** TEAM_ATTR_ITEM_OPTION, linux/if_team.h */
export const teamItemOptionAttrs = attributes('TEAM_ATTR_ITEM', {
  option: [1, multi(teamOptionAttrs)],
})
export interface TeamItemOptionAttrs extends Infer<typeof teamItemOptionAttrs> {}

/** TEAM_ATTR_PORT_*, linux/if_team.h */
export const teamPortAttrs = attributes('TEAM_ATTR_PORT', {
  ifindex: [1, u32],
  changed: [2, flag],
  linkup: [3, flag],
  speed: [4, u32], // Mbit/s
  duplex: [5, enumOf(u8, DUPLEX)],
  removed: [6, flag],
})
export interface TeamPortAttrs extends Infer<typeof teamPortAttrs> {}

/** TEAM_ATTR_ITEM_PORT, linux/if_team.h */
export const teamItemPortAttrs = attributes('TEAM_ATTR_ITEM', {
  port: [1, multi(teamPortAttrs)],
})
export interface TeamItemPortAttrs extends Infer<typeof teamItemPortAttrs> {}

/** TEAM_ATTR_*, linux/if_team.h */
export const teamAttrs = attributes('TEAM_ATTR', {
  teamIfindex: [1, u32],
  listOption: [2, teamItemOptionAttrs],
  listPort: [3, teamItemPortAttrs],
})
export interface TeamAttrs extends Infer<typeof teamAttrs> {}

/** A message of the family. */
export interface TeamMessage extends GenericMessage<TeamAttrs> {}
const teamMessage: Declaration<TeamMessage> = genericMessage<TeamAttrs>('team', teamAttrs)

/** TEAM_GENL_NAME, linux/if_team.h: options and ports of team devices */
export const team = genericFamily('team', {
  version: 1,
  messages: {
    TEAM_CMD_NOOP: [0, teamMessage],
    TEAM_CMD_OPTIONS_SET: [1, teamMessage],
    TEAM_CMD_OPTIONS_GET: gets(2, teamMessage),
    TEAM_CMD_PORT_LIST_GET: gets(3, teamMessage),
  },
})
