import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { attached } from '../cni-tap/attachment.js'
import { environmentOf, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('cni-tap as one executable', 'netns', 'tun')

const [executable] = plugin

/** Reports that it was loaded. The executable must not load any such file. */
const reportLoaded = `require('fs').writeSync(2, 'LOADED ' + __filename); process.exit(86)`

/** Files that Node or Bun would read in the working directory. */
const hostile: Readonly<Record<string, string>> = {
  '.env': 'CNI_ARGS=garbage\n',
  '.env.local': 'CNI_ARGS=garbage\n',
  '.env.production': 'CNI_ARGS=garbage\n',
  'bunfig.toml': 'preload = ["./reportLoaded.js"]\n[run]\nsilent = false\nsmol = true\n',
  '.bunfig.toml': 'preload = ["./reportLoaded.js"]\n',
  'package.json': '{ "type": "commonjs", "imports": { "#libc": "./reportLoaded.js" }, "main": "./reportLoaded.js" }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "*": ["./reportLoaded.js"] } } }',
  '.npmrc': 'ignore-scripts=false\n',
  'reportLoaded.js': reportLoaded,
  'node_modules/koffi/index.js': reportLoaded,
  'node_modules/koffi/package.json': '{ "main": "index.js" }',
}

/** Calls `use` with a folder of these files. The folder is read-only. */
function inHostileFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-hostile-'))
  try {
    for (const [name, text] of Object.entries(hostile)) {
      spawnSync('mkdir', ['-p', join(folder, name, '..')])
      writeFileSync(join(folder, name), text)
    }
    chmodSync(folder, 0o555)
    return use(folder)
  } finally {
    chmodSync(folder, 0o755)
    rmSync(folder, { recursive: true })
  }
}

/** Returns only the CNI variables: no PATH, no HOME, no TMPDIR. */
function cniOnly(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('CNI_')))
}

test('reads nothing in the working directory, and needs no variables except those of CNI', () =>
  attached((a) =>
    inHostileFolder((cwd) => {
      const env = cniOnly(environmentOf(a.call('ADD', a.config())))
      const input = JSON.stringify(a.config())
      const { status, stdout, stderr } = spawnSync(executable, [], { cwd, env, input, encoding: 'utf8' })
      assert.equal({ status, stderr }, { status: 0, stderr: '' })
      assert.is(JSON.parse(stdout).interfaces[0].name, 'tap0')
      assert.equal(readdirSync(cwd).sort(), [...new Set(Object.keys(hostile).map((name) => name.split('/')[0]))].sort())
    }),
  ))

/** Settings that ADD writes. */
const settings = ['ipv4/conf/tap0/accept_redirects', 'ipv6/conf/tap0/accept_ra', 'ipv6/conf/tap0/accept_redirects'].map(
  (name) => `/proc/sys/net/${name}`,
)

/** All files that the plugin itself accesses in an ADD without IPAM, except for the namespace. */
const needed = ['/proc/thread-self/ns/net', '/dev/net/tun', ...settings]

/**
 * Returns the paths in a strace log of file system calls, without the calls that start the process or read its own
 * path.
 */
function filesIn(log: string): { readonly path: string; readonly written: boolean }[] {
  const calls = log.split('\n').filter((line) => !/(execve|getcwd|readlink)\(/.test(line))
  return calls.flatMap((line) =>
    [...line.matchAll(/"([^"]*)"/g)].map(([, path = '']) => ({
      path,
      written: /O_WRONLY|O_RDWR|O_CREAT|mkdir/.test(line),
    })),
  )
}

test('accesses no files except the namespaces, /dev/net/tun and the settings, and writes no others', () =>
  attached((a) =>
    inHostileFolder((cwd) => {
      const log = join(a.folder, 'strace')
      const env = cniOnly(environmentOf(a.call('ADD', a.config())))
      const args = ['-f', '-e', 'trace=%file', '-s', '4096', '-o', log, executable]
      const { status, stderr } = spawnSync('/usr/bin/strace', args, { cwd, env, input: JSON.stringify(a.config()) })
      assert.is(status, 0, String(stderr))
      const files = filesIn(readFileSync(log, 'utf8'))
      const accessed = new Set(files.map(({ path }) => path.replace(/\/fd\/\d+$/, '/fd/N')))
      assert.equal([...accessed].sort(), [...needed, a.namespace.path].sort())
      assert.equal(
        files.filter(({ path, written }) => written && path !== '/dev/net/tun' && !settings.includes(path)),
        [],
      )
    }),
  ))

test('prints its version without a package.json next to it', () => {
  const { version } = JSON.parse(readFileSync(join(executable, '../../package.json'), 'utf8'))
  const { status, stderr } = spawnSync(executable, [], { env: {}, encoding: 'utf8' })
  assert.is(status, 0)
  assert.ok(stderr.startsWith(`CNI tap plugin ${version}\n`))
})

test('starts on a read-only file system', () =>
  attached((a) => {
    const readOnly = (folder: string) => `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder}`
    const script = `${['/tmp', '/var/tmp', '/dev/shm'].map(readOnly).join(' && ')} && mount -o remount,bind,ro / &&
      ! touch /tmp/written 2>&1 && ! touch /var/written 2>&1 && exec ${executable}`
    const env = { ...cniOnly(environmentOf(a.call('ADD', a.config()))), PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
    const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', script], {
      env,
      input: JSON.stringify(a.config()),
      encoding: 'utf8',
    })
    assert.equal({ status, stderr }, { status: 0, stderr: '' })
    assert.is(JSON.parse(stdout.slice(stdout.indexOf('{'))).interfaces[0].name, 'tap0')
    assert.match(stdout, /^touch: .*Read-only file system\ntouch: .*Read-only file system\n/)
  }))

test('the arm64 executable starts too', () => {
  const [program = '', ...args] = (process.env.NETLOOM_ARM64 ?? '').split(' ')
  const arm64 = process.arch === 'arm64' ? executable : join(executable, '../tap-linux-arm64')
  const { status, stdout, stderr } = spawnSync(program, [...args, arm64], {
    env: { PATH: process.env.PATH ?? '', CNI_COMMAND: 'VERSION' },
    encoding: 'utf8',
    input: '{"cniVersion":"1.1.0"}',
  })
  assert.equal({ status, stderr }, { status: 0, stderr: '' })
  assert.is(JSON.parse(stdout).cniVersion, '1.1.0')
})

test.run()
