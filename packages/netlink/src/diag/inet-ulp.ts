import { attributes, bytes, constants, enumOf, flag, flagsOf, string, u8, u16, u32, u64 } from '../codec/index.js'

/** TLS_CIPHER_*, linux/tls.h */
export const TLS_CIPHER = constants('TLS_CIPHER', {
  AES_GCM_128: 51,
  AES_GCM_256: 52,
  AES_CCM_128: 53,
  CHACHA20_POLY1305: 54,
  SM4_GCM: 55,
  SM4_CCM: 56,
  ARIA_GCM_128: 57,
  ARIA_GCM_256: 58,
})

/** TLS_CONF_*, linux/tls.h: where encryption happens */
export const TLS_CONF = constants('TLS_CONF', { BASE: 1, SW: 2, HW: 3, HW_RECORD: 4 })

/** TLS_INFO_*, linux/tls.h */
export const ulpTlsAttrs = attributes('TLS_INFO', {
  version: [1, u16], // version number of the TLS protocol: 0x0303 is TLS 1.2
  cipher: [2, enumOf(u16, TLS_CIPHER)],
  txconf: [3, enumOf(u16, TLS_CONF)],
  rxconf: [4, enumOf(u16, TLS_CONF)],
  zcRoTx: [5, flag],
  rxNoPad: [6, flag],
  txMaxPayloadLen: [7, u16], // bytes
})

/** MPTCP_SUBFLOW_FLAG_*, linux/mptcp.h */
export const ULP_MPTCP_FLAG = constants('MPTCP_SUBFLOW_FLAG', {
  MCAP_REM: 0x1,
  MCAP_LOC: 0x2,
  JOIN_REM: 0x4,
  JOIN_LOC: 0x8,
  BKUP_REM: 0x10,
  BKUP_LOC: 0x20,
  FULLY_ESTABLISHED: 0x40,
  CONNECTED: 0x80,
  MAPVALID: 0x100,
})

/** MPTCP_SUBFLOW_ATTR_*, linux/mptcp_pm.h */
export const ulpMptcpAttrs = attributes('MPTCP_SUBFLOW_ATTR', {
  tokenRem: [1, u32],
  tokenLoc: [2, u32],
  relwriteSeq: [3, u32],
  mapSeq: [4, u64],
  mapSfseq: [5, u32],
  ssnOffset: [6, u32],
  mapDatalen: [7, u16],
  flags: [8, flagsOf(u32, ULP_MPTCP_FLAG)],
  idRem: [9, u8],
  idLoc: [10, u8],
  pad: [11, bytes],
})

/** INET_ULP_INFO_*, linux/inet_diag.h: information from the upper-layer protocol of a TCP socket */
export const inetUlpInfoAttrs = attributes('INET_ULP_INFO', {
  name: [1, string],
  tls: [2, ulpTlsAttrs],
  mptcp: [3, ulpMptcpAttrs],
})
