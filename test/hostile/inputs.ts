import fc from 'fast-check'
import { keys } from '../../packages/cni-tap/dist/cni/config-keys.js'

/** Text or bytes for stdin. A large input is described, not stored. */
export type Stdin =
  | { readonly text: string }
  | { readonly bytes: Uint8Array }
  | { readonly before: string; readonly repeat: string; readonly times: number; readonly after: string }

/** Placeholders in paths for objects that a run creates: a network namespace, a FIFO, a file, a folder, and a folder of plugins. */
export const placeholders = ['NETNS', 'NAME', 'FIFO', 'FILE', 'FOLDER', 'PLUGINS'] as const
export type Paths = Readonly<Record<(typeof placeholders)[number], string>>

/** One call of the plugin. Environment values given as bytes are not UTF-8. */
export interface Input {
  readonly command: string
  readonly env: Readonly<Record<string, string | Uint8Array | undefined>>
  readonly stdin: Stdin
}

/** Useless plugins in CNI_PATH: name and shell script. `host-local` is the only working one. */
export const plugins: Readonly<Record<string, string>> = {
  garbage: 'echo "}{"',
  silent: 'exit 0',
  nothing: 'exit 3',
  killed: 'kill -9 $$',
  array: 'echo "[1,2]"',
  wrong: `echo '{"ips":[{"address":"10.0.0.300/99"}],"routes":5}'`,
  blames: `echo '{"code":-1,"msg":{"a":1}}'; exit 1`,
  complains: 'echo "   at the door" >&2; exit 1',
  floods: 'head -c 20000000 /dev/zero',
}

const text = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(...'/.:%;=\0\n\t -_"\\{}ä\u0085\ufeff\ud800'),
  ),
  maxLength: 40,
})

const hostileText = fc.oneof(
  text,
  fc.constantFrom(
    ...[
      '',
      '.',
      '..',
      '../..',
      '../../etc/passwd',
      '/',
      'a/b',
      'tap%d',
      '%s%n',
      'all',
      'default',
      'lo',
      '-x',
      '--help',
      '__proto__',
    ],
    ...[
      'constructor',
      'toString',
      'null',
      '\0',
      'a\0b',
      ' ',
      '\n',
      'tap0\n',
      '$(id)',
      '`id`',
      ';',
      '=',
      'a=b;c',
      'K8S=1;',
      'MAC=zz',
    ],
    ...[
      'IgnoreUnknown=1;x=y',
      'IgnoreUnknown',
      'OWNER=-1',
      'OWNER=4294967295',
      'MULTIQUEUE=2',
      'ff:ff:ff:ff:ff:ff',
      '2:0:0:0:0:1',
    ],
    ...[
      '10.0.0.1',
      '10.0.0.1/33',
      'fe80::1%eth0',
      '1.1.1',
      '9.9.9',
      '1.1.0',
      '0.1.0',
      '-1.0.0',
      '1e3',
      'ä'.repeat(200),
      'x'.repeat(5000),
    ],
  ),
)

const number = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.constantFrom(-1, 0, 67, 68, 1279, 1500, 65521, 65522, 4294967294, 4294967295, 2 ** 53, -(2 ** 63), 1e308, 0.5, -0),
)

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: number },
  { weight: 4, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.constantFrom(null, true, false, [], {}, [[]], [null]) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 4 }) },
)

const route = fc.record(
  {
    dst: fc.oneof(hostileText, fc.constantFrom('0.0.0.0/0', '10.2.0.0/16', '::/0')),
    gw: fc.oneof(value, fc.constant('10.1.0.9')),
    mtu: fc.oneof(value, fc.constant(1400)),
    table: value,
    scope: value,
  },
  { requiredKeys: ['dst'] },
)

const ipam = fc.oneof(
  { weight: 1, arbitrary: value },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.oneof(fc.constantFrom('missing', 'folder', 'notexec', 'fifo', ...Object.keys(plugins)), hostileText),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record(
      { type: fc.constant('host-local'), subnet: hostileText, dataDir: fc.constant('FOLDER'), routes: value },
      { requiredKeys: ['type', 'dataDir'] },
    ),
  },
  {
    weight: 3,
    arbitrary: fc.record(
      {
        type: fc.constant('host-local'),
        dataDir: fc.constant('FOLDER'),
        subnet: fc.constantFrom('10.1.0.0/16', 'fd00::/64', '10.1.0.0/30', '10.1.0.1/32'),
        routes: fc.array(route, { maxLength: 3 }),
      },
      { requiredKeys: ['type', 'dataDir', 'subnet'] },
    ),
  },
)

const names = Object.keys(keys).filter((name) => !['cniVersion', 'name', 'ipam'].includes(name))
const anyCase = (name: string) => fc.constantFrom(name, name, name, name.toUpperCase(), name.toLowerCase())
const wrongEntry = fc
  .oneof(fc.constantFrom(...names).chain(anyCase), hostileText)
  .chain((key) => fc.tuple(fc.constant(key), value))

/** Keys whose value is valid by itself, but not with all others. */
const rightEntry = fc.constantFrom<[string, unknown]>(
  ['mtu', 1400],
  ['mac', '02:00:00:00:00:01'],
  ['owner', 1000],
  ['group', 0],
  ['multiQueue', true],
  ['txQueueLen', 10],
  ['bridge', 'br0'],
  ['vlan', 5],
  ['enabledad', true],
  ['dns', { nameservers: ['10.0.0.1'] }],
  ['runtimeConfig', { mac: '02:00:00:00:00:02' }],
  ['selinuxContext', 'a:b:c:d'],
  ['cni.dev/valid-attachments', []],
  ['prevResult', { cniVersion: '1.1.0', interfaces: [{ name: 'tap0', sandbox: '/run/netns/x' }], ips: [] }],
)

const entry = fc.oneof({ weight: 3, arbitrary: rightEntry }, { weight: 2, arbitrary: wrongEntry })

const version = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom('1.1.0', '1.1.0', '1.0.0', '0.4.0', '0.3.1', '0.1.0') },
  { weight: 1, arbitrary: value },
)
const network = fc.oneof(
  { weight: 24, arbitrary: fc.constantFrom('netloom-hostile', 'netloom-hostile-2') },
  { weight: 1, arbitrary: value },
)

/** A configuration that is valid except for some of its keys. */
const config = fc
  .tuple(
    fc.record({ cniVersion: version, name: network, ipam }, { requiredKeys: ['cniVersion', 'name'] }),
    fc.array(entry, { maxLength: 3 }),
  )
  .map(([head, more]) => JSON.stringify({ type: 'tap', ...head, ...Object.fromEntries(more) }))

/** A configuration that is cut off, or has random bytes inserted or overwritten. */
const corrupted = fc
  .tuple(
    config,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom('cut', 'insert', 'replace'),
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
  )
  .map(([json, where, how, bytes]) => {
    const all = Buffer.from(json)
    const at = Math.floor(where * all.length)
    if (how === 'cut') return { bytes: Uint8Array.from(all.subarray(0, at)) }
    return {
      bytes: Uint8Array.from(
        Buffer.concat([all.subarray(0, at), bytes, all.subarray(how === 'insert' ? at : at + bytes.length)]),
      ),
    }
  })

const MiB = 2 ** 20

/** Inputs that are unusually large or deeply nested. */
const large = fc.constantFrom(
  ...[2 ** 12, 2 ** 17, 2 ** 22].flatMap((times) => [
    { before: '', repeat: '[', times, after: '' },
    { before: '{"name":"netloom-hostile","args":', repeat: '{"a":', times, after: '' },
    {
      before: '{"cniVersion":"1.1.0","name":"netloom-hostile","args":',
      repeat: '[',
      times,
      after: `1${']'.repeat(times)}}`,
    },
    {
      before: '{"cniVersion":"1.1.0","name":"netloom-hostile","dns":{"search":[',
      repeat: '"a",',
      times,
      after: '"b"]}}',
    },
  ]),
  ...[8 * MiB - 100, 8 * MiB + 1, 16 * MiB].flatMap((times) => [
    { before: '{"cniVersion":"1.1.0","name":"netloom-hostile"', repeat: ' ', times, after: '}' },
    { before: '{"cniVersion":"1.1.0","name":"', repeat: 'x', times, after: '"}' },
    { before: '', repeat: '\0', times, after: '' },
  ]),
)

const stdin: fc.Arbitrary<Stdin> = fc.oneof(
  { weight: 120, arbitrary: config.map((text) => ({ text })) },
  { weight: 25, arbitrary: corrupted },
  { weight: 8, arbitrary: fc.json({ maxDepth: 6 }).map((text) => ({ text })) },
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => ({ bytes })) },
  { weight: 2, arbitrary: hostileText.map((text) => ({ text })) },
  { weight: 2, arbitrary: large },
)

const notUtf8 = fc.constantFrom(
  ...[[0xff], [0x74, 0xc3], [0xed, 0xa0, 0x80], [0x74, 0x61, 0x70, 0xfe, 0x30]].map((bytes) => Uint8Array.from(bytes)),
)

/** Mostly a valid value, so that the code behind the first checks is also tested. */
const either = (right: fc.Arbitrary<string>, wrong: fc.Arbitrary<string | Uint8Array | undefined>) =>
  fc.oneof(
    { weight: 24, arbitrary: right },
    { weight: 1, arbitrary: wrong },
    { weight: 1, arbitrary: fc.oneof(hostileText, notUtf8, fc.constant(undefined)) },
  )

const netns = either(
  fc.constantFrom('NETNS', 'NETNS', 'NETNS', '/run/netns/../netns/NAME', 'FOLDER/../..NETNS'),
  fc.constantFrom(
    ...[
      'FIFO',
      'FILE',
      'FOLDER',
      '/dev/null',
      '/dev/net/tun',
      '/proc',
      '/proc/self/ns/net',
      '/proc/1/ns/net',
      '/proc/999999999/ns/net',
    ],
    ...[
      '/proc/self/ns/mnt',
      '/proc/self/status',
      'NETNS/',
      'NETNS/x',
      '../NAME',
      '/run/netns',
      '/run/netns/../netns/none',
      '/dev/stdin',
    ],
  ),
)

const env = fc.record({
  CNI_CONTAINERID: either(fc.constant('c1'), hostileText),
  CNI_NETNS: netns,
  CNI_IFNAME: either(fc.constantFrom('tap0', 'tap1'), hostileText),
  CNI_ARGS: either(fc.constantFrom('', 'IgnoreUnknown=1;K8S_POD_NAME=x', 'MAC=02:00:00:00:00:01'), hostileText),
  CNI_PATH: either(
    fc.constantFrom('PLUGINS', 'PLUGINS', '/nonexistent:PLUGINS', 'FOLDER:PLUGINS/../plugins'),
    fc.constantFrom('', ':', '/nonexistent', 'FIFO', 'FILE', '../..', '/etc:'),
  ),
})

export const input: fc.Arbitrary<Input> = fc.record({
  command: fc.oneof(
    { weight: 10, arbitrary: fc.constantFrom('ADD', 'ADD', 'ADD', 'DEL', 'DEL', 'CHECK', 'STATUS', 'GC', 'VERSION') },
    { weight: 1, arbitrary: hostileText },
  ),
  env,
  stdin,
})
