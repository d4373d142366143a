import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { suiteNeeding } from '../support/privileges.js'

const test = suiteNeeding('netloom lab', 'netns')

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = [process.execPath, '--conditions=netloom', join(root, 'packages/netlink/dist/cli/main.js'), 'lab']

/** Runs the command as an ordinary user. */
const asOrdinary = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']
const run = (args: readonly string[], prefix = asOrdinary) => {
  const [program = '', ...rest] = [...prefix, ...main, ...args]
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8', cwd: root })
  return { status, stdout, stderr }
}

/** Calls `use` with a new folder that an ordinary user can read, and deletes it. */
function inFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'netloom-lab-'))
  try {
    chmodSync(folder, 0o755)
    use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function write(folder: string, name: string, text: string): string {
  const file = join(folder, name)
  writeFileSync(file, text)
  return file
}

test('an ordinary user is root in a network of its own, and creates namespaces there', () => {
  const script = 'id -u; ip netns add blue; ip netns list; ip -br link; exit 7'
  const { status, stdout, stderr } = run(['--', 'sh', '-c', script])
  assert.is(status, 7, stderr)
  assert.match(stdout, /^0\nblue\nlo +UNKNOWN [^\n]*UP[^\n]*\n$/)
  assert.not.match(spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' }).stdout, /^blue\b/m)
})

test('root and an ordinary user get the lab of a file, under its own names', () => {
  inFolder((folder) => {
    const web = { links: [{ name: 'eth0', kind: 'veth', peer: { name: 'eth0', netns: 'client' } }] }
    const client = { addresses: [{ address: '10.0.0.2/24', dev: 'eth0' }] }
    const file = write(folder, 'lab.json', JSON.stringify({ web, client }))
    for (const prefix of [asOrdinary, []]) {
      const { stdout, stderr } = run(['-f', file, '--', 'ip', 'netns', 'exec', 'client', 'ip', '-br', 'addr'], prefix)
      assert.match(stdout, /^eth0@\S+ +UP +10\.0\.0\.2\/24/m, stderr)
    }
    const wrong = { web: { ...web, addresses: [{ address: '10.0.0.1/24', dev: 'eth1' }] } }
    const { status, stderr } = run(['-f', write(folder, 'wrong.json', JSON.stringify(wrong)), '--', 'true'])
    assert.is(status, 1)
    // Node reports, too, that it cannot write coverage there.
    const complaints = stderr.split('\n').filter((line) => line.startsWith('netloom: '))
    assert.equal(complaints, [
      'netloom: web.links[0].peer.netns: expected one of web, got "client"',
      'netloom: web.addresses[0].dev: expected a link of web: lo, eth0, got "eth1"',
    ])
  })
})

test('a module describes a lab by its default export', () => {
  inFolder((folder) => {
    for (const [name, text] of Object.entries({
      'lab.mjs': 'const kind = "bridge"; export default { web: { links: [{ name: "br0", kind }] } }',
      'lab.ts': 'const kind: string = "bridge"; export default { web: { links: [{ name: "br0", kind }] } }',
    })) {
      const file = write(folder, name, text)
      const { status, stdout, stderr } = run(['-f', file, '--', 'ip', '-n', 'web', '-br', 'link', 'show', 'br0'])
      // Node removes types since 22.18.
      if (name.endsWith('.ts') && !(process.features as { readonly typescript?: unknown }).typescript)
        assert.is(status, 2)
      else assert.match(stdout, /^br0 /, stderr)
    }
  })
})

test('a file that is no description is refused before anything is created', () => {
  inFolder((folder) => {
    for (const [name, text, message] of [
      ['bad.json', '{', /expected FILE to be a JSON file, got '\S*bad\.json': /],
      [
        'none.mjs',
        'export const lab = {}',
        /expected FILE to be a module, got '\S*none\.mjs': it has no default export/,
      ],
      ['throws.mjs', 'throw new Error("no such site")', /expected FILE to be a module, .*: no such site/],
    ] as const) {
      const { status, stdout, stderr } = run(['-f', write(folder, name, text), '--', 'echo', 'ran'])
      assert.equal([status, stdout], [2, ''])
      assert.match(stderr, message)
    }
    assert.match(run(['-f', join(folder, 'missing.json'), '--', 'true']).stderr, /missing\.json': ENOENT/)
  })
})

test('exit codes and signals are those of the command', async () => {
  assert.is(run(['--', 'no-such-program'], []).status, 127)
  assert.is(run([]).status, 2)
  assert.is(run(['--', 'sh', '-c', 'kill -9 $$']).status, 137)
  const [program = '', ...args] = [
    ...asOrdinary,
    ...main,
    '--',
    'sh',
    '-c',
    'sleep 600 & trap "kill $!; exit 9" TERM; echo ready; wait',
  ]
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  await once(child.stdout, 'data')
  child.kill('SIGTERM')
  child.stdout.destroy()
  assert.equal(await exit, [9, null])
})

test.run()
