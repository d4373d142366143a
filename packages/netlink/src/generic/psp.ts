import {
  attributes,
  bitsOf,
  bytes,
  constants,
  type Declaration,
  enumOf,
  flag,
  flagsOf,
  type Infer,
  i32,
  multi,
  secret,
  u32,
  uint,
} from '../codec/index.js'
import { named } from '../codec/named.js'
import { gets } from '../message/index.js'
import { type GenericMessage, genericFamily, genericMessage } from './family.js'

/** PSP_VERSION_*, linux/psp.h: key lengths and ciphers */
export const PSP_VERSION = constants('PSP_VERSION', {
  HDR0_AES_GCM_128: 0,
  HDR0_AES_GCM_256: 1,
  HDR0_AES_GMAC_128: 2,
  HDR0_AES_GMAC_256: 3,
})

/** PSP_A_ASSOC_DEV_INFO_*, linux/psp.h */
export const pspAssocDevInfoAttrs = attributes('PSP_A_ASSOC_DEV_INFO', {
  ifindex: [1, u32], // ifindex
  nsid: [2, i32],
})
export interface PspAssocDevInfoAttrs extends Infer<typeof pspAssocDevInfoAttrs> {}

/** PSP_A_DEV_*, linux/psp.h */
export const pspDevAttrs = attributes('PSP_A_DEV', {
  id: [1, u32],
  ifindex: [2, u32], // ifindex
  pspVersionsCap: [3, flagsOf(u32, bitsOf(PSP_VERSION))],
  pspVersionsEna: [4, flagsOf(u32, bitsOf(PSP_VERSION))],
  assocList: [5, multi(pspAssocDevInfoAttrs)],
  nsid: [6, i32],
  byAssociation: [7, flag],
})
export interface PspDevAttrs extends Infer<typeof pspDevAttrs> {}

/** PSP_A_KEYS_*, linux/psp.h */
export const pspKeysAttrs = attributes('PSP_A_KEYS', {
  key: [1, secret(bytes)],
  spi: [2, u32],
})
export interface PspKeysAttrs extends Infer<typeof pspKeysAttrs> {}

/** PSP_A_ASSOC_*, linux/psp.h */
export const pspAssocAttrs = attributes('PSP_A_ASSOC', {
  devId: [1, u32],
  version: [2, enumOf(u32, PSP_VERSION)],
  rxKey: [3, pspKeysAttrs],
  txKey: [4, pspKeysAttrs],
  sockFd: [5, u32], // an open file descriptor
})
export interface PspAssocAttrs extends Infer<typeof pspAssocAttrs> {}

/** PSP_A_STATS_*, linux/psp.h */
export const pspStatsAttrs = attributes('PSP_A_STATS', {
  devId: [1, u32],
  keyRotations: [2, uint],
  staleEvents: [3, uint],
  rxPackets: [4, uint],
  rxBytes: [5, uint],
  rxAuthFail: [6, uint],
  rxError: [7, uint],
  rxBad: [8, uint],
  txPackets: [9, uint],
  txBytes: [10, uint],
  txError: [11, uint],
})
export interface PspStatsAttrs extends Infer<typeof pspStatsAttrs> {}

/** PSP_CMD_DEV_* and PSP_CMD_KEY_*, linux/psp.h */
export const pspDevMessage: Declaration<PspDevMessage> = genericMessage('psp device', named<PspDevAttrs>(pspDevAttrs))
export interface PspDevMessage extends GenericMessage<PspDevAttrs> {}

/** PSP_CMD_RX_ASSOC and PSP_CMD_TX_ASSOC, linux/psp.h */
export const pspAssocMessage: Declaration<PspAssocMessage> = genericMessage(
  'psp association',
  named<PspAssocAttrs>(pspAssocAttrs),
)
export interface PspAssocMessage extends GenericMessage<PspAssocAttrs> {}

/** PSP_CMD_GET_STATS, linux/psp.h */
export const pspStatsMessage: Declaration<PspStatsMessage> = genericMessage(
  'psp statistics',
  named<PspStatsAttrs>(pspStatsAttrs),
)
export interface PspStatsMessage extends GenericMessage<PspStatsAttrs> {}

/** PSP_FAMILY_NAME, linux/psp.h: encryption of transport connections by the network device */
export const psp = genericFamily('psp', {
  version: 1,
  messages: {
    PSP_CMD_DEV_GET: gets(1, pspDevMessage),
    PSP_CMD_DEV_ADD_NTF: [2, pspDevMessage],
    PSP_CMD_DEV_DEL_NTF: [3, pspDevMessage],
    PSP_CMD_DEV_SET: [4, pspDevMessage],
    PSP_CMD_DEV_CHANGE_NTF: [5, pspDevMessage],
    PSP_CMD_KEY_ROTATE: [6, pspDevMessage],
    PSP_CMD_KEY_ROTATE_NTF: [7, pspDevMessage],
    PSP_CMD_RX_ASSOC: [8, pspAssocMessage],
    PSP_CMD_TX_ASSOC: [9, pspAssocMessage],
    PSP_CMD_GET_STATS: gets(10, pspStatsMessage),
    PSP_CMD_DEV_ASSOC: [11, pspDevMessage],
    PSP_CMD_DEV_DISASSOC: [12, pspDevMessage],
  },
})
