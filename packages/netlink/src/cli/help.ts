import { type Declaration, helpOption, type Option, type Section } from './declaration.js'
import { wrapped } from './wrap.js'

/** Longest line of a help text. */
const WIDTH = 90
/** Widest first column of a table. After a longer entry, the text begins on the next line. */
const COLUMN = 26

type Row = readonly [left: string, right: string]

const wrap = (text: string, indent: number) => ' '.repeat(indent) + wrapped(text.split(' '), WIDTH, indent)

/** Returns a table of two columns. */
function table(rows: readonly Row[]): string {
  const width = Math.min(COLUMN, Math.max(...rows.map(([left]) => left.length)))
  const indent = width + 4
  return rows
    .map(([left, right]) => {
      const text = wrap(right, indent)
      return left.length > width ? `  ${left}\n${text}` : `  ${left.padEnd(width)}  ${text.slice(indent)}`
    })
    .join('\n')
}

/** Returns the value of an option in its usage: `FILE`, `[N]`. */
const valueForm = ({ value, optional }: Option) => (value === undefined ? '' : optional ? ` [${value}]` : ` ${value}`)

/** Returns the forms of an option: `-d, --detail [N]`. */
export const optionForms = (name: string, option: Option): string =>
  `${option.short === undefined ? '' : `-${option.short}, `}--${name}${valueForm(option)}`

/** Returns what an option means, with its values and its default. */
export function optionMeaning({ help, values, default: text, multiple }: Option): string {
  const notes = [
    ...(values ? [`one of ${values.join(', ')}`] : []),
    ...(text === undefined ? [] : [`default: ${text}`]),
    ...(multiple ? ['may be given several times'] : []),
  ]
  return notes.length === 0 ? help : `${help} (${notes.join('; ')})`
}

/** Returns the options of a command, `--help` included. */
export const optionRows = ({ options }: Declaration): Row[] =>
  Object.entries({ ...options, help: helpOption }).map(([name, option]) => [
    optionForms(name, option),
    optionMeaning(option),
  ])

/** Returns what the operands mean, with their values. */
export const operandMeaning = ({ help, values }: NonNullable<Declaration['operands']>): string =>
  values ? `${help}: ${values.join(' ')}` : help

/** Returns the words after `netloom NAME`. */
export function usage({ options, operands }: Declaration): string[] {
  const flags = Object.entries(options).map(
    ([name, option]) => `[${option.short ? `-${option.short}` : `--${name}`}${valueForm(option)}]`,
  )
  return [...flags, ...(operands ? [operands.isCommand ? `[--] ${operands.usage}` : operands.usage] : [])]
}

export function exitCodeRows({ exitCodes }: Declaration): Row[] {
  return Object.entries(exitCodes)
}

const section = ({ title, text, rows = [] }: Section) =>
  [`${title}:`, ...(text === undefined ? [] : [wrap(text, 2)]), ...(rows.length === 0 ? [] : [table(rows)])].join('\n')

/** Returns an example with its meaning above it. */
const example = ([line, meaning]: Row) => `${wrap(`${meaning}:`, 2)}\n    ${line}`

/** Returns the output of `netloom NAME --help`. */
export function help(name: string, summary: string, declaration: Declaration): string {
  const { description, operands, sections = [], examples } = declaration
  const start = `Usage: netloom ${name} `
  const parts = [
    `netloom ${name}: ${summary}`,
    start + wrapped(usage(declaration), WIDTH, start.length),
    ...description.map((text) => wrap(text, 0)),
    ...(operands ? [table([[operands.usage, operandMeaning(operands)]])] : []),
    section({ title: 'Options', rows: optionRows(declaration) }),
    ...sections.map(section),
    ['Examples:', ...examples.map(example)].join('\n'),
    section({ title: 'Exit codes', rows: exitCodeRows(declaration) }),
  ]
  return `${parts.join('\n\n')}\n`
}
