import { constants, enumOf, flagsOf, suiteText, u16, u32, writtenAs } from '../../codec/index.js'

/** WLAN_CIPHER_SUITE_*, linux/ieee80211.h of the kernel: an OUI and a number */
export const WLAN_CIPHER_SUITE = constants('WLAN_CIPHER_SUITE', {
  USE_GROUP: 0x000fac00,
  WEP40: 0x000fac01,
  TKIP: 0x000fac02,
  CCMP: 0x000fac04,
  WEP104: 0x000fac05,
  AES_CMAC: 0x000fac06,
  GCMP: 0x000fac08,
  GCMP_256: 0x000fac09,
  CCMP_256: 0x000fac0a,
  BIP_GMAC_128: 0x000fac0b,
  BIP_GMAC_256: 0x000fac0c,
  BIP_CMAC_256: 0x000fac0d,
  SMS4: 0x00147201,
})

/** WLAN_AKM_SUITE_*, linux/ieee80211.h of the kernel: key management */
export const WLAN_AKM_SUITE = constants('WLAN_AKM_SUITE', {
  '8021X': 0x000fac01,
  PSK: 0x000fac02,
  FT_8021X: 0x000fac03,
  FT_PSK: 0x000fac04,
  '8021X_SHA256': 0x000fac05,
  PSK_SHA256: 0x000fac06,
  TDLS: 0x000fac07,
  SAE: 0x000fac08,
  FT_OVER_SAE: 0x000fac09,
  AP_PEER_KEY: 0x000fac0a,
  '8021X_SUITE_B': 0x000fac0b,
  '8021X_SUITE_B_192': 0x000fac0c,
  FT_8021X_SHA384: 0x000fac0d,
  FILS_SHA256: 0x000fac0e,
  FILS_SHA384: 0x000fac0f,
  FT_FILS_SHA256: 0x000fac10,
  FT_FILS_SHA384: 0x000fac11,
  OWE: 0x000fac12,
  FT_PSK_SHA384: 0x000fac13,
  PSK_SHA384: 0x000fac14,
  WFA_DPP: 0x506f9a02,
})

/** WLAN_CAPABILITY_*, linux/ieee80211.h of the kernel: flags of a beacon */
export const WLAN_CAPABILITY = constants('WLAN_CAPABILITY', {
  ESS: 0x1,
  IBSS: 0x2,
  CF_POLLABLE: 0x4,
  CF_POLL_REQUEST: 0x8,
  PRIVACY: 0x10,
  SHORT_PREAMBLE: 0x20,
  PBCC: 0x40,
  CHANNEL_AGILITY: 0x80,
  SPECTRUM_MGMT: 0x100,
  QOS: 0x200,
  SHORT_SLOT_TIME: 0x400,
  APSD: 0x800,
  RADIO_MEASURE: 0x1000,
  DSSS_OFDM: 0x2000,
  DEL_BACK: 0x4000,
  IMM_BACK: 0x8000,
})

/** IEEE80211_STYPE_*, linux/ieee80211.h of the kernel: management frames, which have the type 0 */
export const IEEE80211_STYPE = constants('IEEE80211_STYPE', {
  ASSOC_REQ: 0x0,
  ASSOC_RESP: 0x10,
  REASSOC_REQ: 0x20,
  REASSOC_RESP: 0x30,
  PROBE_REQ: 0x40,
  PROBE_RESP: 0x50,
  BEACON: 0x80,
  ATIM: 0x90,
  DISASSOC: 0xa0,
  AUTH: 0xb0,
  DEAUTH: 0xc0,
  ACTION: 0xd0,
})

export const cipherSuite = writtenAs(enumOf(u32, WLAN_CIPHER_SUITE), suiteText)
export const akmSuite = writtenAs(enumOf(u32, WLAN_AKM_SUITE), suiteText)
export const capabilities = flagsOf(u16, WLAN_CAPABILITY)
export const frameType = enumOf(u16, IEEE80211_STYPE)
