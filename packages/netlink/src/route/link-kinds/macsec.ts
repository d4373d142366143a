import {
  attributes,
  bytes,
  enumOf,
  hexadecimal,
  type Infer,
  u8,
  u16be,
  u32,
  u64be,
  writtenAs,
} from '../../codec/index.js'
import { macsecCipherSuite } from '../../constants/index.js'
import { MACSEC_OFFLOAD, MACSEC_VALIDATE } from '../link-constants.js'

/** IFLA_MACSEC_*, linux/if_link.h. A `u8` without a comment is 0 or 1. */
export const macsecAttrs = attributes('IFLA_MACSEC', {
  sci: [1, writtenAs(u64be, hexadecimal)], // MAC address and port
  port: [2, u16be],
  icvLen: [3, u8], // bytes
  cipherSuite: [4, macsecCipherSuite],
  window: [5, u32], // packets
  encodingSa: [6, u8], // 0 to 3
  encrypt: [7, u8],
  protect: [8, u8],
  incSci: [9, u8],
  es: [10, u8], // end station
  scb: [11, u8], // single copy broadcast
  replayProtect: [12, u8],
  validation: [13, enumOf(u8, MACSEC_VALIDATE)],
  pad: [14, bytes],
  offload: [15, enumOf(u8, MACSEC_OFFLOAD)],
})
export interface MacsecAttrs extends Infer<typeof macsecAttrs> {}
