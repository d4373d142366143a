import { Buffer } from '../../codec/buffer.js'
import { hostOrder } from '../../codec/index.js'
import type { DissectedMessage } from '../../dissect/index.js'
import { Conversations, type Filter, type Names } from '../../inspect/index.js'
import { filterOf } from '../decode-views.js'

/** Selects notifications by a filter. */
export class MessageFilter {
  readonly #filter: Filter

  /** @throws {UsageError} if the filter is invalid */
  constructor(text: string, names: Names) {
    this.#filter = filterOf(text, names)
  }

  /** True if the filter selects the message. */
  selects(message: DissectedMessage): boolean {
    const { protocol, toKernel } = message
    const rest = Buffer.alloc(0)
    const datagram = {
      protocol,
      toKernel,
      order: hostOrder,
      messages: [message],
      rest,
      time: 0n,
      encode: () => message.bytes,
    }
    return new Conversations()
      .add(datagram)
      .some(({ inspected, role, conversation }) => this.#filter.selects(inspected, role, conversation))
  }
}
