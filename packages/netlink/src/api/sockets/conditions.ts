import { ArgumentError } from '../../codec/error.js'
import type { BytecodeOp } from '../../diag/index.js'
import { indexOf } from '../run/link-lookup.js'
import type { Operation } from '../run/operation.js'
import { checkLinkRef, type LinkRef, refText } from '../values/link-ref.js'
import type { InetConditions } from './types.js'
import { compileExpression } from './where/compile.js'
import { allOf, type Expression, linksIn } from './where/expression.js'
import { parseExpression } from './where/parse.js'
import { cgroupId, parseHost, parseMark, portOf } from './where/values.js'

/** Conditions that only sockets of protocols above IP have. */
export const conditionKeys = [
  ...(['family', 'src', 'dst', 'sport', 'dport', 'port', 'dev', 'mark', 'cgroup', 'where'] as const),
] as const satisfies readonly (keyof InetConditions)[]

/** Returns the condition that an option stands for. @throws {TypeError} */
const conditionOf: {
  readonly [K in Exclude<keyof InetConditions, 'family'>]: (
    value: NonNullable<InetConditions[K]>,
    key: string,
  ) => Expression
} = {
  src: (value, key) => withoutPort(parseHost('src', key, value), key),
  dst: (value, key) => withoutPort(parseHost('dst', key, value), key),
  sport: (value, key) => ({ type: 'src', port: portOf(key, value) }),
  dport: (value, key) => ({ type: 'dst', port: portOf(key, value) }),
  port: (value, key) => ({
    type: 'or',
    left: { type: 'src', port: portOf(key, value) },
    right: { type: 'dst', port: portOf(key, value) },
  }),
  dev(link, key) {
    checkLinkRef(key, link)
    return { type: 'dev', link }
  },
  mark: (value, key) => ({ type: 'mark', ...parseMark(key, value) }),
  cgroup: (value, key) => ({ type: 'cgroup', id: cgroupId(key, value) }),
  where: (value) => parseExpression(value),
}

function withoutPort(host: ReturnType<typeof parseHost>, key: string): Expression {
  if (host.port === undefined && host.address !== undefined) return host
  const port = key.startsWith('src') ? 'sport' : 'dport'
  throw new ArgumentError(`expected ${key} to be an address or a prefix without a port, which is ${port}`)
}

/** Returns the expression that all conditions of a filter stand for; undefined if there are none. @throws {TypeError} */
export function expressionOf(conditions: InetConditions): Expression | undefined {
  const terms = Object.entries(conditionOf).flatMap(([key, toExpression]) => {
    const value = conditions[key as keyof typeof conditionOf]
    return value === undefined
      ? []
      : [(toExpression as (value: unknown, key: string) => Expression)(value, `${key} of filter`)]
  })
  return allOf(terms)
}

/** Compiles an expression, and looks up the links that it names. @throws {NetlinkError} `ENODEV` if one does not exist */
export function* bytecodeOf(expression: Expression): Operation<BytecodeOp[]> {
  const indexes = new Map<string, number>()
  for (const link of linksIn(expression)) {
    const key = refText(link)
    if (!indexes.has(key)) indexes.set(key, yield* indexOf('dev', link))
  }
  return compileExpression(expression, (link: LinkRef) => indexes.get(refText(link)) as number)
}
