import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Answer } from '../support/plugin.js'
import { environmentOf, plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'
import { type Attachment, attached } from './attachment.js'

const test = suiteNeeding('cni-tap: the log', 'netns', 'tun', 'cniPlugins')

// biome-ignore lint/suspicious/noExplicitAny: lines of the log have many members; the tests look at some
type Line = any

const logOf = (a: Attachment) => join(a.folder, 'plugin.log')

/** Returns the lines of a log. Each must be one JSON object. */
const linesIn = (file: string): Line[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : []

const stepsOf = (line: Line): string[] => line.steps.map(({ step }: Line) => step)

test('each command appends one line', () =>
  attached((a) => {
    const logFile = logOf(a)
    const config = a.config({ logFile, ...a.hostLocal() })
    const begun = Date.now()
    const prevResult = a.succeed('ADD', config).json
    a.succeed('CHECK', { ...config, prevResult })
    a.succeed('STATUS', config)
    a.succeed('DEL', config)
    a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] })
    a.fail('ADD', { ...config, mtu: 5 }, 7)
    const lines = linesIn(logFile)
    assert.equal(
      lines.map(({ command, code, level }) => [command, code, level]),
      [...['ADD', 'CHECK', 'STATUS', 'DEL', 'GC'].map((name) => [name, 0, 'info']), ['ADD', 7, 'error']],
    )
    for (const line of lines) {
      assert.ok(Date.parse(line.time) >= begun - 1 && Date.parse(line.time) <= Date.now() + 1, line.time)
      assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      const { containerID, ifname, netns, netnsInode, network, cniVersion } = line
      const expected = ['c1', 'tap0', a.namespace.path, statSync(a.namespace.path).ino, a.network, '1.1.0']
      assert.equal([containerID, ifname, netns, netnsInode, network, cniVersion], expected)
      assert.type(line.pid, 'number')
      const sum = line.steps.reduce((total: number, { us }: Line) => total + us, 0)
      assert.ok(line.us > 0 && sum <= line.us + line.steps.length, JSON.stringify(line))
      for (const { us } of line.steps) assert.ok(Number.isInteger(us) && us >= 0)
      assert.equal([line.ipam, line.programs], [undefined, undefined])
    }
    const [add] = lines
    assert.equal(stepsOf(add), [
      ...['check the configuration', 'open the namespace', 'create the tap', 'set up the tap', 'IPAM ADD'],
      ...['add addresses and routes', 'make the tap persistent', 'print the result'],
    ])
    assert.equal(stepsOf(lines.at(-1)), ['check the configuration'])
    assert.is(lines.at(-1).msg, 'invalid mtu 5: expected 68 to 65521')
    assert.is(statSync(logFile).mode & 0o7777, 0o600)
  }))

test('a failed step is the last one before undo', () =>
  attached((a) => {
    const logFile = logOf(a)
    const failing = {
      ...a.fakeIpam({ ips: [{ address: '10.0.0.1/24' }], routes: [{ dst: '10.9.0.0/16', gw: '10.8.0.1' }] }),
      logFile,
    }
    const { json } = a.fail('ADD', a.config(failing), 101)
    const [line] = linesIn(logFile)
    assert.equal([line.code, line.msg], [101, json.msg])
    assert.equal(stepsOf(line).slice(-3), ['add addresses and routes', 'undo', 'IPAM DEL'])
    a.assertClean()
  }))

test('levels: error logs failures only, debug adds IPAM’s answer and the programs', () =>
  attached((a) => {
    const logFile = logOf(a)
    const config = a.config({ logFile, logLevel: 'error', ...a.hostLocal() })
    a.succeed('ADD', config)
    a.fail('ADD', config, 100)
    a.succeed('DEL', config)
    assert.equal(
      linesIn(logFile).map(({ command, code }) => [command, code]),
      [['ADD', 100]],
    )
    a.succeed('ADD', { ...config, logLevel: 'debug' })
    const line = linesIn(logFile)[1]
    assert.equal(line.ipam.ips, [{ address: '10.1.2.3/24', gateway: '10.1.2.1' }])
    assert.match(line.programs.file, /\/host-local$/)
    assert.equal([line.programs.command, line.programs.status], ['ADD', 0])
    a.succeed('DEL', config)
  }))

test('NETLOOM_CNI_LOG names the log of calls whose configuration has none, also if it cannot be read', () =>
  attached((a) => {
    const file = logOf(a)
    const env = { NETLOOM_CNI_LOG: file }
    a.succeed('STATUS', a.config(), { env })
    a.fail('ADD', '{', 6, undefined, { env })
    a.fail('ADD', a.config(), 4, undefined, { env, containerId: '-' })
    a.run('VERSION', { cniVersion: '1.0.0' }, { env })
    a.succeed('STATUS', a.config({ logFile: `${file}.own` }), { env })
    assert.equal(
      linesIn(file).map(({ command, code }) => [command, code]),
      [
        ['STATUS', 0],
        ['ADD', 6],
        ['ADD', 4],
        ['VERSION', 0],
      ],
    )
    assert.is(linesIn(`${file}.own`).length, 1)
    assert.match(a.succeed('STATUS', a.config(), { env: { NETLOOM_CNI_LOG: 'x.log' } }).stderr, /absolute path/)
  }))

test('no values of other plugins are logged', () =>
  attached((a) => {
    const logFile = logOf(a)
    const secret = 'topsecret'
    const { ipam } = a.fakeIpam({ ips: [{ address: '10.0.0.1/24' }], password: secret }, { DEL: `echo ${secret} >&2` })
    const config = a.config({
      logFile,
      logLevel: 'debug',
      ipam: { ...ipam, token: secret },
      args: { cni: { password: secret } },
      password: secret,
    })
    const args = `IgnoreUnknown=1;PASSWORD=${secret}`
    const env = { NETLOOM_CNI_LOG: logFile, PASSWORD: secret }
    a.succeed('ADD', config, { args, env })
    assert.match(a.succeed('DEL', config, { args, env }).stderr, secret)
    for (const wrong of [
      `PASSWORD=${secret}`,
      `PASSWORD=${secret}=`,
      `PASSWORD=${secret};OWNER=${secret}`,
      `OWNER=${secret}`,
    ])
      a.fail('ADD', config, 4, new RegExp(secret), { args: wrong, env })
    a.fail('ADD', `{"password": "${secret}"`, 6, undefined, { env })
    a.fail('ADD', `{"a": ${secret}}`, 6, undefined, { env })
    assert.is(linesIn(logFile).length, 8)
    assert.not.match(readFileSync(logFile, 'utf8'), secret)
  }))

/** Calls STATUS, which must succeed, with a note. */
function assertNote(a: Attachment, logFile: string, reason: RegExp): Answer {
  const answer = a.succeed('STATUS', a.config({ logFile }))
  assert.ok(answer.stderr.startsWith(`failed to write the log ${JSON.stringify(logFile)}: `), answer.stderr)
  assert.match(answer.stderr, reason)
  return answer
}

test('a log that cannot be written is a note', () =>
  attached((a) => {
    const at = (name: string) => join(a.folder, name)
    mkdirSync(at('folder'))
    execFileSync('mkfifo', [at('fifo')])
    symlinkSync(at('elsewhere'), at('symlink'))
    assertNote(a, '/dev/full', /ENOSPC/)
    assertNote(a, at('folder'), /EISDIR/)
    assertNote(a, at('fifo'), /ENXIO/)
    assertNote(a, at('symlink'), /ELOOP/)
    assertNote(a, at('missing/x.log'), /ENOENT/)
    assertNote(a, `/${'x'.repeat(300)}`, /ENAMETOOLONG/)
    assertNote(a, '/proc/version', /EIO|EACCES/)
    assert.not.ok(existsSync(at('elsewhere')))
    a.succeed('STATUS', a.config({ logFile: '/dev/null' }))
    const added = a.succeed('ADD', a.config({ logFile: '/dev/full' }))
    assert.is(added.json.interfaces[0].name, 'tap0')
    assert.match(a.succeed('DEL', a.config({ logFile: '/dev/full' })).stderr, /ENOSPC/)
    a.assertClean()
  }))

test('invalid keys are errors of the commands that validate the configuration, and nothing else', () =>
  attached((a) => {
    for (const [keys, code, msg] of [
      [{ logFile: 'x.log' }, 7, 'invalid logFile "x.log": expected an absolute path'],
      [{ logFile: '/x\0y' }, 7, /^invalid logFile .*: expected a path without a zero byte$/],
      [{ logFile: 5 }, 6, /logFile of type string/],
      [{ logLevel: 'warn' }, 7, 'invalid logLevel "warn": expected one of error, info, debug'],
      [{ logLevel: true }, 6, /logLevel of type string/],
    ] as const) {
      for (const command of ['ADD', 'STATUS']) a.fail(command, a.config(keys), code, msg)
      a.assertClean()
      a.succeed('DEL', a.config(keys))
      a.succeed('GC', { ...a.config(keys), 'cni.dev/valid-attachments': [] })
    }
    assert.not.ok(existsSync('x.log'))
  }))

test('a FIFO with a reader receives the line, and a full one does not block', () =>
  attached((a) => {
    const logFile = join(a.folder, 'fifo')
    execFileSync('mkfifo', [logFile])
    const fd = openSync(logFile, constants.O_RDWR | constants.O_NONBLOCK)
    try {
      assert.is(a.succeed('STATUS', a.config({ logFile })).stderr, '')
      const bytes = Buffer.alloc(65536)
      const length = readSync(fd, bytes)
      assert.is(JSON.parse(bytes.toString('utf8', 0, length)).command, 'STATUS')
      writeFileSync(fd, Buffer.alloc(65536))
      assertNote(a, logFile, /EAGAIN/)
    } finally {
      closeSync(fd)
    }
  }))

test('fifty processes write whole lines', async () =>
  attached(async (a) => {
    const logFile = logOf(a)
    const names = Array.from({ length: 50 }, (_, index) => `tap${index}`)
    const config = a.config({ logFile, logLevel: 'debug', ...a.hostLocal() })
    const answers = await Promise.all(names.map((ifname) => a.start('ADD', config, { ifname, containerId: ifname })))
    for (const { exitCode, stdout } of answers) assert.is(exitCode, 0, stdout)
    const lines = linesIn(logFile)
    assert.equal(lines.map(({ ifname }) => ifname).sort(), [...names].sort())
    assert.is(new Set(lines.map(({ pid }) => pid)).size, 50)
    a.succeed('GC', { ...config, 'cni.dev/valid-attachments': [] })
    a.assertClean()
  }))

test('a line has at most 4096 bytes, whatever it contains', () =>
  attached((a) => {
    const logFile = logOf(a)
    const routes = Array.from({ length: 500 }, (_, index) => ({ dst: `10.9.${index >> 8}.${index & 255}/32` }))
    const search = Array.from({ length: 500 }, (_, index) => `\u009b${index}\u{e0001}.example`.repeat(20))
    const config = a.config({
      logFile,
      logLevel: 'debug',
      ...a.fakeIpam({ ips: [{ address: '10.0.0.1/24' }], routes, dns: { search } }),
    })
    const containerId = 'c'.repeat(5000)
    a.succeed('ADD', config, { containerId })
    a.fail('ADD', { ...config, mac: '\u009b\u202e'.repeat(10_000) }, 7, undefined, { containerId })
    a.succeed('DEL', config, { containerId })
    const text = readFileSync(logFile, 'utf8')
    assert.is(linesIn(logFile).length, 3)
    for (const line of text.split('\n')) assert.ok(Buffer.byteLength(line) < 4096, String(line.length))
    assert.not.match(text, /[\u009b\u202e]/)
  }))

test('after rename, the next call creates a new file; existing modes are kept; sparse files of 5 GiB work', () =>
  attached((a) => {
    const logFile = logOf(a)
    a.succeed('STATUS', a.config({ logFile }))
    renameSync(logFile, `${logFile}.1`)
    a.succeed('STATUS', a.config({ logFile }))
    assert.equal([linesIn(logFile).length, linesIn(`${logFile}.1`).length], [1, 1])
    chmodSync(logFile, 0o640)
    execFileSync('truncate', ['-s', '5G', logFile])
    assert.is(a.succeed('STATUS', a.config({ logFile })).stderr, '')
    assert.is(statSync(logFile).mode & 0o7777, 0o640)
    assert.ok(statSync(logFile).size > 5 * 2 ** 30)
  }))

test('an ADD whose result cannot be written is logged as failed', () =>
  attached((a) => {
    const logFile = logOf(a)
    const call = a.call('ADD', a.config({ logFile }))
    const args = ['-c', '"$@" > /dev/full 2> /dev/null; exit 0', 'sh', ...plugin]
    execFileSync('sh', args, { env: environmentOf(call), input: JSON.stringify(call.config) })
    const [line, ...more] = linesIn(logFile)
    assert.equal([line.code, more.length], [5, 0])
    assert.match(line.msg, /^error writing the result: /)
    assert.ok(stepsOf(line).includes('undo'))
    a.assertClean()
  }))

test('SIGTERM leaves a line with code 11, SIGKILL leaves none', async () =>
  attached(async (a) => {
    const logFile = logOf(a)
    const started = join(a.folder, 'started')
    const { ipam } = a.fakeIpam(
      { ips: [{ address: '10.0.0.1/24' }] },
      { ADD: `touch '${started}'; sleep 1; echo '{"ips":[{"address":"10.0.0.1/24"}]}'` },
    )
    for (const [signal, codes] of [
      ['SIGKILL', []],
      ['SIGTERM', [11]],
    ] as const) {
      const call = a.call('ADD', a.config({ logFile, ipam }))
      const [file, ...args] = plugin
      const child = spawn(file, args, { env: environmentOf(call), stdio: ['pipe', 'ignore', 'ignore'] })
      const ended = new Promise((resolve) => child.on('close', resolve))
      child.stdin.end(JSON.stringify(call.config))
      await until('the IPAM plugin runs', () => existsSync(started))
      execFileSync('rm', [started])
      child.kill(signal)
      await ended
      assert.equal(
        linesIn(logFile).map(({ code }) => code),
        codes,
      )
    }
    a.succeed('DEL', a.config({ ipam }))
    a.assertClean()
  }))

test.run()
