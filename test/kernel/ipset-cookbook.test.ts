import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { cookbookSections } from '../support/cookbook.js'
import { ipset, lastingSets, listedSets } from '../support/ipset.js'
import { inScratch } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

// Runs the section of docs/cookbook.md about ipset: its commands in one namespace and its calls in a twin.

const test = suiteNeeding('the cookbook of ipset', 'netns', 'ipset')

const { rows = [], lines } = cookbookSections().find(({ title }) => title === 'ipset') ?? {}
const isRead = (call: string) => /\.(list|get|entries|test)\(/.test(call)

/** Returns the number of objects that a call has read. */
const countOf = (result: unknown) =>
  Array.isArray(result) ? result.length : Number(result !== undefined && result !== false)

test('the commands and calls about ipset have the same effect', () =>
  inScratch((commands) =>
    inScratch(async (calls) => {
      assert.is(rows.length, lines, 'every line of the table is a command and a call')
      assert.ok(rows.length >= 20)
      using nl = Netlink.open({ netns: calls.path })
      let before = ''
      for (const { command, call } of rows) {
        const result = await (new Function('nl', `return ${call}`) as (own: Netlink) => Promise<unknown>)(nl)
        ipset(commands, command.split(' ').slice(1))
        const state = lastingSets(calls).join('\n\n')
        assert.is(state, lastingSets(commands).join('\n\n'), `${command}\n${call}`)
        assert.is(state === before, isRead(call), `${command} changes something, unless it reads`)
        before = state
        if (!isRead(call)) continue
        const listed = listedSets(commands)
        const expected = call.includes('list(') ? listed.length : call.includes('entries') ? 2 : 1
        assert.is(countOf(result), expected, call)
      }
    }),
  ))

test.run()
