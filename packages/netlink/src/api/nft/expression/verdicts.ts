import { NF, NFT } from '../../../netfilter/index.js'
import { checkValue } from '../../values/accepted.js'
import { NAME } from './lookup.js'
import type { VerdictStatement } from './statement.js'

const verdict = (code: number, chain?: string): VerdictStatement => {
  if (chain !== undefined) checkValue('chain', chain, NAME)
  return { is: 'verdict', code, chain }
}

/** Accepts the packet. */
export const accept = (): VerdictStatement => verdict(NF.ACCEPT)
/** Drops the packet. */
export const drop = (): VerdictStatement => verdict(NF.DROP)
/** Continues with the next rule. */
export const continue_ = (): VerdictStatement => verdict(NFT.CONTINUE)
/** Continues behind the rule that jumped to this chain, or with the policy. */
export const return_ = (): VerdictStatement => verdict(NFT.RETURN)
/** Continues with another chain, and then behind this rule. */
export const jump = (chain: string): VerdictStatement => verdict(NFT.JUMP, requireName(chain))
/** Continues with another chain, and then where this chain was entered from. */
export const goto = (chain: string): VerdictStatement => verdict(NFT.GOTO, requireName(chain))

function requireName(chain: unknown): string {
  checkValue('chain', chain, NAME)
  return chain as string
}
