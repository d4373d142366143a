import { fileURLToPath } from 'node:url'
import ts from 'typescript-5'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { sameLines } from '../support/same-lines.js'
import '../support/built.js'

/** Tests that editors can show a comment of every option of tc. editor.test.ts shows some. */
const test = suite('the documentation of options in an editor')

// Editors read the declaration files. A comment can be in the sources, and be missing there.
const kinds = fileURLToPath(new URL('../../packages/netlink/dist/api/tc/kinds.d.ts', import.meta.url))

const program = ts.createProgram([kinds], {
  ...{ strict: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2022 },
  ...{ module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
})
const checker = program.getTypeChecker()

/** Returns the exports of a module by their names, without types. */
const exportsOf = (module: ts.Symbol) =>
  checker.getExportsOfModule(module).map((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    return { name: exported.name, symbol }
  })

/** An option, by the path of its keys: `htb.rate`. */
interface Option {
  readonly path: string
  readonly comment: string
}

/** Returns the options of an object, and those in their values. */
function optionsOf(path: string, type: ts.Type): Option[] {
  if (type.isUnion()) return type.types.flatMap((each) => optionsOf(path, each))
  if (checker.isArrayType(type))
    return checker.getTypeArguments(type as ts.TypeReference).flatMap((each) => optionsOf(path, each))
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return []
  return checker.getPropertiesOfType(type).flatMap((option) => optionsIn(path, option))
}

/** Returns an option, and those in its value. A row of a table is a function that reads the value. */
function optionsIn(under: string, option: ts.Symbol): Option[] {
  const declaration = option.declarations?.[0]
  if (declaration === undefined || program.isSourceFileDefaultLibrary(declaration.getSourceFile())) return []
  const path = `${under}.${option.name}`
  const type = checker.getTypeOfSymbol(option)
  const value = type.getCallSignatures()[0]?.parameters[1]
  const comment = ts.displayPartsToString(option.getDocumentationComment(checker))
  return [{ path, comment }, ...optionsOf(path, value === undefined ? type : checker.getTypeOfSymbol(value))]
}

const module = checker.getSymbolAtLocation(program.getSourceFile(kinds) as ts.SourceFile) as ts.Symbol
const tables = exportsOf(module)
  .filter(({ name }) => name.endsWith('Words'))
  .flatMap(({ name: family, symbol }) =>
    exportsOf(symbol).map(({ name, symbol: kind }) => ({ name: `${family}.${name}`, kind })),
  )

for (const { name, kind } of tables)
  test(`${name}: each option has a comment`, () => {
    const table = checker.getTypeOfSymbol(kind).getProperty('table') as ts.Symbol
    const options = optionsOf(name, checker.getTypeOfSymbol(table))
    assert.ok(options.length > 0)
    sameLines(
      options.filter(({ comment }) => comment === '').map(({ path }) => path),
      [],
    )
  })

test.run()
