import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ArgumentError, Netlink } from '@netloom/netlink'
import { type BuildOptions, build } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.ts'

// Parts of the API that are loaded on their first use: nl.nft, nl.sockets, ….

const repo = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a program in a folder of the repository, and returns its output and the scripts that it loaded. */
function run(source: string, conditions: readonly string[], prepare = async (file: string) => file) {
  const folder = mkdtempSync(join(repo, 'test', '.domains-'))
  const go = async () => {
    const file = join(folder, 'program.mjs')
    writeFileSync(file, source)
    const coverage = join(folder, 'coverage')
    const env = { ...process.env, NODE_V8_COVERAGE: coverage }
    const { stdout, stderr } = spawnSync(process.execPath, [...conditions, await prepare(file)], {
      env,
      encoding: 'utf8',
    })
    const reports = readdirSync(coverage).map((name) => readFileSync(join(coverage, name), 'utf8'))
    const scripts = reports.flatMap((report) => JSON.parse(report).result.map(({ url }: { url: string }) => url))
    return { stdout, stderr, scripts }
  }
  return go().finally(() => rmSync(folder, { recursive: true, force: true }))
}

const open = "import { ArgumentError, Netlink } from '@netloom/netlink'\nusing_(Netlink.open())\n"
const unused = `${open}function using_(nl) { nl.link.listSync(); nl.close() }`
const used = `${open}function using_(nl) { console.log(Array.isArray(nl.nft.tablesSync()), nl.nft === nl.nft); nl.close() }`

const isOfNft = (url: string) => url.endsWith('/api/nft/operations.js')

// Bun writes no coverage.
const reportsScripts = process.versions.bun === undefined

const test = suite('parts of the API that are loaded on their first use')

for (const [form, conditions] of [
  ['bundle', []],
  ['modules', ['--conditions=netloom']],
] as const)
  (reportsScripts ? test : test.skip)(`the ${form} loads nftables only if it is used`, async () => {
    const without = await run(unused, conditions)
    assert.is(without.stderr, '')
    assert.ok(without.scripts.some((url) => /netlink\/(bundle|dist)\//.test(url)))
    assert.equal(without.scripts.filter(isOfNft), [])
    const loaded = await run(used, conditions)
    assert.is(loaded.stderr, '')
    assert.is(loaded.stdout, 'true true\n')
    assert.is(loaded.scripts.filter(isOfNft).length, 1)
  })

test('a program that contains the library says why it cannot load a part', async () => {
  const caught = `${open}function using_(nl) { try { nl.nft } catch (error) { console.log(error.message) }; nl.close() }`
  const { stdout } = await run(caught, [], async (file) => {
    const outfile = file.replace('program', 'bundled')
    const options: BuildOptions = {
      bundle: true,
      format: 'esm',
      platform: 'node',
      external: ['koffi'],
      logLevel: 'error',
    }
    await build({ ...options, entryPoints: [file], outfile })
    mkdirSync(join(dirname(file), 'node_modules'))
    symlinkSync(join(repo, 'packages/netlink/node_modules/koffi'), join(dirname(file), 'node_modules/koffi'))
    return outfile
  })
  assert.match(
    stdout,
    'cannot load the module of nl.nft. A program that bundles its dependencies must leave @netloom/netlink',
  )
})

// tsx, which runs this test, converts modules that are required.
test('errors of a part are instances of the classes that the package exports', () => {
  using nl = Netlink.open()
  assert.throws(
    () => nl.nft.rulesSync({ none: 1 } as never),
    (error: unknown) => error instanceof ArgumentError,
  )
})

test('a Netlink that is closed has no parts', () => {
  const nl = Netlink.open()
  nl.close()
  assert.throws(() => nl.nft, /expected an open Netlink, got one that was closed/)
})

test.run()
