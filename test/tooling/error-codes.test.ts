import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript-5'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Every error that a package throws has a `code`, and docs/errors.md lists the exported classes. */
const test = suite('codes of errors')

const root = fileURLToPath(new URL('../..', import.meta.url))

const builtIn = new Set(['Error', 'TypeError', 'RangeError', 'SyntaxError', 'EvalError', 'AggregateError', 'URIError'])

/** Errors without a code: those that JavaScript itself throws in place of which the QuickJS runtime throws them. */
const ofJavaScript = new Set([
  'packages/quickjs-runtime/src/json.ts SyntaxError',
  'packages/quickjs-runtime/src/globals.ts EvalError',
])

interface ErrorClass {
  readonly name: string
  readonly base: string
  readonly hasCode: boolean
  /** The code, if it is one text. */
  readonly code: string | undefined
  readonly file: string
}

interface Findings {
  readonly classes: ErrorClass[]
  /** Places of errors that are created without a code. */
  readonly wrong: string[]
}

const named = (node: ts.Node | undefined, name: string) =>
  node !== undefined && (ts.isIdentifier(node) || ts.isStringLiteral(node)) && node.text === name

function classOf(node: ts.ClassLikeDeclaration, file: string): ErrorClass | undefined {
  const base = node.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword)?.types[0]?.expression
  if (node.name === undefined || base === undefined || !ts.isIdentifier(base)) return undefined
  const property = node.members.find((member) => ts.isPropertyDeclaration(member) && named(member.name, 'code'))
  const parameter = node.members
    .filter(ts.isConstructorDeclaration)
    .flatMap(({ parameters }) => parameters)
    .find((each) => named(each.name, 'code') && ts.canHaveModifiers(each) && ts.getModifiers(each)?.length)
  const value = property && ts.isPropertyDeclaration(property) ? property.initializer : undefined
  return {
    ...{ name: node.name.text, base: base.text, hasCode: (property ?? parameter) !== undefined, file },
    code: value && ts.isStringLiteral(value) ? value.text : undefined,
  }
}

/** True for `Object.assign(error, { code })`, of which the first argument satisfies `isError`. */
const addsCode = (node: ts.Node, isError: (argument: ts.Node | undefined) => boolean): boolean =>
  ts.isCallExpression(node) &&
  node.expression.getText() === 'Object.assign' &&
  isError(node.arguments[0]) &&
  node.arguments.some(
    (each) => ts.isObjectLiteralExpression(each) && each.properties.some((p) => named(p.name, 'code')),
  )

/** True if a later statement of the function adds a code to the variable. */
function variableGetsCode({ name, parent }: ts.VariableDeclaration): boolean {
  let body: ts.Node = parent
  while (!ts.isBlock(body) && !ts.isSourceFile(body)) body = body.parent
  const search = (node: ts.Node): boolean =>
    addsCode(node, (argument) => argument !== undefined && named(argument, name.getText())) ||
    (ts.forEachChild(node, search) ?? false)
  return search(body)
}

function hasCode(created: ts.NewExpression): boolean {
  const { parent } = created
  return (
    addsCode(parent, (argument) => argument === created) ||
    (ts.isVariableDeclaration(parent) && variableGetsCode(parent))
  )
}

/** Finds the classes of errors of a source, and errors without a code. */
function scan(file: string, text: string, { classes, wrong }: Findings): void {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const place = (node: ts.Node) => `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const found = classOf(node, file)
      if (found) classes.push(found)
    }
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && builtIn.has(node.expression.text)) {
      const { text: name } = node.expression
      if (!hasCode(node) && !ofJavaScript.has(`${file} ${name}`)) wrong.push(`${place(node)}: ${name}`)
    }
    if (
      ts.isThrowStatement(node) &&
      (ts.isLiteralExpression(node.expression) || ts.isTemplateExpression(node.expression))
    )
      wrong.push(`${place(node)}: no error`)
    ts.forEachChild(node, visit)
  }
  visit(source)
}

/** Returns the classes that extend `Error`, directly or not. */
function errorsAmong(classes: readonly ErrorClass[]): ErrorClass[] {
  const byName = new Map(classes.map((each) => [each.name, each]))
  const isError = ({ base }: ErrorClass): boolean => {
    const parent = byName.get(base)
    return parent === undefined ? builtIn.has(base) : isError(parent)
  }
  return classes.filter(isError)
}

/** Returns the class that declares the code of an error; undefined if none does. */
function declaring(error: ErrorClass, errors: readonly ErrorClass[]): ErrorClass | undefined {
  if (error.hasCode) return error
  const base = errors.find(({ name }) => name === error.base)
  return base && declaring(base, errors)
}

function scanPackages(): Findings {
  const findings: Findings = { classes: [], wrong: [] }
  const files = ts.sys.readDirectory(join(root, 'packages'), ['.ts'], ['**/node_modules', '**/dist', '**/bundle'])
  for (const file of files) if (file.includes('/src/')) scan(relative(root, file), readFileSync(file, 'utf8'), findings)
  return findings
}

test('every class of errors has a code, and every error is of such a class', () => {
  const { classes, wrong } = scanPackages()
  const errors = errorsAmong(classes)
  assert.ok(errors.length > 20, errors.map(({ name }) => name).join(' '))
  assert.equal(wrong, [])
  assert.equal(
    errors.filter((each) => declaring(each, errors) === undefined).map(({ file, name }) => `${file}: ${name}`),
    [],
  )
})

test('docs/errors.md lists every exported class with its code', () => {
  const errors = errorsAmong(scanPackages().classes)
  const [api = ''] = readFileSync(join(root, 'public-api.txt'), 'utf8').split('\nNot exported')
  const exported = new Set([...api.matchAll(/^ {2}(?:(?:abstract )?class )?(\w+)/gm)].map(([, name = '']) => name))
  assert.ok(errors.filter(({ name }) => exported.has(name)).length > 20)
  const rows = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
  for (const error of errors.filter(({ name }) => exported.has(name))) {
    const row = rows.find(([, first]) => first?.startsWith(`\`${error.name}\``))
    assert.ok(row, `${error.name} is missing`)
    const { code } = declaring(error, errors) ?? {}
    if (code !== undefined) assert.is(row?.[3], `\`${code}\``, error.name)
  }
})

test('a class without a code, an Error, and a thrown text are found', () => {
  const findings: Findings = { classes: [], wrong: [] }
  const text = `
    class Base extends Error { readonly code = 'X' }
    class Derived extends Base {}
    class Parameter extends TypeError { constructor(readonly code: string) { super() } }
    class Without extends RangeError { constructor(code: string) { super(code) } }
    class Other extends Map {}
    function a() { throw new Error('a') }
    function b() { throw Object.assign(new Error('b'), { code: 'B' }) }
    function c() { const error = new TypeError('c'); return Object.assign(error, { errno: 1, code: 'C' }) }
    function d() { const error = new TypeError('d'); return Object.assign(error, { errno: 1 }) }
    function e() { throw 'e' }
  `
  scan('x.ts', text, findings)
  const errors = errorsAmong(findings.classes)
  assert.equal(
    errors.filter((each) => declaring(each, errors) === undefined).map(({ name }) => name),
    ['Without'],
  )
  assert.equal(findings.wrong, ['x.ts:7: Error', 'x.ts:10: TypeError', 'x.ts:11: no error'])
})

test.run()
