import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { faults } from '../crash/strace.js'
import { subjects } from '../crash/subject.js'
import { assertPrintable } from '../support/printable.js'

const test = suite('the arguments of npm test and npm run')

const root = fileURLToPath(new URL('../..', import.meta.url))
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }

/** Makes every attempt to start a program or to write a file fail, so a command that does anything fails. */
const forbid = `
  import childProcess from 'node:child_process'
  import fs from 'node:fs'
  import { syncBuiltinESMExports } from 'node:module'
  const forbidden = (name) => () => { throw new Error(\`\${name} was called\`) }
  for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'])
    childProcess[name] = forbidden(name)
  for (const name of ['writeFileSync', 'mkdirSync', 'mkdtempSync', 'rmSync', 'renameSync'])
    fs[name] = forbidden(name)
  syncBuiltinESMExports()
`
const guard = `data:text/javascript,${encodeURIComponent(forbid)}`

function call(name: string, ...args: string[]) {
  const [program, file = ''] = (scripts[name] ?? '').split(' ')
  assert.is(program, 'node')
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', guard, join(root, file), ...args], {
    encoding: 'utf8',
    env: { ...process.env, NODE_V8_COVERAGE: '' },
  })
  return { status, stdout, stderr }
}

const commandOf = (name: string) => (name === 'test' ? 'npm test' : `npm run ${name}`)

for (const name of Object.keys(scripts)) {
  test(`${commandOf(name)} --help: prints the usage and does nothing else`, () => {
    const { status, stdout, stderr } = call(name, '--help')
    assert.equal([status, stderr], [0, ''])
    const [first = ''] = stdout.split('\n')
    assert.ok(first.startsWith(`Usage: ${commandOf(name)}`), first)
    // Every option of the first line is explained below it.
    for (const [option = ''] of first.matchAll(/--\w[\w-]*/g)) assert.match(stdout, `\n  ${option} `)
    assert.match(stdout, '\n  --help, -h ')
    assert.ok(stdout.split('\n').every((line) => line.length <= 140))
  })

  test(`${commandOf(name)}: an unknown option is an error with the usage, and nothing is done`, () =>
    isRefused(name, '--no-such-option'))
}

function isRefused(name: string, ...args: string[]): void {
  const { status, stdout, stderr } = call(name, ...args)
  assert.equal([status, stdout], [2, ''], `${args}: ${stderr}`)
  assert.match(stderr, `\nUsage: ${commandOf(name)}`)
  assertPrintable(stderr, args.join(' '))
  assert.is(stderr.trimEnd().split('\n').length, 2)
}

for (const args of [
  ['no-such-operand'],
  ['--no-such-option=5'],
  ['-z'],
  ['--help', '--no-such-option'],
  ['--help=5'],
  ['--\x1b[31m\u202e'],
  ['\x1b[31m\u202e'],
]) {
  test(`npm run lint ${JSON.stringify(args)}`, () => isRefused('lint', ...args))
}

test('-h is --help, also without required operands', () => {
  for (const name of ['lint', 'record']) assert.equal(call(name, '-h'), call(name, '--help'))
})

for (const [name, args, words] of [
  ['fuzz', ['--runs'], "Option '--runs <value>' argument missing"],
  ['fuzz', ['--runs', 'many'], '--runs: expected a whole number from 1, got "many"'],
  ['fuzz', ['--runs', '0'], '--runs: expected a whole number from 1, got "0"'],
  ['hostile', ['--runs', '1.5'], '--runs: expected a whole number from 1, got "1.5"'],
  ['hostile', ['--seed', ''], '--seed: expected a whole number from -2147483648, got ""'],
  ['differential', ['--path', '1:x'], '--path: expected numbers with colons between them, got "1:x"'],
  ['crash', ['SIGKIL'], 'FAULT: expected SIGKILL, SIGTERM, ENOMEM, EINTR, EBUSY, got "SIGKIL"'],
  ['crash', ['--command', 'CHECK'], '--command: expected ADD, DEL, got "CHECK"'],
  ['crash', ['--every', '-1'], "Option '--every' argument is ambiguous"],
  ['build:exe', ['riscv'], 'MACHINE: expected x64, arm64, all, got "riscv"'],
  ['runtimes', ['--on', 'deno'], '--on: expected part of one of node 20, node 22, node 24, node 26, bun, got "deno"'],
  ['record', [], 'expected NAME COMMAND [ARGUMENT…], got 0 of them'],
  ['record', ['name'], 'expected NAME COMMAND [ARGUMENT…], got 1 of them'],
  ['record', ['../name', 'ip', 'link'], 'NAME: expected letters, digits, ., _ and -, got "../name"'],
] as const) {
  test(`${commandOf(name)} ${args.join(' ')}`, () => {
    const { status, stdout, stderr } = call(name, ...args)
    assert.equal([status, stdout], [2, ''])
    assert.is(stderr.split('\n')[0], `✘ ${words}`)
  })
}

test('options after the recorded command belong to it', () => {
  const { stderr } = call('record', 'name', 'ip', '--help')
  assert.match(stderr, 'spawnSync was called')
})

test('the help of npm run crash lists the faults and commands', () => {
  const { stdout } = call('crash', '--help')
  assert.match(stdout, `only these of ${Object.keys(faults).join(', ')}\n`)
  assert.equal(Object.keys(subjects), ['ADD', 'DEL'])
})

test.run()
