import { NLM_F, NLM_F_NEW } from '../core/index.js'
import type { TransportOptions } from '../socket/transport.js'

/** Options of a connection. */
export interface ConnectionOptions extends TransportOptions {
  /** How long to wait for each datagram of an answer, in milliseconds; for ever, if left out. */
  readonly timeout?: number | undefined
  /** How often an interrupted dump is tried in all; 10 if left out. */
  readonly dumpAttempts?: number | undefined
}

/** How a request is meant. All but `echo` are for RTM_NEW* and the like. */
export interface RequestOptions {
  /** NLM_F_CREATE: make it if it is not there. */
  readonly create?: boolean | undefined
  /** NLM_F_EXCL: refuse if it is there (`EEXIST`). */
  readonly excl?: boolean | undefined
  /** NLM_F_REPLACE: put it in the place of what is there. */
  readonly replace?: boolean | undefined
  /** NLM_F_APPEND: add it behind what is there. */
  readonly append?: boolean | undefined
  /** NLM_F_ECHO: reply with what was made. */
  readonly echo?: boolean | undefined
}

const createFlags = {
  create: NLM_F_NEW.CREATE,
  excl: NLM_F_NEW.EXCL,
  replace: NLM_F_NEW.REPLACE,
  append: NLM_F_NEW.APPEND,
}

/** The NLM_F_* of a request. @throws {TypeError} for an option that means something else, or nothing, with this request */
export function nlmFlags(name: string, options: RequestOptions): number {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${name}: expected options, got ${String(options)}`)
  }
  let flags = 0
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw new TypeError(`${name}: expected option ${key} to be true or false, got ${String(value)}`)
    }
    if (!value) continue
    if (key === 'echo') flags |= NLM_F.ECHO
    // The same bits mean NLM_F_ROOT and NLM_F_MATCH to a get, NLM_F_NONREC and NLM_F_BULK to a delete.
    else if (Object.hasOwn(createFlags, key) && name.includes('_NEW'))
      flags |= createFlags[key as keyof typeof createFlags]
    else
      throw new TypeError(
        `${name}: expected ${name.includes('_NEW') ? 'create, excl, replace, append or ' : ''}echo, got option '${key}'`,
      )
  }
  return flags
}

const known = ['netns', 'strict', 'timeout', 'dumpAttempts'] as const satisfies readonly (keyof ConnectionOptions)[]

/** @throws {TypeError} for options that are unknown, as they are misspelt, or make no sense */
export function expectOptions(options: ConnectionOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`expected options, got ${String(options)}`)
  const unknown = Object.keys(options).find((key) => !(known as readonly string[]).includes(key))
  if (unknown !== undefined) throw new TypeError(`expected the options ${known.join(', ')}, got '${unknown}'`)
  const { strict, timeout, dumpAttempts } = options
  const expect = (name: string, what: string, value: unknown, fits: boolean) => {
    if (value !== undefined && !fits) throw new TypeError(`expected ${name} to be ${what}, got ${String(value)}`)
  }
  expect('strict', 'true or false', strict, typeof strict === 'boolean')
  expect('timeout', 'milliseconds from 0', timeout, typeof timeout === 'number' && timeout >= 0)
  expect('dumpAttempts', 'a number from 1', dumpAttempts, Number.isInteger(dumpAttempts) && Number(dumpAttempts) > 0)
}
