import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext, runInThisContext } from 'node:vm'
import { dissectCapture, toJson } from '@netloom/netlink/dissect'
import * as packet from '@netloom/packet'
import { build } from 'esbuild'
import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { packets } from '../packet/generate.js'
import '../support/built.js'

/** Tests `@netloom/netlink/codec`, `/dissect` and `@netloom/packet` as in a browser: without Node's modules and globals, with and without `eval`. */
const test = suite('browser')

const folder = new URL('../captures/', import.meta.url)
/** Captures of each protocol; larger ones take too long without generated code. */
const captures = readdirSync(folder)
  .filter((name) => /\.pcap(ng)?$/.test(name))
  .map((name) => ({ name, file: readFileSync(new URL(name, folder)) }))
  .filter(({ file }) => file.length < 20_000)

/** Globals of Node that a browser lacks. esbuild renames each one that no module declares, so that the bundle shows it. */
const nodeGlobals = ['Buffer', 'process', 'global', 'require', 'setImmediate', '__dirname', '__filename']

/** Bundles entry points of `@netloom`. The global `netloom` gets each of them under the last part of its name. */
async function bundle(entryPoints: readonly string[]) {
  const lines = entryPoints.map((name) => `export * as ${name.replace(/.*\//, '')} from '@netloom/${name}'`)
  const contents = lines.join('\n')
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

const bundled = bundle(['netlink/codec', 'netlink/dissect', 'netlink/inspect', 'packet'])

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
  await bundle(['netlink/socket']).then(
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

/** Decodes, prints and encodes packets, and reads them with views, often enough for generated code. Runs in each context. */
const packetSource = `({ decodePacket, encodePacket, formatPacket, toJson, PacketView, transportChecksumState }, packets) => {
  const packet = new PacketView()
  return JSON.stringify(packets.map((bytes) => {
    for (let round = 0; round < 120; round++) encodePacket(decodePacket(bytes))
    packet.parse(bytes)
    const state = [packet.ethernet.sourceText, packet.protocol, transportChecksumState(packet)]
    return [toJson(decodePacket(bytes)), formatPacket(bytes), toJson(encodePacket(decodePacket(bytes))), state]
  }))
}`

const packetsHere = runInThisContext(packetSource) as (packet: object, packets: readonly Uint8Array[]) => string
const generated = fc.sample(packets, { numRuns: 30, seed: 1 }).map((layers) => packet.encodePacket(layers))

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

  test(`packets are decoded, printed and encoded ${title}`, async () => {
    const context = createContext({ ...globals }, { codeGeneration: { strings, wasm: false } })
    runInContext((await bundled).code, context)
    // Arrays of the context's own class.
    const own = runInContext('(packets) => packets.map((bytes) => new Uint8Array(bytes))', context)
    Object.assign(context, { packets: own(generated.map((bytes) => [...bytes])) })
    const decoded = runInContext(`(${packetSource})(netloom.packet, packets)`, context)
    assert.is(decoded, packetsHere(packet, generated))
  })
}

test('a context without eval refuses it', () => {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } })
  assert.throws(() => runInContext(`new Function('')`, context), /Code generation from strings disallowed/)
})

test.run()
