import { CniError, ErrorCode } from '../cni/error.js'

/** Signals that ask a process to end. */
const endings = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/**
 * Throws if a signal has asked this process to end. Signal handlers run only in turns of the event loop, so this waits for one.
 * @throws {CniError} 11
 */
export type SignalCheck = () => Promise<void>

const eventLoopTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** From now on, catches the signals that ask the process to end. The returned function checks for them. */
export function catchSignals(): SignalCheck {
  let caught: string | undefined
  for (const each of endings) {
    process.on(each, (signal) => {
      caught = signal
    })
  }
  return async () => {
    // The first turn may have begun before the signal arrived.
    await eventLoopTurn()
    await eventLoopTurn()
    if (caught !== undefined) throw new CniError(ErrorCode.tryAgainLater, `interrupted by ${caught}`)
  }
}
