import { type ParseArgsConfig, parseArgs } from 'node:util'
import { nearest } from '../codec/nearest.js'
import { type Declaration, helpOption, type Option, type Parsed, UsageError } from './declaration.js'

/** Returns the error for a name that does not exist, with the nearest one that does. */
export function unknown(what: string, given: string, known: readonly string[]): UsageError {
  const near = nearest(given, known)
  return new UsageError(`there is no ${what} '${given}'${near === undefined ? '' : `; did you mean '${near}'?`}`)
}

/** Returns the error for an option that does not exist. It may be a value of another one, or like another one without the dashes. */
function unknownOption(rawName: string, options: Readonly<Record<string, Option>>): UsageError {
  const name = rawName.replace(/^-+/, '')
  const [owner] = Object.entries(options).find(([, { values }]) => values?.includes(name)) ?? []
  const near = owner === undefined ? nearest(name, Object.keys(options)) : undefined
  const hint = owner === undefined ? near && spoken(near) : `${spoken(owner)} ${name}`
  return new UsageError(`there is no option '${rawName}'${hint === undefined ? '' : `; did you mean '${hint}'?`}`)
}

/** The tokens that `parseArgs` of node:util reports for the arguments. */
type Tokens = ReturnType<typeof tokensOf>
type OptionToken = Extract<Tokens[number], { kind: 'option' }>

/** The form of an option in which it was given: `--json`, `-j`. */
const spoken = (name: string) => (name.length === 1 ? `-${name}` : `--${name}`)

function tokensOf(args: readonly string[], options: Readonly<Record<string, Option>>) {
  const config: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    Object.entries(options).map(([name, { short, value, optional }]) => [
      name,
      // Node knows no optional values: the next argument is an operand then, which readOption takes.
      { type: value === undefined || optional ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
    ]),
  )
  return parseArgs({ args: [...args], options: config, allowPositionals: true, strict: false, tokens: true }).tokens
}

/** Checks one value. @throws {UsageError} */
function check(what: string, { values, expected, fits }: Option, text: string): void {
  if (values && !values.includes(text)) {
    const near = nearest(text, values)
    throw new UsageError(
      `${what}: expected ${values.join(', ')}, got '${text}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
    )
  }
  if (fits && !fits(text)) throw new UsageError(`${what}: expected ${expected}, got '${text}'`)
}

/** Returns the value of an option, and if the following operand is that value. @throws {UsageError} */
function readOption(
  token: OptionToken,
  option: Option,
  next: Tokens[number] | undefined,
): { readonly value: string | true; readonly takesNext: boolean } {
  const { rawName, value, inlineValue } = token
  if (option.value === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value, got '${value}'`)
    return { value: true, takesNext: false }
  }
  if (option.optional) {
    const takesNext = value === undefined && next?.kind === 'positional' && option.optional.test(next.value)
    const given = takesNext ? next.value : value
    if (given !== undefined) check(rawName, option, given)
    return { value: given ?? '', takesNext }
  }
  if (value === undefined || (!inlineValue && value.startsWith('-') && value !== '-'))
    throw new UsageError(
      `${rawName}: expected ${option.value} after it, got ${value === undefined ? 'nothing' : `'${value}'`}`,
    )
  check(rawName, option, value)
  return { value, takesNext: false }
}

function checkOperands({ operands }: Declaration, given: readonly string[]): void {
  const { usage = 'no operands', least = 0, most = operands ? Number.POSITIVE_INFINITY : 0, values } = operands ?? {}
  if (given.length === 0 && least > 0 && operands?.suggests)
    throw new UsageError(`expected ${usage}, one of ${operands.suggests.join(' ')}, got nothing`)
  if (given.length < least || given.length > most)
    throw new UsageError(`expected ${usage}, got ${given.map((each) => `'${each}'`).join(' ') || 'nothing'}`)
  for (const text of given) if (values && !values.includes(text)) check(usage, { help: '', values }, text)
}

/** Adds the value of an option to those before it. */
function add(values: Map<string, unknown>, name: string, { multiple }: Option, value: string | true): void {
  values.set(name, multiple ? [...((values.get(name) as string[] | undefined) ?? []), value] : value)
}

/** Returns the values of the options that were not given. */
const defaults = (options: Declaration['options']): [string, unknown][] =>
  Object.entries(options).map(([name, { value, multiple, default: text }]) => [
    name,
    value === undefined ? false : multiple ? [] : text,
  ])

/** Parses the arguments of a command. @throws {UsageError} if its declaration does not allow them */
export function parse<D extends Declaration>(declaration: D, args: readonly string[]): Parsed<D> {
  const options: Declaration['options'] = { ...declaration.options, help: helpOption }
  const tokens = tokensOf(args, options)
  const values = new Map<string, unknown>()
  let operands: string[] = []
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Tokens[number]
    if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined
      if (!option) throw unknownOption(token.rawName, options)
      const { value, takesNext } = readOption(token, option, tokens[at + 1])
      add(values, token.name, option, value)
      if (takesNext) at++
    } else if (declaration.operands?.isCommand) {
      operands = args.slice(token.kind === 'positional' ? token.index : token.index + 1)
      break
    } else if (token.kind === 'positional') operands.push(token.value)
  }
  const isHelp = values.get('help') === true
  if (!isHelp) checkOperands(declaration, operands)
  return {
    isHelp,
    options: Object.fromEntries([...defaults(declaration.options), ...values]) as Parsed<D>['options'],
    operands,
  }
}
