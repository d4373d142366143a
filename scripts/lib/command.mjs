// Parses the arguments of `npm test` and `npm run …`. Each command has a table of its arguments, from which the usage is printed
// too.
import { parseArgs } from 'node:util'

/** An option or operand whose value is a whole number, at least `least`. */
export const whole = (least) => ({
  type: 'string',
  expected: `a whole number from ${least}`,
  fits: (text) => /^-?\d+$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= least,
})

/** An option or operand whose value is one of `names`. */
export const oneOf = (names) => ({ type: 'string', expected: names.join(', '), fits: (text) => names.includes(text) })

/** Options of a command that tests properties with generated inputs. */
export const generated = (runs, inputs) => ({
  runs: { ...whole(1), value: 'N', default: runs, help: `number of ${inputs}; ${runs} by default` },
  seed: { ...whole(-(2 ** 31)), value: 'S', help: 'seed of the inputs; random by default' },
  path: {
    type: 'string',
    value: 'P',
    expected: 'numbers with colons between them',
    fits: (text) => /^\d+(:\d+)*$/.test(text),
    help: 'begins at this input of the seed, as printed by a failure',
  },
})

const usageOf = ({ name, operands, options }) =>
  [
    `Usage: npm ${name}`,
    ...(operands || Object.keys(options).length ? ['--'] : []),
    ...Object.entries(options).map(
      ([key, { value, multiple }]) => `[--${key}${value ? ` ${value}` : ''}]${multiple ? '…' : ''}`,
    ),
    ...(operands ? [operands.usage] : []),
  ].join(' ')

function helpOf(command) {
  const { description, operands, options } = command
  const rows = [
    ...(operands ? [[operands.usage, operands.help]] : []),
    ...Object.entries(options).map(([key, { value, help }]) => [`--${key}${value ? ` ${value}` : ''}`, help]),
    ['--help, -h', 'prints this'],
  ]
  const width = Math.max(...rows.map(([left]) => left.length))
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
  return `${usageOf(command)}\n\n${description}\n\n${lines.join('\n')}\n`
}

/** Escapes control characters: an argument may contain any, and is printed to a terminal. */
const escaped = (text) =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0).toString(16)}}`)

class UsageError extends Error {}

function parse(args, config) {
  try {
    return parseArgs({ args, ...config })
  } catch (error) {
    // The rest of Node's message is advice for programs that accept any positional argument.
    throw error.code?.startsWith('ERR_PARSE_ARGS_') ? new UsageError(error.message.split(/\.?(?: To |\n|$)/)[0]) : error
  }
}

/** Returns the index of the first operand. It may begin a command of the user, with its own options. */
function operandsFrom(args, options) {
  const { tokens } = parseArgs({ args, options, allowPositionals: true, strict: false, tokens: true })
  const first = tokens.find(({ kind }) => kind === 'positional' || kind === 'option-terminator')
  return first === undefined ? args.length : first.kind === 'positional' ? first.index : first.index + 1
}

function check(what, { expected, fits = () => true }, text) {
  if (!fits(text)) throw new UsageError(`${what}: expected ${expected}, got ${JSON.stringify(text)}`)
}

function read({ operands, options }, args) {
  const config = Object.fromEntries(
    Object.entries({ ...options, help: { type: 'boolean', short: 'h' } }).map(
      ([key, { type, short, multiple = false, default: value }]) => [
        key,
        { type, multiple, ...(short && { short }), ...(value !== undefined && { default: value }) },
      ],
    ),
  )
  const end = operands?.isCommand ? operandsFrom(args, config) : args.length
  const { values, positionals } = parse(args.slice(0, end), { options: config, allowPositionals: true })
  const all = [...positionals, ...args.slice(end)]
  if (values.help) return { values, positionals: all }
  for (const [key, value] of Object.entries(values))
    for (const text of [value].flat()) check(`--${key}`, options[key], text)
  if (!operands && all.length > 0) throw new UsageError(`expected no operands, got ${JSON.stringify(all[0])}`)
  for (const text of operands?.isCommand ? all.slice(0, 1) : all) check(/\w+/.exec(operands.usage)[0], operands, text)
  if (all.length < (operands?.least ?? 0)) throw new UsageError(`expected ${operands.usage}, got ${all.length} of them`)
  return { values, positionals: all }
}

/**
 * Returns the arguments of this process, parsed by the table `command`. With --help it prints the usage and exits. For arguments
 * that are not in the table it prints an error and exits with code 2.
 *
 * - `name`: the words after `npm`
 * - `description`: the effect of the command, in sentences
 * - `operands`: `usage` and `help`; `least`: minimum number; `isCommand`: options after the first operand belong to the
 *   user's command
 * - `options`: rows of `type` and `help`, optionally with `value` (a name for it), `default`, `multiple`
 * - `expected` and `fits`, of operands and options: a description of valid texts, and a function that returns true for them
 */
export function readCommand({ options = {}, ...others }) {
  const command = { ...others, options }
  try {
    const { values, positionals } = read(command, process.argv.slice(2))
    if (!values.help) return { values, positionals }
    process.stdout.write(helpOf(command))
    process.exit(0)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    process.stderr.write(`✘ ${escaped(error.message)}\n${usageOf(command)}\n`)
    process.exit(2)
  }
}
