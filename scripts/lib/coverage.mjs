import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { modulesCondition, path, runTool, say } from './repo.mjs'

/** Required share of covered lines in packages/*\/src, in percent. */
const required = 90

const folder = path('coverage')
const raw = path('coverage', 'v8')

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

/**
 * Prints the report, mapped from the built code to its source. Returns false if too few lines were covered.
 * @param isPart true if only some tests ran; then no share is required
 */
export function reportCoverage(isPart) {
  say(
    isPart
      ? 'coverage of packages/*/src by these tests'
      : `coverage (at least ${required} % of the lines of packages/*/src)`,
  )
  const options = {
    'temp-directory': raw,
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
  // Thousands of processes leave gigabytes of raw coverage: c8 must merge file by file, not parse everything first.
  const merging = ['--merge-async', '--exclude-after-remap', '--all']
  return runTool('c8', ['report', ...merging, ...reporters, ...flags, ...excluded])
}
