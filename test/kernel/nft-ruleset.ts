import type { NftTransaction } from '@netloom/netlink'
import type { NftSuite } from '../support/nft.js'

/** A ruleset, as nft reads it and as the library makes it. */
export interface RulesetRow {
  readonly name: string
  readonly nft: string
  readonly build: (t: NftTransaction) => void
  /** Versions of nft that make it. Default: all. */
  readonly suites?: readonly NftSuite[]
  /** A feature that the running kernel may lack. */
  readonly needs?: 'queues' | 'flowtables'
}

type Statements = Parameters<NftTransaction['addRule']>[0]['rule']
type Family = NonNullable<Parameters<NftTransaction['addTable']>[0]['family']>

const heads: Readonly<Record<string, string>> = {
  filter: 'type filter hook input priority filter;',
  prerouting: 'type nat hook prerouting priority dstnat;',
  postrouting: 'type nat hook postrouting priority srcnat;',
  mangle: 'type filter hook prerouting priority mangle;',
}

interface Options {
  readonly family?: Family
  readonly chain?: 'filter' | 'prerouting' | 'postrouting' | 'netdev' | 'forward' | 'mangle'
  /** Objects in front of the chain: as nft reads them, and as the library makes them. */
  readonly before?: readonly [string, (t: NftTransaction) => void]
}

/** A ruleset with rules in one chain. */
export function rules(
  name: string,
  list: readonly (readonly [string, Statements])[],
  options: Options = {},
): RulesetRow {
  const { family = 'inet', chain = 'filter', before } = options
  const head =
    chain === 'netdev'
      ? 'type filter hook ingress device lo priority 0;'
      : chain === 'forward'
        ? 'type filter hook forward priority filter;'
        : heads[chain]
  const texts = list.map(([text]) => `    ${text}\n`).join('')
  return {
    name,
    nft: `table ${family} t {\n${before?.[0] ?? ''}\n  chain other { }\n  chain c {\n    ${head}\n${texts}  }\n}\n`,
    build(t) {
      t.addTable({ family, name: 't' })
      before?.[1](t)
      t.addChain({ family, table: 't', name: 'other' })
      const base = { family, table: 't', name: 'c' } as const
      if (chain === 'prerouting') t.addChain({ ...base, type: 'nat', hook: 'prerouting', priority: 'dstnat' })
      else if (chain === 'postrouting') t.addChain({ ...base, type: 'nat', hook: 'postrouting', priority: 'srcnat' })
      else if (chain === 'mangle') t.addChain({ ...base, hook: 'prerouting', priority: 'mangle' })
      else if (chain === 'netdev') t.addChain({ ...base, hook: 'ingress', priority: 0, devices: ['lo'] })
      else t.addChain({ ...base, hook: chain === 'forward' ? 'forward' : 'input', priority: 'filter' })
      for (const [, rule] of list) t.addRule({ family, table: 't', chain: 'c', rule })
    },
  }
}
