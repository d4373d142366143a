import { ArgumentError, EncodeError } from '../../codec/error.js'
import { inheritsNothing, ownOnly } from '../../codec/own.js'
import { noOptions, timeoutRules, validateOptions, waitRules } from '../../connection/options.js'
import { NetlinkError } from '../../message/index.js'
import type { Describe } from '../values/describe.js'
import { type ReadOptions, type ReadOptionsSync, readRules, readSyncRules, withNames } from './names.js'
import { type Opener, type Operation, runOperation, runOperationSync } from './operation.js'

/** Runs the operations on one kind of object, in both forms. */
export class Runner {
  readonly #open: Opener
  readonly #object: string
  readonly #describe: Describe
  /**
   * Some objects of the last result. V8 discards optimized code when a garbage collection finds no object of a shape that the
   * code knows, so that a program that lists objects every few seconds would run unoptimized code each time.
   */
  // biome-ignore lint/correctness/noUnusedPrivateClassMembers: the reference alone has the effect
  #samples: readonly unknown[] = []

  /** `object` is `link`, `route`, …; `describe` returns a description for errors from the first argument of an operation. */
  constructor(open: Opener, object: string, describe: Describe) {
    this.#open = open
    this.#object = object
    this.#describe = describe
  }

  /**
   * Runs an operation without blocking the thread. `reads` is true for one that returns objects: it accepts `names`.
   * @throws {TypeError} for wrong arguments or options
   */
  async run<A extends readonly unknown[], T>(
    operation: (...args: A) => Operation<T>,
    args: A,
    options: ReadOptions = noOptions,
    reads = false,
  ): Promise<T> {
    const { limits, names } =
      options === noOptions ? none : parsed(validateOptions(options, reads ? readRules : waitRules))
    try {
      const started = operation(...ownArguments(args))
      return this.#remember(await runOperation(this.#open, names ? withNames(started) : started, limits))
    } catch (error) {
      throw this.#named(error, args[0])
    }
  }

  /** Runs an operation and blocks the thread until it is finished: see {@link Runner.run}. */
  runSync<A extends readonly unknown[], T>(
    operation: (...args: A) => Operation<T>,
    args: A,
    options: ReadOptionsSync = noOptions,
    reads = false,
  ): T {
    const { limits, names } =
      options === noOptions ? none : parsed(validateOptions(options, reads ? readSyncRules : timeoutRules))
    try {
      const started = operation(...ownArguments(args))
      return this.#remember(runOperationSync(this.#open, names ? withNames(started) : started, limits))
    } catch (error) {
      throw this.#named(error, args[0])
    }
  }

  #remember<T>(result: T): T {
    this.#samples = Array.isArray(result) ? spread(result) : [result]
    return result
  }

  /** Returns the error with the object of the operation. It is a new one, so that its stack contains the caller. */
  #named(error: unknown, argument: unknown): unknown {
    if (error instanceof EncodeError) return new ArgumentError(error.message)
    if (!(error instanceof NetlinkError) || error.object !== undefined) return error
    const object = this.#describe(argument) || undefined
    const explanation = isMissing(error) ? `no such ${this.#object}` : error.explanation
    const options = error.cause === undefined ? undefined : { cause: error.cause }
    return new NetlinkError({ ...error, object, explanation }, options)
  }
}

/** The options of a call without any. */
const none = { limits: noOptions, names: false }

/** Separates the limits of the wait from the option of the operation. */
function parsed({ names = false, ...limits }: ReadOptions): typeof none {
  return { limits: ownOnly(limits), names }
}

/** Number of objects of a list that are remembered. They may have different shapes. */
const SAMPLES = 4

/** Returns the first object, the last one, and some between them. */
const spread = (list: readonly unknown[]) =>
  Array.from({ length: SAMPLES }, (_, index) => list[Math.floor((index * (list.length - 1)) / (SAMPLES - 1))])

/** True if an object to delete does not exist. The kernel often sends no text. */
const isMissing = ({ request, code, kernelMessage, explanation }: NetlinkError) =>
  /^RTM_DEL|^IPCTNL_MSG_\w+_DELETE$/.test(request) &&
  ['ENOENT', 'ESRCH'].includes(code) &&
  (kernelMessage ?? explanation) === undefined

const ownArguments = <A extends readonly unknown[]>(args: A) =>
  inheritsNothing() ? args : (args.map(ownOnly) as unknown as A)
