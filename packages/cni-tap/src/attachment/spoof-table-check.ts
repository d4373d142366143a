import { flagNames } from '@netloom/netlink/codec'
import { NFT_TABLE_F, type NftChainMessage } from '@netloom/netlink/netfilter'
import { kernelCall } from '../cni/error.js'
import { openNetfilter } from './nftables.js'
import { type Checked, chain, expressionsFor, family } from './spoof-table.js'

/**
 * Returns a description of each difference between the table in the kernel and the one that ADD creates. Rules have no effect in
 * a dormant table, or in a chain with another hook or without one.
 */
export function spoofCheckDifferences(netns: number, table: string, checked: Checked): string[] {
  const fact = kernelCall('failed to list rules', () => findDifference(netns, table, checked))
  if (fact === undefined) return []
  return [`expected table bridge ${table} to drop other source addresses than ${checked.mac}${fact}`]
}

/** Returns the first difference, as the end of a sentence, or undefined. */
function findDifference(netns: number, name: string, checked: Checked): string | undefined {
  using nl = openNetfilter(netns)
  const table = nl.dumpSync('NFT_MSG_GETTABLE', { family }).find(({ attrs }) => attrs.name === name)
  if (table === undefined) return ''
  const { flags = 0 } = table.attrs
  if (flags !== 0) return `, found flags ${flagNames(NFT_TABLE_F, flags).join('|')}`
  const chains = nl.dumpSync('NFT_MSG_GETCHAIN', { family, attrs: { table: name } })
  const own = chains.find(({ attrs }) => attrs.table === name && attrs.name === chain.name)
  const rules = nl.dumpSync('NFT_MSG_GETRULE', { family, attrs: { table: name } })
  const [rule, ...more] = rules.filter(({ attrs }) => attrs.table === name).map(({ attrs }) => attrs)
  const isWhole = rule?.chain === chain.name && isSame(rule.expressions?.elem, expressionsFor(checked))
  if (own === undefined || !isWhole || more.length > 0) return ''
  const fact = chainDiffers(own)
  return fact === '' ? undefined : `, found chain ${chain.name} with ${fact}`
}

function chainDiffers({ attrs }: NftChainMessage): string {
  const { type, hook, policy } = attrs
  const aspects = [
    ['type', chain.type, type],
    ['hook', chain.hook.hooknum, hook?.hooknum],
    ['priority', chain.hook.priority, hook?.priority],
    ['policy', chain.policy, policy],
  ] as const
  return aspects
    .filter(([, expected, found]) => expected !== found)
    .map(([name, , found]) => `${name} ${found ?? 'none'}`)
    .join(' ')
}

/** True if `found` has at least the members of `expected`. Newer kernels may report more attributes. */
function isSame(found: unknown, expected: unknown): boolean {
  if (expected instanceof Uint8Array) return found instanceof Uint8Array && Buffer.compare(found, expected) === 0
  if (typeof expected !== 'object' || expected === null) return found === expected
  const has = (key: string) => isSame((found as Record<string, unknown> | undefined)?.[key], Reflect.get(expected, key))
  return Object.keys(expected).every(has)
}
