import type { Declaration, Option, Section } from '../../packages/netlink/dist/cli/declaration.js'
import { helpOption } from '../../packages/netlink/dist/cli/declaration.js'
import { exitCodeRows, operandMeaning, optionMeaning } from '../../packages/netlink/dist/cli/help.js'
import { wrapped } from '../../packages/netlink/dist/cli/wrap.js'

/** A command with what its page needs. */
export interface Documented {
  readonly name: string
  readonly summary: string
  readonly declaration: Declaration
}

type Rows = readonly (readonly [left: string, right: string])[]

/** The program's own help texts. */
export interface DocumentedProgram {
  readonly summary: string
  readonly options: Rows
  readonly examples: Rows
  readonly exitCodes: Rows
}

/** Characters that formatters replace with typographic ones, or read as commands. */
const specials: Readonly<Record<string, string>> = {
  '\\': '\\e',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
}

const replaced = (text: string) =>
  text
    .replace(/[\\'`^~"]/g, (each) => specials[each] as string)
    .replace(
      /[^\n -~]/gu,
      (each) => `\\[u${(each.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}]`,
    )

/** Returns a text to be copied: its hyphens are the ASCII character. */
const code = (text: string) => replaced(text).replaceAll('-', '\\-')

/** Longest line, as mandoc -Tlint wants it. */
const WIDTH = 80

/** Returns words of prose. Words that begin with a hyphen, as options do, are to be copied. */
const words = (text: string) => text.split(' ').map((word) => (/^\W*-/.test(word) ? code(word) : replaced(word)))

/** Returns lines of prose. A period at the start of a line would begin a macro. */
const prose = (text: string) => wrapped(words(text), WIDTH, 0).replaceAll(/^\./gm, '\\&.')

const bold = (text: string) => `\\fB${code(text)}\\fR`
const italic = (text: string) => `\\fI${code(text)}\\fR`

const valueText = ({ value, optional }: Option) =>
  value === undefined ? '' : optional ? ` [${italic(value)}]` : ` ${italic(value)}`

const formsOf = (name: string, option: Option) =>
  [...(option.short === undefined ? [] : [bold(`-${option.short}`)]), bold(`--${name}`)].join(', ') + valueText(option)

/** Returns rows with a hanging indent. The left sides are roff, the right ones are text. */
const rows = (all: Rows) => all.flatMap(([left, right]) => ['.TP', left, prose(right)])

const boldRows = (all: Rows) => rows(all.map(([left, right]) => [bold(left), right]))

const heading = (title: string) => `.SH "${replaced(title.toUpperCase())}"`

const section = ({ title, text, rows: all = [] }: Section) => [
  heading(title),
  ...(text === undefined ? [] : [prose(text)]),
  ...boldRows(all),
]

const examples = (all: Rows) =>
  all.flatMap(([line, meaning], at) => [
    ...(at === 0 ? [] : ['.PP']),
    `${prose(meaning)}:`,
    '.PP',
    '.EX',
    `    ${code(line)}`,
    '.EE',
  ])

function page(name: string, summary: string, body: readonly string[], seeAlso: readonly string[]): string {
  const lines = [
    '.\\" Written by npm run reference from the declarations of the commands. Do not edit.',
    `.TH "${code(name.toUpperCase())}" 1 "" "netloom" "netloom"`,
    '.SH NAME',
    `${code(name)} \\- ${words(summary).join(' ')}`,
    ...body,
    heading('See also'),
    seeAlso.map((each) => `${bold(each)}(1)`).join(',\n'),
  ]
  return `${lines.join('\n')}\n`
}

/** Returns the words of the synopsis after the command's name. */
function synopsis({ options, operands }: Declaration): string {
  const flags = Object.entries(options).map(
    ([name, option]) => `[${bold(option.short ? `-${option.short}` : `--${name}`)}${valueText(option)}]`,
  )
  const rest = operands ? [`${operands.isCommand ? `[${bold('--')}] ` : ''}${italic(operands.usage)}`] : []
  return [...flags, ...rest].join('\n')
}

/** Returns the page of `netloom COMMAND`, in the macros of man(7). */
export function commandPage({ name, summary, declaration }: Documented): string {
  const { description, operands, options, sections = [], examples: shown } = declaration
  const body = [
    '.SH SYNOPSIS',
    `${bold(`netloom ${name}`)}\n${synopsis(declaration)}`,
    '.SH DESCRIPTION',
    ...description.flatMap((text, at) => [...(at === 0 ? [] : ['.PP']), prose(text)]),
    ...(operands ? rows([[italic(operands.usage), operandMeaning(operands)]]) : []),
    '.SH OPTIONS',
    ...rows(
      Object.entries({ ...options, help: helpOption }).map(([each, option]) => [
        formsOf(each, option),
        optionMeaning(option),
      ]),
    ),
    ...sections.flatMap(section),
    heading('Exit status'),
    ...boldRows(exitCodeRows(declaration)),
    '.SH EXAMPLES',
    ...examples(shown),
  ]
  return page(`netloom-${name}`, summary, body, ['netloom'])
}

/** Returns the page of `netloom`, which lists the commands. */
export function programPage(
  { summary, options, examples: shown, exitCodes }: DocumentedProgram,
  all: readonly Documented[],
) {
  const body = [
    '.SH SYNOPSIS',
    `${bold('netloom')} ${italic('COMMAND')} \\&...`,
    '.SH COMMANDS',
    ...rows(all.map((each) => [`${bold(`netloom-${each.name}`)}(1)`, each.summary])),
    '.SH OPTIONS',
    ...boldRows(options),
    heading('Exit status'),
    ...boldRows(exitCodes),
    '.SH EXAMPLES',
    ...examples(shown),
  ]
  return page(
    'netloom',
    summary,
    body,
    all.map((each) => `netloom-${each.name}`),
  )
}
