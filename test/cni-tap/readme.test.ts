import { existsSync, readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keys } from '../../packages/cni-tap/dist/cni/config-keys.js'
import { ErrorCode } from '../../packages/cni-tap/dist/cni/error.js'
import { complaint, skipped } from '../support/netns.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'
import { examplesOf, pageOf, pluginsOf } from './examples.js'

const readme = readFileSync(new URL('../../packages/cni-tap/README.md', import.meta.url), 'utf8')
const examples = examplesOf(readme)

/** Pages whose examples test/cni-tap/redirect-docs.test.ts runs. */
const pages = ['redirect', 'bandwidth'].map(pageOf)

/** Keys that a runtime adds, or that other plugins read. */
const setByOthers = [
  'cniVersion',
  'name',
  'type',
  'prevResult',
  'args',
  'cni.dev/valid-attachments',
  'cni.dev/attachments',
]

const readmeTest = suite('cni-tap: the README')

readmeTest('shows every key of the configuration in an example, and explains it', () => {
  const shown = new Set([...examples, ...pages.flatMap(examplesOf).flatMap(pluginsOf)].flatMap(Object.keys))
  const lacking = Object.keys(keys).filter((key) => !setByOthers.includes(key) && !shown.has(key))
  assert.equal(lacking, [])
  for (const key of Object.keys(keys).filter((each) => !setByOthers.includes(each)))
    assert.match(readme + pages.join(''), new RegExp(`\`${key}\``))
})

readmeTest('explains each error code', () => {
  const codes = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code))
  assert.equal(codes, Object.values(ErrorCode))
})

readmeTest.run()

const test = suiteNeeding('cni-tap: the examples of the README', 'netns', 'tun', 'cniPlugins')

/** Creates the bridge of the example. Returns false and prints a note if the kernel does not support it. */
function prepare(a: Attachment, { bridge, vlan }: Record<string, unknown>): boolean {
  if (bridge === undefined) return true
  const options = vlan === undefined ? [] : ['vlan_filtering', '1']
  try {
    a.namespace.exec('ip', ['link', 'add', String(bridge), 'up', 'type', 'bridge', ...options], { stdio: 'pipe' })
    return true
  } catch (error) {
    skipped(`the example with ${options.join(' ')}: ${complaint(error)}`)
    return false
  }
}

/** Returns our plugin's configuration from the example, with the additions of the test. */
function configOf(a: Attachment, example: Record<string, unknown>) {
  const list = example.plugins as Record<string, unknown>[] | undefined
  const own = list?.find(({ type }) => type === 'tap') ?? example
  const ipam = own.ipam ? { ipam: { ...own.ipam, dataDir: `${a.folder}/leases` } } : {}
  const log = own.logFile ? { logFile: `${a.folder}/log` } : {}
  return { cniVersion: example.cniVersion, ...own, ...ipam, ...log, name: a.network }
}

/** In the guest of `npm run guest` SELinux is enabled, and its policy has the label of the example. */
const hasSelinux = existsSync('/sys/fs/selinux/enforce')

for (const [index, example] of examples.entries()) {
  test(`example ${index + 1}: ${Object.keys(example).slice(3).join(', ')}`, () =>
    attached((a) => {
      if (!prepare(a, example)) return
      const config = configOf(a, example)
      if (example.selinuxContext !== undefined && !hasSelinux) {
        a.fail('ADD', config, 7, /^invalid selinuxContext/)
        return
      }
      const prevResult = a.succeed('ADD', config).json
      a.succeed('CHECK', { ...config, prevResult })
      a.succeed('DEL', config)
      a.assertClean(...(example.bridge === undefined ? [] : [String(example.bridge)]))
    }))
}

test.run()
