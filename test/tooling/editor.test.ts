import { mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Netlink } from '@netloom/netlink'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Editor, startLanguageServer, startTsserver } from '../support/language-server.js'
import '../support/built.js'

const test = suite('the API in an editor')

const root = realpathSync(fileURLToPath(new URL('../..', import.meta.url)))
const objects = ['link', 'address', 'route', 'neighbour', 'rule', 'nexthop', 'qdisc'] as const

/** The operations of each object, in both forms: `link.list`, `link.listSync`, … */
function operations(): string[] {
  using nl = Netlink.open()
  return objects.flatMap((object) => Object.keys(nl[object]).map((name) => `${object}.${name}`))
}

const names = operations()
const lines = [
  "import { Netlink } from '@netloom/netlink'",
  '',
  'const nl = Netlink.open()',
  ...names.map((name) => `nl.${name}`),
]

/** Creates a program outside of the repository, as a user has it. */
function program(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netloom-editor-')))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2023', 'esnext.disposable'], strict: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  writeFileSync(join(folder, 'program.ts'), lines.join('\n'))
  return folder
}

const servers: Readonly<Record<string, (file: string, text: string) => Promise<Editor>>> = {
  'TypeScript 5.9': (file, text) => startTsserver(join(root, 'node_modules/typescript-5/lib/tsserver.js'), file, text),
  'TypeScript 7': (file, text) =>
    startLanguageServer(join(root, 'node_modules/.bin/tsc'), ['--lsp', '--stdio'], file, text),
}

for (const [server, start] of Object.entries(servers))
  test(`${server}: hover shows the documentation of every operation, and its definition is in the sources`, async () => {
    const folder = program()
    const editor = await start(join(folder, 'program.ts'), lines.join('\n'))
    try {
      for (const [index, name] of names.entries()) {
        const [object = '', operation = ''] = name.split('.')
        const position = { line: lines.length - names.length + index, character: `nl.${object}.`.length }
        const hover = await editor.hover(position)
        // A sentence that begins with a verb.
        assert.match(hover, /(Lists|Returns|Creates|Adds|Changes|Deletes) /, `${name}: ${hover}`)
        const { file, line } = await editor.definition(position)
        assert.is(file, join(root, `packages/netlink/src/api/${object}/operations.ts`), name)
        const definition = readFileSync(file, 'utf8').split('\n')[line]
        assert.match(definition ?? '', new RegExp(`^ {2}${operation}\\(`), name)
      }
    } finally {
      editor.close()
      rmSync(folder, { recursive: true })
    }
  })

test('every operation has a synchronous form', () => {
  const asynchronous = names.filter((name) => !name.endsWith('Sync'))
  assert.is(asynchronous.length * 2, names.length)
  for (const name of asynchronous) assert.ok(names.includes(`${name}Sync`), name)
})

test.run()
