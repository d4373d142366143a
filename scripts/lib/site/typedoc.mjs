// Runs typedoc, which is installed in the folder site with the TypeScript that it supports.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { entryPoints } from '../entry-points.mjs'
import { path, run } from '../repo.mjs'

const lockfile = path('site/package-lock.json')
const stamp = path('site/node_modules/.installed-lock')

/** Installs typedoc, unless the versions of the lockfile are installed. */
export function installTypedoc() {
  const lock = readFileSync(lockfile, 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return true
  if (!run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: path('site') })) return false
  writeFileSync(stamp, lock)
  return true
}

/** Writes the configuration of TypeScript: imports of our packages are those of their sources, so that each type has one page. */
function writeConfig(folder, entries) {
  const file = join(folder, 'tsconfig.json')
  const paths = Object.fromEntries(entryPoints().map(({ name, source }) => [name, [source]]))
  const binaryParser = path('node_modules/binary-parser/dist/esm/binary_parser.d.ts')
  const config = {
    extends: path('tsconfig.base.json'),
    compilerOptions: {
      ...{ noEmit: true, composite: false, typeRoots: [path('node_modules/@types')] },
      paths: { ...paths, 'binary-parser': [binaryParser] },
    },
    files: [...entries.map(({ source }) => source), path('packages/netlink/types/bun-ffi.d.ts')],
  }
  writeFileSync(file, JSON.stringify(config, null, 2))
  return file
}

/** Returns the entry points, with the names that programs import. */
function namedEntryPoints(app, entries) {
  const names = new Map(entries.map(({ source, name }) => [source, name]))
  return app.getEntryPoints()?.map((each) => ({ ...each, displayName: names.get(each.sourceFile.fileName) }))
}

/**
 * Writes the site. `folder` contains its pages, `documents` are those that are not below others. Returns false if typedoc reports an
 * error or a warning, such as a link to nothing.
 */
export async function runTypedoc({ folder, out, documents, readme }) {
  const require = createRequire(path('site/package.json'))
  const typedoc = await import(pathToFileURL(require.resolve('typedoc')))
  const entries = entryPoints().filter(({ isForPeople }) => isForPeople)
  const app = await typedoc.Application.bootstrap({
    ...{ name: 'netloom', out, readme, entryPoints: entries.map(({ source }) => source) },
    ...{ projectDocuments: documents, tsconfig: writeConfig(folder, entries), basePath: path('') },
    // The build has checked the types already, with another version of TypeScript.
    ...{ skipErrorChecking: true, disableSources: true },
    ...{ excludePrivate: true, excludeExternals: true, excludeInternal: true },
    ...{ searchInDocuments: true, searchInComments: true, includeHierarchySummary: false },
    ...{ hideGenerator: true, githubPages: false },
    ...{ navigation: { includeGroups: false, includeCategories: false, includeFolders: false } },
    customCss: path('site/style.css'),
    highlightLanguages: ['c', 'console', 'javascript', 'json', 'shellscript', 'typescript', 'yaml'],
    ...{ validation: { invalidLink: true, invalidPath: true, notExported: false, notDocumented: false } },
  })
  const points = namedEntryPoints(app, entries)
  if (!points) return false
  const project = app.converter.convert(points)
  app.validate(project)
  await app.generateDocs(project, out)
  return !app.logger.hasErrors() && !app.logger.hasWarnings()
}
