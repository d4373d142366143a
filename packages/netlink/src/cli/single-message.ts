import { Buffer } from '../codec/buffer.js'
import { hostOrder } from '../codec/index.js'
import type { DissectedMessage } from '../dissect/index.js'
import type { Assigned } from '../inspect/index.js'

/**
 * Returns a message that is not part of a capture, in a conversation of its own: a notification, or an answer to a dump. The views and
 * filters of captures take it.
 */
export function singleMessage(message: DissectedMessage, number: number, role: 'event' | 'answer'): Assigned {
  const { protocol, toKernel } = message
  const rest = Buffer.alloc(0)
  const encode = () => message.bytes
  const datagram = { protocol, toKernel, order: hostOrder, messages: [message], rest, time: 0n, encode }
  const inspected = { message, number, datagram }
  const isAnswer = role === 'answer'
  const conversation = {
    number,
    first: inspected,
    outcome: isAnswer ? ('done' as const) : role,
    refusals: [],
    isComplete: true,
    isDump: isAnswer,
    isInterrupted: false,
    answerCount: isAnswer ? 1 : 0,
    objectCount: isAnswer ? 1 : 0,
    events: [],
    eventCount: 0,
    isSelected: true,
    selectedObjects: 0,
  }
  return { inspected, role, conversation }
}
