import {
  align,
  type ByteOrder,
  type Choice,
  choice,
  constants,
  type Declaration,
  enumOf,
  message,
  ofKind,
  struct,
  u8,
} from '../codec/index.js'
import { tfilterMessage, u32Handle } from '../route/index.js'

/** Maximum number of commands to keep. A capture of all families has some hundreds. */
const MOST_COMMANDS = 4096

/** Declarations of generic netlink in which the number of the command has its name. Many commands share one declaration. */
export class NamedCommands {
  readonly #known = new Map<Declaration<unknown>, Map<string, Declaration<unknown>>>()
  #count = 0

  /** Returns the declaration of the command `name`, or the given one if it has no header. */
  of(declaration: Declaration<unknown>, name: string, cmd: number): Declaration<unknown> {
    let named = this.#known.get(declaration)
    if (named === undefined) {
      named = new Map()
      this.#known.set(declaration, named)
    }
    let found = named.get(name)
    if (found === undefined && this.#count < MOST_COMMANDS) {
      found = withCommand(declaration, name, cmd)
      named.set(name, found)
      this.#count++
    }
    return found ?? declaration
  }
}

function withCommand(declaration: Declaration<unknown>, name: string, cmd: number): Declaration<unknown> {
  const known = ofKind(declaration)
  if (known.kind !== 'message') return declaration
  const { header, attrs } = known
  const members = { ...header.members, cmd: enumOf(u8, constants('', { [name]: cmd })) }
  return message(known.name, struct(header.name, members), attrs, declaration.check)
}

/** `tfilterMessage` with the handle of u32, which has three parts. */
const u32FilterMessage = message(
  tfilterMessage.name,
  struct(tfilterMessage.header.name, { ...tfilterMessage.header.members, handle: u32Handle }),
  tfilterMessage.attrs,
)

const TCA_KIND = 1

/** Returns true if TCA_KIND is `u32`. Attributes may precede it. */
function isU32(bytes: Buffer, start: number, end: number, order: ByteOrder): boolean {
  const read = (at: number) => (order === 'LE' ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  for (let at = start + tfilterMessage.header.size; at + 4 <= end; ) {
    const length = read(at)
    if (length < 4) return false
    if (read(at + 2) === TCA_KIND) return bytes.toString('latin1', at + 4, Math.min(end, at + length)) === 'u32\0'
    at += align(length)
  }
  return false
}

/** A traffic filter. The form of its handle depends on its kind, which follows the header. */
export const filterByKind: Choice = choice('traffic filter', [tfilterMessage, u32FilterMessage], {
  ofBytes: (bytes, start, end, order) => (isU32(bytes, start, end, order) ? u32FilterMessage : tfilterMessage),
  ofValue: (value) =>
    (value as { attrs?: { kind?: unknown } } | undefined)?.attrs?.kind === 'u32' ? u32FilterMessage : tfilterMessage,
})
