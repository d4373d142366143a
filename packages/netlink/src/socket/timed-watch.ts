import { encode } from '../codec/index.js'
import type { Readiness, ReadinessEvent } from './libc.js'
import { POLLIN, POLLOUT, pollfd } from './pollfd.js'

/** Milliseconds between two polls. */
const PERIOD = 2

/** Watches a descriptor by polling it every {@link PERIOD} milliseconds. `poll` is poll(2) with a timeout of 0. */
export function timedWatch(
  poll: (pollfds: Uint8Array) => number,
  fd: number,
  onReady: () => void,
  event: ReadinessEvent,
): Readiness {
  const interest = encode(pollfd, { fd, events: event === 'readable' ? POLLIN : POLLOUT })
  let timer: NodeJS.Timeout | undefined
  let held = true
  let open = true
  const look = () => {
    timer = undefined
    // On an error, the next call on the descriptor reports it.
    if (poll(interest) !== 0) onReady()
    else arm()
  }
  const arm = () => {
    if (!open || timer !== undefined) return
    timer = setTimeout(look, PERIOD)
    if (!held) timer.unref()
  }
  const disarm = () => {
    clearTimeout(timer)
    timer = undefined
  }
  return {
    arm,
    disarm,
    ref() {
      held = true
      timer?.ref()
    },
    unref() {
      held = false
      timer?.unref()
    },
    close() {
      open = false
      disarm()
    },
  }
}
