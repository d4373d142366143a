import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { environmentOf, isExecutable, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

/** Tests with invalid standard streams: closed, full, in the wrong direction, or never closed. */

const test = suiteNeeding('cni-tap: standard streams', 'netns', 'tun', 'cniPlugins')

/** Runs the plugin through sh, where `$stdin` is the file with the configuration and `"$@"` the plugin. */
function inShell(a: Attachment, command: string, script: string, config: object) {
  const env = { ...environmentOf(a.call(command, config)), stdin: a.write('config', JSON.stringify(config)) }
  return spawnSync('sh', ['-c', script, 'sh', ...plugin], { env, encoding: 'utf8' })
}

/** Shell commands that run the plugin with a stdout that cannot be written. */
const unwritable: Readonly<Record<string, string>> = {
  'is closed': '"$@" < "$stdin" >&-',
  'is closed, and stderr too': '"$@" < "$stdin" >&- 2>&-',
  'is full': '"$@" < "$stdin" > /dev/full',
  'can only be read': '"$@" < "$stdin" 1< /dev/null',
  'is a folder': '"$@" < "$stdin" 1< /',
}

for (const [how, script] of Object.entries(unwritable)) {
  test(`ADD fails and leaves nothing if stdout ${how}`, () =>
    attached((a) => {
      const { status, stdout, stderr } = inShell(a, 'ADD', script, a.config(a.hostLocal()))
      assert.equal({ status, stdout }, { status: 1, stdout: '' })
      if (!script.includes('2>&-')) assert.match(stderr, /"msg": "error writing the result: /)
      a.assertClean()
    }))
}

test('ADD fails and leaves nothing if stdout is a pipe without a reader', () =>
  attached(async (a) => {
    const config = a.config(a.hostLocal())
    const [program, ...args] = plugin
    const child = spawn(program, args, { env: environmentOf(a.call('ADD', config)), stdio: ['pipe', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.stdout.destroy()
    await once(child.stdout, 'close')
    child.stdin.end(JSON.stringify(config))
    const [code] = await once(child, 'close')
    assert.is(code, 1)
    assert.match(Buffer.concat(output).toString(), /"msg": "error writing the result: /)
    a.assertClean()
  }))

test('DEL, which prints no result, succeeds if stdout is closed or /dev/null', () =>
  attached((a) => {
    a.succeed('ADD', a.config(a.hostLocal()))
    assert.is(inShell(a, 'DEL', '"$@" < "$stdin" >&- 2>&-', a.config(a.hostLocal())).status, 0)
    a.assertClean()
    a.succeed('ADD', a.config())
    assert.is(inShell(a, 'DEL', '"$@" < "$stdin" > /dev/null', a.config()).status, 0)
  }))

test('a result written to /dev/null counts as written', () =>
  attached((a) => {
    assert.is(inShell(a, 'ADD', '"$@" < "$stdin" > /dev/null', a.config()).status, 0)
    assert.equal(a.devices().sort(), ['lo', 'tap0'])
  }))

test('without stdin the configuration is missing', () =>
  attached((a) => {
    for (const script of ['"$@" <&-', '"$@" < /dev/null', '"$@" < /', '"$@" <&- 2>&-']) {
      const { status, stdout } = inShell(a, 'ADD', script, a.config())
      assert.is(status, 1)
      assert.ok([5, 6].includes(JSON.parse(stdout).code), stdout)
    }
    a.assertClean()
  }))

test('no file that the plugin opens gets the number of a closed standard stream', () =>
  attached((a) => {
    // The note is written to fd 2, which could otherwise be a namespace, a socket or the device.
    const config = a.config({ ...a.hostLocal(), mtuu: 1400 })
    const { status, stdout } = inShell(a, 'ADD', '"$@" < "$stdin" 2>&-', config)
    assert.is(status, 0, stdout)
    assert.is(JSON.parse(stdout).interfaces[0].name, 'tap0')
    a.succeed('CHECK', { ...config, prevResult: JSON.parse(stdout) })
  }))

test.run()

const version = suite('cni-tap: VERSION and a stdin that stays open')

/** Longer than any answer takes. */
const hangs = 60_000

/** Calls VERSION, writes `text` to its stdin and leaves it open. Returns the version of the answer. */
async function requestVersion(text: string) {
  const [program, ...args] = plugin
  const env = environmentOf({ command: 'VERSION' })
  const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'], timeout: hangs })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk) => chunks.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.write(text)
  const [code] = await once(child, 'close')
  assert.is(code, 0)
  assert.not.ok(child.stdin.writableEnded)
  return JSON.parse(Buffer.concat(chunks).toString()).cniVersion
}

const requested: readonly [text: string, answer: string][] = [
  ['', '1.1.0'],
  ['{"cniVersion":"0.4.0"}', '0.4.0'],
  ['{"cniVersion":"0.4.0"}\n\n', '0.4.0'],
  ['{"cniVersion":"0.4.0","x":{}}', '0.4.0'],
  ['{"cniVersion":"0.4.0"', '1.1.0'],
  ['{"x":{}', '1.1.0'],
  ['{"cniVersion":"0.4.0"}}', '1.1.0'],
  ['"0.4.0"', '1.1.0'],
  ['[]', '1.1.0'],
  ['5', '1.1.0'],
]

for (const [text, answer] of requested)
  version(`${JSON.stringify(text)} is answered in version ${answer}`, async () =>
    assert.is(await requestVersion(text), answer),
  )

version('VERSION succeeds with any stdin', () => {
  const [env, redirections] = [
    environmentOf({ command: 'VERSION' }),
    ['<&-', '< /dev/null', '< /', '< /dev/full', '0> /dev/null'],
  ]
  for (const stdin of [...redirections, ...(isExecutable ? ['<&- 2>&-'] : [])]) {
    const { status, stdout } = spawnSync('sh', ['-c', `"$@" ${stdin}`, 'sh', ...plugin], { env, encoding: 'utf8' })
    assert.is(status, 0, stdin)
    assert.is(JSON.parse(stdout).cniVersion, '1.1.0')
  }
})

version.run()
