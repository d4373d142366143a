import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const repo = fileURLToPath(new URL('../..', import.meta.url))

/** Each row adds a file with one import that the rule must forbid. `probe` is replaced by a name unique to the row. */
const rows: [rule: string, file: string, imported: string][] = [
  ['netlink-errno', 'netlink/src/errno.ts', './codec/index.js'],
  ['netlink-codec', 'netlink/src/codec/probe.ts', '../message/target.js'],
  ['netlink-codec', 'netlink/src/codec/probe.ts', '../route/target.js'],
  ['netlink-codec', 'netlink/src/codec/probe.ts', '../socket/target.js'],
  ['netlink-codec', 'netlink/src/codec/probe.ts', '#libc'],
  ['netlink-message', 'netlink/src/message/probe.ts', '../route/target.js'],
  ['netlink-message', 'netlink/src/message/probe.ts', '../connection/target.js'],
  ['netlink-ip', 'netlink/src/ip/probe.ts', '../message/target.js'],
  ['netlink-route', 'netlink/src/route/probe.ts', '../socket/target.js'],
  ['netlink-route', 'netlink/src/route/probe.ts', '../generic/target.js'],
  ['netlink-generic', 'netlink/src/generic/probe.ts', '../socket/target.js'],
  ['netlink-capture', 'netlink/src/capture/probe.ts', '../route/target.js'],
  ['netlink-socket', 'netlink/src/socket/probe.ts', '../message/target.js'],
  ['netlink-connection', 'netlink/src/connection/probe.ts', '../dissect/target.js'],
  ['netlink-inspect', 'netlink/src/inspect/probe.ts', '../socket/target.js'],
  ['netlink-lab', 'netlink/src/lab/probe.ts', '../testing/target.js'],
  ['netlink-netns', 'netlink/src/netns/probe.ts', '../api/target.js'],
  ['netlink-testing', 'netlink/src/testing/probe.ts', '../connection/target.js'],
  ['netlink-api', 'netlink/src/api/probe.ts', '../cli/target.js'],
  ['netlink-unplaced', 'netlink/src/homeless/probe.ts', 'node:os'],
  ['netlink-index-is-the-top', 'netlink/src/connection/probe.ts', '../index.js'],
  ['sibling-families', 'netlink/src/route/probe.ts', './target.js'],
  ['sibling-families', 'netlink/src/route/probe.ts', './target-kinds/target.js'],
  ['kinds-below-their-family', 'netlink/src/route/probe-kinds/probe.ts', '../probe.js'],
  ['only-koffi', 'netlink/src/socket/probe.ts', 'koffi'],
  ['only-bun:ffi', 'netlink/src/socket/probe.ts', 'bun:ffi'],
  ['only-binary-parser', 'netlink/src/codec/probe.ts', 'binary-parser'],
  ['only-smart-buffer', 'netlink/src/codec/probe.ts', 'smart-buffer'],
  ['only-ip-num', 'netlink/src/codec/probe.ts', 'ip-num'],
  ['only-ip-num', 'netlink/src/ip/probe.ts', 'ip-num'],
  ['netlink-entry-points', 'netlink/src/codec/probe.ts', '../../../tuntap/src/index.js'],
  ['packet-entry-points', 'packet/src/probe.ts', '@netloom/netlink/socket'],
  ['packet-entry-points', 'packet/src/probe.ts', '../../tuntap/src/index.js'],
  ['tuntap-entry-points', 'tuntap/src/probe.ts', '@netloom/netlink/capture'],
  ['tuntap-entry-points', 'tuntap/src/probe.ts', '../../netlink/src/index.js'],
  ['tuntap-packet', 'tuntap/src/io/probe.ts', '@netloom/packet'],
  ['cni-tap-entry-points', 'cni-tap/src/probe.ts', '../../netlink/dist/message/target.js'],
  ['cni-tap-entry-points', 'cni-tap/src/probe.ts', '@netloom/tuntap'],
  ['cni-commands', 'cni-tap/src/commands/probe.ts', './target.js'],
  ['cni-commands', 'cni-tap/src/commands/probe.ts', '../dispatch.js'],
  ['cni-error-is-a-leaf', 'cni-tap/src/cni/error.ts', './target.js'],
  ['cni-tap-cni', 'cni-tap/src/cni/probe.ts', '../attachment/target.js'],
  ['cni-tap-cni', 'cni-tap/src/cni/probe.ts', '../commands/target.js'],
  ['cni-tap-system', 'cni-tap/src/system/probe.ts', '../cni/target.js'],
  ['cni-tap-system', 'cni-tap/src/system/probe.ts', '../attachment/target.js'],
  ['cni-tap-attachment', 'cni-tap/src/attachment/probe.ts', '../commands/target.js'],
  ['cni-tap-commands', 'cni-tap/src/commands/probe.ts', '../target.js'],
  ['declared-dependencies', 'netlink/src/codec/probe.ts', 'uvu'],
  ['resolvable', 'tuntap/src/probe.ts', 'koffi'],
  ['resolvable', 'cni-tap/src/probe.ts', '@netloom/netlink/message'],
  ['no-orphans', 'cni-tap/src/probe.ts', 'node:os'],
  ['no-cycles', 'netlink/src/codec/probe.ts', './probe-back.js'],
]

const forbidden = rows.map(
  (row, index) => row.map((text) => text.replaceAll('probe', `probe${index}`)) as (typeof rows)[0],
)

/** Similar imports that are allowed. */
const allowed: [file: string, imported: string][] = [
  ['netlink/src/message/fine.ts', '../codec/target.js'],
  ['netlink/src/route/fine.ts', './fine-kinds/target.js'],
  ['netlink/src/route/fine.ts', '../message/target.js'],
  ['netlink/src/connection/fine.ts', '../route/target.js'],
  ['netlink/src/connection/fine.ts', '../socket/target.js'],
  ['netlink/src/socket/fine.ts', '#libc'],
  ['netlink/src/ip/ranges-fine.ts', 'ip-num'],
  ['packet/src/fine.ts', '@netloom/netlink/constants'],
  ['tuntap/src/fine.ts', '@netloom/netlink/codec'],
  ['tuntap/src/fine.ts', '@netloom/netlink/socket'],
  ['tuntap/src/offload/fine.ts', '@netloom/packet'],
  ['cni-tap/src/system/fine.ts', '../cni/error.js'],
  ['cni-tap/src/cni/fine.ts', '../system/target.js'],
  ['cni-tap/src/attachment/fine.ts', '../cni/target.js'],
  ['cni-tap/src/commands/fine.ts', '../attachment/target.js'],
  ['cni-tap/src/fine.ts', '@netloom/netlink'],
  ['cni-tap/src/fine.ts', '@netloom/tuntap/device'],
]

interface Violation {
  readonly rule: { readonly name: string; readonly severity: string }
  readonly from: string
  readonly to: string
}

/** Copies the files that the rules check. Installed packages are links, as in the original. */
function copyRepo(copy: string): void {
  for (const name of ['.dependency-cruiser.mjs', 'package.json']) cpSync(join(repo, name), join(copy, name))
  symlinkSync(join(repo, 'node_modules'), join(copy, 'node_modules'))
  cpSync(join(repo, 'packages'), join(copy, 'packages'), { recursive: true, verbatimSymlinks: true })
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

/** Adds the rows to the copy. The imports are of types only: those count too. */
function addProbes(packages: string): void {
  const imports = [...forbidden.map(([, file, imported]) => [file, imported] as const), ...allowed]
  const texts = new Map<string, string>()
  for (const [index, [file, imported]] of imports.entries()) {
    texts.set(file, `${texts.get(file) ?? ''}import type * as a${index} from '${imported}'\n`)
  }
  for (const [file, text] of texts) write(join(packages, file), text)
  for (const [file, imported] of imports.filter(([, imported]) => imported.startsWith('.'))) {
    const target = join(packages, dirname(file), imported.replace(/\.js$/, '.ts'))
    const back = imported.includes('-back') ? `import type * as back from './${basename(file, '.ts')}.js'\n` : ''
    if (!existsSync(target)) write(target, `${back}export type Any = unknown\n`)
  }
}

/** Returns the tool's findings for the copy. */
function violations(copy: string): Violation[] {
  const depcruise = join(repo, 'node_modules/.bin/depcruise')
  const { stdout, stderr } = spawnSync(depcruise, ['packages', '--output-type', 'json'], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  assert.ok(stdout, `the tool must report: ${stderr}`)
  return JSON.parse(stdout).summary.violations.filter(({ rule }: Violation) => rule.severity === 'error')
}

function findAll(): Violation[] {
  const copy = mkdtempSync(join(tmpdir(), 'netloom-layers-'))
  try {
    copyRepo(copy)
    addProbes(join(copy, 'packages'))
    return violations(copy)
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const found = findAll()

/** A cycle is reported from one end only, and a module that is unreachable is the `to` of its violation. */
const eitherEnd = new Set(['no-cycles', 'no-orphans'])

const rulesAgainst = (file: string) =>
  found
    .filter(({ rule, from, to }) => [from, eitherEnd.has(rule.name) ? to : from].includes(`packages/${file}`))
    .map(({ rule }) => rule.name)

const test = suite('layers')

for (const [rule, file, imported] of forbidden) {
  test(`${rule}: ${file} must not import ${imported}`, () => {
    assert.ok(rulesAgainst(file).includes(rule), `found against it: ${rulesAgainst(file)}`)
  })
}

for (const file of new Set(allowed.map(([file]) => file))) {
  test(`${file} may import what it imports`, () => {
    assert.equal(
      rulesAgainst(file).filter((rule) => rule !== 'no-orphans'),
      [],
    )
  })
}

test.run()
