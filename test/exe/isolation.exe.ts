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

/** Each of these files reports that it was loaded. The executable must load none of them. */
const shout = `require('fs').writeSync(2, 'LOADED ' + __filename); process.exit(86)`

/** What Node, or Bun, would read in the folder where it is started. */
const hostile: Readonly<Record<string, string>> = {
  '.env': 'CNI_ARGS=garbage\n',
  '.env.local': 'CNI_ARGS=garbage\n',
  '.env.production': 'CNI_ARGS=garbage\n',
  'bunfig.toml': 'preload = ["./shout.js"]\n[run]\nsilent = false\nsmol = true\n',
  '.bunfig.toml': 'preload = ["./shout.js"]\n',
  'package.json': '{ "type": "commonjs", "imports": { "#libc": "./shout.js" }, "main": "./shout.js" }',
  'tsconfig.json': '{ "compilerOptions": { "paths": { "*": ["./shout.js"] } } }',
  '.npmrc': 'ignore-scripts=false\n',
  'shout.js': shout,
  'node_modules/koffi/index.js': shout,
  'node_modules/koffi/package.json': '{ "main": "index.js" }',
}

/** A folder that would mean harm to who reads in it; it cannot be written to. */
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

/** `env -i` and what CNI says: no PATH, no HOME, no TMPDIR. */
function cniOnly(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => name.startsWith('CNI_')))
}

test('reads nothing in the folder where it is started, and needs nothing but the variables of CNI', () =>
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

/** The settings that an ADD makes. */
const settings = ['ipv4/conf/tap0/accept_redirects', 'ipv6/conf/tap0/accept_ra', 'ipv6/conf/tap0/accept_redirects'].map(
  (name) => `/proc/sys/net/${name}`,
)

/** All that the plugin itself looks at in an ADD without IPAM, beside the namespace. */
const needed = ['/proc/thread-self/ns/net', '/dev/net/tun', ...settings]

/** The paths in the system calls of a log of strace that look at files: not where the process is, and what it is. */
function filesIn(log: string): { readonly path: string; readonly written: boolean }[] {
  const calls = log.split('\n').filter((line) => !/(execve|getcwd|readlink)\(/.test(line))
  return calls.flatMap((line) =>
    [...line.matchAll(/"([^"]*)"/g)].map(([, path = '']) => ({
      path,
      written: /O_WRONLY|O_RDWR|O_CREAT|mkdir/.test(line),
    })),
  )
}

test('looks at no file but the namespaces, /dev/net/tun and settings; writes no other', () =>
  attached((a) =>
    inHostileFolder((cwd) => {
      const log = join(a.folder, 'strace')
      const env = cniOnly(environmentOf(a.call('ADD', a.config())))
      const args = ['-f', '-e', 'trace=%file', '-s', '4096', '-o', log, executable]
      const { status, stderr } = spawnSync('/usr/bin/strace', args, { cwd, env, input: JSON.stringify(a.config()) })
      assert.is(status, 0, String(stderr))
      const files = filesIn(readFileSync(log, 'utf8'))
      const looked = new Set(files.map(({ path }) => path.replace(/\/fd\/\d+$/, '/fd/N')))
      assert.equal([...looked].sort(), [...needed, a.namespace.path].sort())
      assert.equal(
        files.filter(({ path, written }) => written && path !== '/dev/net/tun' && !settings.includes(path)),
        [],
      )
    }),
  ))

test('tells its version without a package beside it', () => {
  const { version } = JSON.parse(readFileSync(join(executable, '../../package.json'), 'utf8'))
  const { status, stderr } = spawnSync(executable, [], { env: {}, encoding: 'utf8' })
  assert.is(status, 0)
  assert.ok(stderr.startsWith(`CNI tap plugin ${version}\n`))
})

test('starts on a disk where nothing can be written', () =>
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

test('for arm64 it starts too', () => {
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
