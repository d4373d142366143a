import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
// @ts-expect-error: a script without types
import { replaceBundle } from '../../scripts/lib/outputs.mjs'
import { typescript } from '../support/typescript.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tests = join(root, 'test')
const check = join(tests, 'support', 'built.ts')

const test = suite('an edit without a build')

/** Lists the modules that `file` imports by a relative path. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const paths = [...text.matchAll(/^(?:import|export)\b[^;'"`]*?['"](\.[^'"]+)['"]/gm)].map(([, path = '']) => path)
  return paths
    .map((path) => join(dirname(file), path.replace(/\.js$/, '.ts')))
    .filter((path) => path.endsWith('.ts') && existsSync(path))
}

/** Lists `file` and everything that it imports below test/. */
function reach(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file) || !file.startsWith(tests)) return seen
  seen.add(file)
  for (const each of importsOf(file)) reach(each, seen)
  return seen
}

test('every test file that imports the packages checks the build', () => {
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.test.ts'))
  assert.ok(files.length > 100)
  const unchecked = files.filter((name) => {
    const modules = reach(join(tests, name))
    const texts = [...modules].map((file) => readFileSync(file, 'utf8'))
    return (
      texts.some((text) => /(from |import\()'(@netloom\/|[./]*packages\/[^']*\/dist\/)/.test(text)) &&
      !modules.has(check)
    )
  })
  assert.equal(unchecked, [], "add: import '../support/built.js'")
})

/**
 * Runs the check in a copy of the repository that contains one package with these files. Times are in seconds; the build has time
 * 100.
 */
function checked(
  files: Readonly<Record<string, number>>,
  { env = {}, args = [...typescript] }: { env?: NodeJS.ProcessEnv; args?: string[] } = {},
) {
  const copy = mkdtempSync(join(tmpdir(), 'netloom-built-'))
  try {
    for (const [name, time] of Object.entries({ 'tsconfig.json': 0, 'dist/.tsbuildinfo': 100, ...files })) {
      const file = join(copy, 'packages', 'one', name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, '')
      utimesSync(file, time, time)
    }
    for (const name of ['scripts/lib/outputs.mjs', 'scripts/lib/repo.mjs', 'test/support/built.ts']) {
      mkdirSync(dirname(join(copy, name)), { recursive: true })
      writeFileSync(join(copy, name), readFileSync(join(root, name)))
    }
    writeFileSync(join(copy, 'package.json'), '{ "type": "module" }')
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'))
    const { status, stderr } = spawnSync(process.execPath, [...args, 'test/support/built.ts'], {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, NODE_V8_COVERAGE: '', NODE_OPTIONS: '', NETLOOM_BUILT: '', ...env },
    })
    return [status, stderr.trim()]
  } finally {
    rmSync(copy, { recursive: true })
  }
}

test('passes if nothing changed after the build', () =>
  assert.equal(checked({ 'src/a/b.ts': 99, 'dist/a/b.js': 50 }), [0, '']))

test('a source that changed after the build is an error', () =>
  assert.equal(checked({ 'src/a/b.ts': 101, 'dist/a/b.js': 50 }), [
    1,
    '✘ packages/one/src/a/b.ts changed after the last build: run `npm run build` first',
  ]))

test('a build without a source is an error', () =>
  assert.equal(checked({ 'src/a.ts': 1, 'dist/a.js': 50, 'dist/b.js': 50 }), [
    1,
    '✘ packages/one/src/b.ts no longer exists, but its build does: run `npm run build` first',
  ]))

test('a source that changed after it was bundled is an error', () =>
  assert.equal(checked({ 'src/a.ts': 99, 'dist/a.js': 50, 'bundle/index.js': 98 }), [
    1,
    '✘ packages/one/src/a.ts changed after the last build: run `npm run build` first',
  ]))

test('a test that would load the bundles is an error', () =>
  assert.equal(checked({}, { args: ['--import', 'tsx'] }), [
    1,
    '✘ tests need the modules of dist, not the bundles: run `node --conditions=netloom --import tsx FILE`',
  ]))

test('a file that the runner starts does not check again', () =>
  assert.equal(checked({ 'src/a.ts': 101 }, { env: { NETLOOM_BUILT: '1' } }), [0, '']))

test('a second build replaces only what changed, so that programs can start meanwhile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-bundle-'))
  try {
    const file = (name: string, contents: string) => ({ path: join(folder, name), contents: Buffer.from(contents) })
    const inode = (name: string) => statSync(join(folder, name)).ino
    replaceBundle(folder, [file('chunks/a.js', 'a'), file('chunks/b.js', 'b'), file('index.js', '1')])
    writeFileSync(join(folder, 'viewer.html'), '')
    const [kept, replaced] = [inode('chunks/a.js'), inode('index.js')]
    utimesSync(join(folder, 'chunks/a.js'), 1, 1)
    replaceBundle(folder, [file('chunks/a.js', 'a'), file('index.js', '2')])
    assert.equal(inode('chunks/a.js'), kept)
    assert.ok(statSync(join(folder, 'chunks/a.js')).mtimeMs > 1000, 'the unchanged file has a new time')
    assert.is.not(inode('index.js'), replaced)
    assert.is(readFileSync(join(folder, 'index.js'), 'utf8'), '2')
    assert.equal(readdirSync(folder, { recursive: true }).sort(), ['chunks', 'chunks/a.js', 'index.js', 'viewer.html'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.run()
