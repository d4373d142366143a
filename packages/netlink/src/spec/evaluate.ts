import { type Declaration, lazy } from '../codec/index.js'
import { setOwn } from '../codec/own.js'
import { declarationsOf } from './declarations.js'
import type { Expression } from './expression.js'
import type { Spec } from './types.js'
import { functions, values } from './vocabulary.js'

type AnyFunction = (...args: readonly unknown[]) => unknown

/** Evaluates an expression. `declared` contains the declarations before it. */
function evaluate(expression: Expression, declared: ReadonlyMap<string, unknown>): unknown {
  switch (expression.kind) {
    case 'value':
      return values[expression.name]
    case 'literal':
      return expression.value
    case 'call':
      return (functions[expression.name] as AnyFunction)(...expression.args.map((each) => evaluate(each, declared)))
    case 'reference': {
      const { name, later } = expression
      return later ? lazy(() => declared.get(name) as Declaration<unknown>) : declared.get(name)
    }
    case 'array':
      return expression.elements.map((each) => evaluate(each, declared))
    default: {
      const result = {}
      for (const { key, value } of expression.members) setOwn(result, key, evaluate(value, declared))
      return result
    }
  }
}

/** Builds the declarations of a spec, by name. Returns them with the last one: the family, or the protocol. */
export function declare(spec: Spec) {
  const declared = new Map<string, unknown>()
  let last: unknown
  for (const { name, expression } of declarationsOf(spec)) {
    last = evaluate(expression, declared)
    declared.set(name, last)
  }
  return { declared, last }
}
