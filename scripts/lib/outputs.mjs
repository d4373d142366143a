import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { path } from './repo.mjs'

const packages = () =>
  readdirSync(path('packages')).filter((name) => existsSync(path('packages', name, 'tsconfig.json')))

/** Lists the files below `folder` that end in one of `endings`. */
const filesIn = (folder, ...endings) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true }).filter((file) => endings.some((ending) => file.endsWith(ending)))
    : []

const sourcesIn = (folder) => filesIn(folder, '.ts', '.tsx')

const withoutEnding = (file) => file.replace(/\.\w+$/, '')

/** Lists the modules in a package's `dist` whose source was renamed or deleted. tsc does not delete them. */
function orphansOf(name) {
  const sources = new Set(sourcesIn(path('packages', name, 'src')).map(withoutEnding))
  return filesIn(path('packages', name, 'dist'), '.js')
    .map(withoutEnding)
    .filter((module) => !sources.has(module))
}

/** Deletes the outputs whose source was renamed or deleted, so that no import finds them. */
export function removeOrphans() {
  for (const name of packages())
    for (const module of orphansOf(name))
      for (const ending of ['.js', '.js.map', '.d.ts', '.d.ts.map'])
        rmSync(path('packages', name, 'dist', module + ending), { force: true })
}

/** Writes a file in one step, so that no process reads half of it. A file with these contents only gets a new time. */
export function replaceOutput(file, contents) {
  if (existsSync(file) && readFileSync(file).equals(contents)) return utimesSync(file, new Date(), new Date())
  mkdirSync(dirname(file), { recursive: true })
  const part = `${file}.${process.pid}`
  writeFileSync(part, contents)
  renameSync(part, file)
}

/**
 * Writes the files of a bundle, `{ path, contents }`, and deletes what an earlier build left in the folder, apart from pages.
 * Programs run from there at any time, also while a test builds again: what did not change never disappears.
 */
export function replaceBundle(folder, files) {
  for (const { path: file, contents } of files) replaceOutput(file, contents)
  const current = new Set(files.map((file) => file.path))
  for (const file of filesIn(folder, '.js', '.map').map((name) => join(folder, name)))
    if (!current.has(file)) rmSync(file, { force: true })
}

/** Returns why the build of a package is out of date, or undefined. tsc touches `.tsbuildinfo` even if it has nothing to emit. */
function whyStale(name) {
  const info = path('packages', name, 'dist', '.tsbuildinfo')
  if (!existsSync(info)) return `packages/${name} was never built`
  const bundle = path('packages', name, 'bundle', 'index.js')
  // A private package has no bundle.
  const outputs = [info, bundle].filter((file) => existsSync(file))
  const built = Math.min(...outputs.map((file) => statSync(file).mtimeMs))
  const folder = path('packages', name, 'src')
  const newer = sourcesIn(folder).find((file) => statSync(join(folder, file)).mtimeMs > built)
  if (newer) return `packages/${name}/src/${newer} changed after the last build`
  const [orphan] = orphansOf(name)
  return orphan && `packages/${name}/src/${orphan}.ts no longer exists, but its build does`
}

/** Returns why the build is out of date, in words, or undefined if it is up to date. */
export const whyOutdated = () => packages().map(whyStale).find(Boolean)
