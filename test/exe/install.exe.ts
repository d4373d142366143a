import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { plugin } from '../support/plugin.js'
import { suiteNeeding } from '../support/privileges.js'
import { until } from '../support/until.js'

const test = suiteNeeding('tap install', 'netns')

const [executable = ''] = plugin
const whole = readFileSync(executable)
const temporary = '.tap.netloom-install'
const folders: string[] = []

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-install-'))
  folders.push(folder)
  return folder
}

test.after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Runs a command line. There is no CNI_COMMAND in the environment, and no PATH, as in an image with nothing else. */
function call(command: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const [program = '', ...args] = command
  const { status, signal, stdout, stderr } = spawnSync(program, args, { env: { ...env }, encoding: 'utf8' })
  return { status, signal, stdout, stderr }
}

const installCommand = (folder: string, ...more: readonly string[]) => [executable, 'install', '--to', folder, ...more]
const install = (folder: string) => call(installCommand(folder))

/** The plugin that was there before. */
const old = '#!/bin/sh\necho old\n'

function writeOld(folder: string): void {
  writeFileSync(join(folder, 'tap'), old)
  chmodSync(join(folder, 'tap'), 0o755)
}

function assertNew(folder: string): void {
  assert.ok(readFileSync(join(folder, 'tap')).equals(whole))
  assert.is(statSync(join(folder, 'tap')).mode & 0o7777, 0o755)
}

const assertOld = (folder: string) => assert.is(readFileSync(join(folder, 'tap'), 'utf8'), old)

test('copies the executable with mode 755, whatever the umask is, and touches no other file', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'bridge'), 'another plugin')
  writeFileSync(join(folder, '.tap.other'), 'not ours')
  const { status, stdout, stderr } = call(['/bin/sh', '-c', 'umask 077; exec "$@"', 'sh', ...installCommand(folder)])
  assert.equal([status, stderr], [0, ''])
  assert.match(stdout, /^installed netloom tap \S+ as "\/.*\/tap"\n$/)
  assertNew(folder)
  assert.equal(readdirSync(folder).sort(), ['.tap.other', 'bridge', 'tap'])
  assert.is(readFileSync(join(folder, 'bridge'), 'utf8'), 'another plugin')
})

test('a second time, it finds its copy and writes nothing', () => {
  const folder = temporaryFolder()
  install(folder)
  const before = statSync(join(folder, 'tap'))
  const { status, stdout } = install(folder)
  assert.is(status, 0)
  assert.match(stdout, /^found netloom tap /)
  assert.equal([statSync(join(folder, 'tap')).ino, statSync(folder).mtimeMs], [before.ino, statSync(folder).mtimeMs])
})

test('repairs a copy with a changed byte, another mode, and a symbolic link', () => {
  const folder = temporaryFolder()
  install(folder)
  const file = join(folder, 'tap')
  const changed = Buffer.from(whole)
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
  for (const spoil of [
    () => writeFileSync(file, changed),
    () => chmodSync(file, 0o644),
    () => {
      renameSync(file, join(folder, 'elsewhere'))
      writeFileSync(join(folder, 'elsewhere'), 'not ours')
      execFileSync('ln', ['-s', 'elsewhere', file])
    },
  ]) {
    spoil()
    assert.is(install(folder).status, 0)
    assertNew(folder)
  }
  assert.is(readFileSync(join(folder, 'elsewhere'), 'utf8'), 'not ours')
})

test('an older version in use keeps running', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'tap')
  copyFileSync('/bin/sleep', file)
  const running = spawn(file, ['1000'])
  try {
    await until('the old program to run', () => readlinkSync(`/proc/${running.pid}/exe`) === file)
    assert.is(install(folder).status, 0)
    assertNew(folder)
    assert.is(readlinkSync(`/proc/${running.pid}/exe`), `${file} (deleted)`)
    assert.is(running.exitCode, null)
  } finally {
    running.kill('SIGKILL')
  }
})

test('what an interrupted installer left is deleted', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, temporary), whole.subarray(0, 1000))
  assert.is(install(folder).status, 0)
  assert.equal(readdirSync(folder), ['tap'])
})

test('a folder that does not exist, a file as the folder, folders as the files', () => {
  const folder = temporaryFolder()
  const refused = (to: string, reason: RegExp) => {
    const { status, stdout, stderr } = install(to)
    assert.equal([status, stdout], [1, ''])
    assert.match(stderr, reason)
  }
  refused(join(folder, 'missing'), /^failed to install \/.*\/missing\/tap: ENOENT/)
  writeFileSync(join(folder, 'file'), '')
  refused(join(folder, 'file'), /ENOTDIR/)
  mkdirSync(join(folder, 'tap'))
  refused(folder, /EISDIR/)
  assert.equal(readdirSync(folder).sort(), ['file', 'tap'])
  mkdirSync(join(folder, temporary))
  refused(folder, /EISDIR|EPERM/)
  assert.equal(readdirSync(folder).sort(), [temporary, 'file', 'tap'])
})

/** Runs the installer in its own mount namespace, with a file system mounted on the folder. Returns what it left there. */
function onFileSystem(mount: string) {
  const folder = temporaryFolder()
  const script = `
    set -e
    ${mount.replaceAll('$DIR', folder)}
    "$@" || echo "exit code $?"
    ls -A ${folder}
    cat ${folder}/tap`
  return call(['/usr/bin/unshare', '-m', '/bin/sh', '-c', script, 'sh', ...installCommand(folder)], {
    PATH: process.env.PATH ?? '',
  })
}

const writeOldThere = `printf '#!/bin/sh\\necho old\\n' > $DIR/tap; chmod 755 $DIR/tap`

for (const [name, mount, reason] of [
  ['a full disk', `mount -t tmpfs -o size=1m t $DIR; ${writeOldThere}`, /ENOSPC/],
  ['a read-only folder', `mount -t tmpfs t $DIR; ${writeOldThere}; mount -o remount,ro $DIR`, /EROFS/],
  ['a folder from which nothing can be executed', `mount -t tmpfs -o noexec t $DIR; ${writeOldThere}`, /EACCES/],
] as const)
  test(`${name}: the old file stays, and nothing is left`, () => {
    const { stdout, stderr } = onFileSystem(mount)
    assert.is(stdout, `exit code 1\ntap\n${old}`)
    assert.match(stderr, reason)
  })

test('installs as in the image: from a read-only root that contains nothing else', () => {
  const [folder, root] = [temporaryFolder(), temporaryFolder()]
  const script = `
    set -e
    mount -t tmpfs t ${root}
    mkdir ${root}/proc ${root}/host
    cp ${executable} ${root}/tap
    mount --bind /proc ${root}/proc
    mount --bind ${folder} ${root}/host
    mount -o remount,ro ${root}
    exec chroot ${root} /tap install --to /host`
  const { status, stderr } = call(['/usr/bin/unshare', '-m', '/bin/sh', '-c', script], { PATH: process.env.PATH ?? '' })
  assert.equal([status, stderr], [0, ''])
  assertNew(folder)
})

test('installs without any capability', () => {
  const folder = temporaryFolder()
  writeOld(folder)
  const without = ['/usr/bin/setpriv', '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', '--']
  const { status, stderr } = call([...without, ...installCommand(folder)])
  assert.equal([status, stderr], [0, ''])
  assertNew(folder)
})

test('twenty installers at once', async () => {
  const folder = temporaryFolder()
  writeOld(folder)
  const [program = '', ...args] = installCommand(folder)
  const children = Array.from({ length: 20 }, () => spawn(program, args, { env: {}, stdio: 'ignore' }))
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]))
  assert.equal(codes, Array(20).fill(0))
  assertNew(folder)
  assert.equal(readdirSync(folder), ['tap'])
})

/** Names of the installer's system calls in their order. */
function systemCalls(): string[] {
  const folder = temporaryFolder()
  writeOld(folder)
  const log = join(temporaryFolder(), 'log')
  call(['/usr/bin/strace', '-e', 'signal=none', '-e', 'quiet=all', '-o', log, ...installCommand(folder)])
  assertNew(folder)
  return readFileSync(log, 'latin1')
    .split('\n')
    .flatMap((line) => /^(\w+)\(/.exec(line)?.[1] ?? [])
}

/**
 * Returns strace's options for a fault of each call. The first execve starts the installer. strace does not carry out the calls that
 * fail, but Linux closes a descriptor also if close(2) fails, so that call only gets signals.
 */
function faultsOf(calls: readonly string[], fault: string): (readonly string[])[] {
  const without = fault.startsWith('error=') ? ['execve', 'close'] : ['execve']
  const seen = new Map<string, number>()
  return calls.flatMap((name) => {
    const nth = (seen.get(name) ?? 0) + 1
    seen.set(name, nth)
    return without.includes(name) ? [] : [['-e', `inject=${name}:${fault}:when=${nth}`]]
  })
}

/** Runs the installer once per fault. Then the folder must have the whole old file or the whole new one. */
function tryEach(fault: string, check: (folder: string, result: ReturnType<typeof call>) => void): void {
  const options = ['-e', 'signal=none', '-e', 'quiet=all', '-o', '/dev/null']
  const faults = faultsOf(systemCalls(), fault)
  assert.ok(faults.length > 50, `${faults.length} calls`)
  for (const inject of faults) {
    const folder = temporaryFolder()
    writeOld(folder)
    const result = call(['/usr/bin/strace', ...options, ...inject, ...installCommand(folder)])
    try {
      const content = readFileSync(join(folder, 'tap'))
      assert.ok(content.equals(whole) || content.equals(Buffer.from(old)), 'neither the old file nor the new one')
      check(folder, result)
      assert.is(install(folder).status, 0)
      assertNew(folder)
      assert.equal(readdirSync(folder), ['tap'])
    } catch (error) {
      throw new Error(`${inject[1]}: ${(error as Error).message}\n${result.stdout}${result.stderr}`)
    }
    rmSync(folder, { recursive: true })
  }
}

test('killed at each of its system calls: the old file or the new one, and the next installer repairs the rest', () =>
  tryEach('signal=SIGKILL', () => {}))

test('each of its system calls fails: either it reports that and the old file stays, or the new file is whole', () =>
  tryEach('error=EIO', (folder, { status, signal, stderr }) => {
    if (status === 0) return assertNew(folder)
    // The libc ends a process whose start fails with a signal.
    assert.ok(signal !== null || stderr !== '')
    // Only the last call, which writes the new name to the disk, comes after the rename.
    if (!stderr.includes('fsync')) assertOld(folder)
  }))

test('--watch: restores the file when it is deleted, written or replaced, and SIGTERM keeps it', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'tap')
  const [program = '', ...args] = installCommand(folder, '--watch')
  const watcher = spawn(program, args, { env: {}, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(watcher, 'exit')
  let output = ''
  watcher.stdout.on('data', (chunk) => {
    output += chunk
  })
  watcher.stderr.on('data', (chunk) => {
    output += chunk
  })
  const isWhole = () => {
    try {
      return readFileSync(file).equals(whole) && (statSync(file).mode & 0o777) === 0o755
    } catch {
      return false
    }
  }
  try {
    await until('the file to be whole', isWhole)
    for (const spoil of [
      () => unlinkSync(file),
      () => writeFileSync(file, 'x'),
      () => chmodSync(file, 0o600),
      () => {
        writeFileSync(join(folder, 'new'), old)
        renameSync(join(folder, 'new'), file)
      },
    ]) {
      spoil()
      await until('the file to be whole', isWhole)
    }
    // The file is whole before the watcher says so.
    await until('the five reports', () => (output.match(/^installed /gm)?.length ?? 0) >= 5)
    assert.is(output.match(/^installed /gm)?.length, 5, output)
    // A failure is reported once, and tried again.
    mkdirSync(join(folder, temporary))
    unlinkSync(file)
    await until('the report', () => output.includes('EISDIR'))
    rmSync(join(folder, temporary), { recursive: true })
    await until('the file to be whole', isWhole)
    assert.is(output.match(/EISDIR/g)?.length, 1, output)
    watcher.kill('SIGTERM')
    assert.equal(await ended, [0, null])
    assertNew(folder)
    assert.equal(readdirSync(folder), ['tap'])
  } finally {
    watcher.kill('SIGKILL')
  }
})

test('wrong arguments change nothing and have exit code 2', () => {
  const folder = temporaryFolder()
  for (const args of [
    [],
    ['--to'],
    ['--to', ''],
    ['--to', folder, '--to', folder],
    ['--to', folder, 'x'],
    ['--help'],
  ]) {
    const { status, stdout, stderr } = call([executable, 'install', ...args])
    assert.equal([status, stdout], [2, ''], `${args}`)
    assert.match(stderr, 'expected tap install --to DIR [--watch]')
  }
  assert.equal(readdirSync(folder), [])
})

test.run()
