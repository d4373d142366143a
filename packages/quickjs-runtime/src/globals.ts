/** Globals of Node that QuickJS lacks. The bundler injects each one that is used. */
import { now, random } from 'native:process'
import { parse } from './json.js'

export { Buffer } from './buffer.js'
export { process } from './process.js'
export { setImmediate } from './timers.js'

export const performance = { now }

function define(target: object, name: string, value: unknown): void {
  if (!Object.hasOwn(target, name)) Object.defineProperty(target, name, { value, configurable: true, writable: true })
}

define(Symbol, 'dispose', Symbol('Symbol.dispose'))
define(Symbol, 'asyncDispose', Symbol('Symbol.asyncDispose'))

Math.random = random
JSON.parse = parse

/**
 * The executable contains no compiler. Code that would generate functions gets the same error as under a Content-Security-Policy.
 */
const prototype = Function.prototype
function refuse() {
  throw new EvalError('code generation from strings is not allowed')
}
globalThis.Function = Object.assign(refuse, { prototype }) as unknown as FunctionConstructor
