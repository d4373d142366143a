import { spawnSync } from 'node:child_process'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import manifest from '../../packages/netlink/package.json' with { type: 'json' }
// @ts-expect-error: a script without types
import { publicApi, recordedApi } from '../../scripts/lib/public-api.mjs'
import '../support/built.js'

const test = suite('public API')

/** Returns the lines of one text that the other one does not contain, under the same entry point. */
function missingIn(other: string, text: string): string[] {
  const linesOf = (each: string) =>
    each.split('\n\n').flatMap((section) => {
      const [entry, ...names] = section.trim().split('\n')
      return names.map((name) => `${entry} ${name.trim()}`)
    })
  const known = new Set(linesOf(other))
  return linesOf(text).filter((line) => !known.has(line))
}

test('public-api.txt lists the exported names (npm run public-api writes it)', () => {
  const [actual, recorded]: [string, string] = [publicApi(), recordedApi()]
  assert.equal({ added: missingIn(recorded, actual), removed: missingIn(actual, recorded) }, { added: [], removed: [] })
  assert.is(actual, recorded)
})

test('each name that can be imported at runtime is listed', async () => {
  const sections = new Map(
    (publicApi() as string).split('\n\n').map((section) => {
      const [entry = '', ...names] = section.trim().split('\n')
      return [entry, names.map((name) => name.trim())] as const
    }),
  )
  for (const [entry, names] of sections) {
    if (!entry.startsWith('@netloom/netlink')) continue
    const unlisted = Object.keys(await import(entry)).filter((name) => !names.includes(name))
    assert.equal(unlisted, [], entry)
  }
})

test('importing an entry point loads no native code', () => {
  const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'))
  const program = `
    ${entries.map((entry) => `await import('@netloom/netlink${entry.slice(1)}')`).join('\n')}
    const { readFileSync } = await import('node:fs')
    const isLoaded = () => readFileSync('/proc/self/maps', 'utf8').includes('koffi')
    console.log(isLoaded())
    const { Connection } = await import('@netloom/netlink')
    Connection.open().close()
    console.log(isLoaded())
  `
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.equal([stdout.split('\n').slice(0, 2), stderr], [['false', 'true'], ''])
})

test.run()
