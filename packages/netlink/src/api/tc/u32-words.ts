import { ArgumentError, isPlainObject } from '../../codec/error.js'
import { show } from '../../codec/index.js'
import { defined } from '../values/objects.js'
import { type FieldValue, fieldBytes, type HeaderField, headerFields, type WordAt, wordsAt } from './header-fields.js'
import { hardwareFlags, offloadFilter, unlessZero } from './offload-words.js'
import { count, listOf, objectOf, parsed } from './words.js'

type FieldsOf<H extends 'ip' | 'ip6'> = { readonly [K in keyof (typeof headerFields)[H]]?: FieldValue | undefined }

/** Matches of u32: fields of the IP header and the ports behind it, and any four bytes. */
export interface U32Match {
  /** Fields of the IPv4 header, and ports behind a header without options. */
  readonly ip?: FieldsOf<'ip'> | undefined
  /** Fields of the IPv6 header, and ports behind a header without extension headers. */
  readonly ip6?: FieldsOf<'ip6'> | undefined
  /** Any four bytes of the packet. */
  readonly u32?:
    | readonly {
        /** Bytes from the start of the network header: a multiple of 4. */
        readonly at: number
        /** The four bytes, as a number in network byte order. */
        readonly value: number
        /** Bits that are compared. */
        readonly mask: number
      }[]
    | undefined
}

const matchKeys = { ip: headerFields.ip, ip6: headerFields.ip6 } as const

function matchOf(option: string, match: U32Match): WordAt[] {
  if (!isPlainObject(match)) throw new ArgumentError(`expected ${option} to be an object, got ${show(match)}`)
  const words: WordAt[] = []
  for (const [key, given] of Object.entries(match)) {
    if (given === undefined) continue
    if (key === 'u32') {
      for (const [index, each] of listOf(objectOf({ at: count, value: count, mask: count }))(
        `${option}.u32`,
        given as never,
      ).entries()) {
        const { at = 0, value = 0, mask = 0xffffffff } = each
        if (at % 4 !== 0)
          throw new ArgumentError(`expected ${option}.u32.${index}.at to be a multiple of 4, got ${show(at)}`)
        words.push({ off: at, val: (value & mask) >>> 0, mask })
      }
      continue
    }
    const fields = Object.hasOwn(matchKeys, key)
      ? (matchKeys[key as 'ip'] as Readonly<Record<string, HeaderField>>)
      : undefined
    if (fields === undefined)
      throw new ArgumentError(`expected ${option} to have the keys ip, ip6, u32, got ${show(key)}`)
    const table = Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [
        name,
        (under: string, value: FieldValue) => fieldBytes(under, field, value),
      ]),
    )
    const values = parsed(`${option}.${key}`, table, given as never, true) as Readonly<
      Record<string, ReturnType<typeof fieldBytes>>
    >
    for (const [name, value] of Object.entries(values)) words.push(...wordsAt((fields[name] as HeaderField).at, value))
  }
  return words
}

/** Combines matches of the same four bytes. @throws {TypeError} if they contradict each other */
function combined(option: string, words: readonly WordAt[]): WordAt[] {
  const byOffset = new Map<number, WordAt>()
  for (const word of words) {
    const { off, val, mask } = byOffset.get(word.off) ?? { off: word.off, val: 0, mask: 0 }
    if (((val ^ word.val) & mask & word.mask) !== 0)
      throw new ArgumentError(`expected ${option} to match the bytes at ${off} once, got two values`)
    byOffset.set(off, { off, val: (val | word.val) >>> 0, mask: (mask | word.mask) >>> 0 })
  }
  return [...byOffset.values()]
}

/** TC_U32_TERMINAL: the filter selects a class, or has actions. */
export const U32_TERMINAL = 1

export const u32 = offloadFilter(
  {
    /** Fields that are compared: `{ ip: { dst: '10.0.0.0/8', dport: 53 } }`. Default: none, all packets match. */
    match: matchOf,
    /** Mark of the packet. */
    mark: objectOf({
      /** The mark: 32 bits. Default: 0. */
      value: count,
      /** Bits of the mark that are compared. Default: all. */
      mask: count,
    }),
  },
  ({ match = [], mark, classid, ...rest }, under) => ({
    ...defined({
      mark: mark && { val: mark.value ?? 0, mask: mark.mask ?? 0xffffffff, success: 0 },
      classid,
    }),
    sel: {
      ...{
        flags: classid === undefined ? 0 : U32_TERMINAL,
        offshift: 0,
        nkeys: 0,
        offmask: 0,
        off: 0,
        offoff: 0,
        hoff: 0,
        hmask: 0,
      },
      ...keysOf(combined(`${under}.match`, match)),
    },
    ...defined({ flags: unlessZero(hardwareFlags(rest)) }),
  }),
)

const keysOf = (words: readonly WordAt[]) => ({
  nkeys: words.length,
  keys: words.map(({ off, val, mask }) => ({ mask, val, off, offmask: 0 })),
})
