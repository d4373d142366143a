import { attributes, bytes, constants, enumOf, flagsOf, i32be, masked, string, u32be } from '../../codec/index.js'
import { verdictParts } from '../verdict.js'

/** NFT_REG_*, linux/netfilter/nf_tables.h: registers of 16 bytes */
export const NFT_REG = constants('NFT_REG', {
  VERDICT: 0,
  '1': 1,
  '2': 2,
  '3': 3,
  '4': 4,
})

/** NFT_REG32_*, linux/netfilter/nf_tables.h: the same memory as registers of 4 bytes */
export const NFT_REG32 = constants('NFT_REG32', {
  '00': 8,
  '01': 9,
  '02': 10,
  '03': 11,
  '04': 12,
  '05': 13,
  '06': 14,
  '07': 15,
  '08': 16,
  '09': 17,
  '10': 18,
  '11': 19,
  '12': 20,
  '13': 21,
  '14': 22,
  '15': 23,
})

/** Number of a register that an expression reads or writes. */
export const nftRegister = enumOf(u32be, NFT_REG, NFT_REG32)

/** NFT_*, linux/netfilter/nf_tables.h: verdicts of nftables, in addition to NF_* */
export const NFT = constants('NFT', {
  CONTINUE: -1,
  BREAK: -2,
  JUMP: -3,
  GOTO: -4,
  RETURN: -5,
})

/** NFT_DATA_*, linux/netfilter/nf_tables.h: NFTA_SET_DATA_TYPE; other numbers belong to user space */
export const NFT_DATA = constants('NFT_DATA', {
  VALUE: 0x0,
  VERDICT: 0xffffff00,
})

/** NFTA_VERDICT_*, linux/netfilter/nf_tables.h */
export const nftVerdictAttrs = attributes('NFTA_VERDICT', {
  code: [1, flagsOf(i32be, masked(-1, NFT), ...verdictParts)],
  chain: [2, string], // of a jump and a goto
  chainId: [3, u32be], // NFTA_CHAIN_ID, in the same batch
})

/** NFTA_DATA_*, linux/netfilter/nf_tables.h: the content of a register, without its meaning. */
export const nftDataAttrs = attributes('NFTA_DATA', {
  value: [1, bytes],
  verdict: [2, nftVerdictAttrs],
})
