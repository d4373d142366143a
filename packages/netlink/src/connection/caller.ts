import { codeOf } from '../codec/error.js'

/** True for errors of this library. Others, such as the reason of an aborted signal, belong to the caller. */
const isOurs = (error: unknown): error is Error => error instanceof Error && codeOf(error) !== undefined

/**
 * Lets the stack of an error begin where `method` was called, and returns the error. After an `await`, that is where the caller
 * awaits `method`. Frames of Node above it, which ran the promise's reactions, are left out. If nothing awaits it, or the runtime
 * keeps no asynchronous stacks, the stack stays as it is.
 */
export function atCaller(error: unknown, method: (...args: never[]) => unknown): unknown {
  if (!isOurs(error)) return error
  const { stack } = error
  Error.captureStackTrace?.(error, method)
  if (error.stack === undefined) return error
  const [header = '', ...frames] = error.stack.split(FRAME)
  const first = frames.findIndex((frame) => !frame.includes('(node:internal/'))
  if (first > 0) error.stack = [header, ...frames.slice(first)].join(FRAME)
  else if (first < 0 && stack !== undefined) error.stack = stack
  return error
}

/** Begins a line of a stack. */
const FRAME = '\n    at '

/** Calls a function. The stack of an error of it begins where `method` was called. */
export function calledBy<T>(method: (...args: never[]) => unknown, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw atCaller(error, method)
  }
}
