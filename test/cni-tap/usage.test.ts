import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { keys } from '../../packages/cni-tap/dist/cni/config-keys.js'
import { supportedVersions } from '../../packages/cni-tap/dist/cni/version.js'
import { configPage } from '../support/config-page.js'
import { callByHand, callPlugin, isExecutable } from '../support/plugin.js'

const test = suite('cni-tap: calls by hand')

test('docs/cni/configuration.md is up to date (npm run reference writes it)', () => {
  assert.fixture(readFileSync(new URL('../../docs/cni/configuration.md', import.meta.url), 'utf8'), configPage())
})

test('without arguments, the versions are on stderr, as with other plugins', () => {
  const expected = /^CNI tap plugin \S+\nCNI protocol versions supported: 0\.1\.0, .*, 1\.1\.0\n$/
  for (const env of [{}, { CNI_COMMAND: '' }]) {
    const { exitCode, stdout, stderr } = callByHand([], '', env)
    assert.equal([exitCode, stdout], [0, ''])
    assert.match(stderr, expected)
  }
})

test('--help names every key, command and argument', () => {
  for (const name of ['--help', '-h']) {
    const { exitCode, stdout, stderr } = callByHand([name])
    assert.equal([exitCode, stderr], [0, ''])
    for (const word of [...Object.keys(keys), 'ADD', 'STATUS', 'CNI_NETNS', 'IgnoreUnknown', 'tap config'])
      assert.ok(stdout.includes(word), `expected ${word} in ${stdout}`)
  }
})

test('--version prints facts about the build', () => {
  const { exitCode, stdout, stderr } = callByHand(['--version'])
  assert.equal([exitCode, stderr], [0, ''])
  const commit = isExecutable ? '([0-9a-f]{40}(, changed)?|unknown)' : 'unknown'
  const runtime = isExecutable ? 'QuickJS [0-9-]+' : '(Node\\.js v|Bun )[0-9.]+'
  const facts = [`commit: ${commit}`, `runtime: ${runtime}`, `machine: ${process.arch}`]
  const lines = [
    'netloom tap [0-9.]+',
    ...facts,
    `CNI versions: ${supportedVersions.join(', ').replaceAll('.', '\\.')}`,
  ]
  assert.match(stdout, new RegExp(`^${lines.join('\n')}\n$`))
  assert.is(callByHand(['-V']).stdout, stdout)
})

test('other arguments are an error', () => {
  for (const [args, wrong] of [
    [['--hepl'], '--hepl'],
    [['config', 'file.json'], 'file.json'],
    [['toString'], 'toString'],
    [[''], ''],
    [['a\u001b[2J'], 'a\\x1b[2J'],
  ] as const) {
    const stderr = `unknown argument "${wrong}": expected one of --help, --version, config and install\n`
    assert.equal(callByHand(args), { exitCode: 2, stdout: '', stderr })
  }
})

test('arguments have no effect if CNI_COMMAND is set', () => {
  const { stdout } = callByHand(['--help'], '{"cniVersion":"1.0.0"}', { CNI_COMMAND: 'VERSION' })
  assert.is(stdout, callPlugin({ command: 'VERSION', config: { cniVersion: '1.0.0' } }).stdout)
  assert.match(stdout, /supportedVersions/)
})

const head = { cniVersion: '1.1.0', name: 'net', type: 'tap' }

/** Configurations, whether they are valid, and lines that `tap config` prints about them. */
const configurations: readonly (readonly [config: unknown, exitCode: number, ...lines: (string | RegExp)[]])[] = [
  [head, 0, 'name: "net"', 'valid'],
  [
    { ...head, MTU: 1400 },
    0,
    'mtu: 1400',
    '    MTU of the device. With an IPv6 address it must be 1280 or more.',
    'valid',
  ],
  [{ ...head, mtuu: 1400 }, 0, 'note: ignored unknown key "mtuu" in the configuration: did you mean "mtu"?', 'valid'],
  [
    { ...head, capabilities: { owner: true }, runtimeConfig: { owner: 5, mac: '02:00:00:00:00:01' } },
    0,
    'runtimeConfig:',
    '    owner: 5',
    '    mac: "02:00:00:00:00:01"',
  ],
  [
    { ...head, mtu: 5, vlan: 'x', owner: -1 },
    1,
    'invalid: invalid mtu 5: expected 68 to 65521',
    'invalid: json: cannot unmarshal string into field vlan of type int',
    'invalid: json: cannot unmarshal number -1 into field owner of type uint32',
  ],
  [{ ...head, vlan: 5 }, 1, 'invalid: invalid vlan 5: expected a bridge too'],
  [{ ...head, mac: '01:00:00:00:00:01' }, 1, /^invalid: invalid mac "01:00:00:00:00:01": expected a unicast/],
  [{ ...head, ipam: { type: 'dhcp' } }, 1, /^invalid: invalid ipam type "dhcp": /],
  [{ ...head, cniVersion: '9.9.9' }, 1, /^invalid: incompatible CNI versions; config is "9\.9\.9"/],
  [{ ...head, cniVersion: '0.1.0' }, 1, 'invalid: cannot convert: no valid IP addresses'],
  [{ cniVersion: '1.1.0', type: 'tap' }, 1, 'invalid: missing network name'],
  [{ ...head, name: 'a b' }, 1, 'invalid: invalid characters found in network name; a b'],
  [{ ...head, prevResult: { ips: 5 } }, 1, /^invalid: could not parse prevResult: /],
  [
    { cniVersion: '1.1.0', name: 'net', plugins: [{ type: 'bridge', x: 1 }, { type: 'tap', mtu: 1400 }, 5] },
    1,
    'plugins[0]: not checked, because its type is "bridge"',
    'plugins[1]:',
    'mtu: 1400',
    'valid',
    'plugins[2]: invalid: expected an object',
  ],
  [
    { cniVersion: '1.1.0', plugins: [{ type: 'tap', name: 'net' }, {}] },
    1,
    'invalid: missing network name',
    'plugins[1]: not checked, because it has no type',
  ],
  [{ name: 'net', plugins: [{ type: 'tap' }] }, 1, 'invalid: cannot convert: no valid IP addresses'],
  [
    { ...head, type: 'bridge' },
    0,
    'note: expected the type "tap", found "bridge": a runtime passes it to that plugin',
    'valid',
  ],
  [{ cniVersion: '1.1.0', name: 'net' }, 0, 'note: expected the type "tap", found none', 'valid'],
  [{ cniVersion: '1.1.0', name: 'net', plugins: [{ type: 'tap', mtu: 1400 }, { type: 'tuning' }] }, 0, 'mtu: 1400'],
  [{ name: 'net', plugins: [] }, 1, 'invalid: the list has no plugin of type "tap"'],
  [{ name: 'net', plugins: 5 }, 1, 'invalid: plugins: expected a list'],
  ['', 1, 'invalid: unexpected end of JSON input'],
  ['{', 1, /^invalid: ./],
  ['[]', 1, 'invalid: json: cannot unmarshal array into a value of type object'],
  [
    { ...head, bridge: 'x\u001b[2J\n' },
    1,
    /^invalid: invalid bridge "x\\u001b\[2J\\n": expected the name of a device$/,
  ],
]

for (const [config, expected, ...lines] of configurations)
  test(`config ${JSON.stringify(config)}`, () => {
    const input = typeof config === 'string' ? config : JSON.stringify(config)
    const { exitCode, stdout, stderr } = callByHand(['config'], input)
    assert.equal([exitCode, stderr], [expected, ''], stdout)
    const printed = stdout.split('\n')
    for (const line of lines) {
      const isPrinted = printed.some((each) => (typeof line === 'string' ? each === line : line.test(each)))
      assert.ok(isPrinted, `expected ${line} in ${stdout}`)
    }
    assert.is(printed.includes('valid') && !stdout.includes('invalid: '), expected === 0, stdout)
  })

test.run()
