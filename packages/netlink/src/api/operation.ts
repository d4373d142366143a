import { own, ownOnly } from '../codec/own.js'
import type { Connection } from '../connection/connection.js'
import { none, type RequestOptions } from '../connection/flags.js'
import {
  type TimeoutOptions,
  validateTimeoutOptions,
  validateWaitOptions,
  type WaitOptions,
} from '../connection/options.js'
import type { FlagsOf, Messages, ReplyOf, RequestOf } from '../message/index.js'
import type { rtnetlink } from '../route/index.js'

/** One thing that is asked of the kernel. */
export interface Ask {
  readonly name: string
  readonly value: unknown
  readonly options: RequestOptions
  /** `read`: it only asks. `undo`: it takes something back, so that no signal may keep it from that. */
  readonly kind: 'read' | 'dump' | 'change' | 'undo'
}

/** What is done with the kernel, said once: it yields what it asks, and is given the replies, or the error. */
export type Operation<T> = Generator<Ask, T, unknown[]>

type Route = typeof rtnetlink.messages
type Name = string & keyof Route

/** Asks for one thing. */
export function* read<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  options: RequestOptions<FlagsOf<Route, N>> = none,
): Operation<ReplyOf<Route, N>[]> {
  return (yield { name, value, options, kind: 'read' }) as ReplyOf<Route, N>[]
}

/** Asks for all that there is. */
export function* dump<N extends Name>(name: N, value: RequestOf<Route, N>): Operation<ReplyOf<Route, N>[]> {
  return (yield { name, value, options: {}, kind: 'dump' }) as ReplyOf<Route, N>[]
}

/** Changes something. */
export function* change<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  options: RequestOptions<FlagsOf<Route, N>> = none,
): Operation<ReplyOf<Route, N>[]> {
  return (yield { name, value, options, kind: 'change' }) as ReplyOf<Route, N>[]
}

/** Takes something back; where that fails too, the first failure is the one that matters. */
export function* undo<N extends Name>(
  name: N,
  value: RequestOf<Route, N>,
  options: RequestOptions<FlagsOf<Route, N>> = none,
): Operation<void> {
  try {
    yield { name, value, options, kind: 'undo' }
  } catch {
    // Told is what made it necessary.
  }
}

/** A connection of any protocol. */
export type AnyConnection = Pick<Connection<Messages>, 'request' | 'requestSync' | 'dump' | 'dumpSync'>

/** Runs an operation, waiting in the thread. */
export function runSync<T>(connection: AnyConnection, operation: Operation<T>, options: TimeoutOptions): T {
  const { requestSync, dumpSync } = connection
  let next = operation.next()
  while (!next.done) {
    const { name, value, options: flags, kind } = next.value
    let replies: unknown[]
    try {
      replies =
        kind === 'dump'
          ? dumpSync.call(connection, name, value as never, options)
          : requestSync.call(connection, name, value as never, { ...flags, ...options })
    } catch (error) {
      next = operation.throw(error)
      continue
    }
    next = operation.next(replies)
  }
  return next.value
}

/**
 * Runs an operation; others run meanwhile. A signal ends it while it asks, and between two changes: what became of a change
 * that was sent is waited for.
 */
export async function run<T>(connection: AnyConnection, operation: Operation<T>, options: WaitOptions): Promise<T> {
  const { signal, ...patience } = options
  let next = operation.next()
  while (!next.done) {
    const { name, value, options: flags, kind } = next.value
    let replies: unknown[]
    try {
      if (kind !== 'undo') signal?.throwIfAborted()
      if (kind === 'dump') replies = await connection.dump(name, value as never, options).toArray()
      else {
        const wait = kind === 'read' ? options : patience
        replies = await connection.request(name, value as never, { ...flags, ...wait })
      }
    } catch (error) {
      next = operation.throw(error)
      continue
    }
    next = operation.next(replies)
  }
  return next.value
}

/** Operations by name. They are told apart from the options behind their arguments by how many arguments they take. */
// biome-ignore lint/suspicious/noExplicitAny: functions of any arguments, and `never` would refuse to be called
export type Operations = Readonly<Record<string, (...args: any[]) => Operation<unknown>>>

type Result<F> = F extends (...args: never[]) => Operation<infer T> ? T : never
type Arguments<F, O> = F extends (...args: infer A) => unknown ? [...A, options?: O] : never

/** Each operation twice: asynchronous under its name, synchronous with `Sync` behind it. */
export type BothWays<O> = {
  readonly [K in keyof O & string]: (...args: Arguments<O[K], WaitOptions>) => Promise<Result<O[K]>>
} & {
  readonly [K in keyof O & string as `${K}Sync`]: (...args: Arguments<O[K], TimeoutOptions>) => Result<O[K]>
}

/** Returns the options of a wait, own members alone. */
const ownWait = (options: WaitOptions): WaitOptions => ({
  timeout: own(options, 'timeout') as WaitOptions['timeout'],
  signal: own(options, 'signal') as WaitOptions['signal'],
})

/** Makes of each operation its two methods. */
export function bothWays<const O extends Operations>(connection: () => AnyConnection, operations: O): BothWays<O> {
  const methods: Record<string, (...args: unknown[]) => unknown> = {}
  for (const [name, operation] of Object.entries(operations)) {
    const begin = (args: readonly unknown[]) => {
      if (args.length > operation.length + 1)
        throw new TypeError(`${name}: expected at most ${operation.length + 1} arguments, got ${args.length}`)
      return operation(...args.slice(0, operation.length).map(ownOnly))
    }
    // How the request is meant is the operation's own: of a caller's options only those may come through.
    const optionsOf = ({ [operation.length]: options = {} }: readonly unknown[]) => options as WaitOptions
    methods[name] = async (...args) => run(connection(), begin(args), ownWait(validateWaitOptions(optionsOf(args))))
    methods[`${name}Sync`] = (...args) =>
      runSync(connection(), begin(args), { timeout: ownWait(validateTimeoutOptions(optionsOf(args))).timeout })
  }
  return methods as unknown as BothWays<O>
}
