import { ArgumentError, printable } from '../../codec/index.js'
import type { ExtendedAck } from '../../message/index.js'
import { rtnetlink } from '../../route/index.js'
import type { Errno } from '../kernel-message.js'
import { checkDelay, checkErrno, checkOptions, checkRequest, checkTimes } from './options.js'

/** Selects the requests that a fault affects. */
export interface FaultOptions {
  /** The name of the requests, e.g. `RTM_NEWLINK`. Default: any. */
  readonly request?: string | undefined
  /** Number of requests; Infinity for all. Default: 1. */
  readonly times?: number | undefined
}

/** Faults of the next requests. All methods throw a TypeError for a fault that no request can have. */
export interface Faults {
  /** Interrupts dumps (NLM_F_DUMP_INTR). */
  interruptDumps(times?: number): void
  /** Refuses requests without effect. `extended` are the attributes of the extended ack. */
  refuse(code: Errno, options?: FaultOptions & { readonly extended?: ExtendedAck }): void
  /** Loses answers (`ENOBUFS`). The requests take effect. */
  loseAnswers(options?: FaultOptions): void
  /** Truncates replies (`EMSGSIZE`). If the request is sent again, its reply fits. */
  truncate(options?: FaultOptions): void
  /** Delays answers by so many milliseconds. */
  delay(milliseconds: number, options?: FaultOptions): void
}

/** The faults of one request. */
export interface RequestFaults {
  readonly interrupted: boolean
  readonly refused: { readonly code: Errno; readonly extended: ExtendedAck } | undefined
  readonly lost: Errno | undefined
  readonly delay: number
}

interface PlannedFault {
  readonly kind: 'interruptDumps' | 'refuse' | 'loseAnswers' | 'truncate' | 'delay'
  readonly request: string | undefined
  times: number
  readonly code: Errno
  readonly extended: ExtendedAck
  readonly delay: number
}

const isGet = (request: string) => Object.hasOwn(rtnetlink.messages, request) && rtnetlink.byName(request).isGet

/** Faults that a test has ordered for the next requests: `refuse`, `interruptDumps`, … */
export class FaultPlan implements Faults {
  readonly #planned: PlannedFault[] = []

  readonly interruptDumps = (times = 1): void => this.#plan('interruptDumps', { times })

  readonly refuse: Faults['refuse'] = (code, { extended = {}, ...options } = {}) => {
    checkErrno(code)
    this.#plan('refuse', options, { code, extended })
  }

  readonly loseAnswers = (options: FaultOptions = {}): void => this.#plan('loseAnswers', options, { code: 'ENOBUFS' })

  readonly truncate = (options: FaultOptions = {}): void => this.#plan('truncate', options, { code: 'EMSGSIZE' })

  readonly delay = (delay: number, options: FaultOptions = {}): void => {
    checkDelay(delay)
    this.#plan('delay', options, { delay })
  }

  /** Returns the faults of the next request, which are then used up. */
  next(request: string, isDump: boolean): RequestFaults {
    const delay = this.#take('delay', request)?.delay ?? 0
    const refused = this.#take('refuse', request)
    if (refused) return { interrupted: false, refused, lost: undefined, delay }
    const truncated = () => (isGet(request) ? this.#take('truncate', request) : undefined)
    const lost = (this.#take('loseAnswers', request) ?? truncated())?.code
    const interrupted = isDump && lost === undefined && this.#take('interruptDumps', request) !== undefined
    return { interrupted, refused: undefined, lost, delay }
  }

  #plan(kind: PlannedFault['kind'], options: FaultOptions, more: Partial<PlannedFault> = {}): void {
    checkOptions(options, kind, ['request', 'times'])
    const { request, times = 1 } = options
    checkTimes(times)
    checkRequest(request)
    if (kind === 'truncate' && request !== undefined && !isGet(request))
      throw new ArgumentError(`expected a request that is replied to, e.g. RTM_GETLINK, got '${printable(request)}'`)
    this.#planned.push({ kind, request, times, code: 'EIO', extended: {}, delay: 0, ...more })
  }

  #take(kind: PlannedFault['kind'], request: string): PlannedFault | undefined {
    const found = this.#planned.find((each) => each.kind === kind && (each.request ?? request) === request)
    if (found && --found.times === 0) this.#planned.splice(this.#planned.indexOf(found), 1)
    return found
  }
}
