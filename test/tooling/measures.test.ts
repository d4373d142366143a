import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

// A variable, because TypeScript would require declarations for a literal, which the scripts do not have.
const module = new URL('../../scripts/lib/measures.mjs', import.meta.url).href
const { castsOf, codeLines, functionsOf, importGraph, modulesIn, reachOf, readSources, repeatedLines } = await import(
  module
)

const repeated = Array.from({ length: 6 }, (_, index) => `export const value${index} = ${index}`).join('\n')

const files = {
  'packages/a/src/main.ts': `/** A comment.\n * Its second line. */\nimport { one } from './b/one.js'\nimport type { Two } from './two.js'

// More.
export const f = (): Two => {
  const inner = () => one as unknown as number
  return inner() as const
}
`,
  'packages/a/src/two.ts': `import './b/one.js'\nexport type Two = 2\n${repeated}\n`,
  'packages/a/src/b/one.ts': `import '../two.js'\nimport './more.js'\nexport const one = 1\n${repeated}\n`,
  'packages/a/src/b/more.ts': 'export {}\n',
  'packages/a/native/main.c': 'int main(void)\n{\n}\n',
}

const folder = mkdtempSync(join(tmpdir(), 'netloom-measures-'))
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const sources = readSources(folder) as { readonly name: string; readonly ast?: object }[]
rmSync(folder, { recursive: true })
const main = sources.find(({ name }) => name === 'packages/a/src/main.ts')
const graph = importGraph(sources)

const test = suite('npm run measures')

test('reads TypeScript and C', () => assert.equal(sources.map(({ name }) => name).sort(), Object.keys(files).sort()))

test('counts lines of code', () => assert.is(codeLines(main), 6))

test('lists functions with their lines', () =>
  assert.equal(functionsOf(main), [
    { name: 'f', file: 'packages/a/src/main.ts', line: 7, lines: 4 },
    { name: 'inner', file: 'packages/a/src/main.ts', line: 8, lines: 1 },
  ]))

test('counts type assertions without `as const`', () => assert.is(castsOf(main), 2))

test('follows imports, but not those of types', () => {
  assert.equal(reachOf(graph, 'packages/a/src/main.ts'), [
    'packages/a/src/b/more.ts',
    'packages/a/src/b/one.ts',
    'packages/a/src/main.ts',
    'packages/a/src/two.ts',
  ])
  assert.equal(reachOf(graph, 'packages/a/src/b/more.ts'), ['packages/a/src/b/more.ts'])
})

test('counts modules and their dependencies, types included', () =>
  assert.equal(modulesIn(graph, 'packages/a/src'), {
    ...{ files: 4, fileDependencies: 5 },
    ...{ modules: 3, dependencies: 4 },
  }))

test('counts repeated lines', () => assert.is(repeatedLines(sources), 12))

test.run()
