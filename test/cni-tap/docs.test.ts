import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { ErrorCode } from '../../packages/cni-tap/dist/cni/error.js'
import { complaint, type Namespace, scratch, skipped } from '../support/netns.js'
import { callByHand, callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached, standardPlugins } from './attachment.js'

/** The plugin's documentation: every configuration in it is run, and every error code is explained. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const pages = [
  'packages/cni-tap/README.md',
  ...readdirSync(`${root}/docs/cni`)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/cni/${name}`),
]
const textOf = (page: string) => readFileSync(`${root}/${page}`, 'utf8')

type Json = Record<string, unknown>

/** Keys of JSON that the plugin prints: results, errors and lines of the log. Other blocks must be configurations. */
const printed = ['interfaces', 'code', 'time']

/** Returns the configurations on a page. */
const examplesOf = (page: string): Json[] =>
  [...textOf(page).matchAll(/^ *```json\n([\s\S]*?)^ *```$/gm)]
    .map(([, text = '']) => JSON.parse(text))
    .filter((json) => !printed.some((key) => key in json))

const texts = suite('cni-tap: documentation')

texts('every configuration is valid according to `tap config`', () => {
  const all = pages.flatMap((page) => examplesOf(page).map((example) => ({ page, example })))
  assert.ok(all.length > 10)
  for (const { page, example } of all) {
    const { exitCode, stdout } = callByHand(['config'], JSON.stringify(example))
    assert.is(exitCode, 0, `${page}: ${stdout}`)
    assert.not.match(stdout, /^note: /m, page)
  }
})

/** Codes of an error page: `| 7 | …`, or a heading `## 7: …`. */
const codesOf = (text: string) =>
  [...text.matchAll(/^(?:\| (\d+) +\||## (\d+):)/gm)].map(([, row, title]) => Number(row ?? title))

texts('docs/cni/errors.md explains each error code', () => {
  assert.equal(codesOf(textOf('docs/cni/errors.md')), Object.values(ErrorCode))
})

/** The text of all sources of the plugin. */
const sources = readdirSync(`${root}/packages/cni-tap/src`, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(`${root}/packages/cni-tap/src/${name}`, 'utf8'))
  .join('\n')

texts('docs/cni/errors.md contains only messages of the plugin', () => {
  const messages = [...textOf('docs/cni/errors.md').matchAll(/^\| `([^|]+?)` +\|/gm)].map(([, message = '']) => message)
  assert.ok(messages.length > 40)
  // Placeholders, and the parts of a message that are names of errnos or single characters, are in no source.
  const parts = messages.flatMap((message) => message.split('…')).map((part) => part.trim())
  const unknown = parts.filter(
    (part) => /^[a-z].{5}/i.test(part) && !sources.includes(part.replace(/[[(:]+$/, '').trim()),
  )
  assert.equal(unknown, [])
})

/** Returns the beginnings of the messages of a code on the page. */
function rowsOf(code: number): string[] {
  const [, section = ''] = textOf('docs/cni/errors.md').split(`\n## ${code}: `)
  const [rows = ''] = section.split('\n## ')
  return [...rows.matchAll(/^\| `([^|]+?)` +\|/gm)].map(([, message = '']) => message.split('…')[0] ?? '')
}

texts('docs/cni/errors.md contains every message that begins with a text in the sources', () => {
  const created =
    /(?:CniError\(\s*ErrorCode\.(\w+),\s*|failure\()(['"`])(\w[^'"`$]{5,})['"`$][^\n]*?(?:ErrorCode\.(\w+))?\)/g
  const found = [...sources.matchAll(created)].flatMap(([, first, , message = '', last]) => {
    const name = (first ?? last) as keyof typeof ErrorCode | undefined
    return name === undefined ? [] : [{ message, code: ErrorCode[name] }]
  })
  assert.ok(found.length > 25, String(found.length))
  const isExplained = (message: string, row: string) =>
    row !== '' && (message.startsWith(row.trim()) || row.startsWith(message))
  // 999 is for bugs, and for errors of IPAM plugins.
  const missing = found.filter(
    ({ message, code }) => code !== ErrorCode.internal && !rowsOf(code).some((row) => isExplained(message, row)),
  )
  assert.equal(missing, [])
})

texts.run()

const test = suiteNeeding('cni-tap: the examples of the documentation', 'netns', 'tun', 'cniPlugins')

/** Namespaces that do not exist on the machine of the test: the pod's, and one in place of the host's. */
interface Scene {
  readonly a: Attachment
  readonly host: Namespace
}

/** Creates the bridge of an example. Returns false and prints a note if the kernel does not support it. */
function prepare({ a }: Scene, { type, bridge, vlan }: Json): boolean {
  if (type !== 'tap' || bridge === undefined) return true
  const options = vlan === undefined ? [] : ['vlan_filtering', '1']
  try {
    a.namespace.exec('ip', ['link', 'add', String(bridge), 'up', 'type', 'bridge', ...options], { stdio: 'pipe' })
    return true
  } catch (error) {
    skipped(`the example with ${options.join(' ')}: ${complaint(error)}`)
    return false
  }
}

/** Replaces what would leave traces outside of the folder of the test. */
function adapted({ a }: Scene, example: Json, plugin: Json): Json {
  const ipam = plugin.ipam ? { ipam: { ...plugin.ipam, dataDir: `${a.folder}/leases` } } : {}
  const log = plugin.logFile ? { logFile: `${a.folder}/log` } : {}
  return { ...plugin, ...ipam, ...log, cniVersion: example.cniVersion, name: a.network }
}

/** Runs a command of a plugin in the host's namespace. It must succeed. Returns the result. */
function run({ a, host }: Scene, command: string, config: Json, ifname: string): object | undefined {
  const program = config.type === 'tap' ? plugin : [`${standardPlugins}/${config.type}`]
  const call = a.call(command, config, { ifname })
  const { exitCode, stdout, json } = callPlugin(call, ['ip', 'netns', 'exec', host.name, ...program])
  assert.is(exitCode, 0, `${command} of ${config.type}: ${stdout}`)
  return json
}

/** Runs ADD, CHECK and DEL of a list, as a runtime does. */
function runList(scene: Scene, configs: readonly Json[], ifname: string): void {
  let prevResult: object | undefined
  for (const config of configs) prevResult = run(scene, 'ADD', { ...config, prevResult }, ifname)
  for (const config of configs) run(scene, 'CHECK', { ...config, prevResult }, ifname)
  for (const config of [...configs].reverse()) run(scene, 'DEL', { ...config, prevResult }, ifname)
}

/** In the guest of `npm run guest` SELinux is enabled, and its policy has the label of the example. */
const hasSelinux = existsSync('/sys/fs/selinux/enforce')

function runExample(scene: Scene, example: Json): void {
  const { a } = scene
  const plugins = (example.plugins as Json[] | undefined) ?? [example]
  if (!plugins.every((each) => prepare(scene, each))) return
  const configs = plugins.map((each) => adapted(scene, example, each))
  const [first] = configs
  if ('cni.dev/valid-attachments' in (first ?? {})) {
    a.succeed('GC', first)
  } else if (first?.selinuxContext !== undefined && !hasSelinux) {
    a.fail('ADD', first, 7, /^invalid selinuxContext/)
  } else {
    // The plugin's device is the pod's interface, unless another plugin comes first.
    runList(scene, configs, first?.type === 'tap' ? 'tap0' : 'eth0')
  }
  const bridges = plugins.flatMap(({ type, bridge }) =>
    type === 'tap' && bridge !== undefined ? [String(bridge)] : [],
  )
  a.assertClean(...bridges)
}

for (const page of pages) {
  for (const [index, example] of examplesOf(page).entries()) {
    test(`${page}, example ${index + 1}: ${Object.keys(example).slice(2).join(', ')}`, () =>
      attached((a) => {
        const host = scratch()
        try {
          runExample({ a, host }, example)
        } finally {
          host.remove()
        }
      }))
  }
}

test.run()
