/** What is global in Node and not in QuickJS. The bundle puts these in wherever they are named. */
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

/** No compiler is on board: what would generate code is told so as it would be by a content security policy. */
const prototype = Function.prototype
function refuse() {
  throw new EvalError('code generation from strings is not allowed')
}
globalThis.Function = Object.assign(refuse, { prototype }) as unknown as FunctionConstructor
