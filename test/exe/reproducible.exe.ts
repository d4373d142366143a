import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

/** The executable depends on the sources and their commit only: another folder, date and environment give the same bytes. */

const test = suite('cni-tap as one executable: reproducible')

const root = fileURLToPath(new URL('../..', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'netloom-reproducible-'))
test.after(() => rmSync(scratch, { recursive: true }))

const copy = join(scratch, 'a-folder-with-a-longer-name', 'and', 'deeper')
const names = [process.arch === 'x64' ? 'tap' : 'tap-linux-x64', process.arch === 'arm64' ? 'tap' : 'tap-linux-arm64']
const executableIn = (folder: string, name: string) => join(folder, 'packages', 'cni-tap', 'dist', name)

/**
 * Copies the sources and dependencies, without other files that git ignores, which the copy must create itself. A link to the dependencies
 * would not do: the bundle depends on their path relative to the sources.
 */
function copySources(): void {
  const left = new Set(['.git', '.cache', 'dist', 'coverage'])
  const isCopied = (file: string) => !left.has(basename(file)) && file !== join(root, 'node_modules')
  cpSync(root, copy, { recursive: true, verbatimSymlinks: true, filter: isCopied })
  execFileSync('cp', ['-a', join(root, 'node_modules'), join(copy, 'node_modules')])
  // `tap --version` prints the commit.
  const { stdout } = spawnSync('git', ['rev-parse', '--absolute-git-dir'], { cwd: root, encoding: 'utf8' })
  if (stdout !== '') writeFileSync(join(copy, '.git'), `gitdir: ${stdout}`)
}

/**
 * Shares the downloads from Debian with the second build. Copies the sources that are linked in, and links the rest,
 * which is large.
 */
function shareDownloads(): void {
  const [from, to] = [root, copy].map((folder) => join(folder, '.cache', 'debian')) as [string, string]
  mkdirSync(to, { recursive: true })
  for (const name of readdirSync(from)) {
    if (/^(musl|quickjs)-/.test(name))
      cpSync(join(from, name), join(to, name), { recursive: true, verbatimSymlinks: true })
    else symlinkSync(join(from, name), join(to, name))
  }
}

/** Copies all compiled QuickJS engines. Returns their names. */
function shareEngine(): readonly string[] {
  const [from, to] = [root, copy].map((folder) => join(folder, '.cache', 'engine')) as [string, string]
  cpSync(from, to, { recursive: true })
  return readdirSync(to).filter((name) => existsSync(join(to, name, 'quickjs.o')))
}

/** Returns the first path below `.cache/FOLDER` of the copy that contains `part`. */
function cached(folder: string, part: string): string {
  const found = readdirSync(join(copy, '.cache', folder), { recursive: true, encoding: 'utf8' })
  return join(copy, '.cache', folder, found.find((name) => name.includes(part)) ?? `no ${part}`)
}

/** Builds in the copy, in a different environment. Returns the warnings. */
function build(...machines: string[]): string {
  mkdirSync(join(scratch, 'tmp'), { recursive: true })
  const env = {
    PATH: process.env.PATH,
    HOME: '/nonexistent',
    TMPDIR: join(scratch, 'tmp'),
    TZ: 'Asia/Tokyo',
    LC_ALL: 'C',
  }
  const script = 'umask 077; exec "$@"'
  const args = ['-c', script, 'sh', process.execPath, 'scripts/build-exe.mjs', ...machines]
  const { status, stdout, stderr } = spawnSync('sh', args, { cwd: copy, env, encoding: 'utf8' })
  assert.is(status, 0, stdout + stderr)
  return stderr
}

function assertSame(name: string): void {
  const [ours, theirs] = [root, copy].map((folder) => readFileSync(executableIn(folder, name))) as [Buffer, Buffer]
  assert.ok(ours.equals(theirs), `expected ${name} to be the same, found ${ours.length} and ${theirs.length} bytes`)
}

test('two builds in two folders are identical, and modified caches are not trusted', () => {
  copySources()
  shareDownloads()
  appendFileSync(cached('debian/', 'quickjs.c'), '\n#error tampered with\n')
  truncateSync(cached('debian/', 'libc.a'), 1000)
  for (const name of shareEngine()) truncateSync(join(copy, '.cache', 'engine', name, 'quickjs.o'), 1000)
  const complaints = build('all')
  assert.match(complaints, /quickjs-\S+ changed since it was fetched/)
  assert.match(complaints, /musl-\S+ changed since it was fetched/)
  assert.match(complaints, /engine\/\S+ changed since it was compiled/)
  for (const name of names) assertSame(name)
})

test('the executable contains no path of the machine', () => {
  for (const name of names) {
    const text = readFileSync(executableIn(root, name), 'latin1')
    assert.not.ok(text.includes(root), `expected no ${root} in ${name}`)
    assert.ok(text.includes('./.cache/debian/quickjs-'), 'expected the names of sources relative to the top folder')
  }
})

test.run()
