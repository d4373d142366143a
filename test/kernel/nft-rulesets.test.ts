import { Netlink, NetlinkError, type NftTransaction } from '@netloom/netlink'
import { queue } from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import { type Namespace, scratch, skipped } from '../support/netns.js'
import { listedRuleset, type NftSuite, nft, nftSuites } from '../support/nft.js'
import { missing, suiteNeeding } from '../support/privileges.js'
import { rulesets as allRulesets } from './nft-rows.js'
import type { RulesetRow } from './nft-ruleset.js'

// Makes each ruleset with nft in one namespace and with the library in another, all of them in tables of their own. nft must list the
// same in both, and the library must print the rules as nft does.

const test = suiteNeeding('rulesets of nftables', 'netns', 'nft')
const isMissing = missing('netns', 'nft') !== undefined

/** Features that kernels lack, or have as modules that cannot be loaded. */
const probes = {
  queues: (t: NftTransaction) => t.addRule({ table: 'probe', chain: 'c', rule: [queue(1)] }),
  flowtables: (t: NftTransaction) => t.addFlowtable({ table: 'probe', name: 'f', devices: ['lo'] }),
} as const

/** True if the running kernel has a feature. @throws the error of a kernel that has it, and refuses the example of it */
function has(feature: keyof typeof probes): boolean {
  using namespace = scratch()
  using nl = Netlink.open({ netns: namespace.path })
  try {
    nl.nft.transactionSync((t) => {
      t.addTable({ name: 'probe' })
      t.addChain({ table: 'probe', name: 'c' })
      probes[feature](t)
    })
    return true
  } catch (error) {
    if (error instanceof NetlinkError && error.code === 'ENOENT') return false
    throw error
  }
}

const lacking = isMissing ? [] : (Object.keys(probes) as (keyof typeof probes)[]).filter((feature) => !has(feature))
const rulesets = allRulesets.filter(({ needs }) => needs === undefined || !lacking.includes(needs))
for (const feature of lacking) skipped(`rulesets with ${feature}, which this kernel does not support`)

type Json = Readonly<Record<string, unknown>>

const tableOf = (row: RulesetRow) => `t${rulesets.indexOf(row)}`

/** Returns a transaction that puts everything into another table. */
const inTable = (transaction: NftTransaction, table: string): NftTransaction =>
  new Proxy(transaction, {
    get: (target, method: keyof NftTransaction) => (argument: Json) => {
      const renamed = method === 'addTable' ? { ...argument, name: table } : { ...argument, table }
      ;(target[method] as (argument: unknown) => void).call(target, renamed)
    },
  })

/** Returns the lines of chains, without the first ones, which describe the chain. */
function rulesIn(table: string): string[] {
  const chains = [...table.matchAll(/^\tchain .* \{\n((?:\t\t.*\n)*)/gm)].flatMap(([, lines = '']) => lines.split('\n'))
  return chains.filter((line) => line !== '' && !/^\t\t(type |comment )/.test(line)).map((line) => line.trim())
}

/** Returns the rules of each table as nft prints them. It looks up the names of links, which the library does not. */
function printed(namespace: Namespace): Map<string, string[]> {
  const tables = nft(namespace, 'sid', ['list', 'ruleset'])
    .split(/^table /m)
    .slice(1)
  return new Map(
    tables.map((text) => {
      const [, name = ''] = text.split(' ')
      return [name, rulesIn(text).map((line) => line.replace(/(iif|device|(?:dup|fwd) to) "lo"/, '$1 1'))]
    }),
  )
}

/** Returns the rules of each table as the library prints them. */
function ownTexts(namespace: Namespace): Map<string, string[]> {
  using nl = Netlink.open({ netns: namespace.path })
  const tables = new Map<string, string[]>()
  for (const { table, text } of nl.nft.rulesSync()) tables.set(table, [...(tables.get(table) ?? []), text])
  return tables
}

interface Listing {
  readonly listed: ReadonlyMap<string, string[]>
  readonly printed: ReadonlyMap<string, string[]>
  readonly own: ReadonlyMap<string, string[]>
}

const listing = (namespace: Namespace, suite: NftSuite): Listing => {
  return { listed: listedRuleset(namespace, suite), printed: printed(namespace), own: ownTexts(namespace) }
}

const ours = new Map<NftSuite, Listing>()
const theirs = new Map<NftSuite, Listing>()

test.before(async () => {
  for (const suite of nftSuites) {
    // Debian 12's nft ends when it lists some of what it does not make.
    const own = rulesets.filter(({ suites = nftSuites }) => suites.includes(suite))
    using namespace = scratch()
    using nl = Netlink.open({ netns: namespace.path })
    for (const row of own) await nl.nft.transaction((t) => row.build(inTable(t, tableOf(row))))
    ours.set(suite, listing(namespace, suite))
    using other = scratch()
    nft(other, suite, ['-f', '-'], own.map((row) => row.nft.replace(/^(table \w+) t /, `$1 ${tableOf(row)} `)).join(''))
    theirs.set(suite, listing(other, suite))
  }
})

for (const row of rulesets)
  test(`${row.name}: made alike by nft and by the library`, () => {
    const table = tableOf(row)
    for (const suite of row.suites ?? nftSuites) {
      const [own, other] = [ours.get(suite), theirs.get(suite)]
      assert.ok((other?.listed.get(table) ?? []).length > 1, `${suite} lists the table`)
      assert.equal(own?.listed.get(table), other?.listed.get(table), suite)
      for (const [owner, each] of [
        ['our', own],
        ['their', other],
      ] as const)
        assert.equal(each?.own.get(table) ?? [], each?.printed.get(table), `the text of ${owner} rules, ${suite}`)
    }
  })

test('the table has 40 rulesets', () => {
  assert.ok(rulesets.length >= 40)
})

test.run()
