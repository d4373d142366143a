import type { ExtendedAck } from '../../core/index.js'
import type { Errno } from '../answer.js'

/** How often something goes wrong, and with which requests. */
export interface FaultOptions {
  /** The name of the request, e.g. `RTM_NEWLINK`; any, if left out. */
  readonly request?: string | undefined
  /** How often; once, if left out. */
  readonly times?: number | undefined
}

/** What goes wrong next. */
export interface Faults {
  /** Dumps change meanwhile (NLM_F_DUMP_INTR). */
  interruptDumps(times?: number): void
  /** Requests are refused, and not done. `extended` is what the extended ack says. */
  refuse(code: Errno, options?: FaultOptions & { readonly extended?: ExtendedAck }): void
  /** Answers are lost with `ENOBUFS`; what was asked is done. */
  loseAnswers(options?: FaultOptions): void
  /** Replies are larger than the buffer, and lost with `EMSGSIZE`; asked again, they fit. */
  truncate(options?: FaultOptions): void
  /** Answers come so many milliseconds later. */
  delay(milliseconds: number, options?: FaultOptions): void
}

/** What goes wrong with one request. */
export interface Planned {
  readonly interrupted: boolean
  readonly refused: { readonly code: Errno; readonly extended: ExtendedAck } | undefined
  readonly lost: Errno | undefined
  readonly delay: number
}

interface Plan {
  readonly kind: 'interrupt' | 'refuse' | 'lose' | 'truncate' | 'delay'
  readonly request: string | undefined
  times: number
  readonly code: Errno
  readonly extended: ExtendedAck
  readonly delay: number
}

/** Plans what goes wrong, and tells each request what does. */
export function openFaults(): Faults & { next(request: string, isDump: boolean): Planned } {
  const plans: Plan[] = []
  const plan = (kind: Plan['kind'], { request, times = 1 }: FaultOptions, more: Partial<Plan> = {}) => {
    if (!(times >= 1)) throw new TypeError(`expected times to be a number from 1, got ${String(times)}`)
    plans.push({ kind, request, times, code: 'EIO', extended: {}, delay: 0, ...more })
  }
  const take = (kind: Plan['kind'], request: string): Plan | undefined => {
    const found = plans.find((each) => each.kind === kind && (each.request ?? request) === request)
    if (found && --found.times === 0) plans.splice(plans.indexOf(found), 1)
    return found
  }
  return {
    interruptDumps: (times = 1) => plan('interrupt', { times }),
    refuse: (code, { extended = {}, ...options } = {}) => plan('refuse', options, { code, extended }),
    loseAnswers: (options = {}) => plan('lose', options, { code: 'ENOBUFS' }),
    truncate: (options = {}) => plan('truncate', options, { code: 'EMSGSIZE' }),
    delay: (delay, options = {}) => plan('delay', options, { delay }),
    next(request, isDump) {
      const delay = take('delay', request)?.delay ?? 0
      const refused = take('refuse', request)
      if (refused) return { interrupted: false, refused, lost: undefined, delay }
      const lost = (take('lose', request) ?? (request.includes('_GET') ? take('truncate', request) : undefined))?.code
      const interrupted = isDump && lost === undefined && take('interrupt', request) !== undefined
      return { interrupted, refused: undefined, lost, delay }
    },
  }
}
