import type { ByteOrder } from './codec.js'
import { isPlainObject } from './error.js'
import type { FixedCodec, Members } from './fixed.js'
import { inheritsAny, readOwn, readStruct, Source, writeFixed } from './generate.js'

type StructValue = Record<string, unknown>

/** Returns a generated reader of a struct. The object has room for the member `besides`, which is added later. */
export function generateStructRead(
  { members, besides }: { readonly members: Members; readonly besides?: string },
  order: ByteOrder,
): FixedCodec<StructValue>['read'] | undefined {
  const source = new Source(order)
  return source.function('bytes, at', `return ${readStruct(source, members, 'at', besides)}`)
}

/** Returns a generated writer of a struct. It leaves invalid values to `interpreted`, which reports them. */
export function generateStructWrite(
  { members, besides }: { readonly members: Members; readonly besides?: string },
  order: ByteOrder,
  interpreted: FixedCodec<StructValue>['write'],
): FixedCodec<StructValue>['write'] | undefined {
  const source = new Source(order)
  const slow = `${source.add(interpreted)}(bytes, at, value)`
  const isPlain = source.add(isPlainObject)
  const inherits = inheritsAny(source, [...Object.keys(members), ...(besides === undefined ? [] : [besides])])
  const lines: string[] = []
  let offset = 0
  for (const [index, [key, member]] of Object.entries(members).entries()) {
    if (member.layout.type !== 'pad') {
      const [name, codec] = [`member${index}`, source.add(member.codec(order))]
      lines.push(`const ${name} = ${readOwn(source, 'value', key)}`)
      const write = writeFixed(source, member, offset === 0 ? 'at' : `at + ${offset}`, name, codec)
      lines.push(`if (${name} !== undefined) { unseen--; ${write} }`)
    }
    offset += member.size
  }
  return source.function(
    'bytes, at, value',
    `if (!${isPlain}(value) || ${inherits}) return ${slow}
    let unseen = ${besides === undefined ? 0 : `${readOwn(source, 'value', besides)} === undefined ? 0 : -1`}
    for (const _ in value) unseen++
    try {
      ${lines.join('\n')}
    } catch {
      return ${slow}
    }
    if (unseen !== 0) ${slow}`,
  )
}
