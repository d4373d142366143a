import type { DissectedMessage } from '../dissect/index.js'
import type { InspectedMessage } from './conversation.js'
import type { OpenConversation } from './open-conversation.js'

/** Open conversations by protocol and sequence number, each list in the order of the requests. */
export class RequestsIndex {
  readonly #byProtocol = new Map<string, Map<number, OpenConversation[]>>()

  add(message: DissectedMessage, conversation: OpenConversation): void {
    const bySeq = this.#byProtocol.get(message.protocol) ?? new Map<number, OpenConversation[]>()
    this.#byProtocol.set(message.protocol, bySeq)
    const { seq = 0 } = message.header ?? {}
    const list = bySeq.get(seq)
    if (list) list.push(conversation)
    else bySeq.set(seq, [conversation])
  }

  delete({ protocol, header }: DissectedMessage, conversation: OpenConversation): void {
    const bySeq = this.#byProtocol.get(protocol)
    const { seq = 0 } = header ?? {}
    const list = bySeq?.get(seq)
    if (bySeq === undefined || list === undefined) return
    const at = list.indexOf(conversation)
    if (at >= 0) list.splice(at, 1)
    if (list.length === 0) bySeq.delete(seq)
  }

  /**
   * Returns the conversation of an answer: the oldest one with its sequence number and port id. Prefers a conversation whose
   * port id is known, then one of the same process. Many requests contain no port id, but their answers do.
   */
  find(answer: InspectedMessage, fits: (conversation: OpenConversation) => boolean): OpenConversation | undefined {
    const { protocol, header } = answer.message
    const list = header && this.#byProtocol.get(protocol)?.get(header.seq)
    if (list === undefined) return undefined
    let unknown: OpenConversation | undefined
    let ofProcess: OpenConversation | undefined
    const pid = answer.datagram.process?.pid
    for (const each of list) {
      if (each.port !== undefined && each.port !== header?.pid) continue
      if (!fits(each)) continue
      if (each.port !== undefined) return each
      unknown ??= each
      if (pid !== undefined && each.first.datagram.process?.pid === pid) ofProcess ??= each
    }
    return ofProcess ?? unknown
  }
}
