import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { modulesCondition, path, runTool, say } from './repo.mjs'

/** Required share of covered lines in packages/*\/src, in percent. */
const required = 90

const folder = path('coverage')
const raw = path('coverage', 'v8')
const merged = path('coverage', 'merged')

/**
 * Empties the folder. Returns the environment that makes Node write raw coverage there, also from child processes. These load the
 * modules of `dist` too: in a bundle, c8 counts every line of a module as covered.
 */
export function startCoverage() {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(raw, { recursive: true })
  return { NODE_V8_COVERAGE: raw, NODE_OPTIONS: modulesCondition }
}

/** Lists the sources that contain only types, which never run. */
function typesOnly() {
  const built = readdirSync(path('packages')).flatMap((name) =>
    readdirSync(path('packages', name, 'dist'), { recursive: true })
      .filter((file) => file.endsWith('.js'))
      .map((file) => `packages/${name}/dist/${file}`),
  )
  const empty = built.filter((file) => /^export \{\};?\s*(\/\/.*\s*)?$/.test(readFileSync(path(file), 'utf8')))
  return empty.map((file) => file.replace('/dist/', '/src/').replace(/\.js$/, '.ts'))
}

/** Number of files merged at a time. Each merge also copies what was merged before; all at once would need gigabytes. */
const batchSize = 50

/** Reads a file of raw coverage. Tests kill processes, also while they write: what such a process covered does not count. */
function readRaw(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return { result: [] }
    throw error
  }
}

/** Returns the coverage of the packages' modules. Maps of sources, two thirds of each file, are in the modules themselves. */
const ofModules = (file) => ({
  result: readRaw(file).result.filter(({ url }) => /\/packages\/[^/]+\/dist\//.test(url)),
})

/**
 * Merges the raw coverage of thousands of processes into one file. c8 would merge everything else as well: Node's own modules, those of
 * dependencies, and bundles, whose every line it counts as covered.
 */
async function mergeRaw() {
  // Not at the top: `npm test` installs it.
  const { mergeProcessCovs } = await import('@bcoe/v8-coverage')
  const files = readdirSync(raw).map((name) => join(raw, name))
  let all = { result: [] }
  for (let start = 0; start < files.length; start += batchSize)
    all = mergeProcessCovs([all, ...files.slice(start, start + batchSize).map(ofModules)])
  mkdirSync(merged)
  writeFileSync(join(merged, 'coverage-all.json'), JSON.stringify(all))
}

/**
 * Prints the report, mapped from the built code to its source. Returns false if too few lines were covered.
 * @param isPart true if only some tests ran; then no share is required
 */
export async function reportCoverage(isPart) {
  say(
    isPart
      ? 'coverage of packages/*/src by these tests'
      : `coverage (at least ${required} % of the lines of packages/*/src)`,
  )
  const options = {
    'temp-directory': merged,
    'reports-dir': folder,
    include: 'packages/*/src/**/*.ts',
    extension: '.ts',
    'check-coverage': !isPart,
    lines: isPart ? 0 : required,
    branches: 0,
    functions: 0,
    statements: 0,
  }
  const flags = Object.entries(options).map(([name, value]) => `--${name}=${value}`)
  // The viewer runs in a browser: its tests use it there.
  const excluded = [...typesOnly(), 'packages/viewer/src/**'].map((file) => `--exclude=${file}`)
  const reporters = ['--reporter=text', '--reporter=lcovonly']
  await mergeRaw()
  return runTool('c8', ['report', '--exclude-after-remap', '--all', ...reporters, ...flags, ...excluded])
}
