import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'
import { typescript } from '../support/typescript.js'

type Rows = Readonly<Record<string, string>>

const main = fileURLToPath(new URL('rows/main.ts', import.meta.url))
const { status, stdout, stderr } = spawnSync(process.execPath, [...typescript, main], {
  encoding: 'utf8',
  maxBuffer: 64 << 20,
  env: { ...process.env, NETLOOM_BUILT: '1', NODE_V8_COVERAGE: '' },
})
if (status !== 0) throw new Error(stderr)
const { total, unused } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { total: number; unused: Rows }
const known = JSON.parse(readFileSync(new URL('rows/unused.json', import.meta.url), 'utf8')) as Rows

const namesIn = (rows: Rows) =>
  Object.entries(rows).flatMap(([set, keys]) => keys.split(' ').map((key) => `${set} ${key}`))
const without = (rows: Rows, others: Rows) => {
  const names = new Set(namesIn(others))
  return namesIn(rows).filter((name) => !names.has(name))
}

const test = suite('rows in vectors and captures')

test('every new row occurs in a vector or a capture', () => {
  console.log(`${total - namesIn(unused).length} of ${total} rows occur in a vector or a capture`)
  assert.equal(without(unused, known), [], 'add a vector, or the row that selects these attributes (reached.test.ts)')
})

test('unused.json lists no row that occurs: test/netlink/rows/main.ts --write updates it', () =>
  assert.equal(without(known, unused), []))

test.run()
