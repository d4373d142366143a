import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { readCommand } from './lib/command.mjs'
import { compileTests } from './lib/compiled-tests.mjs'
import { buildExecutable } from './lib/exe.mjs'
import { provideGuest } from './lib/guest.mjs'
import { provideModules } from './lib/guest-modules.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { runGuest } from './lib/qemu.mjs'
import { path, root, run, say } from './lib/repo.mjs'
import { testFiles } from './lib/test-run.mjs'

const { positionals } = readCommand({
  name: 'run guest',
  description: `Boots Debian's kernel in QEMU, with SELinux enforcing test/guest/policy.conf and this machine's files read-only, and runs
tests there that this machine's own kernel may not support: test/guest/*.guest.ts and some of the plugin's tests, with the
plugin on Node and as the executable.`,
  operands: { usage: '[PATTERN…]', help: 'runs the test files whose path contains one of them instead' },
})

/** Limit in seconds for a test file. It only stops what hangs: the longest takes some minutes, and seven on a busy machine. */
const limit = 1200

/** The plugin's tests that exercise most of the kernel for their duration. */
const pluginTests = ['bridge-port', 'check', 'readme', 'scenarios', 'spoof-check'].map(
  (name) => `test/cni-tap/${name}.test.ts`,
)

/** The plugin's tests that only a guest can run, with the forms of the plugin that they run with. */
const forms = {
  'test/guest/selinux.guest.ts': ['exe', 'node'],
  'test/guest/vlan.guest.ts': ['exe', 'node'],
  // Emulated calls on Node take seconds, and these do not depend on how the plugin is built.
  'test/guest/vlan-changes.guest.ts': ['exe'],
}

/** Returns the forms of the plugin that a test file runs with. Tests of the library alone run once, in the guest with less to do. */
const formsOf = (file) => forms[file] ?? (file.startsWith('test/cni-tap/') ? ['exe', 'node'] : ['node'])

/** Returns a guest for each form of the plugin, with the test files that it runs. A guest without files is left out. */
function plan(patterns) {
  const all = testFiles([], ['.guest.ts', '.test.ts'])
  const wanted = (plugin) =>
    patterns.length
      ? all.filter((file) => formsOf(file).includes(plugin) && patterns.some((part) => file.includes(part)))
      : all.filter((file) =>
          pluginTests.includes(file) ? plugin === 'exe' : file.endsWith('.guest.ts') && formsOf(file).includes(plugin),
        )
  return [
    { name: 'the plugin as the executable', plugin: 'exe', files: wanted('exe') },
    { name: 'the plugin on Node', plugin: 'node', files: wanted('node') },
  ].filter(({ files }) => files.length > 0)
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

/** Writes the program that the guest runs once it has mounted the host's files, and the SELinux policy, to `folder`. */
function writeJob(folder, { plugin, files }, needs, commandOf) {
  const { PATH } = process.env
  const own = { ...(plugin === 'exe' && { NETLOOM_PLUGIN: plugin }), CI: '1', HOME: '/run/tmp', TMPDIR: '/run/tmp' }
  const settings = Object.entries({ PATH, ...needs, ...own }).map(([name, value]) => `${name}=${quoted(value)}`)
  const commands = JSON.stringify(Object.fromEntries(files.map((file) => [file, commandOf(file)])))
  const command = [process.execPath, path('scripts/guest/inside.mjs'), commands].map(quoted)
  writeFileSync(join(folder, 'inside.sh'), `cd ${quoted(root)} && exec env -i ${[...settings, ...command].join(' ')}\n`)
  // Version 33 is the newest policy format of the kernel. Real labels have a category field, which needs -M.
  const compile = ['-M', '-U', 'allow', '-c', '33', '-o', join(folder, 'policy'), 'test/guest/policy.conf']
  if (!run('checkpolicy', compile)) throw new Error('checkpolicy refused test/guest/policy.conf')
}

async function boot(kernel, guest, needs, commandOf) {
  const folder = mkdtempSync(join(realpathSync(path('.cache')), 'guest-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  writeJob(folder, guest, needs, commandOf)
  const started = Date.now()
  const { output, good } = await runGuest(kernel, folder, limit)
  say(`${guest.name} (${((Date.now() - started) / 1000).toFixed(0)} s)`)
  process.stdout.write(output)
  return good
}

async function main(patterns) {
  const guests = plan(patterns)
  if (guests.length === 0) throw new Error(`expected a test file with ${patterns.join(' or ')} in its path, got none`)
  if (!(await build())) return false
  if (guests.some(({ plugin }) => plugin === 'exe')) {
    say('executables')
    if (!(await buildExecutable())) return false
  }
  const needs = provideNeeds()
  if (!needs?.NETLOOM_CNI_PLUGINS) return false
  const kernel = provideGuest()
  provideModules(kernel)
  const counts = guests.map(({ name, files }) => `${files.length} with ${name}`)
  say(`guests with Linux ${kernel.release}; test files: ${counts.join(', ')}`)
  const commandOf = await compileTests([...new Set(guests.flatMap(({ files }) => files))])
  const verdicts = await Promise.all(guests.map((guest) => boot(kernel, guest, needs, commandOf)))
  return verdicts.every(Boolean)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
try {
  process.exitCode = (await main(positionals)) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  // Another guest may still be running.
  process.exit(1)
}
