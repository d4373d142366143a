import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { cookbookSections } from './cookbook.js'
import { inScratch } from './netns.js'
import { run, stateOf } from './xfrm-twins.js'

/** Title of the section of docs/cookbook.md about IPsec. */
export const xfrmTitle = 'IPsec'

const isRead = (command: string) => / (list|get)\b/.test(command)

/** Runs the commands about IPsec in one namespace and the calls in a twin, and compares what ip prints after each row. */
export async function runXfrmCookbook(): Promise<void> {
  const { rows = [], lines } = cookbookSections().find(({ title }) => title === xfrmTitle) ?? {}
  assert.is(rows.length, lines, 'every line of the table is a command and a call')
  assert.ok(rows.length >= 6)
  await inScratch((commands) =>
    inScratch(async (calls) => {
      using nl = Netlink.open({ netns: calls.path })
      let before = ''
      for (const { command, call } of rows) {
        const { printed, complaint } = run(commands, command)
        assert.is(complaint, undefined, command)
        const returned: unknown = await new Function('nl', `return ${call}`)(nl)
        const state = stateOf(commands)
        assert.is(stateOf(calls), state, `${command}\n${call}`)
        assert.is(state === before, isRead(command), `${command} ${isRead(command) ? 'reads' : 'changes something'}`)
        if (isRead(command)) assert.is([returned].flat().length, printed.match(/^src /gm)?.length, command)
        before = state
      }
    }),
  )
}
