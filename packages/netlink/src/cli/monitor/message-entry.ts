import { encode } from '../../codec/index.js'
import type { MessageEvent } from '../../connection/events.js'
import { PACKET } from '../../constants/index.js'
import { type DissectedMessage, dissector } from '../../dissect/index.js'
import { CaptureNames, type Names, Redactor, summary } from '../../inspect/index.js'
import { encodeMessage, NETLINK, NLM_F_NEW } from '../../message/index.js'
import { rtnetlink } from '../../route/index.js'
import { contentOf } from '../line.js'
import { now } from '../time.js'
import type { Entry, Sign } from './entry.js'

/** Signs of the events of processes that begin or end one. */
const processSigns: Readonly<Record<string, Sign>> = { PROC_EVENT_FORK: '+', PROC_EVENT_EXIT: '–' }

/** Returns the sign of a notification that is not compared with a state before. */
function signOf({ type, header }: DissectedMessage): Sign {
  if (/(^|_)(DEL|DELETE|REMOVE|DESTROY|EXPIRE|FLUSH)/.test(type)) return '–'
  if (type.startsWith('PROC_EVENT_')) return processSigns[type] ?? '~'
  // conntrack announces changes with the same type, without this flag.
  return type.startsWith('IPCTNL_') && ((header?.flags ?? 0) & NLM_F_NEW.CREATE) === 0 ? '~' : '+'
}

/** Longest content of a message without a summary. `-d` prints all of it. */
const LONGEST = 160

const shortened = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** Returns the entry of a message, from its summary. */
export function messageEntry(message: DissectedMessage, names: Names): Entry {
  const { kind, name, details } = summary(message, names)
  const texts = details.map(({ text }) => text)
  return {
    time: now(),
    sign: signOf(message),
    kind,
    name,
    details: texts.length === 0 && name === '' ? [shortened(contentOf(message, new Redactor()).join('  '))] : texts,
  }
}

type RouteMessageName = string & keyof typeof rtnetlink.messages

const tables = new CaptureNames()

/** Returns a notification of NETLINK_ROUTE as a dissected message. */
export function dissectedEvent(type: RouteMessageName, message: object, flags = 0): readonly DissectedMessage[] {
  const number = rtnetlink.byName(type).type
  const declaration = rtnetlink.byType(number)?.reply
  const payload = declaration === undefined ? Buffer.of() : encode(declaration, message)
  const bytes = encodeMessage({ type: number, flags, seq: 0, pid: 0 }, payload)
  return dissector().dissect({ protocol: NETLINK.ROUTE, packetType: PACKET.HOST, bytes }).messages
}

/** Returns the entry of an event of NETLINK_ROUTE. */
export function eventEntry(
  { type, message, flags }: MessageEvent<typeof rtnetlink.messages>,
  link: (index: number) => string | undefined,
): Entry {
  const messages = dissectedEvent(type, message, flags)
  const [entry] = messages.map((each) => messageEntry(each, { link, table: tables.table, protocol: tables.protocol }))
  return { ...(entry ?? { time: now(), sign: '+', kind: type, name: '', details: [] }), about: () => messages }
}
