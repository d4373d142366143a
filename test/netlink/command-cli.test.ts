import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { command, type Printer } from '../../packages/netlink/dist/cli/command.js'
import { commands } from '../../packages/netlink/dist/cli/commands.js'
import { type Declaration, UsageError } from '../../packages/netlink/dist/cli/declaration.js'
import { objectNames } from '../../packages/netlink/dist/cli/dump/objects.js'
import { help } from '../../packages/netlink/dist/cli/help.js'
import { parse } from '../../packages/netlink/dist/cli/parse.js'
import '../support/built.js'

const test = suite('declared commands of netloom')

const main = fileURLToPath(new URL('../../packages/netlink/bundle/cli/main.js', import.meta.url))

const base = { description: [], examples: [], exitCodes: {} }

const declaration = {
  ...base,
  operands: { usage: '[OBJECT …]', help: 'one of', values: ['link', 'route', 'tc'] },
  options: {
    detail: {
      short: 'd',
      value: 'N',
      optional: /^\d+$/,
      help: '',
      expected: 'a number',
      fits: (text) => /^([1-9]\d*)?$/.test(text),
    },
    hex: { short: 'x', help: '' },
    color: { value: 'WHEN', values: ['auto', 'always', 'never'], default: 'auto', help: '' },
    filter: { value: 'EXPRESSION', multiple: true, help: '' },
    netns: { value: 'NETNS', help: '' },
  },
} as const satisfies Declaration

const defaults = { detail: undefined, hex: false, color: 'auto', filter: [], netns: undefined }

for (const [args, options, operands = []] of [
  [[], {}],
  [['-d'], { detail: '' }],
  [['-d', '74'], { detail: '74' }],
  [['--detail', '74', 'link'], { detail: '74' }, ['link']],
  [['--detail=74'], { detail: '74' }],
  [['-dx'], { detail: '', hex: true }],
  [['-d', 'link'], { detail: '' }, ['link']],
  [['-d', '--', 'link'], { detail: '' }, ['link']],
  [['--color=never', 'route', '--netns', 'blue', 'tc'], { color: 'never', netns: 'blue' }, ['route', 'tc']],
  [['--netns', '-'], { netns: '-' }],
  [['--netns=--json'], { netns: '--json' }],
  [['--filter', 'a', '--filter=b'], { filter: ['a', 'b'] }],
] as const)
  test(`accepts: ${args.join(' ')}`, () => {
    const parsed = parse(declaration, args)
    assert.equal(parsed, { isHelp: false, options: { ...defaults, ...options }, operands: [...operands] })
  })

for (const [args, message] of [
  [['--colr', 'never'], "there is no option '--colr'; did you mean '--color'?"],
  [['--zzzzzzzz'], "there is no option '--zzzzzzzz'"],
  [['-z'], "there is no option '-z'"],
  [['--constructor'], "there is no option '--constructor'"],
  [['--color', 'nevr'], "--color: expected auto, always, never, got 'nevr'; did you mean 'never'?"],
  [['--color'], '--color: expected WHEN after it, got nothing'],
  [['--netns', '--hex'], "--netns: expected NETNS after it, got '--hex'"],
  [['--hex=3'], "--hex takes no value, got '3'"],
  [['--detail=x'], "--detail: expected a number, got 'x'"],
  [['--detail=0'], "--detail: expected a number, got '0'"],
  [['-d', '0'], "-d: expected a number, got '0'"],
  [['lnik'], "[OBJECT …]: expected link, route, tc, got 'lnik'; did you mean 'link'?"],
] as const)
  test(`rejects: ${args.join(' ')}`, () => {
    assert.throws(
      () => parse(declaration, args),
      (error: unknown) => error instanceof UsageError && error.message === message,
    )
  })

test('the number of operands is checked, but not with --help', () => {
  const one = { ...base, operands: { usage: 'FILE', help: '', least: 1, most: 1 }, options: {} } as const
  assert.throws(() => parse(one, []), /^expected FILE, got nothing$/)
  assert.throws(() => parse(one, ['a', 'b']), /^expected FILE, got 'a' 'b'$/)
  assert.throws(() => parse({ ...base, options: {} }, ['a']), /^expected no operands, got 'a'$/)
  assert.equal(parse(one, ['--help']).isHelp, true)
  assert.equal(parse(one, ['-h']).isHelp, true)
})

test('all arguments from the first operand on belong to the command of the user', () => {
  const trace = {
    ...base,
    operands: { usage: 'COMMAND …', help: '', isCommand: true },
    options: declaration.options,
  } as const
  for (const args of [
    ['-d', '7', 'ip', '-d', '--help'],
    ['-d', '7', '--', 'ip', '-d', '--help'],
  ]) {
    const { isHelp, options, operands } = parse(trace, args)
    assert.equal([isHelp, options.detail, operands], [false, '7', ['ip', '-d', '--help']])
  }
})

test('run gets the parsed arguments', async () => {
  const lines: string[] = []
  const out: Printer = { line: (text) => void lines.push(text), styled() {}, lines() {}, flush() {}, complain() {} }
  const made = command(declaration, ({ options, operands }, printer) => {
    // The types follow from the declaration.
    const when: string = options.color
    const filters: readonly string[] = options.filter
    const hex: boolean = options.hex
    printer.line([when, ...filters, hex, ...operands].join(' '))
    return 7
  })
  assert.is(await made.run(['--filter', 'f', '-x', 'tc'], out), 7)
  assert.equal(lines, ['auto f true tc'])
})

for (const [name, { summary, load }] of Object.entries(commands))
  test(`netloom ${name} --help describes every option, with examples, in at most 90 columns`, async () => {
    const { declaration: declared } = await load()
    const text = help(name, summary, declared)
    assert.equal(
      text.split('\n').filter((line) => line.length > 90),
      [],
    )
    for (const option of Object.keys(declared.options)) assert.match(text, `--${option}`)
    assert.ok(declared.examples.length > 0)
    for (const [example] of declared.examples) assert.match(text, `    ${example}\n`)
    for (const code of ['0', '2']) assert.ok(code in declared.exitCodes)
    assert.match(text, `netloom ${name}: ${summary}\n`)
    const shorts = Object.values(declared.options).flatMap(({ short }) => short ?? [])
    assert.equal([...new Set(['h', ...shorts])], ['h', ...shorts])
  })

for (const [name, { load }] of Object.entries(commands))
  test(`the examples of netloom ${name} have valid arguments`, async () => {
    const { declaration: declared } = await load()
    for (const [example] of declared.examples) {
      const [, text = ''] = new RegExp(`netloom ${name}((?: [^|>)]*)?)`).exec(example) ?? []
      assert.match(example, `netloom ${name}`)
      const args = text.match(/'[^']*'|\S+/g) ?? []
      parse(
        declared,
        args.map((arg) => arg.replace(/^'|'$/g, '')),
      )
    }
  })

const netloom = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  return { status, stdout, stderr }
}

test('unknown commands and options are refused with the nearest known one', () => {
  for (const [args, words] of [
    [['dmp'], "there is no command 'dmp'; did you mean 'dump'?"],
    [['--vrsion'], "there is no option '--vrsion'; did you mean '--version'?"],
    [['constructor'], "there is no command 'constructor'"],
    [['graph', '--svg'], "there is no option '--svg'; did you mean '--format svg'?"],
    [['decode', '--bogus', 'a'], "there is no option '--bogus'"],
    [['dump'], `expected OBJECTS, one of ${objectNames.join(' ')}, got nothing`],
    [['dump', 'link', '--columns', 'bogus'], "--columns: expected members that these objects have, got 'bogus'"],
    [
      ['dump', 'addr', '--columns', 'LINK,addres'],
      "--columns: expected members that these objects have, got 'addres'; did you mean 'address'?",
    ],
    [
      ['dump', 'links', '--columns', 'linkinfo.knd'],
      "--columns: expected members that these objects have, got 'knd' in 'linkinfo.knd'; did you mean 'kind'?",
    ],
    [
      ['dump', 'links', '--filter', 'dev=br0'],
      "--filter: at position 1: expected a key that these messages have, got 'dev'; did you mean 'ifname'?",
    ],
    [
      ['dump', 'route', '--filter', 'dev=br0'],
      "--filter: at position 1: expected a key that these messages have, got 'dev'; did you mean 'oif'?",
    ],
    [['dump', 'links', '--jsn'], "there is no option '--jsn'; did you mean '--json'?"],
  ] as const) {
    const { status, stdout, stderr } = netloom(...args)
    assert.equal([status, stdout, stderr.split('\n')[0]], [2, '', `netloom: ${words}`])
  }
})

test('netloom --help lists every command, and loads none', () => {
  const { status, stdout, stderr } = netloom('--help')
  assert.equal([status, stderr], [0, ''])
  for (const [name, { summary }] of Object.entries(commands))
    assert.match(stdout, new RegExp(`^  ${name} +`, 'm'), summary)
  assert.ok(stdout.split('\n').every((line) => line.length <= 90))
})

test('netloom --help loads nothing of the library', () => {
  const folder = fileURLToPath(new URL('../../packages/netlink/bundle/cli', import.meta.url))
  /** Returns the files that a file imports, other than on demand. */
  const imported = (file: string): string[] => {
    const found = readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^;]*?"(\.[^"]+)";$/gm)
    return [file, ...[...found].flatMap(([, path = '']) => imported(join(dirname(file), path)))]
  }
  const files = [...new Set(imported(join(folder, 'main.js')))]
  assert.ok(files.length > 1)
  const bytes = files.map((file) => statSync(file).size).reduce((one, other) => one + other)
  assert.ok(bytes < 16_384, `${files} have ${bytes} bytes`)
})

test.run()
