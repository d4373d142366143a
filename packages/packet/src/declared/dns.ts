import {
  type Codec,
  type Declaration,
  EncodeError,
  encode,
  type Infer,
  ipv4,
  ipv6,
  u16be,
  u32be,
} from '@netloom/netlink/codec'
import { PacketError } from '../error.js'
import { DNS_TYPE } from '../numbers.js'
import { append } from './buffer.js'
import { type Message, nameBytes, readName } from './dns-name.js'
import { bits, header } from './header.js'

/** Header of a DNS message: RFC 1035, section 4.1.1, and RFC 4035 for the last flags. */
export const dnsHeader = header('dns', {
  id: u16be,
  flags: bits({
    response: 1,
    opcode: 4,
    authoritative: 1,
    truncated: 1,
    recursionDesired: 1,
    recursionAvailable: 1,
    reserved: 1,
    authenticData: 1,
    checkingDisabled: 1,
    rcode: 4,
  }),
  questionCount: u16be,
  answerCount: u16be,
  authorityCount: u16be,
  additionalCount: u16be,
})

const questionTail = header('dns.question', { type: u16be, class: u16be })
const recordTail = header('dns.record', { type: u16be, class: u16be, ttl: u32be, length: u16be })

/** A question of a DNS message. */
export interface DnsQuestion {
  readonly name: string
  /** DNS_TYPE */
  readonly type: number
  /** 1 is IN. */
  readonly class: number
}

/** A resource record. `data` is text for A, AAAA, NS, CNAME and PTR, and bytes for other types. */
export interface DnsRecord extends DnsQuestion {
  /** Seconds. */
  readonly ttl: number
  readonly data: string | Uint8Array
}

const counts = ['questionCount', 'answerCount', 'authorityCount', 'additionalCount'] as const
const sections = ['questions', 'answers', 'authorities', 'additionals'] as const

/** A DNS message. The counts are those of the arrays. */
export type DnsMessage = Omit<Infer<typeof dnsHeader>, (typeof counts)[number]> & {
  readonly questions: readonly DnsQuestion[]
  readonly answers: readonly DnsRecord[]
  readonly authorities: readonly DnsRecord[]
  readonly additionals: readonly DnsRecord[]
}

const named: readonly number[] = [DNS_TYPE.NS, DNS_TYPE.CNAME, DNS_TYPE.PTR]

function dataOf(message: Message, type: number, from: number, to: number): string | Uint8Array {
  const bytes = message.bytes as Buffer
  if (type === DNS_TYPE.A && to - from === 4) return ipv4.codec('BE').read(bytes, from)
  if (type === DNS_TYPE.AAAA && to - from === 16) return ipv6.codec('BE').read(bytes, from)
  if (named.includes(type)) return readName({ ...message, end: to }, from).text
  return message.bytes.subarray(from, to)
}

function dataBytes({ type, data }: DnsRecord): Uint8Array {
  if (data instanceof Uint8Array) return data
  if (type === DNS_TYPE.A) return encode(ipv4, data)
  if (type === DNS_TYPE.AAAA) return encode(ipv6, data)
  if (named.includes(type)) return nameBytes(data)
  throw new EncodeError(`expected bytes as data of type ${type}, got ${typeof data}`)
}

/** Returns the offset after `size` bytes. @throws {PacketError} if they do not exist */
function after({ end }: Message, field: string, at: number, size: number): number {
  if (at + size <= end) return at + size
  const fault = { code: 'ERR_PACKET_TRUNCATED', field, value: end - at, offset: at } as const
  throw new PacketError({ ...fault, expected: `at least ${size} bytes` })
}

function readQuestion(message: Message, at: number): [DnsQuestion, next: number] {
  const { text: name, next } = readName(message, at)
  const end = after(message, 'dns.question', next, questionTail.size)
  return [{ name, ...questionTail.codec().read(message.bytes as Buffer, next) }, end]
}

function readRecord(message: Message, at: number): [DnsRecord, next: number] {
  const { text: name, next } = readName(message, at)
  const from = after(message, 'dns.record', next, recordTail.size)
  const { length, ...tail } = recordTail.codec().read(message.bytes as Buffer, next)
  const end = after(message, 'dns.record.length', from, length)
  return [{ name, ...tail, data: dataOf(message, tail.type, from, end) }, end]
}

/** A decoded message, and the offset after it. */
export function readDns(message: Message): { readonly value: DnsMessage; readonly next: number } {
  let at = after(message, 'dns', message.start, dnsHeader.size)
  const { questionCount, answerCount, authorityCount, additionalCount, ...flags } = dnsHeader
    .codec()
    .read(message.bytes as Buffer, message.start)
  const readAll = <T>(count: number, read: (message: Message, at: number) => [T, number]): T[] => {
    const all: T[] = []
    while (all.length < count) {
      const [one, next] = read(message, at)
      all.push(one)
      at = next
    }
    return all
  }
  const questions = readAll(questionCount, readQuestion)
  const [answers, authorities, additionals] = [answerCount, authorityCount, additionalCount].map((count) =>
    readAll(count, readRecord),
  ) as [DnsRecord[], DnsRecord[], DnsRecord[]]
  return { value: { ...flags, questions, answers, authorities, additionals }, next: at }
}

/** A DNS message: RFC 1035, section 4. Reads compressed names, and writes names without compression. */
export const dnsMessage: Declaration<DnsMessage> = {
  kind: 'opaque',
  name: 'dns',
  codec: (): Codec<DnsMessage> => ({
    name: 'dns',
    decode: (bytes, start, end) => readDns({ bytes, start, end }).value,
    encode(out, value) {
      const { questions, answers, authorities, additionals, ...flags } = value
      const lists = [questions, answers, authorities, additionals].map((list) => list ?? [])
      const lengths = Object.fromEntries(counts.map((count, index) => [count, lists[index]?.length]))
      dnsHeader.codec().encode(out, { ...flags, ...lengths } as Infer<typeof dnsHeader>)
      for (const [section, list] of lists.entries()) {
        for (const [index, record] of list.entries()) {
          try {
            encodeRecord(out, record, section > 0)
          } catch (error) {
            throw EncodeError.within(`dns.${sections[section]}[${index}]`, error)
          }
        }
      }
    },
  }),
}

function encodeRecord(out: Parameters<Codec<unknown>['encode']>[0], record: DnsQuestion, hasData: boolean): void {
  append(out, nameBytes(record.name))
  const { name: _, ...rest } = record
  if (!hasData) {
    questionTail.codec().encode(out, rest)
    return
  }
  const data = dataBytes(record as DnsRecord)
  const { data: _data, ...tail } = rest as DnsRecord
  recordTail.codec().encode(out, { ...tail, length: data.length })
  append(out, data)
}
