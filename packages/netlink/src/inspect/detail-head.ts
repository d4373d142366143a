import { flagsText } from '../dissect/flags-text.js'
import type { DoneValue, ErrorValue } from '../dissect/index.js'
import type { Conversation, InspectedMessage } from './conversation.js'
import type { Assigned } from './conversations.js'
import { answeredOf } from './open-conversation.js'
import { type Styled, styled } from './styled.js'
import { safe } from './value-text.js'

const plain = (text: string, style: Styled['style'] = 'plain'): Styled => ({ text, style })

/** Number of texts of flags to keep for one kind of message, and of kinds. */
const MOST_FLAGS = 100

/** Writes the first line of messages in the detailed view. */
export class DetailHeads {
  /** Flags by the name of the message. */
  readonly #flags = new Map<string, Map<number, string>>()

  /** Returns the first line of a message: its number, `time`, direction, name, flags, for an answer the request's number, and its refusal. */
  line({ inspected, role, conversation }: Assigned, time?: string): readonly Styled[] {
    const { message, number, datagram } = inspected
    const { toKernel, protocol, type, family, header, bytes } = message
    const { process } = datagram
    const sender = process === undefined ? '' : `${safe(process.name ?? '')}[${process.pid}] `
    const name = protocol === 'NETLINK_GENERIC' && family !== undefined ? `${safe(family)} ${safe(type)}` : safe(type)
    const parts = [
      plain(`#${number}`, 'strong'),
      plain(`  ${time === undefined ? '' : `${time} `}${toKernel ? '→' : '←'} kernel ${sender}${protocol} `, 'faint'),
      plain(name, 'strong'),
    ]
    if (header) parts.push(plain(`  ${this.#flagsOf(type, header.flags)}seq ${header.seq}`, 'faint'))
    parts.push(plain(`  ${bytes.length} bytes`, 'faint'))
    if (!toKernel) parts.push(...answerParts(inspected, role, conversation))
    const refusal = conversation.refusals.find(({ request }) => request === inspected)
    if (refusal) parts.push(styled(`  ✗ ${refusal.code}`, 'bad'))
    return parts
  }

  #flagsOf(type: string, flags: number): string {
    if (flags === 0) return ''
    let known = this.#flags.get(type)
    if (known === undefined || known.size > MOST_FLAGS) {
      if (this.#flags.size > MOST_FLAGS) this.#flags.clear()
      known = new Map()
      this.#flags.set(type, known)
    }
    const text = known.get(flags) ?? `${flagsText(type, flags)}  `
    known.set(flags, text)
    return text
  }
}

/** Returns what the kernel's message belongs to, and of a result the outcome. */
function answerParts(inspected: InspectedMessage, role: Assigned['role'], { first, batch }: Conversation): Styled[] {
  const { message, number } = inspected
  if (role === 'event') return [plain(first.number === number ? '  event' : `  event of #${first.number}`, 'faint')]
  const isControl = message.type === 'NLMSG_ERROR' || message.type === 'NLMSG_DONE'
  const request = (batch && answeredOf(inspected, batch)) ?? first
  const answered = request.number === number ? '' : `  in answer to #${request.number}`
  if (!isControl || message.value instanceof Uint8Array) return [plain(answered, 'faint')]
  return [plain(`${answered}: `, 'faint'), resultOf(message.value as ErrorValue & DoneValue)]
}

/** Returns the result of a request: `✓`, or the error with the kernel's words and the attribute that it names. */
function resultOf({ error = 0, code, attrs, attribute, missing }: Partial<ErrorValue>): Styled {
  if (error >= 0) return plain('✓', 'good')
  const parts = [code ?? String(error)]
  if (attrs?.msg !== undefined) parts[0] += ` ${JSON.stringify(attrs.msg)}`
  if (attribute !== undefined) parts.push(attribute)
  if (missing !== undefined) parts.push(`${missing} is missing`)
  return styled(parts.join(', '), 'bad')
}
