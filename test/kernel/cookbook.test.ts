import * as assert from 'uvu/assert'
import { cookbookSections } from '../support/cookbook.js'
import { mplsTitle, runIpCookbook } from '../support/ip-cookbook.js'
import { suiteNeeding } from '../support/privileges.js'

// Runs docs/cookbook.md: each section from top to bottom, its commands in one namespace and its calls in a twin.

const test = suiteNeeding('the cookbook', 'netns')

/**
 * The sections with commands of ip and bridge only, without IPsec, MPLS, Multipath TCP, L2TP and FOU. Tests of their own run the
 * others.
 */
const sections = cookbookSections().filter(
  ({ title, rows }) =>
    title !== mplsTitle && rows.every(({ command }) => /^(ip (?!xfrm |mptcp |l2tp |fou )|bridge )/.test(command)),
)

for (const { title, ...section } of sections) test(title, () => runIpCookbook(section))

test('sixty commands', () => {
  const commands = new Set(sections.flatMap(({ rows }) => rows.map(({ command }) => command)))
  assert.ok(commands.size >= 60, String(commands.size))
})

test.run()
