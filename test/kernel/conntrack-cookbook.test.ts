import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { conntrack, conntrackList } from '../support/conntrack.js'
import { cookbookSections } from '../support/cookbook.js'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Runs the section of docs/cookbook.md about connection tracking: its commands in one namespace and its calls in a twin.

const test = suiteNeeding('the cookbook of connection tracking', 'netns', 'conntrack')

const { rows = [], lines } = cookbookSections().find(({ title }) => title === 'Connection tracking') ?? {}
const isRead = (command: string) => /^conntrack -[LGC]/.test(command)

/** Returns what conntrack lists, without what differs between namespaces and times. */
const stateOf = (namespace: Namespace) =>
  conntrackList(namespace)
    .map(({ id: _id, timeout: _timeout, use: _use, ...line }) => JSON.stringify(line))
    .sort()

const run = (nl: Netlink, call: string): Promise<unknown> => new Function('nl', `return ${call}`)(nl)

test('the commands and calls about connection tracking have the same effect', () =>
  inScratch((commands) =>
    inScratch(async (calls) => {
      assert.is(rows.length, lines, 'every line of the table is a command and a call')
      assert.ok(rows.length >= 8)
      using nl = Netlink.open({ netns: calls.path })
      let before: string[] = []
      for (const { command, call } of rows) {
        const returned = await run(nl, call)
        const printed = conntrack(commands, ...command.split(' ').slice(1))
        if (isRead(command)) {
          const objects = [returned].flat() as { entries?: number }[]
          const number = command.endsWith('-C') ? Number(printed) : printed.trim().split('\n').length
          assert.is(objects[0]?.entries ?? objects.length, number, call)
          assert.ok(number > 0, `${command} prints something`)
          continue
        }
        const state = stateOf(calls)
        assert.ok(String(state) === String(stateOf(commands)), `${command}\n${call}\n${state}`)
        assert.ok(String(state) !== String(before), `${command} changes something`)
        before = state
      }
    }),
  ))

test.run()
