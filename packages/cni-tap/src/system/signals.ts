import { CniError, ErrorCode } from '../cni/error.js'

/** What asks a process to end. */
const endings = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Lets signals that came meanwhile have their turn, as synchronous code never runs a handler.
 * @throws {CniError} 11 where one has come
 */
export type Turn = () => Promise<void>

const eventLoop = () => new Promise<void>((resolve) => setImmediate(resolve))

/** From now on a signal that asks this process to end is noted, and only `Turn` looks at it. */
export function catchSignals(): Turn {
  let caught: string | undefined
  for (const each of endings) {
    process.on(each, (signal) => {
      caught = signal
    })
  }
  return async () => {
    // The first one may belong to a round of the loop that has looked for signals already.
    await eventLoop()
    await eventLoop()
    if (caught !== undefined) throw new CniError(ErrorCode.tryAgainLater, `interrupted by ${caught}`)
  }
}
