import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { actionKinds } from '../../packages/netlink/dist/inspect/again/command/tc-actions.js'
import { isKnownKind } from '../../packages/netlink/dist/inspect/again/command/tc-commands.js'
import { filterKinds } from '../../packages/netlink/dist/inspect/again/command/tc-filters.js'
import { actionOptions } from '../../packages/netlink/dist/route/tc/action/kinds.js'
import { classOptions, filterOptions, qdiscOptions } from '../../packages/netlink/dist/route/tc/kinds.js'

/** Declared kinds of traffic control for which `sayAgain` writes no command: docs/decoding.md lists them. */

const test = suite('kinds without a command')

const without = (cases: object, isKnown: (kind: string) => boolean) =>
  Object.keys(cases)
    .filter((kind) => !isKnown(kind))
    .sort()

/** Declared kinds without a command, by the title of their row in the documentation. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Qdiscs: without(qdiscOptions.cases, (kind) => isKnownKind(kind, 'qdisc')),
  Classes: without(classOptions.cases, (kind) => isKnownKind(kind, 'class')),
  Filters: without(filterOptions.cases, (kind) => Object.hasOwn(filterKinds, kind)),
  Actions: without(actionOptions.cases, (kind) => kind === 'police' || Object.hasOwn(actionKinds, kind)),
}

const page = readFileSync(new URL('../../docs/decoding.md', import.meta.url), 'utf8')

for (const [title, expected] of Object.entries(kinds))
  test(`docs/decoding.md lists them: ${title}`, () => {
    const [, row = ''] = new RegExp(`^\\| ${title} +\\| (.*) \\|$`, 'm').exec(page) ?? []
    const listed = [...row.matchAll(/`(\w+)`/g)].map(([, kind]) => kind)
    assert.equal(listed, expected)
    assert.ok(expected.length > 0)
  })

test.run()
