import { printable } from '@netloom/netlink/codec'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Answer, type Call, callPlugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'

const versions = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0']
const supported = `[${versions.map((version) => `"${version}"`).join(' ')}]`

/**
 * A valid call, except for the fields that a row overrides. The namespace does not exist, so nothing can be created.
 */
const good: Call = {
  containerId: 'c1',
  netns: '/run/netns/netloom-no-such-namespace',
  ifname: 'tap0',
  path: '/nonexistent',
  config: { cniVersion: '1.1.0', name: 'net' },
}

interface Row {
  readonly name: string
  readonly call: Call
  readonly code: number
  readonly msg: string | RegExp
  readonly details?: string | RegExp
  /** Expected in the error object. Defaults to the newest version of the plugin. */
  readonly cniVersion?: string
}

const invalidName = 'interface name contains / or : or whitespace characters'
const missing = (...names: string[]) => `required env variables [${names.join(',')}] missing`
const config = (cniVersion: string) => ({ cniVersion, name: 'net' })

const rows: Row[] = [
  ...['-x', '_x', '.x', 'a b', 'a/b', 'ä', 'a\n'].map((containerId) => ({
    name: `2 container ID ${JSON.stringify(containerId)}`,
    call: { command: 'ADD', containerId },
    code: 4,
    msg: 'invalid characters in containerID',
    details: printable(containerId),
  })),
  ...['sixteen-bytes-xx', 'äääääääö'].map((ifname) => ({
    name: `2 ifname of 16 bytes ${ifname}`,
    call: { command: 'ADD', ifname },
    code: 4,
    msg: 'interface name is too long',
    details: 'interface name should be less than 16 characters',
  })),
  ...['.', '..'].map((ifname) => ({
    name: `2 ifname ${ifname}`,
    call: { command: 'DEL', ifname },
    code: 4,
    msg: 'interface name is . or ..',
  })),
  ...['a/b', 'a:b', 'a b', 'a\tb', 'a\u0085b', 'a\u00a0b', 'a\u3000b'].map((ifname) => ({
    name: `2 ifname ${JSON.stringify(ifname)}`,
    call: { command: 'CHECK', ifname },
    code: 4,
    msg: invalidName,
  })),
  {
    name: '2 an invalid value is reported before a missing one',
    call: { command: 'ADD', containerId: '', netns: '', ifname: '..' },
    code: 4,
    msg: 'interface name is . or ..',
  },
  {
    name: '3 ADD without anything',
    call: { command: 'ADD', containerId: '', netns: '', ifname: '', path: '' },
    code: 4,
    msg: missing('CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME', 'CNI_PATH'),
  },
  { name: '3 ADD without netns', call: { command: 'ADD', netns: '' }, code: 4, msg: missing('CNI_NETNS') },
  {
    name: '3 CHECK without netns and path',
    call: { command: 'CHECK', netns: '', path: '' },
    code: 4,
    msg: missing('CNI_NETNS', 'CNI_PATH'),
  },
  {
    name: '3 DEL without anything',
    call: { command: 'DEL', containerId: '', netns: '', ifname: '', path: '' },
    code: 4,
    msg: missing('CNI_CONTAINERID', 'CNI_IFNAME', 'CNI_PATH'),
  },
  {
    name: '3 GC without path',
    call: { command: 'GC', path: '', containerId: '..' },
    code: 4,
    msg: missing('CNI_PATH'),
  },
  { name: '3 STATUS without path', call: { command: 'STATUS', path: '' }, code: 4, msg: missing('CNI_PATH') },
  {
    name: '4 stdin is too long',
    call: { command: 'ADD', config: Buffer.alloc(9 * 1024 * 1024, ' ') },
    code: 5,
    msg: /^error reading from stdin: /,
  },
  ...['', '  \n', '{', '{"name": "x" y', '[', '\0', '\ufeff{"name":"x"}', '{"name":"x"}{}', "{'name':'x'}"].map(
    (text) => ({
      name: `5 bad JSON ${JSON.stringify(text)}`,
      call: { command: 'ADD', config: text },
      code: 6,
      msg: /^error unmarshall network config: /,
    }),
  ),
  ...['[]', '5', '"x"', 'true', '{"name":5}', '{"name":{}}'].map((text) => ({
    name: `5 JSON of the wrong type ${text}`,
    call: { command: 'ADD', config: text },
    code: 6,
    msg: /^error unmarshall network config: json: cannot unmarshal /,
  })),
  ...['{}', 'null', '{"name":null}', '{"name":""}'].map((text) => ({
    name: `5 no name in ${text}`,
    call: { command: 'ADD', config: text },
    code: 7,
    msg: 'missing network name',
  })),
  ...['-x', 'a b', 'a/b', '..'].map((name) => ({
    name: `5 bad name ${JSON.stringify(name)}`,
    call: { command: 'ADD', config: { cniVersion: '1.0.0', name } },
    code: 7,
    msg: 'invalid characters found in network name',
    details: name,
  })),
  ...['FOO', 'add', 'toString', '__proto__'].map((command) => ({
    name: `6 unknown command ${command}`,
    call: { command, config: config('9.9.9') },
    code: 4,
    msg: `unknown CNI_COMMAND: ${command}`,
  })),
  {
    name: '6 an unknown command is reported after an invalid configuration',
    call: { command: 'FOO', config: '' },
    code: 6,
    msg: /^error unmarshall network config: /,
  },
  ...['ADD', 'DEL'].flatMap((command) =>
    ['9.9.9', '1.2.0', '0.3', '1.0', 'abc', '0.0.0'].map((version) => ({
      name: `6 ${command} in version ${version}`,
      call: { command, config: config(version) },
      code: 1,
      msg: 'incompatible CNI versions',
      details: `config is "${version}", plugin supports ${supported}`,
    })),
  ),
  ...['ADD', 'CHECK'].map((command) => ({
    name: `6 ${command} with a version of the wrong type`,
    call: { command, config: { cniVersion: 5, name: 'net' } },
    code: 6,
    msg: /^decoding version from network config: /,
  })),
  ...[
    ['CHECK', ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.3.9', '']] as const,
    ['GC', ['0.4.0', '1.0.0', '1.0.9', '']] as const,
    ['STATUS', ['0.4.0', '1.0.0', '']] as const,
  ].flatMap(([command, tooOld]) => [
    ...tooOld.map((version) => ({
      name: `6 ${command} in version ${JSON.stringify(version)}`,
      call: { command, config: config(version) },
      code: 1,
      msg: `config version does not allow ${command}`,
      cniVersion: version === '' ? '0.1.0' : versions.includes(version) ? version : '1.1.0',
    })),
    ...['1.1.1', '1.2.0', '2.0.0', '9.9.9'].map((version) => ({
      name: `6 ${command} in version ${version}`,
      call: { command, config: config(version) },
      code: 1,
      msg: `plugin version does not allow ${command}`,
    })),
    {
      name: `6 ${command} in version abc`,
      call: { command, config: config('abc') },
      code: 6,
      msg: /^failed to convert major version part "abc": /,
    },
    {
      name: `6 ${command} in version 1.x`,
      call: { command, config: config('1.x') },
      code: 6,
      msg: /^failed to convert minor version part "x": /,
    },
    {
      name: `6 ${command} in version 1.0.0.0`,
      call: { command, config: config('1.0.0.0') },
      code: 6,
      msg: 'invalid version "1.0.0.0": too many parts',
    },
  ]),
  {
    name: '6 CHECK in a version between two supported ones',
    call: { command: 'CHECK', config: config('0.9.0') },
    code: 1,
    msg: 'incompatible CNI versions',
    details: `config is "0.9.0", plugin supports ${supported}`,
  },
  ...['ADD', 'DEL'].map((command) => ({
    name: `7 ${command} in the plugin's own namespace`,
    call: { command, netns: '/proc/self/ns/net', config: config('1.0.0') },
    code: 8,
    msg: "plugin's netns and netns from CNI_NETNS should not be the same",
    cniVersion: '1.0.0',
  })),
  {
    name: '7 the command reports a namespace that cannot be opened',
    call: { command: 'ADD' },
    code: 8,
    msg: /^failed to open netns "\/run\/netns\/netloom-no-such-namespace": /,
  },
]

function assertMatches(actual: string | undefined, expected: string | RegExp | undefined): void {
  if (expected instanceof RegExp) assert.match(actual ?? '', expected)
  else assert.is(actual, expected)
}

function assertError({ exitCode, json }: Answer, { code, msg, details, cniVersion = '1.1.0' }: Row): void {
  assert.is(exitCode, 1)
  assert.is(json.code, code)
  assertMatches(json.msg, msg)
  assertMatches(json.details, details)
  assert.is(json.cniVersion, cniVersion)
}

const test = suite('cni-tap: the envelope')

test('1 without a command the plugin prints its name and versions', () => {
  for (const call of [good, { ...good, command: '' }]) {
    const { exitCode, stdout, stderr } = callPlugin(call)
    assert.is(exitCode, 0)
    assert.is(stdout, '')
    assert.match(stderr, /^CNI tap plugin \S+\nCNI protocol versions supported: 0\.1\.0, .*1\.1\.0\n$/)
  }
})

for (const row of rows) {
  test(row.name, () => assertError(callPlugin({ ...good, ...row.call }), row))
}

test('4 stdin cannot be read', async () => {
  const { openSync, closeSync } = await import('node:fs')
  const { spawnSync } = await import('node:child_process')
  const { environmentOf, plugin } = await import('../support/plugin.js')
  const directory = openSync('/', 'r')
  const env = environmentOf({ ...good, command: 'ADD' })
  const [program, ...args] = plugin
  const { status, stdout } = spawnSync(program, args, { env, stdio: [directory, 'pipe', 'pipe'] })
  closeSync(directory)
  assert.is(status, 1)
  const { code, msg } = JSON.parse(stdout.toString())
  assert.is(code, 5)
  assert.match(msg, /^error reading from stdin: /)
})

test('VERSION echoes the requested version', () => {
  for (const version of versions) {
    const { exitCode, json, stderr } = callPlugin({ command: 'VERSION', config: { cniVersion: version } })
    assert.is(exitCode, 0)
    assert.is(stderr, '')
    assert.equal(json, { cniVersion: version, supportedVersions: versions })
  }
})

test('VERSION ignores the rest of stdin', () => {
  for (const stdin of ['', '{', '5', '{"cniVersion":5}', '{"cniVersion":null}']) {
    assert.equal(callPlugin({ command: 'VERSION', config: stdin }).json, {
      cniVersion: '1.1.0',
      supportedVersions: versions,
    })
  }
})

test('a variable is validated only for commands that require it', () => {
  const { json } = callPlugin({ ...good, command: 'GC', containerId: '-', ifname: '..' })
  assert.is(json.msg, 'missing cni.dev/valid-attachments')
})

test.run()

const entering = suiteNeeding('cni-tap: the envelope, in a namespace', 'netns')

entering('CNI_NETNS_OVERRIDE is recognized in any case', () => {
  const own = { ...good, command: 'DEL', netns: '/proc/self/ns/net', ifname: 'netloom-none' }
  for (const value of ['1', 'true', 'TRUE', 'True']) {
    assert.is(callPlugin({ ...own, env: { CNI_NETNS_OVERRIDE: value } }).stdout, '')
  }
  for (const value of ['0', 'yes', '']) {
    assert.is(callPlugin({ ...own, env: { CNI_NETNS_OVERRIDE: value } }).json.code, 8)
  }
})

entering.run()
