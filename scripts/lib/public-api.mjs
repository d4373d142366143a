import { existsSync, readFileSync } from 'node:fs'
import ts from 'typescript-5'
import { inferredObject, printDeclaration, visiblePart } from './declaration-text.mjs'
import { entryPoints } from './entry-points.mjs'
import { path } from './repo.mjs'

/** Declarations are read as they are written: nothing is inferred, so the libraries of TypeScript and Node are not needed. */
const options = {
  ...{ noLib: true, types: [], noEmit: true, target: ts.ScriptTarget.ESNext },
  ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
}

const byName = ({ name: a }, { name: b }) => (a < b ? -1 : a > b ? 1 : 0)

/** Returns the symbol that an import, or an export of another file's declaration, refers to. */
const resolve = (checker, symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)

/** Returns what a module exports: names, and lines if people read its signatures. `seen` maps printed symbols to their entry points. */
function exportsOf(checker, { name: entry, file, isForPeople }, module, seen) {
  const lines = ({ name, symbol }) => {
    if (!isForPeople) return [name]
    if (!symbol.declarations) throw new Error(`${file}: expected a declaration of ${name}, found none`)
    const first = seen.get(symbol)
    if (first) return [`${name}: see ${first}`]
    seen.set(symbol, entry)
    const renamed = symbol.name === name ? [] : [`${name}: exported name of ${symbol.name}`]
    return [...renamed, ...symbol.declarations.flatMap(printDeclaration)]
  }
  return checker
    .getExportsOfModule(module)
    .map((exported) => ({ name: exported.name, symbol: resolve(checker, exported) }))
    .sort(byName)
    .map((each) => ({ ...each, lines: lines(each) }))
}

/** Calls `found` with the symbol of each type that a declaration names. */
function forEachType(checker, declaration, found) {
  const visit = (node) => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node) && node.expression
    const symbol = name && checker.getSymbolAtLocation(name)
    if (symbol) found(resolve(checker, symbol))
    ts.forEachChild(node, visit)
  }
  if (!inferredObject(declaration)) visit(visiblePart(declaration))
}

/** Returns the types that no entry point exports, and that printed signatures name: a change to one changes these. */
function typesBehind(checker, printed, exported) {
  const found = new Set()
  const queue = [...printed]
  const add = (symbol) => {
    const isOurs = symbol.declarations?.some((each) => !each.getSourceFile().fileName.includes('/node_modules/'))
    if (!isOurs || symbol.flags & ts.SymbolFlags.TypeParameter || exported.has(symbol) || found.has(symbol)) return
    found.add(symbol)
    queue.push(symbol)
  }
  for (let symbol = queue.pop(); symbol; symbol = queue.pop())
    for (const declaration of symbol.declarations) forEachType(checker, declaration, add)
  return [...found].map(({ name, declarations }) => ({ name, lines: declarations.flatMap(printDeclaration) }))
}

const linesBefore = (a, b) => (a.lines.join() < b.lines.join() ? -1 : 1)

/**
 * Returns the exports of entry points, as their declaration files have them: names, and signatures of those that people read. What
 * several of them export is printed once. `behind` are the types of signatures that no entry point exports.
 */
export function readApi(entries = entryPoints()) {
  const files = entries.map(({ file }) => file)
  const program = ts.createProgram(files, options)
  const checker = program.getTypeChecker()
  const seen = new Map()
  const sections = entries.map((entry) => {
    const module = checker.getSymbolAtLocation(program.getSourceFile(entry.file))
    return { entry: entry.name, exports: exportsOf(checker, entry, module, seen) }
  })
  const exported = new Set(sections.flatMap(({ exports }) => exports.map(({ symbol }) => symbol)))
  return {
    sections,
    behind: typesBehind(checker, seen.keys(), exported).sort((a, b) => byName(a, b) || linesBefore(a, b)),
  }
}

/** The heading of the last section. */
export const notExported = 'Not exported, but named by these signatures'

/** The file that lists the public API. */
export const publicApiFile = path('public-api.txt')

/** Returns the text of {@link publicApiFile}: a section for each entry point, with an indented name or signature for each export. */
export function publicApi({ sections, behind } = readApi()) {
  const all = [...sections, { entry: notExported, exports: behind }]
  return all
    .map(({ entry, exports }) => [entry, ...exports.flatMap(({ lines }) => lines.map((line) => `  ${line}`))])
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n')
}

/** Returns the text of the file, or of none if it does not exist. */
export const recordedApi = () => (existsSync(publicApiFile) ? readFileSync(publicApiFile, 'utf8') : '')
