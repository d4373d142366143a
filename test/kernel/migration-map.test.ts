import { readFileSync } from 'node:fs'
import { Netlink } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { families } from '../netlink/headers/index.js'
import { numberedOf } from '../support/header-family.js'
import '../support/built.js'

// Checks the tables of docs/from-vishvananda.md that the test of its calls does not run.

const test = suite('the map of the tests of vishvananda/netlink')

const page = readFileSync(new URL('../../docs/from-vishvananda.md', import.meta.url), 'utf8')
const map = /## What its tests do\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ''
const rows = [...map.matchAll(/^\| `(\S+_test\.go)` +\| (.*?) +\| (.*?) +\|$/gm)].map(
  ([, file = '', tests = '', answer = '']) => ({
    file,
    tests: [...tests.matchAll(/`(Test\w+)`/g)].map(([, name = '']) => name),
    answer,
  }),
)

test('it has 345 tests, each once in its file', () => {
  const all = rows.flatMap(({ file, tests }) => tests.map((name) => `${file} ${name}`))
  assert.is(all.length, 345)
  assert.is(new Set(all).size, 345)
  assert.is(new Set(rows.map(({ file }) => file)).size, 42)
  assert.is(map.split('\n').filter((line) => line.startsWith('| `')).length, rows.length, 'every line is a row')
})

test('no row is empty', () => {
  assert.equal(
    rows.filter(({ tests, answer }) => tests.length === 0 || answer === ''),
    [],
  )
})

test('each function of Netlink on the page exists', () => {
  const nl = Netlink.open()
  try {
    const paths = [...new Set([...page.matchAll(/`nl\.([a-zA-Z.]+)/g)].map(([, path = '']) => path))]
    assert.ok(paths.length > 60)
    const valueAt = (path: string) =>
      path.split('.').reduce<unknown>((object, key) => (object as Record<string, unknown> | undefined)?.[key], nl)
    // `nl.connection` is an object of its own, and `nl.conntrack` alone is the whole part of the API.
    assert.equal(
      paths.filter(
        (path) => valueAt(path) === undefined || (path.includes('.') && typeof valueAt(path) !== 'function'),
      ),
      [],
    )
  } finally {
    nl.close()
  }
})

test('each declaration and message of the map exists', () => {
  const modules = families.flatMap(({ declarations }) => declarations)
  const exported = new Set(modules.flatMap((each) => Object.keys(each)))
  const messages = new Set(modules.flatMap(Object.values).flatMap((each) => numberedOf(each).map(([name]) => name)))
  const encodings = rows.flatMap(({ answer }) =>
    answer.startsWith('encodings: ') ? [...answer.matchAll(/`(\w+)`/g)] : [],
  )
  assert.ok(encodings.length > 20)
  assert.equal(
    encodings.map(([, name = '']) => name).filter((name) => !exported.has(name)),
    [],
  )
  const named = rows.flatMap(({ answer }) => [...answer.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`/g)])
  assert.equal(
    named.map(([, name = '']) => name).filter((name) => !messages.has(name)),
    [],
  )
})

test.run()
