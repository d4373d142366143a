import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { cookbookSections } from '../support/cookbook.js'
import { ethtool } from '../support/ethtool.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Runs the section of docs/cookbook.md about ethtool: its commands in one namespace and its calls in a twin.

const test = suiteNeeding('the cookbook of ethtool', 'netns', 'tun', 'ethtool')

const { rows = [], lines } = cookbookSections().find(({ title }) => title === 'ethtool') ?? {}

function addLinks(namespace: Namespace): void {
  namespace.ip('link', 'add', 'v0', 'numrxqueues', 2, 'numtxqueues', 2, 'type', 'veth', 'peer', 'name', 'v1')
  namespace.exec('ip', ['tuntap', 'add', 'tap0', 'mode', 'tap'])
}

const run = (nl: Netlink, call: string) => new Function('nl', `return ${call}`)(nl) as Promise<object>

/** Returns what ethtool prints of a link that a command names, with the options of reads and without. */
function stateOf(namespace: Namespace, link: string): string {
  const options = link === 'v0' ? [[], ['-k'], ['-l']] : [[], ['-k'], ['-c']]
  return options.map((each) => ethtool(namespace, ['--json', ...each, link]).output).join('')
}

/** Returns the numbers, words and booleans in a value, without names. */
function valuesIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [value]
  return Object.values(value).flatMap(valuesIn)
}

test('the commands and calls about ethtool have the same effect', () =>
  inScratch((commands) =>
    inScratch(async (calls) => {
      assert.is(rows.length, lines, 'every line of the table is a command and a call')
      assert.ok(rows.length >= 10)
      for (const namespace of [commands, calls]) addLinks(namespace)
      using nl = Netlink.open({ netns: calls.path })
      for (const { command, call } of rows) {
        const words = command.split(' ').slice(1)
        const link = words.find((word) => /^(v|tap)0$/.test(word)) ?? ''
        const before = stateOf(calls, link)
        const returned = await run(nl, call)
        const { status, output } = ethtool(commands, call.includes('get(') ? ['--json', ...words] : words)
        assert.is(status, 0, command)
        assert.is(stateOf(calls, link), stateOf(commands, link), `${command}\n${call}`)
        assert.is(
          stateOf(calls, link) === before,
          call.includes('get('),
          `${command} changes something if it is a change`,
        )
        if (!call.includes('get(')) continue
        const ours = valuesIn(returned)
        for (const value of valuesIn(JSON.parse(output)).filter((each) => typeof each === 'number'))
          assert.ok(ours.includes(value), `${call}: ${value} of ${command}`)
      }
    }),
  ))

test.run()
