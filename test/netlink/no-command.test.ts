import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { actionKinds } from '../../packages/netlink/dist/inspect/again/command/tc-actions.js'
import { isKnownKind } from '../../packages/netlink/dist/inspect/again/command/tc-commands.js'
import { filterKinds } from '../../packages/netlink/dist/inspect/again/command/tc-filters.js'
import { actionOptions } from '../../packages/netlink/dist/route/tc/action/kinds.js'
import { classOptions, filterOptions, qdiscOptions } from '../../packages/netlink/dist/route/tc/kinds.js'

/** Each declared kind of traffic control has a command: docs/decoding.md lists what of them has none. */

const test = suite('kinds without a command')

const without = (cases: object, isKnown: (kind: string) => boolean) =>
  Object.keys(cases).filter((kind) => !isKnown(kind))

test('sayAgain writes a command for each kind that is declared', () => {
  assert.equal(
    {
      qdiscs: without(qdiscOptions.cases, (kind) => isKnownKind(kind, 'qdisc')),
      classes: without(classOptions.cases, (kind) => isKnownKind(kind, 'class')),
      filters: without(filterOptions.cases, (kind) => Object.hasOwn(filterKinds, kind)),
      actions: without(actionOptions.cases, (kind) => kind === 'police' || Object.hasOwn(actionKinds, kind)),
    },
    { qdiscs: [], classes: [], filters: [], actions: [] },
  )
})

test.run()
