import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { type Attachment, attached } from '../cni-tap/attachment.js'
import { environmentOf, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'

/** If a resource limit of the process is too low, the plugin prints an error object and leaves nothing behind. */

const test = suiteNeeding('cni-tap as one executable: limits', 'netns', 'tun')

const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const search = (count: number) => Array.from({ length: count }, (_, index) => `domain-${index}.example`)
const ips = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ address: `10.${index >> 8}.${index & 255}.1/24`, interface: 0 }))

/** Configurations for ADD, by the resource that they need. */
const configurations: Readonly<Record<string, (a: Attachment) => string>> = {
  'little memory': (a) => JSON.stringify(a.config({ mtu: 1400 })),
  'much memory': (a) => JSON.stringify(a.config({ dns: { search: search(50_000) } })),
  'memory in small pieces': (a) =>
    JSON.stringify(a.config({ prevResult: { interfaces: [{ name: 'eth0' }], ips: ips(10_000) } })),
  'much stack': (a) => JSON.stringify(a.config()).replace('{', `{"args":{"x":${deep(9990)}},`),
}

/** Returns the values from `first` to `last` in KiB. */
const series = (first: number, last: number, step: number) =>
  Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step)

/** A little more than the size of the executable in KiB. With less, the kernel kills the process before the plugin runs. */
const startable = Math.ceil(statSync(plugin.at(-1) as string).size / 1024) + 256

const limits: readonly [name: string, command: string, values: readonly number[]][] = [
  ['the address space', 'ulimit -v', [...series(startable, 9216, 512), ...series(10_000, 40_000, 6000), 100_000]],
  ['the data', 'ulimit -d', [200, 1000, 4000, 8000, 20_000, 100_000]],
  ['the stack', 'ulimit -s', [128, 192, 256, 320, 400, 512, 1024, 2048, 4096, 8192]],
]

/** Calls ADD under a limit. Returns the exit code. */
function addUnder(limit: string, a: Attachment, config: string): number {
  const env = environmentOf(a.call('ADD', config))
  const args = ['-c', `${limit}; exec "$@"`, 'sh', ...plugin]
  const { status, signal, stdout } = spawnSync('sh', args, { env, input: config, encoding: 'utf8', maxBuffer: 2 ** 25 })
  assert.is(signal, null, `${limit}: ended by ${signal}`)
  if (status === 0) return 0
  const { code, msg } = JSON.parse(stdout)
  assert.is(status, 1)
  const isShort = code === 11 || (code === 6 && msg.includes('nested too deep'))
  assert.ok(isShort, `${limit}: ${stdout}`)
  a.assertClean()
  return 1
}

for (const [name, limit, values] of limits)
  for (const [what, configurationOf] of Object.entries(configurations))
    test(`${name}, for a configuration that needs ${what}`, () =>
      attached((a) => {
        const config = configurationOf(a)
        const codes = values.map((value) => {
          const code = addUnder(`${limit} ${value}`, a, config)
          if (code === 0) a.succeed('DEL', a.config())
          return code
        })
        assert.is(codes.at(-1), 0, `expected the last value of ${name} to be enough`)
        if (name !== 'the stack' || what === 'much stack')
          assert.is(codes[0], 1, `expected the first value of ${name} to be too low`)
      }))

test.run()
