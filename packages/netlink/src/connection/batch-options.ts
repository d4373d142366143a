import { own } from '../codec/own.js'
import type { FlagOption, Protocol } from '../message/index.js'
import { ACK_COST, REPLY_COST } from './batch-chunk.js'
import { nlmFlags, type RequestOptions } from './flags.js'
import type { RequestTemplate } from './request-template.js'

/** Options of one request in a batch. */
export type BatchItemOptions<F extends FlagOption = FlagOption> = RequestOptions<F> & {
  /**
   * Set `false` for requests that the kernel never acknowledges: NFNL_MSG_BATCH_BEGIN, and NFNL_MSG_BATCH_END before Linux
   * 6.10.
   */
  readonly ack?: false | undefined
}

/** The options of a request, after validation. */
export interface ResolvedOptions {
  readonly name: string
  readonly given: BatchItemOptions
  readonly isFrozen: boolean
  readonly isAckable: boolean
  readonly echo: boolean
  readonly flags: number
  /** True if the kernel sends replies in addition to an ack. */
  readonly hasReplies: boolean
  /** Header of the last {@link Batch.addEncoded} request with these options. The next one reuses it. */
  template?: RequestTemplate
}

/** Validates the options of a batch's requests. */
export class OptionsResolver {
  readonly #protocol: Protocol
  #last: ResolvedOptions | undefined

  constructor(protocol: Protocol) {
    this.#protocol = protocol
  }

  /** Validates options. Reuses the last result if the options are the same frozen object. */
  resolve(name: string, given: BatchItemOptions): ResolvedOptions {
    const last = this.#last
    if (last?.isFrozen && last.given === given && last.name === name) return last
    const { ack: _, ...options } = given
    const message = this.#protocol.byName(name)
    const isAckable = own(given, 'ack') !== false
    const echo = own(given, 'echo') === true
    const flags = nlmFlags(message, options)
    const hasReplies = message.isGet || echo
    this.#last = { name, given, isFrozen: Object.isFrozen(given), isAckable, echo, flags, hasReplies }
    return this.#last
  }
}

/** Returns the bytes that the answers to a request may need in the receive buffer. */
export const costOf = ({ hasReplies }: ResolvedOptions) => (hasReplies ? REPLY_COST : ACK_COST)
