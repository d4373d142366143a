import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { hasColours } from '../../packages/netlink/dist/cli/colour.js'
import '../support/built.js'

const test = suite('colours of the command')

for (const [choice, isTerminal, environment, expected] of [
  ['auto', true, {}, true],
  ['auto', false, {}, false],
  ['auto', true, { TERM: 'dumb' }, false],
  ['auto', true, { NO_COLOR: '1' }, false],
  ['auto', true, { NO_COLOR: '' }, true],
  ['auto', false, { FORCE_COLOR: '1' }, true],
  ['auto', false, { FORCE_COLOR: '' }, false],
  ['auto', true, { FORCE_COLOR: '0' }, false],
  ['auto', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ['always', false, { NO_COLOR: '1' }, true],
  ['never', true, { FORCE_COLOR: '1' }, false],
] as const)
  test(`--color ${choice}, ${isTerminal ? 'terminal' : 'pipe'}, ${JSON.stringify(environment)}`, () =>
    assert.is(hasColours(choice, isTerminal, environment), expected))

test.run()
