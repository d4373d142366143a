import { Netlink } from '@netloom/netlink'
import * as statements from '@netloom/netlink/nft'
import * as assert from 'uvu/assert'
import { cookbookSections } from '../support/cookbook.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { listedRuleset, nft } from '../support/nft.js'
import { suiteNeeding } from '../support/privileges.js'

// Runs the section of docs/cookbook.md about nftables: its commands in one namespace and its calls in a twin.

const test = suiteNeeding('the cookbook of nftables', 'netns', 'nft')

const { rows = [], lines } = cookbookSections().find(({ title }) => title === 'nftables') ?? {}
const isChange = (call: string) => call.startsWith('t.')
const names = Object.keys(statements)

/** Runs a call, in a transaction if it is a change. */
function run(nl: Netlink, call: string): Promise<unknown> {
  const program = isChange(call) ? `nl.nft.transaction((t) => ${call})` : call
  return new Function('nl', ...names, `return ${program}`)(nl, ...Object.values(statements)) as Promise<unknown>
}

/** nft's names in JSON of what calls list. */
const listed: Readonly<Record<string, string>> = {
  ...{ tables: 'table', chains: 'chain', rules: 'rule', objects: 'counter', elements: 'set' },
}

/** Returns the number of objects that nft lists with a command; of a set, that of its elements. */
function countOf(namespace: Namespace, command: string, call: string): number {
  const { nftables } = JSON.parse(nft(namespace, 'sid', ['-j', ...command.split(' ')])) as { nftables: object[] }
  const wanted = listed[/^nl\.nft\.(\w+)/.exec(call)?.[1] ?? '']
  const objects = nftables.flatMap((each) => Object.entries(each as Record<string, { elem?: unknown[] }>))
  const found = objects.filter(([kind]) => kind === wanted)
  return wanted === 'set' ? (found[0]?.[1].elem?.length ?? 0) : found.length
}

test('the commands and calls about nftables have the same effect', () =>
  inScratch((commands) =>
    inScratch(async (calls) => {
      assert.is(rows.length, lines, 'every line of the table is a command and a call')
      assert.ok(rows.length >= 30)
      using nl = Netlink.open({ netns: calls.path })
      let before = ''
      for (const { command, call } of rows) {
        const words = command.replace(/^nft /, '')
        const returned = (await run(nl, call)) as object[]
        if (!isChange(call)) {
          // nft lists counters alone, the call all objects.
          const found = call.includes('objects') ? returned.filter((each) => 'counter' in each) : returned
          assert.ok(found.length > 0, call)
          assert.is(found.length, countOf(commands, words, call), command)
          continue
        }
        nft(commands, 'sid', ['-f', '-'], `${words}\n`)
        const state = JSON.stringify([...listedRuleset(calls, 'sid')])
        assert.is(state, JSON.stringify([...listedRuleset(commands, 'sid')]), `${command}\n${call}`)
        assert.ok(state !== before || command.includes('destroy'), `${command} changes something`)
        before = state
      }
    }),
  ))

test.run()
