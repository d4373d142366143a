import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { cookbookSections } from './cookbook.js'
import { inScratch, type Namespace } from './netns.js'
import { wg } from './wg.js'

/** Title of the section of docs/cookbook.md about WireGuard. */
export const wgTitle = 'WireGuard'

const run = (namespace: Namespace, command: string): string => {
  const [program = '', ...args] = command.split(' ')
  return program === 'wg' ? wg(namespace, args) : namespace.exec(program, args)
}

/** Returns what wg shows of a namespace; nothing if there is no link. */
const stateOf = (namespace: Namespace) => wg(namespace, ['show', 'all', 'dump'])

/** Runs the commands about WireGuard in one namespace and the calls in a twin, and compares what wg shows after each row. */
export async function runWgCookbook(): Promise<void> {
  const { rows = [], lines } = cookbookSections().find(({ title }) => title === wgTitle) ?? {}
  assert.is(rows.length, lines, 'every line of the table is a command and a call')
  assert.ok(rows.length >= 6)
  await inScratch((commands) =>
    inScratch(async (calls) => {
      using nl = Netlink.open({ netns: calls.path })
      let before = ''
      for (const { command, call } of rows) {
        const printed = run(commands, command)
        const returned: unknown = await new Function('nl', `return ${call}`)(nl)
        const state = stateOf(commands)
        assert.is(stateOf(calls), state, `${command}\n${call}`)
        const isRead = command.startsWith('wg show ')
        assert.is(state === before, isRead, `${command} ${isRead ? 'reads' : 'changes something'}`)
        if (isRead) assert.is([returned].flat().length, printed.match(/^(interface: )?wg0/gm)?.length, command)
        before = state
      }
    }),
  )
}
