import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext, runInThisContext } from 'node:vm'
import { dissectCapture, toJson } from '@netloom/netlink/dissect'
import { build } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import '../support/built.js'

/** Tests `@netloom/netlink/codec` and `/dissect` as in a browser: without Node's modules and globals, with and without `eval`. */
const test = suite('browser')

const folder = new URL('../captures/', import.meta.url)
/** Captures of each protocol; larger ones take too long without generated code. */
const captures = readdirSync(folder)
  .filter((name) => /\.pcap(ng)?$/.test(name))
  .map((name) => ({ name, file: readFileSync(new URL(name, folder)) }))
  .filter(({ file }) => file.length < 20_000)

/** Globals of Node that a browser lacks. esbuild renames each one that no module declares, so that the bundle shows it. */
const nodeGlobals = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname', '__filename']

async function bundle(entryPoints: readonly string[]) {
  const contents = entryPoints.map((name) => `export * as ${name} from '@netloom/netlink/${name}'`).join('\n')
  const { outputFiles, metafile, warnings } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    globalName: 'netloom',
    define: Object.fromEntries(nodeGlobals.map((name) => [name, `nodeGlobal_${name}`])),
    metafile: true,
    write: false,
    logLevel: 'silent',
  })
  assert.equal(warnings, [])
  return { code: outputFiles[0]?.text ?? '', inputs: Object.values(metafile.inputs) }
}

const bundled = bundle(['codec', 'dissect'])

test('the bundle uses no module and no global of Node', async () => {
  const { code, inputs } = await bundled
  assert.equal(
    inputs.flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path)),
    [],
  )
  assert.not.match(code, /\brequire\(/)
  assert.equal(code.match(/nodeGlobal_\w+/g) ?? [], [])
})

test('a module of Node would fail the bundle', async () => {
  await bundle(['socket']).then(
    () => assert.unreachable('expected the bundle of sockets to fail'),
    ({ errors }) => assert.match(errors.map(({ text }: { text: string }) => text).join('\n'), 'node:os'),
  )
})

/** Decodes a capture, encodes each datagram again, and returns everything as text. Runs in each context. */
const source = `({ dissectCapture, toJson }, file) =>
  JSON.stringify(Array.from(dissectCapture(file), ({ encode, time, toKernel, messages, rest }) => [
    ...messages.map(({ type, family, header, value, unknown, roundtrip, error }) =>
      toJson({ type, family, header, value, unknown, roundtrip, error: error?.message })),
    toJson({ time, toKernel, rest, encoded: encode() }),
  ]))`

const decodeHere = runInThisContext(source) as (dissect: object, file: Uint8Array) => string

for (const [title, globals, strings] of [
  ['in a bare context', {}, true],
  ['in a bare context without eval', {}, false],
  ['with the globals of a browser', { TextDecoder, TextEncoder }, true],
] as const) {
  test(`captures are decoded ${title}`, async () => {
    const context = createContext({ ...globals }, { codeGeneration: { strings, wasm: false } })
    runInContext((await bundled).code, context)
    for (const { name, file } of captures) {
      Object.assign(context, { file })
      const decoded = runInContext(`(${source})(netloom.dissect, file)`, context)
      assert.ok(decoded === decodeHere({ dissectCapture, toJson }, file), name)
    }
  })
}

test('a context without eval refuses it', () => {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  assert.throws(() => runInContext(`new Function('')`, context), /Code generation from strings disallowed/)
})

test.run()
