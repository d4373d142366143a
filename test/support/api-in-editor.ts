import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Netlink } from '@netloom/netlink'
import * as assert from 'uvu/assert'
import { type Editor, startLanguageServer, startTsserver } from './language-server.js'
import './built.js'

const objects = ['link', 'address', 'route', 'neighbour', 'rule', 'nexthop', 'qdisc'] as const

/** The operations of each object, in both forms: `link.list`, `link.listSync`, … */
function operations(): string[] {
  using nl = Netlink.open()
  return objects.flatMap((object) => Object.keys(nl[object]).map((name) => `${object}.${name}`))
}

export const names = operations()

const lines = [
  "import { Netlink } from '@netloom/netlink'",
  '',
  'const nl = Netlink.open()',
  ...names.map((name) => `nl.${name}`),
]

const tool = (name: string) => fileURLToPath(new URL(`../../node_modules/${name}`, import.meta.url))

type Start = (file: string, text: string) => Promise<Editor>

/** The servers that editors use: tsserver, and the language server of TypeScript 7. */
export const servers: Readonly<Record<string, Start>> = {
  'TypeScript 5.9': (file, text) => startTsserver(tool('typescript-5/lib/tsserver.js'), file, text),
  'TypeScript 7': (file, text) => startLanguageServer(tool('.bin/tsc'), ['--lsp', '--stdio'], file, text),
}

/**
 * Opens a program in `folder` that uses every operation. Checks that hover shows documentation, and that each definition is in `src`
 * of the package in `netlink`.
 */
export async function checkOperations(start: Start, folder: string, netlink: string): Promise<void> {
  const compilerOptions = { module: 'nodenext', target: 'es2022', lib: ['es2023', 'esnext.disposable'], strict: true }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  const program = join(folder, 'program.ts')
  writeFileSync(program, lines.join('\n'))
  const editor = await start(program, lines.join('\n'))
  try {
    for (const [index, name] of names.entries()) {
      const [object = '', operation = ''] = name.split('.')
      const position = { line: lines.length - names.length + index, character: `nl.${object}.`.length }
      const hover = await editor.hover(position)
      // A sentence that begins with a verb.
      assert.match(hover, /(Lists|Returns|Creates|Adds|Changes|Deletes) /, `${name}: ${hover}`)
      const { file, line } = await editor.definition(position)
      assert.is(file, join(netlink, `src/api/${object}/operations.ts`), name)
      const definition = readFileSync(file, 'utf8').split('\n')[line]
      assert.match(definition ?? '', new RegExp(`^ {2}${operation}[<(]`), name)
    }
  } finally {
    editor.close()
  }
}
