import { CniError, ErrorCode } from '../cni/error.js'

/** Signals that ask a process to end. */
const endings = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Throws if a signal has asked this process to end. Handlers run only in turns of the event loop, never during synchronous code.
 * @throws {CniError} 11
 */
export type SignalCheck = () => Promise<void>

const eventLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** From now on, signals that ask this process to end are only remembered, for the returned check. */
export function catchSignals(): SignalCheck {
  let caught: string | undefined
  for (const each of endings) {
    process.on(each, (signal) => {
      caught = signal
    })
  }
  return async () => {
    // The first turn may have polled for signals already.
    await eventLoopTurn()
    await eventLoopTurn()
    if (caught !== undefined) throw new CniError(ErrorCode.tryAgainLater, `interrupted by ${caught}`)
  }
}
