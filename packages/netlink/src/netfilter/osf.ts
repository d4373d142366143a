import {
  attributes,
  charArray,
  constants,
  enumOf,
  type Infer,
  message,
  repeat,
  struct,
  u8,
  u16,
  u32,
} from '../codec/index.js'
import { nfgenmsg } from './nfnetlink.js'

/** OSF_WSS_*, linux/netfilter/nfnetlink_osf.h: kinds of comparison of the window size */
export const OSF_WSS = constants('OSF_WSS', {
  PLAIN: 0,
  MSS: 1,
  MTU: 2,
  MODULO: 3,
})

/** OSFOPT_*, linux/netfilter/nfnetlink_osf.h: TCP options */
export const OSFOPT = constants('OSFOPT', {
  EOL: 0,
  NOP: 1,
  MSS: 2,
  WSO: 3,
  SACKP: 4,
  SACK: 5,
  ECHO: 6,
  ECHOREPLY: 7,
  TS: 8,
  POCP: 9,
  POSP: 10,
  EMPTY: 255,
})

/** NF_OSF_TTL_*, linux/netfilter/nfnetlink_osf.h: kinds of comparison of the TTL, for `ttl` of an osf expression */
export const NF_OSF_TTL = constants('NF_OSF_TTL', { TRUE: 0, LESS: 1, NOCHECK: 2 })

/** MAX_IPOPTLEN, linux/ip.h */
const MAX_IPOPTLEN = 40

/** `struct nf_osf_wc`, linux/netfilter/nfnetlink_osf.h */
export const nfOsfWc = struct('nf_osf_wc', {
  wc: enumOf(u32, OSF_WSS),
  val: u32,
})

/** `struct nf_osf_opt`, linux/netfilter/nfnetlink_osf.h */
export const nfOsfOpt = struct('nf_osf_opt', {
  kind: enumOf(u16, OSFOPT),
  length: u16,
  wc: nfOsfWc,
})

/** `struct nf_osf_user_finger`, linux/netfilter/nfnetlink_osf.h: the SYN packet of an operating system */
export const nfOsfUserFinger = struct('nf_osf_user_finger', {
  wss: nfOsfWc,
  ttl: u8,
  df: u8,
  ss: u16,
  mss: u16,
  optNum: u16, // number of used elements in `opt`
  genre: charArray(32),
  version: charArray(32),
  subtype: charArray(32),
  opt: repeat(nfOsfOpt, MAX_IPOPTLEN),
})

/** OSF_ATTR_*, linux/netfilter/nfnetlink_osf.h */
export const osfAttrs = attributes('OSF_ATTR', {
  finger: [1, nfOsfUserFinger],
})

/** OSF_MSG_ADD, OSF_MSG_REMOVE */
export const osfMessage = message('passive OS fingerprint', nfgenmsg, osfAttrs)
export interface OsfMessage extends Infer<typeof osfMessage> {}
