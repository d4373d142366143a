import { attributes, constants, enumOf, flagsOf, hexadecimal, string, u8, u32be, writtenAs } from '../../codec/index.js'
import { XFRM_POLICY_DIR } from '../../constants/index.js'
import { IP_CT_DIR } from '../conntrack-state.js'
import { NF_OSF_TTL } from '../osf.js'
import { nftDataAttrs, nftRegister } from './data.js'
import { NFT_CT, NFT_META } from './keys.js'

// The expressions that load a register from the packet or its metadata, and some that store one there.

/** NFT_PAYLOAD_*, linux/netfilter/nf_tables.h: NFTA_PAYLOAD_BASE */
export const NFT_PAYLOAD = constants('NFT_PAYLOAD', {
  LL_HEADER: 0,
  NETWORK_HEADER: 1,
  TRANSPORT_HEADER: 2,
  INNER_HEADER: 3,
  TUN_HEADER: 4,
})

/** NFT_PAYLOAD_CSUM_*, linux/netfilter/nf_tables.h */
export const NFT_PAYLOAD_CSUM = constants('NFT_PAYLOAD_CSUM', {
  NONE: 0,
  INET: 1,
  SCTP: 2,
})

/** NFT_PAYLOAD_L4CSUM_*, linux/netfilter/nf_tables.h: NFTA_PAYLOAD_CSUM_FLAGS */
export const NFT_PAYLOAD_L4CSUM = constants('NFT_PAYLOAD_L4CSUM', {
  PSEUDOHDR: 0x1,
})

/** NFT_EXTHDR_OP_*, linux/netfilter/nf_tables.h: the protocol of the header or option */
export const NFT_EXTHDR_OP = constants('NFT_EXTHDR_OP', {
  IPV6: 0,
  TCPOPT: 1,
  IPV4: 2,
  SCTP: 3,
  DCCP: 4,
})

/** NFT_EXTHDR_F_*, linux/netfilter/nf_tables.h */
export const NFT_EXTHDR_F = constants('NFT_EXTHDR_F', {
  PRESENT: 0x1,
})

/** NFT_RT_*, linux/netfilter/nf_tables.h: NFTA_RT_KEY */
export const NFT_RT = constants('NFT_RT', {
  CLASSID: 0,
  NEXTHOP4: 1,
  NEXTHOP6: 2,
  TCPMSS: 3,
  XFRM: 4,
})

/** NFT_SOCKET_*, linux/netfilter/nf_tables.h: NFTA_SOCKET_KEY */
export const NFT_SOCKET = constants('NFT_SOCKET', {
  TRANSPARENT: 0,
  MARK: 1,
  WILDCARD: 2,
  CGROUPV2: 3,
})

/** NFT_FIB_RESULT_*, linux/netfilter/nf_tables.h */
export const NFT_FIB_RESULT = constants('NFT_FIB_RESULT', {
  UNSPEC: 0,
  OIF: 1,
  OIFNAME: 2,
  ADDRTYPE: 3,
})

/** NFTA_FIB_F_*, linux/netfilter/nf_tables.h */
export const NFTA_FIB_F = constants('NFTA_FIB_F', {
  SADDR: 0x1,
  DADDR: 0x2,
  MARK: 0x4,
  IIF: 0x8,
  OIF: 0x10,
  PRESENT: 0x20,
})

/** NFT_OSF_F_*, linux/netfilter/nf_tables.h */
export const NFT_OSF_F = constants('NFT_OSF_F', {
  VERSION: 0x1,
})

/** NFT_XFRM_KEY_*, linux/netfilter/nf_tables.h */
export const NFT_XFRM_KEY = constants('NFT_XFRM_KEY', {
  UNSPEC: 0,
  DADDR_IP4: 1,
  DADDR_IP6: 2,
  SADDR_IP4: 3,
  SADDR_IP6: 4,
  REQID: 5,
  SPI: 6,
})

/** NFT_NG_*, linux/netfilter/nf_tables.h: NFTA_NG_TYPE */
export const NFT_NG = constants('NFT_NG', {
  INCREMENTAL: 0,
  RANDOM: 1,
})

/** NFT_HASH_*, linux/netfilter/nf_tables.h: NFTA_HASH_TYPE */
export const NFT_HASH = constants('NFT_HASH', {
  JENKINS: 0,
  SYM: 1,
})

/** NFTA_IMMEDIATE_*, linux/netfilter/nf_tables.h: a constant, or a verdict if `dreg` is NFT_REG_VERDICT */
export const nftImmediateAttrs = attributes('NFTA_IMMEDIATE', {
  dreg: [1, nftRegister],
  data: [2, nftDataAttrs],
})

/** NFTA_PAYLOAD_*, linux/netfilter/nf_tables.h: reads bytes of the packet; with `sreg`, writes them */
export const nftPayloadAttrs = attributes('NFTA_PAYLOAD', {
  dreg: [1, nftRegister],
  base: [2, enumOf(u32be, NFT_PAYLOAD)],
  offset: [3, u32be], // bytes
  len: [4, u32be], // bytes
  sreg: [5, nftRegister],
  csumType: [6, enumOf(u32be, NFT_PAYLOAD_CSUM)],
  csumOffset: [7, u32be], // bytes
  csumFlags: [8, flagsOf(u32be, NFT_PAYLOAD_L4CSUM)],
})

/** NFTA_EXTHDR_*, linux/netfilter/nf_tables.h: reads an extension header or an option; with `sreg`, writes it */
export const nftExthdrAttrs = attributes('NFTA_EXTHDR', {
  dreg: [1, nftRegister],
  type: [2, u8],
  offset: [3, u32be], // bytes
  len: [4, u32be], // bytes
  flags: [5, flagsOf(u32be, NFT_EXTHDR_F)],
  op: [6, enumOf(u32be, NFT_EXTHDR_OP)],
  sreg: [7, nftRegister],
})

/** NFTA_META_*, linux/netfilter/nf_tables.h: reads metadata of the packet; with `sreg`, changes it */
export const nftMetaAttrs = attributes('NFTA_META', {
  dreg: [1, nftRegister],
  key: [2, enumOf(u32be, NFT_META)],
  sreg: [3, nftRegister],
})

/** NFTA_CT_*, linux/netfilter/nf_tables.h: reads a property of the packet's connection; with `sreg`, changes it */
export const nftCtAttrs = attributes('NFTA_CT', {
  dreg: [1, nftRegister],
  key: [2, enumOf(u32be, NFT_CT)],
  direction: [3, enumOf(u8, IP_CT_DIR)],
  sreg: [4, nftRegister],
})

/** NFTA_RT_*, linux/netfilter/nf_tables.h: reads a property of the packet's route */
export const nftRtAttrs = attributes('NFTA_RT', {
  dreg: [1, nftRegister],
  key: [2, enumOf(u32be, NFT_RT)],
})

/** NFTA_SOCKET_*, linux/netfilter/nf_tables.h: reads a property of the packet's socket */
export const nftSocketAttrs = attributes('NFTA_SOCKET', {
  key: [1, enumOf(u32be, NFT_SOCKET)],
  dreg: [2, nftRegister],
  level: [3, u32be], // of the cgroup
})

/** NFTA_FIB_*, linux/netfilter/nf_tables.h: looks up an address in the routing tables */
export const nftFibAttrs = attributes('NFTA_FIB', {
  dreg: [1, nftRegister],
  result: [2, enumOf(u32be, NFT_FIB_RESULT)],
  flags: [3, flagsOf(u32be, NFTA_FIB_F)],
})

/** NFTA_OSF_*, linux/netfilter/nf_tables.h: the operating system of the sender */
export const nftOsfAttrs = attributes('NFTA_OSF', {
  dreg: [1, nftRegister],
  ttl: [2, enumOf(u8, NF_OSF_TTL)],
  flags: [3, flagsOf(u32be, NFT_OSF_F)],
})

/** NFTA_XFRM_*, linux/netfilter/nf_tables.h: reads a property of the packet's IPsec state */
export const nftXfrmAttrs = attributes('NFTA_XFRM', {
  dreg: [1, nftRegister],
  key: [2, enumOf(u32be, NFT_XFRM_KEY)],
  dir: [3, enumOf(u8, XFRM_POLICY_DIR)],
  spnum: [4, u32be], // index of the state, if there are several
})

/** NFTA_NG_*, linux/netfilter/nf_tables.h: an increasing or random number */
export const nftNgAttrs = attributes('NFTA_NG', {
  dreg: [1, nftRegister],
  modulus: [2, u32be],
  type: [3, enumOf(u32be, NFT_NG)],
  offset: [4, u32be],
  setName: [5, string],
  setId: [6, u32be],
})

/** NFTA_HASH_*, linux/netfilter/nf_tables.h */
export const nftHashAttrs = attributes('NFTA_HASH', {
  sreg: [1, nftRegister],
  dreg: [2, nftRegister],
  len: [3, u32be], // bytes
  modulus: [4, u32be],
  seed: [5, writtenAs(u32be, hexadecimal)],
  offset: [6, u32be],
  type: [7, enumOf(u32be, NFT_HASH)],
  setName: [8, string],
  setId: [9, u32be],
})
