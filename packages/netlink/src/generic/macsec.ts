import {
  attributes,
  bytes,
  choice,
  enumOf,
  hexadecimal,
  type Infer,
  list,
  secret,
  u8,
  u32,
  u32be,
  u64,
  u64be,
  writtenAs,
} from '../codec/index.js'
import { MACSEC_OFFLOAD, MACSEC_VALIDATE, macsecCipherSuite } from '../constants/index.js'
import { creates, gets } from '../message/index.js'
import { genericFamily, genericMessage } from './family.js'

/** MACSEC_RXSC_STATS_ATTR_*, linux/if_macsec.h */
export const macsecRxscStatsAttrs = attributes('MACSEC_RXSC_STATS_ATTR', {
  inOctetsValidated: [1, u64],
  inOctetsDecrypted: [2, u64],
  inPktsUnchecked: [3, u64],
  inPktsDelayed: [4, u64],
  inPktsOk: [5, u64],
  inPktsInvalid: [6, u64],
  inPktsLate: [7, u64],
  inPktsNotValid: [8, u64],
  inPktsNotUsingSa: [9, u64],
  inPktsUnusedSa: [10, u64],
  pad: [11, bytes],
})
export interface MacsecRxscStatsAttrs extends Infer<typeof macsecRxscStatsAttrs> {}

/** MACSEC_TXSC_STATS_ATTR_*, linux/if_macsec.h */
export const macsecTxscStatsAttrs = attributes('MACSEC_TXSC_STATS_ATTR', {
  outPktsProtected: [1, u64],
  outPktsEncrypted: [2, u64],
  outOctetsProtected: [3, u64],
  outOctetsEncrypted: [4, u64],
  pad: [5, bytes],
})
export interface MacsecTxscStatsAttrs extends Infer<typeof macsecTxscStatsAttrs> {}

/** MACSEC_SECY_STATS_ATTR_*, linux/if_macsec.h */
export const macsecSecyStatsAttrs = attributes('MACSEC_SECY_STATS_ATTR', {
  outPktsUntagged: [1, u64],
  inPktsUntagged: [2, u64],
  outPktsTooLong: [3, u64],
  inPktsNoTag: [4, u64],
  inPktsBadTag: [5, u64],
  inPktsUnknownSci: [6, u64],
  inPktsNoSci: [7, u64],
  inPktsOverrun: [8, u64],
  pad: [9, bytes],
})
export interface MacsecSecyStatsAttrs extends Infer<typeof macsecSecyStatsAttrs> {}

/** MACSEC_SA_STATS_ATTR_*, linux/if_macsec.h */
export const macsecSaStatsAttrs = attributes('MACSEC_SA_STATS_ATTR', {
  inPktsOk: [1, u32],
  inPktsInvalid: [2, u32],
  inPktsNotValid: [3, u32],
  inPktsNotUsingSa: [4, u32],
  inPktsUnusedSa: [5, u32],
  outPktsProtected: [6, u32],
  outPktsEncrypted: [7, u32],
})
export interface MacsecSaStatsAttrs extends Infer<typeof macsecSaStatsAttrs> {}

/** A packet number: a number of four bytes, or a bigint of eight with extended packet numbering (XPN). */
const packetNumber = choice<number | bigint>('u32 or u64', [u32, u64], {
  ofBytes: (_bytes, start, end) => (end - start === u64.size ? u64 : u32),
  ofValue: (value) => (typeof value === 'bigint' ? u64 : u32),
})

/** MACSEC_SA_ATTR_*, linux/if_macsec.h: a secure association */
export const macsecSaAttrs = attributes('MACSEC_SA_ATTR', {
  an: [1, u8], // 0 to 3
  active: [2, u8],
  pn: [3, packetNumber], // of the next packet
  key: [4, secret(bytes)], // in requests
  keyid: [5, bytes], // 16 bytes
  stats: [6, macsecSaStatsAttrs],
  pad: [7, bytes],
  ssci: [8, u32be], // with extended numbering, as the salt of 12 bytes
  salt: [9, bytes],
})
export interface MacsecSaAttrs extends Infer<typeof macsecSaAttrs> {}

/** MACSEC_RXSC_ATTR_*, linux/if_macsec.h: a receive channel */
export const macsecRxscAttrs = attributes('MACSEC_RXSC_ATTR', {
  sci: [1, writtenAs(u64be, hexadecimal)], // MAC address and port
  active: [2, u8],
  saList: [3, list(macsecSaAttrs)],
  stats: [4, macsecRxscStatsAttrs],
  pad: [5, bytes],
})
export interface MacsecRxscAttrs extends Infer<typeof macsecRxscAttrs> {}

/** MACSEC_SECY_ATTR_*, linux/if_macsec.h: the device. Each `u8` without a comment is 0 or 1. */
export const macsecSecyAttrs = attributes('MACSEC_SECY_ATTR', {
  sci: [1, writtenAs(u64be, hexadecimal)], // MAC address and port
  encodingSa: [2, u8], // 0 to 3
  window: [3, u32], // packets
  cipherSuite: [4, macsecCipherSuite],
  icvLen: [5, u8], // bytes
  protect: [6, u8],
  replay: [7, u8],
  oper: [8, u8],
  validate: [9, enumOf(u8, MACSEC_VALIDATE)],
  encrypt: [10, u8],
  incSci: [11, u8],
  es: [12, u8],
  scb: [13, u8],
  pad: [14, bytes],
})
export interface MacsecSecyAttrs extends Infer<typeof macsecSecyAttrs> {}

/** MACSEC_OFFLOAD_ATTR_*, linux/if_macsec.h */
export const macsecOffloadAttrs = attributes('MACSEC_OFFLOAD_ATTR', {
  type: [1, enumOf(u8, MACSEC_OFFLOAD)],
  pad: [2, bytes],
})
export interface MacsecOffloadAttrs extends Infer<typeof macsecOffloadAttrs> {}

/** MACSEC_ATTR_*, linux/if_macsec.h */
export const macsecNlAttrs = attributes('MACSEC_ATTR', {
  ifindex: [1, u32], // of the MACsec device
  rxscConfig: [2, macsecRxscAttrs], // in requests; the same for the next
  saConfig: [3, macsecSaAttrs],
  secy: [4, macsecSecyAttrs],
  txsaList: [5, list(macsecSaAttrs)],
  rxscList: [6, list(macsecRxscAttrs)],
  txscStats: [7, macsecTxscStatsAttrs],
  secyStats: [8, macsecSecyStatsAttrs],
  offload: [9, macsecOffloadAttrs],
})
export interface MacsecNlAttrs extends Infer<typeof macsecNlAttrs> {}

// Annotated, because TypeScript would otherwise repeat the full type in the type of the family.
const macsecMessage = genericMessage<MacsecNlAttrs>('macsec', macsecNlAttrs)

/** MACSEC_GENL_NAME, linux/if_macsec.h: keys and channels of MACsec devices */
export const macsec = genericFamily('macsec', {
  version: 1,
  messages: {
    MACSEC_CMD_GET_TXSC: gets(0, macsecMessage),
    MACSEC_CMD_ADD_RXSC: creates(1, macsecMessage),
    MACSEC_CMD_DEL_RXSC: [2, macsecMessage],
    MACSEC_CMD_UPD_RXSC: [3, macsecMessage],
    MACSEC_CMD_ADD_TXSA: creates(4, macsecMessage),
    MACSEC_CMD_DEL_TXSA: [5, macsecMessage],
    MACSEC_CMD_UPD_TXSA: [6, macsecMessage],
    MACSEC_CMD_ADD_RXSA: creates(7, macsecMessage),
    MACSEC_CMD_DEL_RXSA: [8, macsecMessage],
    MACSEC_CMD_UPD_RXSA: [9, macsecMessage],
    MACSEC_CMD_UPD_OFFLOAD: [10, macsecMessage],
  },
})
