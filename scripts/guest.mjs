// npm run guest [-- PATTERN…]: boots Debian's kernel in QEMU, with SELinux enforcing test/guest/policy.conf and this machine's files
// read-only, and runs there what this machine's own kernel may not have: test/guest/*.guest.ts and some of the plugin's tests, with
// the plugin on Node and as the executable. With patterns, the test files whose path contains one of them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { buildExecutable } from './lib/exe.mjs'
import { provideGuest } from './lib/guest.mjs'
import { provideNeeds } from './lib/needs.mjs'
import { runGuest } from './lib/qemu.mjs'
import { path, root, run, say } from './lib/repo.mjs'
import { testFiles } from './lib/test-run.mjs'

/** It takes a quarter of that. */
const limit = 900

/** Of the plugin's other tests those that ask the most of the kernel. */
const alsoThere = ['addresses', 'bridge-port', 'check', 'routes', 'scenarios', 'settings', 'spoof-check']

function wanted(patterns) {
  const all = testFiles([], ['.guest.ts', '.test.ts'])
  const isDefault = (file) =>
    file.endsWith('.guest.ts') || alsoThere.some((name) => file === `test/cni-tap/${name}.test.ts`)
  return all.filter(patterns.length ? (file) => patterns.some((part) => file.includes(part)) : isDefault)
}

const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`

/** The program that the guest runs with the host's files in sight, and the policy that it runs under, in `folder`. */
function writeJob(folder, files, needs) {
  const { PATH } = process.env
  const env = { ...needs, PATH, HOME: '/run/tmp', TMPDIR: '/run/tmp', CI: '1', NETLOOM_TEST_TIMEOUT: '300' }
  const settings = Object.entries(env).map(([name, value]) => `${name}=${quoted(value)}`)
  const command = [process.execPath, path('scripts/guest/inside.mjs'), ...files].map(quoted)
  writeFileSync(join(folder, 'inside.sh'), `cd ${quoted(root)} && exec env -i ${[...settings, ...command].join(' ')}\n`)
  // 33 is the newest that the kernel knows; the MLS field is part of every real label.
  const compile = ['-M', '-U', 'allow', '-c', '33', '-o', join(folder, 'policy'), 'test/guest/policy.conf']
  if (!run('checkpolicy', compile)) throw new Error('checkpolicy refused test/guest/policy.conf')
}

async function main(patterns) {
  if (!build()) return false
  say('executables')
  if (!(await buildExecutable())) return false
  const needs = provideNeeds()
  if (!needs?.NETLOOM_CNI_PLUGINS) return false
  say('a guest')
  const kernel = provideGuest()
  const files = wanted(patterns)
  console.log(`Linux ${kernel.release} of Debian; test files: ${files.length}`)
  mkdirSync(path('.cache'), { recursive: true })
  const folder = mkdtempSync(path('.cache', 'guest-'))
  try {
    writeJob(folder, files, needs)
    return await runGuest(kernel, folder, limit)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))
try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
} catch (error) {
  console.error(`✘ ${error.message}`)
  process.exitCode = 1
}
