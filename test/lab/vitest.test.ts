import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Netns } from '@netloom/netlink/netns'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { suiteNeeding } from '../support/privileges.js'

/** Tests the fixtures as users of vitest have them: in a test file that vitest transforms and runs in its own process. */
const test = suiteNeeding('labs in vitest', 'netns')

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Appends the namespaces of its lab to a file. A body that fails must not keep them. */
const tests = (names: string) => `
  import { appendFileSync } from 'node:fs'
  import { labFixture, labTest, useLab } from '@netloom/netlink/lab'
  import { afterAll, expect, test as base } from 'vitest'

  const spec = { web: { links: [{ name: 'br0', kind: 'bridge' }] } }
  const noted = ({ ns }) => {
    appendFileSync(${JSON.stringify(names)}, ns.web.netns.name + '\\n')
    return ns.web.nl.link.listSync().map(({ name }) => name)
  }
  const whole = await useLab({ after: afterAll }, spec)
  const test = base.extend({ lab: labFixture(spec) })

  test('a fixture', ({ lab }) => expect(noted(lab)).toEqual(['lo', 'br0']))
  test('another one', ({ lab }) => expect(noted(lab)).toEqual(['lo', 'br0']))
  test('a test without it', () => expect(noted(whole)).toEqual(['lo', 'br0']))
  test('labTest', labTest(spec, (lab, { task }) => expect([task.name, ...noted(lab)]).toEqual(['labTest', 'lo', 'br0'])))
  test('a fixture whose test fails', ({ lab }) => expect(noted(lab)).toEqual(['eth0']))
  test('labTest that fails', labTest(spec, (lab) => expect(noted(lab)).toEqual(['eth0'])))
`

test('each test has its own namespaces, and none is left, also of tests that fail', () => {
  // In the repository, so that imports are resolved as from a package that depends on these.
  const parent = join(root, 'node_modules', '.cache')
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, 'vitest-'))
  try {
    const names = join(folder, 'names')
    writeFileSync(join(folder, 'lab.spec.mjs'), tests(names))
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
    const args = ['run', '--root', folder, '--dir', folder, '--reporter=json', '--outputFile=results.json']
    // Vitest needs Node.
    const node = process.versions.bun ? 'node' : process.execPath
    const env = { ...process.env, NODE_OPTIONS: '', NODE_V8_COVERAGE: '' }
    const { status, stdout, stderr } = spawnSync(node, [vitest, ...args], {
      cwd: folder,
      encoding: 'utf8',
      env,
    })
    assert.is(status, 1, stdout + stderr)
    const { testResults } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8'))
    const results: { title: string; status: string; failureMessages: string[] }[] = testResults[0].assertionResults
    const failed = results.filter((each) => each.status === 'failed')
    assert.equal(
      [results.length, failed.map(({ title }) => title)],
      [6, ['a fixture whose test fails', 'labTest that fails']],
    )
    for (const { failureMessages } of failed)
      assert.match(String(failureMessages), /expected \[ 'lo', 'br0' \] to deeply equal/)
    const used = readFileSync(names, 'utf8').trim().split('\n')
    assert.is(new Set(used).size, 6, String(used))
    const left = Netns.list().map(({ name }) => name)
    assert.equal(
      used.filter((name) => left.includes(name)),
      [],
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
