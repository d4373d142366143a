import { encode, macaddr, u32 } from '@netloom/netlink/codec'
import {
  NF,
  NF_INET,
  NFPROTO,
  NFT_CMP,
  NFT_META,
  NFT_PAYLOAD,
  NFT_REG,
  type NftRuleMessage,
} from '@netloom/netlink/netfilter'

/** The nftables table of `macspoofchk`, as ADD creates it and CHECK expects it. */

/** NF_BR_PRI_NAT_DST_BRIDGED, linux/netfilter_bridge.h: before all other hooks */
const priority = -300

export const family = NFPROTO.BRIDGE

/** The only chain of the table. */
export const chain = {
  name: 'prerouting',
  type: 'filter',
  hook: { hooknum: NF_INET.PRE_ROUTING, priority },
  policy: NF.ACCEPT,
} as const

/** Offset and length in bytes of the source address in an Ethernet frame. */
const source = { offset: 6, len: 6 }

/** Returns the name of the table of an attachment, which is its alias. */
export const tableOf = (alias: string) => alias

/** The checked device. Its index identifies it, because its name can change. */
export interface Checked {
  readonly index: number
  readonly mac: string
}

type Expressions = NonNullable<NonNullable<NftRuleMessage['attrs']['expressions']>['elem']>

/** Returns the only rule of the chain. */
export function expressionsFor({ index, mac }: Checked): Expressions {
  const dreg = NFT_REG['1']
  const compare = (op: number, value: Buffer) => ({ name: 'cmp', data: { sreg: dreg, op, data: { value } } }) as const
  return [
    { name: 'meta', data: { key: NFT_META.IIF, dreg } },
    compare(NFT_CMP.EQ, encode(u32, index)),
    { name: 'payload', data: { dreg, base: NFT_PAYLOAD.LL_HEADER, ...source } },
    compare(NFT_CMP.NEQ, encode(macaddr, mac)),
    { name: 'immediate', data: { dreg: NFT_REG.VERDICT, data: { verdict: { code: NF.DROP } } } },
  ]
}
