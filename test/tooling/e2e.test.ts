import { type ChildProcess, spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'
import { isRunning } from '../support/processes.js'
import { until } from '../support/until.js'

const test = suiteNeeding('npm run e2e', 'netns', 'tun', 'cniPlugins')

const root = fileURLToPath(new URL('../..', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'netloom-e2e-test-'))
test.after(() => rmSync(folder, { recursive: true, force: true }))

/** Writes a plugin that runs a shell script. */
function broken(script: string): string {
  const file = join(folder, 'tap')
  writeFileSync(file, `#!/bin/sh\n${script}\n`)
  chmodSync(file, 0o755)
  return file
}

/** Starts `npm run e2e` with the suite multus. */
function start(plugin: string): {
  readonly child: ChildProcess
  readonly end: Promise<{ code: number | null; output: string }>
} {
  const child = spawn(process.execPath, ['scripts/e2e.mjs', 'multus', '--plugin', plugin], {
    cwd: root,
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output += chunk
    })
  return { child, end: new Promise((resolve) => child.on('close', (code) => resolve({ code, output }))) }
}

/** Returns the processes that run the plugin of this test. */
const users = () =>
  readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || !isRunning(Number(pid))) return false
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(`/bin/sh\0${folder}/`)
    } catch {
      return false
    }
  })

const hosts = () => [
  ...readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .filter((line) => line.includes('e2e')),
  ...['/var/lib/cni', '/etc/cni', '/run/e2e'].filter(existsSync),
]

const groups = ['', 'cpu', 'pids', 'unified'].map((name) => join('/sys/fs/cgroup', name)).filter(existsSync)
const leftGroups = () => groups.flatMap((each) => readdirSync(each)).filter((name) => name.startsWith('netloom-e2e-'))

test('a plugin that returns an error: the suite fails, and nothing is left', async () => {
  const before = hosts()
  const error = JSON.stringify({ cniVersion: '1.0.0', code: 999, msg: 'broken on purpose' })
  const { code, output } = await start(broken(`cat > /dev/null; echo '${error}'; exit 1`)).end
  assert.is(code, 1, output)
  assert.match(output, /^multus +\d+ {2}failed /m)
  assert.match(output, /broken on purpose/)
  assert.match(output, /^\d+ passed, [1-9]\d* failed$/m)
  assert.equal([users(), hosts()], [[], before])
})

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} while the plugin runs: everything ends, and nothing is left`, async () => {
    const before = hosts()
    const plugin = broken('sleep 1000; exit 1')
    const { child, end } = start(plugin)
    await until('the plugin to run', () => users().length > 0)
    child.kill(signal)
    const { code, output } = await end
    assert.is(code, signal === 'SIGKILL' ? null : 1, output)
    if (signal !== 'SIGKILL') assert.match(output, 'interrupted')
    await until('all processes to end', () => users().length === 0)
    assert.equal(hosts(), before)
  })
}

test('the next start removes the control groups of a run that was killed', async () => {
  const [group = ''] = groups.filter((each) => existsSync(join(each, 'cgroup.procs')))
  // No process has this id: it is above the kernel's limit.
  const left = join(group, 'netloom-e2e-9999999')
  mkdirSync(join(left, 'pod'), { recursive: true })
  await start(broken('exit 1')).end
  assert.not.ok(existsSync(left))
  assert.equal(leftGroups(), [])
})

test.run()
