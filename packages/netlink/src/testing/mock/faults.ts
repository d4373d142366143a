import { printable } from '../../codec/index.js'
import type { ExtendedAck } from '../../message/index.js'
import { rtnetlink } from '../../route/index.js'
import type { Errno } from '../answer.js'
import { expectDelay, expectErrno, expectOptions, expectRequest, expectTimes } from './options.js'

/** How often something goes wrong, and with which requests. */
export interface FaultOptions {
  /** The name of the request, e.g. `RTM_NEWLINK`; any, if left out. */
  readonly request?: string | undefined
  /** How often; once, if left out, and always with Infinity. */
  readonly times?: number | undefined
}

/** What goes wrong next. All throw a TypeError for what no request could meet. */
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
  readonly kind: 'interruptDumps' | 'refuse' | 'loseAnswers' | 'truncate' | 'delay'
  readonly request: string | undefined
  times: number
  readonly code: Errno
  readonly extended: ExtendedAck
  readonly delay: number
}

const isRead = (request: string) => Object.hasOwn(rtnetlink.messages, request) && rtnetlink.byName(request).isGet

/** Plans what goes wrong, and tells each request what does. */
export function openFaults(): Faults & { next(request: string, isDump: boolean): Planned } {
  const plans: Plan[] = []
  const plan = (kind: Plan['kind'], options: FaultOptions, more: Partial<Plan> = {}) => {
    expectOptions(options, kind, ['request', 'times'])
    const { request, times = 1 } = options
    expectTimes(times)
    expectRequest(request)
    if (kind === 'truncate' && request !== undefined && !isRead(request))
      throw new TypeError(`expected a request that is replied to, e.g. RTM_GETLINK, got '${printable(request)}'`)
    plans.push({ kind, request, times, code: 'EIO', extended: {}, delay: 0, ...more })
  }
  const take = (kind: Plan['kind'], request: string): Plan | undefined => {
    const found = plans.find((each) => each.kind === kind && (each.request ?? request) === request)
    if (found && --found.times === 0) plans.splice(plans.indexOf(found), 1)
    return found
  }
  return {
    interruptDumps: (times = 1) => plan('interruptDumps', { times }),
    refuse(code, { extended = {}, ...options } = {}) {
      expectErrno(code)
      plan('refuse', options, { code, extended })
    },
    loseAnswers: (options = {}) => plan('loseAnswers', options, { code: 'ENOBUFS' }),
    truncate: (options = {}) => plan('truncate', options, { code: 'EMSGSIZE' }),
    delay(delay, options = {}) {
      expectDelay(delay)
      plan('delay', options, { delay })
    },
    next(request, isDump) {
      const delay = take('delay', request)?.delay ?? 0
      const refused = take('refuse', request)
      if (refused) return { interrupted: false, refused, lost: undefined, delay }
      const lost = (take('loseAnswers', request) ?? (isRead(request) ? take('truncate', request) : undefined))?.code
      const interrupted = isDump && lost === undefined && take('interruptDumps', request) !== undefined
      return { interrupted, refused: undefined, lost, delay }
    },
  }
}
