import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import manifest from '../../packages/netlink/package.json' with { type: 'json' }
// @ts-expect-error: a script without types
import { publicApi, readApi, recordedApi } from '../../scripts/lib/public-api.mjs'
import '../support/built.js'

const test = suite('public API')

interface Api {
  readonly sections: readonly { readonly entry: string; readonly exports: readonly { readonly name: string }[] }[]
}

/** Returns the lines of one text that the other one does not contain, under the same entry point. */
function missingIn(other: string, text: string): string[] {
  const linesOf = (each: string) =>
    each.split('\n\n').flatMap((section) => {
      const [entry, ...lines] = section.trim().split('\n')
      return lines.map((line) => `${entry}: ${line.trim()}`)
    })
  const known = new Set(linesOf(other))
  return linesOf(text).filter((line) => !known.has(line))
}

const differences = (actual: string, recorded: string) => ({
  added: missingIn(recorded, actual),
  removed: missingIn(actual, recorded),
})

const api: Api = readApi()

test('public-api.txt lists the exports with their signatures (npm run public-api writes it)', () => {
  const [actual, recorded]: [string, string] = [publicApi(api), recordedApi()]
  assert.equal(differences(actual, recorded), { added: [], removed: [] })
  assert.is(actual, recorded)
})

test('each name that can be imported at runtime is listed', async () => {
  for (const { entry, exports } of api.sections) {
    if (!entry.startsWith('@netloom/netlink')) continue
    const names = new Set(exports.map(({ name }) => name))
    const unlisted = Object.keys(await import(entry)).filter((name) => !names.has(name))
    assert.equal(unlisted, [], entry)
  }
})

test('a declaration is short: members of inferred types are listed by name', () => {
  const lines = (publicApi(api) as string).split('\n')
  assert.equal(
    lines.filter((line) => line.length > 400 || line.includes('import("')),
    [],
  )
})

/** Returns the text for entry points with these declaration files: `./inner.js` is not an entry point. */
function apiOf(files: Readonly<Record<string, string>>, isForPeople = true): string {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-api-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.d.ts`), text)
    const names = Object.keys(files).filter((name) => name !== 'inner')
    return publicApi(readApi(names.map((name) => ({ name, file: join(folder, `${name}.d.ts`), isForPeople }))))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const inner = `
  export interface Base { readonly inherited: string }
  interface Hidden { depth: number }
  export declare class Tool extends Other<Base> {
    #private
    private secret(): void
    protected constructor(hidden: Hidden)
    /** Runs. */
    run(speed: number): void
  }
  declare class Other<T> { kept: T }
  export declare const numbers: import("./names.js").Constants<{ readonly ONE: 1; readonly TWO: 2 }>`

const files = {
  inner,
  main: "export { Tool, numbers } from './inner.js'",
  other: "export { Tool as Same } from './inner.js'",
}

test('signatures are printed once, without private members, with the types behind them', () => {
  assert.is(
    apiOf(files),
    `main
  class Tool extends Other<Base> {
    protected constructor(hidden: Hidden)
    run(speed: number): void
  }
  const numbers: Constants of
    ONE 1, TWO 2

other
  Same: see main

Not exported, but named by these signatures
  interface Base {
    readonly inherited: string
  }
  interface Hidden {
    depth: number
  }
  class Other<T> {
    kept: T
  }
`,
  )
})

const behind = 'Not exported, but named by these signatures'

for (const [what, from, to, removed, added] of [
  [
    'a parameter',
    'speed: number',
    'speed?: number',
    'main: run(speed: number): void',
    'main: run(speed?: number): void',
  ],
  ['a result', 'number): void', 'number): 1', 'main: run(speed: number): void', 'main: run(speed: number): 1'],
  ['an inherited member', 'kept: T', 'kept: T[]', `${behind}: kept: T`, `${behind}: kept: T[]`],
  ['a type behind', 'depth: number', 'depth: bigint', `${behind}: depth: number`, `${behind}: depth: bigint`],
  ['a number', 'readonly TWO: 2', 'readonly TWO: 3', 'main: ONE 1, TWO 2', 'main: ONE 1, TWO 3'],
] as const) {
  test(`a change of ${what} is a difference`, () => {
    const changed = apiOf({ ...files, inner: inner.replace(from, to) })
    assert.equal(differences(changed, apiOf(files)), { added: [added], removed: [removed] })
  })
}

test('private members may change, and signatures of entry points at message level', () => {
  assert.is(apiOf({ ...files, inner: inner.replace('private secret(): void', 'private other: string') }), apiOf(files))
  const names = 'main\n  Tool\n  numbers\n\nother\n  Same\n'
  assert.is(apiOf(files, false), `${names}\n${behind}\n`)
})

test('importing an entry point loads no native code', () => {
  const entries = Object.keys(manifest.exports).filter((entry) => !entry.endsWith('.json'))
  const program = `
    ${entries.map((entry) => `await import('@netloom/netlink${entry.slice(1)}')`).join('\n')}
    const { readFileSync } = await import('node:fs')
    const isLoaded = () => readFileSync('/proc/self/maps', 'utf8').includes('koffi')
    console.log(isLoaded())
    const { Connection } = await import('@netloom/netlink')
    Connection.open().close()
    console.log(isLoaded())
  `
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' })
  assert.equal([stdout.split('\n').slice(0, 2), stderr], [['false', 'true'], ''])
})

test.run()
