import { ArgumentError } from '../../codec/error.js'
import { atCaller } from '../../connection/caller.js'
import type { TimeoutOptions, WaitOptions } from '../../connection/options.js'
import { snapshot } from '../values/snapshot.js'
import type { ReadOptionsSync } from './names.js'
import type { Operation } from './operation.js'
import type { Runner } from './runner.js'

/**
 * Implementations of an interface of operations. Each operation has two methods with the same parameters: an asynchronous one,
 * and a synchronous one whose name ends with `Sync`. The compiler checks the interface against the implementations.
 */
export type Rows<I> = { readonly [K in Asynchronous<I>]: Row<I, K> }

type Asynchronous<I> = Exclude<keyof I & string, `${string}Sync`>

type Row<I, K extends Asynchronous<I>> = I[K] extends (...args: infer P) => Promise<infer T>
  ? Same<
      Signature<Member<I, `${K}Sync`>>,
      (...args: [...WithoutOptions<P>, options?: SyncOptions<P>]) => T
    > extends true
    ? {
        /** Number of arguments before the options. */
        readonly arguments: Required<WithoutOptions<P>>['length']
        readonly run: (...args: WithoutOptions<P>) => Operation<T>
      } & (Reads<P> extends true ? ReadingRow : { readonly reads?: undefined })
    : 'expected the synchronous form to have the same parameters and result'
  : 'expected the asynchronous form to return a promise'

type Member<I, K> = K extends keyof I ? I[K] : undefined
/** A function whose type parameters are replaced by what they extend. */
type Signature<F> = F extends (...args: infer P) => infer T ? (...args: P) => T : never
type Reads<P extends readonly unknown[]> =
  Required<P> extends readonly [...unknown[], infer O] ? ('names' extends keyof O ? true : false) : false
type SyncOptions<P extends readonly unknown[]> = Reads<P> extends true ? ReadOptionsSync : TimeoutOptions

interface ReadingRow {
  /** The operation returns objects, and has the option `names`. */
  readonly reads: true
}

/** True if two types are the same, and not only assignable. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Returns up to two parameters without the options behind them. */
type WithoutOptions<P extends readonly unknown[]> = P extends readonly [unknown?]
  ? []
  : P extends readonly [infer A, unknown?]
    ? [A]
    : P extends readonly [(infer A)?, unknown?]
      ? [A?]
      : P extends readonly [infer A, infer B, unknown?]
        ? [A, B]
        : P extends readonly [infer A, (infer B)?, unknown?]
          ? [A, B?]
          : never

/** A row of any interface. */
interface AnyRow {
  readonly arguments: number
  readonly run: (...args: readonly unknown[]) => Operation<unknown>
  readonly reads?: boolean
}

/** Creates the methods of an interface of operations. */
export function bind<I>(runner: Runner, rows: Rows<I>): I {
  const methods: Record<string, unknown> = {}
  for (const [name, row] of Object.entries(rows) as [string, AnyRow][]) {
    const count = row.arguments
    const check = (args: readonly unknown[]) => {
      if (args.length > count + 1)
        throw new ArgumentError(`${name}: expected at most ${count + 1} arguments, got ${args.length}`)
    }
    const method = async (...args: readonly unknown[]) => {
      try {
        check(args)
        return await runner.run(row.run, argumentsOf(args, count), args[count] as WaitOptions | undefined, row.reads)
      } catch (error) {
        throw atCaller(error, method)
      }
    }
    const methodSync = (...args: readonly unknown[]) => {
      try {
        check(args)
        return runner.runSync(row.run, argumentsOf(args, count), args[count] as TimeoutOptions | undefined, row.reads)
      } catch (error) {
        throw atCaller(error, methodSync)
      }
    }
    methods[name] = method
    methods[`${name}Sync`] = methodSync
  }
  return methods as I
}

/** Returns copies of the arguments of an operation, without the options after them. Most calls have none. */
const argumentsOf = (args: readonly unknown[], count: number) =>
  (args.length <= count ? args : args.slice(0, count)).map((each) => snapshot(each))
