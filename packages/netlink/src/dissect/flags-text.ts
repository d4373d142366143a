import { constants, flagNames, type Span } from '../codec/index.js'
import {
  NLM_F,
  NLM_F_ACKED,
  NLM_F_DELETE,
  NLM_F_DUMP,
  NLM_F_GET,
  NLM_F_NEW,
  NLMSG,
  type Nlmsghdr,
} from '../message/index.js'
import { traitsByName } from './known.js'

/** For messages that use no flags in the upper half. */
const noFlags = constants('NLM_F', {})

/** Returns the names of the upper half of the message flags. They depend on the kind of message. */
function upperFlags(type: string) {
  if (type === 'NLMSG_ERROR' || type === 'NLMSG_DONE') return NLM_F_ACKED
  const { isGet = false, accepts = [] } = traitsByName(type) ?? {}
  if (isGet || accepts.includes('root')) return NLM_F_GET
  if (accepts.includes('bulk') || accepts.includes('nonrec')) return NLM_F_DELETE
  return accepts.length > 0 ? NLM_F_NEW : noFlags
}

/** Returns the flags of a message as text: `REQUEST|ACK|DUMP`. `type` is the name of the message. */
export function flagsText(type: string, flags: number): string {
  const upper = upperFlags(type)
  const names = [
    ...flagNames(NLM_F, flags & 0xff),
    ...(upper === NLM_F_GET && (flags & NLM_F_DUMP) === NLM_F_DUMP
      ? ['DUMP', ...flagNames(upper, flags & ~NLM_F_DUMP & 0xff00)]
      : flagNames(upper, flags & 0xff00)),
  ]
  return names.join('|') || '0'
}

/**
 * Names the type and the flags in the spans of a message header. What they mean depends on the protocol: `type` is the name of the message,
 * `family` that of its generic netlink family.
 */
export function nameHeader(spans: readonly Span[], header: Nlmsghdr, type: string, family: string | undefined): void {
  for (const span of spans as readonly { -readonly [K in keyof Span]: Span[K] }[]) {
    // Generic netlink has the number of the family as type.
    if (span.name === 'type' && header.type >= NLMSG.ERROR) span.words = family ?? type
    else if (span.name === 'flags') span.words = flagsText(type, header.flags)
  }
}
