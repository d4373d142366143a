import { printable } from '../codec/printable.js'
import { declarationsOf } from './declarations.js'
import type { Declared, Expression, Member } from './expression.js'
import type { Spec } from './types.js'

/** Longest line, in characters. */
const WIDTH = 120

const isKey = (text: string) => /^(?:[A-Za-z_$][\w$]*|\d+)$/.test(text)
/** Returns a literal of a text. JSON escapes control characters. */
const quoted = (text: string) => `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`

/** Returns a comment of documentation, in lines that fit. */
function comment(text: string, indent: string): string {
  const words = text.replaceAll('*/', '* /').split(/\s+/).filter(Boolean).map(printable)
  const short = `${indent}/** ${words.join(' ')} */`
  if (short.length <= WIDTH) return `${short}\n`
  const lines = ['']
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`
    if (`${indent} *${line}`.length <= WIDTH || lines.at(-1) === '') lines[lines.length - 1] = line
    else lines.push(` ${word}`)
  }
  return `${[`${indent}/**`, ...lines.map((line) => `${indent} *${line}`), `${indent} */`].join('\n')}\n`
}

const printMember = ({ key, doc, value }: Member, indent: string) =>
  `${doc ? comment(doc, indent) : ''}${indent}${isKey(key) ? key : quoted(key)}: ${print(value, indent)},\n`

/** Returns the source of an expression. */
function print(expression: Expression, indent: string): string {
  const inside = (each: Expression) => print(each, indent)
  switch (expression.kind) {
    case 'value':
      return expression.name
    case 'literal':
      return typeof expression.value === 'string' ? quoted(expression.value) : String(expression.value)
    case 'call':
      return `${expression.name}${expression.types ? `<${expression.types.join(', ')}>` : ''}(${expression.args.map(inside).join(', ')})`
    case 'reference':
      return expression.later ? `lazy((): Declaration<unknown> => ${expression.name})` : expression.name
    case 'array':
      return `[${expression.elements.map(inside).join(', ')}]`
    default: {
      const members = expression.members.map((member) => printMember(member, `${indent}  `)).join('')
      return members === '' ? '{}' : `{\n${members}${indent}}`
    }
  }
}

/** Calls `visit` with an expression and all parts of it. */
function walk(expression: Expression, visit: (part: Expression) => void): void {
  visit(expression)
  if (expression.kind === 'call') for (const each of expression.args) walk(each, visit)
  else if (expression.kind === 'array') for (const each of expression.elements) walk(each, visit)
  else if (expression.kind === 'object') for (const { value } of expression.members) walk(value, visit)
}

/** Entry points of the functions that are no part of the codec. */
const origins: Readonly<Record<string, string>> = {
  genericFamily: 'generic',
  genericMessage: 'generic',
  gets: '',
  protocol: '',
}

function imports(declared: readonly Declared[]): string {
  const names = new Map<string, Set<string>>([['codec', new Set()]])
  const use = (from: string, name: string) => names.set(from, (names.get(from) ?? new Set()).add(name))
  for (const { expression, type } of declared) {
    if (type !== undefined) use('codec', 'type Infer')
    if (annotation(expression) !== '') use('codec', 'type MessageDeclaration')
    walk(expression, (part) => {
      if (part.kind === 'value') use('codec', part.name)
      else if (part.kind === 'call') use(origins[part.name] ?? 'codec', part.name)
      else if (part.kind === 'reference' && part.later)
        for (const name of ['type Declaration', 'lazy']) use('codec', name)
    })
  }
  const bare = (name: string) => name.replace('type ', '')
  return [...names]
    .filter(([, used]) => used.size > 0)
    .map(([from, used]) => {
      const sorted = [...used].sort((a, b) => (bare(a).toLowerCase() < bare(b).toLowerCase() ? -1 : 1))
      return `import { ${sorted.join(', ')} } from '@netloom/netlink${from === '' ? '' : `/${from}`}'\n`
    })
    .join('')
}

/** Annotates a message with a header of its own: its inferred type can be too long for a declaration file. */
const annotation = (expression: Expression) =>
  expression.kind === 'call' && expression.name === 'message' && expression.types
    ? `: MessageDeclaration<${expression.types.join(', ')}>`
    : ''

/** Names the type of a declaration's values. An interface cannot extend the union that a selection makes. */
function typeOf(type: string, name: string, expression: Expression): string {
  let isUnion = false
  walk(expression, (part) => {
    if (part.kind === 'call' && part.name === 'select') isUnion = true
  })
  return isUnion
    ? `export type ${type} = Infer<typeof ${name}>`
    : `export interface ${type} extends Infer<typeof ${name}> {}`
}

/** Returns the source of a module that declares the family of a spec, in TypeScript. */
export function generate(spec: Spec): string {
  const declared = declarationsOf(spec)
  const parts = declared.map(({ name, doc, expression, type }) => {
    const source = `${comment(doc, '')}export const ${name}${annotation(expression)} = ${print(expression, '')}\n`
    return type === undefined ? source : `${source}${typeOf(type, name, expression)}\n`
  })
  return [imports(declared), ...parts].join('\n')
}
