import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { inScratch, type Namespace } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('lifetime of readers', 'netns', 'tun')

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Runs a program with a device `tap0` in a namespace. Returns its lines and its exit code. */
function run({ name }: Namespace, code: string) {
  const program = `import { TunTap } from '@netloom/tuntap'
    const tap = TunTap.create({ mode: 'tap', name: 'tap0' })
    ${code}
    console.log('last statement')`
  const flags = 'Bun' in globalThis ? [] : [...process.execArgv, '--input-type=module']
  const child = spawn('ip', ['netns', 'exec', name, process.execPath, ...flags, '-e', program], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), exit: once(child, 'exit') }
}

for (const [what, code] of [
  ['without a reader', ''],
  ['after a reader', 'const frames = tap.frames(); frames.next(); await frames.return()'],
  ['with a reader that unref() was called for', 'tap.frames().next(); tap.unref()'],
  ['with a reader that starts after unref()', 'tap.unref().start(() => {})'],
  ['with a paused listener', 'tap.start(() => {}).pause()'],
] as const)
  test(`a process ${what} exits`, () =>
    inScratch(async (namespace) => {
      const { lines, exit } = run(namespace, code)
      assert.is((await lines.next()).value, 'last statement')
      assert.equal(await exit, [0, null])
    }))

for (const [what, code] of [
  ['frames()', 'tap.frames().next().then(() => console.log("a frame"))'],
  ['start()', 'const listener = tap.start(() => { console.log("a frame"); listener.stop() })'],
  ['a reader after ref()', 'tap.unref(); tap.batches().next().then(() => console.log("a frame")); tap.ref()'],
  ['a resumed listener', 'const l = tap.start(() => { console.log("a frame"); l.stop() }); l.pause(); l.resume()'],
] as const)
  test(`a process with ${what} stays alive until a frame arrives`, () =>
    inScratch(async (namespace) => {
      const { lines, exit } = run(namespace, code)
      assert.is((await lines.next()).value, 'last statement')
      // The kernel announces its IPv6 address.
      namespace.ip('link', 'set', 'tap0', 'up')
      assert.is((await lines.next()).value, 'a frame')
      assert.equal(await exit, [0, null])
    }))

test.run()
