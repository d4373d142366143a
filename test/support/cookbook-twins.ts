import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { type CookbookRow, cookbookSections } from './cookbook.js'
import { iw } from './iw.js'
import { inScratch, type Namespace } from './netns.js'
import { teamnl } from './teamnl.js'

/** Runs a command; tools of Debian are those in .cache/. */
function run(namespace: Namespace, command: string): void {
  const [program = '', ...args] = command.split(' ')
  if (program === 'teamnl') teamnl(namespace, ...args)
  else if (program === 'iw') iw(namespace, ...args)
  else namespace.exec(program, args)
}

const isRead = ({ command }: CookbookRow) =>
  / (show|options|ports|getoption|info|dump)( |$)|^iw \w+$| scan /.test(command)

/**
 * Runs the commands of a section of the cookbook in a namespace, and then its calls in another one, and compares after each row what `shown`
 * returns. `within` creates and deletes a namespace.
 */
export async function runCookbookSection(
  title: string,
  within: (use: (namespace: Namespace) => Promise<void>) => Promise<void>,
  shown: (namespace: Namespace) => unknown,
): Promise<void> {
  const { rows = [], lines } = cookbookSections().find((section) => section.title === title) ?? {}
  assert.is(rows.length, lines, 'every line of the table is a command and a call')
  assert.ok(rows.length >= 4)
  const states: string[] = []
  await within(async (namespace) => {
    states.push(JSON.stringify(shown(namespace)))
    for (const row of rows) {
      run(namespace, row.command)
      states.push(JSON.stringify(shown(namespace)))
      assert.is(
        states.at(-1) === states.at(-2),
        isRead(row),
        `${row.command} ${isRead(row) ? 'reads' : 'changes something'}`,
      )
    }
  })
  await within(async (namespace) => {
    using nl = Netlink.open({ netns: namespace.path })
    for (const [at, row] of rows.entries()) {
      const returned: unknown = await new Function('nl', `return ${row.call}`)(nl)
      assert.is(JSON.stringify(shown(namespace)), states[at + 1], `${row.command}\n${row.call}`)
      if (isRead(row)) assert.ok(typeof returned === 'object', row.call)
    }
  })
}

/** Returns a function that creates a prepared namespace, for {@link runCookbookSection}. */
export const prepared =
  (prepare: (namespace: Namespace) => void) =>
  (use: (namespace: Namespace) => Promise<void>): Promise<void> =>
    inScratch((namespace) => {
      prepare(namespace)
      return use(namespace)
    })
