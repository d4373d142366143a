import { chmodSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { type Answer, callPlugin, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

/** Transient errors: a later call may succeed. EINTR is not among them, because an interrupted call is repeated. */
const errnos = ['ENOMEM', 'EMFILE', 'ENFILE', 'ENOBUFS', 'EBUSY', 'EAGAIN'] as const

interface Row {
  /** Operation that fails. */
  readonly name: string
  readonly commands: readonly string[]
  /** System calls, in the syntax of strace. */
  readonly calls: string
  /** File of the failing calls. */
  file(a: Attachment): string
  /** Additional keys of the configuration. */
  keys?(a: Attachment): object
  readonly msg: RegExp
}

const assigned = { ips: [{ address: '10.1.2.2/24' }, { address: 'fd00:1::2/64' }] }
const stat = '%%stat'

const rows: readonly Row[] = [
  {
    name: 'looking up the IPAM plugin',
    commands: ['ADD', 'CHECK', 'DEL', 'STATUS', 'GC'],
    calls: stat,
    file: (a) => `${a.plugins}/fake`,
    keys: (a) => a.fakeIpam(assigned),
    msg: /^failed to look up ".*\/plugins\/fake": E/,
  },
  {
    name: 'running the IPAM plugin',
    commands: ['ADD', 'CHECK', 'DEL', 'STATUS', 'GC'],
    calls: 'execve',
    file: (a) => `${a.plugins}/fake`,
    keys: (a) => a.fakeIpam(assigned),
    msg: /^netplugin failed with no error message: .*E/,
  },
  {
    name: 'checking whether the namespace is the plugin’s own',
    commands: ['ADD', 'DEL'],
    calls: stat,
    file: (a) => a.namespace.path,
    msg: /^failed to look up netns ".*": E/,
  },
  {
    name: 'opening the namespace',
    commands: ['ADD', 'CHECK', 'DEL'],
    calls: '?open,openat',
    file: (a) => a.namespace.path,
    msg: /^failed to open netns ".*": E/,
  },
  {
    name: 'opening the tun device',
    commands: ['ADD', 'STATUS'],
    calls: '?open,openat',
    file: () => '/dev/net/tun',
    msg: /^(failed to create tap "tap0"|cannot make tap devices): .*E/,
  },
  {
    name: 'looking whether IPv6 is enabled',
    commands: ['ADD'],
    calls: '?open,openat',
    file: () => '/proc/sys/net/ipv6/conf/lo/disable_ipv6',
    keys: (a) => a.fakeIpam(assigned),
    msg: /^failed to look up whether IPv6 is enabled on "lo": E/,
  },
  {
    name: 'checking whether SELinux is enabled',
    commands: ['ADD'],
    calls: 'statfs',
    file: () => '/sys/fs/selinux',
    keys: () => ({ selinuxContext: 'a:b:c' }),
    msg: /^failed to look up \/sys\/fs\/selinux: E/,
  },
  {
    name: 'listing the namespaces',
    commands: ['GC'],
    calls: '?open,openat',
    file: () => '/run/netns',
    msg: /^failed to list \/run\/netns: E/,
  },
]

const test = suiteNeeding('cni-tap: transient errors are code 11', 'netns', 'tun', 'strace')

/**
 * Returns a command that runs the plugin and its children under strace. Calls on the file fail as `inject` specifies.
 */
const failing = (file: string, inject: string) =>
  ['strace', '-f', '-qqq', '-o', '/dev/null', '-P', file, '-e', `inject=${inject}`, ...plugin] as const

for (const row of rows) {
  test(`${row.name}: ${row.commands.join(', ')}`, () =>
    attached((a) => {
      const config = a.config({ ...row.keys?.(a), prevResult: {}, 'cni.dev/valid-attachments': [] })
      for (const [index, command] of row.commands.entries()) {
        for (const errno of index === 0 ? errnos : errnos.slice(0, 1)) {
          const program = failing(row.file(a), `${row.calls}:error=${errno}`)
          const { exitCode, json } = callPlugin(a.call(command, config), program)
          assert.equal([exitCode, json?.code], [1, 11], `${command}, ${errno}: ${JSON.stringify(json)}`)
          assert.match(json.msg, row.msg)
        }
      }
      assert.equal(a.devices(), ['lo'])
    }))
}

/** Runs ADD with a file as stdin. The first read of it fails. */
function failFirstRead(a: Attachment, errno: string): Answer {
  const file = `${a.folder}/stdin`
  writeFileSync(file, JSON.stringify(a.config()))
  const [program, ...args] = failing(file, `read:error=${errno}:when=1`)
  return callPlugin(a.call('ADD', ''), ['sh', '-c', 'exec "$@" < "$0"', file, program, ...args])
}

test('reading stdin', () =>
  attached((a) => {
    const { exitCode, json } = failFirstRead(a, 'ENOMEM')
    assert.equal([exitCode, json.code], [1, 11])
    assert.match(json.msg, /^error reading from stdin: ENOMEM/)
    assert.is(failFirstRead(a, 'EIO').json.code, 5)
    assert.equal(a.devices(), ['lo'])
    for (const errno of ['EINTR', 'EAGAIN']) {
      assert.is(failFirstRead(a, errno).exitCode, 0, `${errno} is not an error: the read is repeated`)
      a.succeed('DEL', a.config())
    }
  }))

test('permanent errors of an IPAM plugin are code 7', () =>
  attached((a) => {
    const config = a.config({ ipam: { type: 'x' } })
    const file = `${a.plugins}/x`
    a.fail('ADD', config, 7, /^failed to find plugin "x" in path /)
    writeFileSync(file, '#!/nonexistent/interpreter\n')
    a.fail('ADD', config, 7, /^netplugin failed with no error message: .*EACCES/)
    chmodSync(file, 0o755)
    a.fail('ADD', config, 7, /^netplugin failed with no error message: .*ENOENT/)
    a.assertClean()
  }))

test.run()
