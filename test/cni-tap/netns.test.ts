import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { callPlugin, environmentOf, plugin, stdinOf } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: CNI_NETNS', 'netns', 'tun', 'strace')

const commands = ['ADD', 'DEL', 'CHECK', 'GC'] as const

const configOf = (a: Attachment) =>
  a.config({
    prevResult: { interfaces: [{ name: 'tap0', sandbox: a.namespace.path }] },
    'cni.dev/valid-attachments': [],
  })

/** Runs the plugin in its own mount namespace, with additional mounts. */
const mounted = (a: Attachment, mounts: string, command: string, changes: object = {}) =>
  callPlugin(a.call(command, configOf(a), changes), [
    'unshare',
    '-m',
    'sh',
    '-c',
    `${mounts}; exec "$@"`,
    'sh',
    ...plugin,
  ])

const withoutProc = 'mount -t tmpfs none /proc'

for (const command of commands) {
  test(`${command} without /proc: fails, and changes nothing`, () =>
    attached((a) => {
      if (command !== 'ADD') a.succeed('ADD', a.config())
      const before = a.devices()
      const { exitCode, json } = mounted(a, withoutProc, command)
      assert.is(exitCode, 1)
      assert.is(json.code, 8, json.msg)
      assert.equal(a.devices(), before)
    }))
}

test('DEL without /proc, of a namespace below /proc, fails because the namespace may exist', () =>
  attached((a) => {
    const pid = `/proc/${process.pid}/ns/net`
    const { json } = mounted(a, withoutProc, 'DEL', { netns: pid })
    assert.is(json?.code, 8)
    assert.match(json.msg, /^failed to open netns .*\/proc is not mounted, so the namespace may still exist$/)
    const link = `${a.folder}/link`
    symlinkSync(pid, link)
    assert.is(mounted(a, withoutProc, 'DEL', { netns: link }).json?.code, 8)
    // With /proc, a process that has exited means that its namespace no longer exists.
    a.succeed('DEL', a.config(), { netns: '/proc/2147483646/ns/net' })
  }))

test('DEL without /proc fails also with CNI_NETNS_OVERRIDE', () =>
  attached((a) => {
    a.succeed('ADD', a.config())
    const { json } = mounted(a, withoutProc, 'DEL', { env: { CNI_NETNS_OVERRIDE: '1' } })
    assert.is(json?.code, 8)
    assert.ok(a.devices().includes('tap0'))
  }))

test('selinuxContext without /sys fails because it is unknown whether SELinux is enabled', () =>
  attached((a) => {
    const config = a.config({ selinuxContext: 'a:b:c' })
    const { json } = callPlugin(a.call('ADD', config), [
      'unshare',
      '-m',
      'sh',
      '-c',
      'mount -t tmpfs none /sys; exec "$@"',
      'sh',
      ...plugin,
    ])
    assert.is(json.code, 7)
    assert.match(json.msg, /^failed to look up \/sys\/fs\/selinux: ENOENT/)
    a.assertClean()
  }))

for (const path of ['/proc/self/ns/uts', '/proc/self/status']) {
  test(`a file that is not a network namespace is an error, also for DEL: ${path}`, () =>
    attached((a) => {
      for (const command of ['ADD', 'DEL']) a.fail(command, a.config(), 8, undefined, { netns: path })
      a.assertClean()
    }))
}

/** Waits until strace reports that the plugin, its child, was stopped. Returns the process ID of the plugin. */
async function untilStopped(strace: number, log: string): Promise<number> {
  while (!readText(log).includes('--- stopped by SIGSTOP ---')) await new Promise((resolve) => setTimeout(resolve, 20))
  return Number(readText(`/proc/${strace}/task/${strace}/children`).split(' ')[0])
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}

/**
 * Runs the plugin in `own`. CNI_NETNS leads to another namespace when it is checked, and to `own` when it is opened.
 */
async function runWithSwap(a: Attachment, own: Attachment, command: string) {
  const link = `${a.folder}/link`
  const next = `${a.folder}/next`
  rmSync(link, { force: true })
  symlinkSync(a.namespace.path, link)
  symlinkSync(own.namespace.path, next)
  const log = `${a.folder}/strace.log`
  writeFileSync(log, '')
  const options = ['-o', log, '-P', link, '-e', 'inject=statfs:signal=SIGSTOP:when=1']
  const call = a.call(command, a.config(), { netns: link })
  const args = ['netns', 'exec', own.namespace.name, 'strace', ...options, ...plugin]
  const child = spawn('ip', args, { env: environmentOf(call), stdio: 'pipe' })
  child.stdin.end(stdinOf(call))
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const ended = once(child, 'close')
  const stopped = await untilStopped(child.pid as number, log)
  renameSync(next, link)
  process.kill(stopped, 'SIGCONT')
  await ended
  assert.match(readText(log), /stopped by SIGSTOP[\s\S]*open(at)?\(/)
  return JSON.parse(stdout)
}

for (const command of ['ADD', 'DEL']) {
  test(`${command}: a path that is replaced before it is opened cannot lead to the plugin’s own namespace`, () =>
    attached((a) =>
      attached(async (own) => {
        if (command === 'DEL') own.succeed('ADD', own.config())
        const before = own.devices()
        const { code, msg } = await runWithSwap(a, own, command)
        assert.is(code, 8)
        assert.is(msg, "plugin's netns and netns from CNI_NETNS should not be the same")
        assert.equal(own.devices(), before)
        assert.equal(a.devices(), ['lo'])
      }),
    ))
}

test.run()
