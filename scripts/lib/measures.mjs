import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { path } from './repo.mjs'

/** TypeScript's parser, of dependency-cruiser's TypeScript: TypeScript 7 does not export one. */
const parser = () =>
  createRequire(realpathSync(path('node_modules', 'dependency-cruiser', 'package.json')))('typescript')

/** Reads the sources below `root`/packages/NAME/src, and C below native: `{ name, package, text, ts, ast }`. `name` is relative to `root`, `ts` is the parser. */
export function readSources(root) {
  const ts = parser()
  const names = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'src')))
  return names.flatMap((name) =>
    ['src', 'native']
      .map((part) => join(root, 'packages', name, part))
      .filter((folder) => existsSync(folder))
      .flatMap((folder) => readdirSync(folder, { recursive: true }).map((file) => join(folder, file)))
      .filter((file) => /\.(ts|c|h)$/.test(file))
      .sort()
      .map((file) => {
        const text = readFileSync(file, 'utf8')
        const ast = file.endsWith('.ts') ? ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true) : undefined
        return { name: relative(root, file), package: name, text, ts, ast }
      }),
  )
}

/** Calls `visit` with each node of a tree. */
function walk(ts, node, visit) {
  visit(node)
  ts.forEachChild(node, (child) => walk(ts, child, visit))
}

/** Counts the lines that contain code: neither blank nor only a comment. */
export function codeLines({ text }) {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/^\s*\/\/.*$/gm, '')
  return code.split('\n').filter((line) => line.trim()).length
}

/** Lists the functions of a source, methods and arrow functions included: `{ name, file, line, lines }`. */
export function functionsOf({ name: file, ts, ast }) {
  const functions = []
  const lineOf = (position) => ast.getLineAndCharacterOfPosition(position).line
  walk(ts, ast, (node) => {
    if (!ts.isFunctionLike(node) || !node.body) return
    const [first, last] = [lineOf(node.getStart(ast)), lineOf(node.getEnd())]
    const named = node.name ?? node.parent.name
    functions.push({ name: named?.getText(ast) ?? '(anonymous)', file, line: first + 1, lines: last - first + 1 })
  })
  return functions
}

/** Counts the type assertions `x as T`, without `as const`. */
export function castsOf({ ts, ast }) {
  let casts = 0
  walk(ts, ast, (node) => {
    if (ts.isAsExpression(node) && node.type.getText(ast) !== 'const') casts++
  })
  return casts
}

/** Lists what a source imports or re-exports by a relative path: `{ name, isType }`. Type-only imports have `isType`. */
function importsOf({ name, ts, ast }) {
  const imports = []
  walk(ts, ast, (node) => {
    const isImport = ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
    const isDynamic = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
    const specifier = isImport ? node.moduleSpecifier : isDynamic ? node.arguments[0] : undefined
    if (!specifier?.text?.startsWith('.')) return
    const target = join(dirname(name), specifier.text).replace(/\.js$/, '.ts')
    imports.push({ name: target, isType: Boolean(node.importClause?.isTypeOnly ?? node.isTypeOnly) })
  })
  return imports
}

/** Returns the imports of every source by its name. */
export const importGraph = (sources) =>
  new Map(sources.filter(({ ast }) => ast).map((source) => [source.name, importsOf(source)]))

/** Lists the files that `entry` imports, directly and indirectly, itself included; without type-only imports. */
export function reachOf(graph, entry) {
  const seen = new Set()
  const queue = [entry]
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    for (const { name: next, isType } of graph.get(name) ?? []) if (!isType) queue.push(next)
  }
  return [...seen].sort()
}

/**
 * Measures the modules in `folder`. A module is a file or a folder directly inside it; a dependency is a pair of modules of
 * which one imports the other.
 */
export function modulesIn(graph, folder) {
  const inside = (name) => name.startsWith(`${folder}/`)
  const moduleOf = (name) => name.slice(folder.length + 1).split('/')[0]
  const files = [...graph.keys()].filter(inside)
  const pairs = (of) =>
    new Set(
      files.flatMap((from) =>
        graph
          .get(from)
          .filter(({ name }) => inside(name) && of(name) !== of(from))
          .map(({ name }) => `${of(from)} ${of(name)}`),
      ),
    )
  return {
    files: files.length,
    fileDependencies: pairs((name) => name).size,
    modules: new Set(files.map(moduleOf)).size,
    dependencies: pairs(moduleOf).size,
  }
}

/** Shortest run of equal lines that counts as repeated. */
export const repeatedRun = 6

/** Counts the lines that occur in a run of at least `repeatedRun` equal lines elsewhere; blank lines, comments and imports do not count. */
export function repeatedLines(sources) {
  const runs = new Map()
  const all = sources.map(({ name, text }) => ({
    name,
    lines: text
      .replace(/^(?:import|export) (?:type )?\{[^}]*\}/gm, '')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line.length > 2 && !/^(\/\/|\/?\*|import |export \* |from )/.test(line)),
  }))
  for (const { name, lines } of all)
    for (let at = 0; at + repeatedRun <= lines.length; at++) {
      const run = lines.slice(at, at + repeatedRun).join('\n')
      runs.set(run, [...(runs.get(run) ?? []), `${name} ${at}`])
    }
  const repeated = new Set()
  for (const places of runs.values())
    if (places.length > 1)
      for (const place of places) {
        const [name, at] = place.split(' ')
        for (let index = 0; index < repeatedRun; index++) repeated.add(`${name} ${Number(at) + index}`)
      }
  return repeated.size
}
