import { NFT_FLOWTABLE, NFT_OBJECT, NFT_SET, NFT_TABLE_F } from '../../../netfilter/index.js'

/** Bits of the flags of tables, by nft's words. */
export const tableFlags = {
  ...{ dormant: NFT_TABLE_F.DORMANT, owner: NFT_TABLE_F.OWNER, persist: NFT_TABLE_F.PERSIST },
} as const

/** Bits of the flags of sets, by nft's words. */
export const setFlags = {
  ...{ constant: NFT_SET.CONSTANT, interval: NFT_SET.INTERVAL, timeout: NFT_SET.TIMEOUT, dynamic: NFT_SET.EVAL },
} as const

/** Bits of the flags of flow tables. */
export const flowtableFlags = { offload: NFT_FLOWTABLE.HW_OFFLOAD, counter: NFT_FLOWTABLE.COUNTER } as const

/** Numbers of the kinds of objects, by nft's words. */
export const objectTypes = {
  ...{ counter: NFT_OBJECT.COUNTER, quota: NFT_OBJECT.QUOTA, limit: NFT_OBJECT.LIMIT },
  ...{ 'ct count': NFT_OBJECT.CONNLIMIT, 'ct helper': NFT_OBJECT.CT_HELPER, 'ct timeout': NFT_OBJECT.CT_TIMEOUT },
  ...{ 'ct expectation': NFT_OBJECT.CT_EXPECT, secmark: NFT_OBJECT.SECMARK, synproxy: NFT_OBJECT.SYNPROXY },
  ...{ tunnel: NFT_OBJECT.TUNNEL },
} as const

/** Returns nft's word for a kind of objects. */
export const objectTypeName = (type: number) =>
  Object.entries(objectTypes).find(([, number]) => number === type)?.[0] ?? String(type)
