import { errno, strerror } from 'native:process'

/** Returns the name of a positive errno: the first one if it has two. */
export const nameOf = (number: number) =>
  Object.keys(errno).find((name) => errno[name] === number) ?? `Unknown system error ${-number}`

/** Creates the error that `node:fs` throws for a failed system call. `result` is the negated errno. */
export function failure(result: number, syscall: string, path?: string): Error {
  const code = nameOf(-result)
  const text = strerror(-result)
  const on = path === undefined ? '' : ` '${path}'`
  const error = new Error(`${code}: ${text.charAt(0).toLowerCase()}${text.slice(1)}, ${syscall}${on}`)
  return Object.assign(error, { errno: result, code, syscall, ...(path !== undefined && { path }) })
}

/** Creates the error that Node throws for an argument that cannot be passed to the system. */
export function badArgument(name: string, value: string): TypeError {
  const error = new TypeError(
    `The argument '${name}' must be a string without null bytes. Received ${JSON.stringify(value)}`,
  )
  return Object.assign(error, { code: 'ERR_INVALID_ARG_VALUE' })
}

/** Creates the error for a part of Node that this runtime lacks. The code is Node's for a platform that lacks it. */
export const unavailable = (message: string): Error =>
  Object.assign(new Error(message), { code: 'ERR_FEATURE_UNAVAILABLE_ON_PLATFORM' })
