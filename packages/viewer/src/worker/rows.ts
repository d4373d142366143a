import { type Cells, type Conversation, plainText, reasonOf, styled } from '@netloom/netlink/inspect'
import type { ConversationRow } from '../protocol.js'

/** Separates the parts of a packed row. No part contains it, because control characters are escaped. */
const SEPARATOR = '\u001f'

/** Returns the parts of a row as one text: a capture may have millions of rows. */
export function packedRow(conversation: Conversation, cells: Cells): string {
  const { time, process, verb, kind, name, details, outcome, latency } = cells
  const [refusal] = conversation.refusals
  const what = [verb, kind].filter((word) => word !== '').join(' ')
  const reason = refusal === undefined ? '' : reasonOf(refusal, false)
  const parts = [time, process, what, name, details.join('  '), plainText([outcome]), latency, reason]
  return parts.map((part) => styled(part).text).join(SEPARATOR)
}

/** Returns the row of a conversation. */
export function unpackedRow(packed: string, conversation: Conversation, messageCount: number): ConversationRow {
  const [time = '', process = '', what = '', name = '', details = '', result = '', latency = '', reason = ''] =
    packed.split(SEPARATOR)
  const { number, first, outcome, isInterrupted } = conversation
  return {
    ...{ number, message: first.number, time, process, what, name, details, outcome, result, latency },
    ...{ isInterrupted, messageCount },
    ...(reason !== '' && { reason }),
  }
}
