import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Contender, compare } from '../../support/rounds.js'

// What a short program pays before its first request: the import, and a whole `netloom dump links`. The single modules of `dist` are what
// the package consisted of before it had a bundle.

const ROUNDS = 15

const netlink = (file: string) => fileURLToPath(new URL(`../../../packages/netlink/${file}`, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'netloom-import-'))

/** Writes a program that imports `file`, or nothing. Returns its path. */
function program(name: string, file?: string): string {
  const path = join(folder, `${name}.mjs`)
  writeFileSync(path, file === undefined ? '' : `import ${JSON.stringify(`file://${file}`)}\n`)
  return path
}

/** Bash reports the CPU time of a whole process, its start and its end included. */
const timed = ['-c', 'TIMEFORMAT="%3U %3S"; time "$@"', 'bash', process.execPath]

/** A program of Node. */
const contender = (name: string, ...args: string[]): Contender => ({
  name,
  round() {
    const { status, stderr } = spawnSync('bash', [...timed, ...args], { encoding: 'utf8' })
    const [, user, system] = stderr.match(/^([\d.]+) ([\d.]+)$/m) ?? []
    if (status !== 0 || user === undefined) throw new Error(`${name}: ${stderr}`)
    return (Number(user) + Number(system)) * 1000
  },
})

const empty = 'an empty program'
const bundle = 'the bundle'
const modules = 'the single modules'
const asModules = '--conditions=netloom'

await compare(
  { name: 'import of @netloom/netlink, CPU time', units: [1, 'imports'], rounds: ROUNDS },
  [
    contender(empty, program('empty')),
    contender(bundle, program('bundle', netlink('bundle/index.js'))),
    contender(modules, asModules, program('modules', netlink('dist/index.js'))),
  ],
  // At most 0.7 of the empty program on top of it.
  [{ of: bundle, against: empty, timeAtMost: 1.7 }],
)

await compare(
  { name: 'netloom dump links, CPU time', units: [1, 'calls'], rounds: ROUNDS },
  [
    contender(bundle, netlink('bundle/cli/main.js'), 'dump', 'links'),
    contender(modules, asModules, netlink('dist/cli/main.js'), 'dump', 'links'),
  ],
  [{ of: bundle, against: modules, timeAtMost: 0.5 }],
)

rmSync(folder, { recursive: true })
