import type { ByteOrder } from './codec.js'
import { isPlainObject } from './error.js'
import type { FixedCodec, Members } from './fixed.js'
import { inheritsAny, readOwn, readStruct, Source, writeFixed } from './generate.js'
import { isInherited } from './own.js'

type StructValue = Record<string, unknown>

/** Returns the generated `read` of a struct. The object that it creates has room for one more property, `extraKey`. */
export function generateStructRead(
  { members, extraKey }: { readonly members: Members; readonly extraKey?: string },
  order: ByteOrder,
): FixedCodec<StructValue>['read'] | undefined {
  const source = new Source(order)
  return source.function('bytes, at', `return ${readStruct(source, members, 'at', extraKey)}`)
}

/** Returns the generated `write` of a struct. For invalid values it calls `interpreted`, which reports them. */
export function generateStructWrite(
  { members, extraKey }: { readonly members: Members; readonly extraKey?: string },
  order: ByteOrder,
  interpreted: FixedCodec<StructValue>['write'],
): FixedCodec<StructValue>['write'] | undefined {
  const source = new Source(order)
  const slow = `${source.add(interpreted)}(bytes, at, value)`
  const isPlain = source.add(isPlainObject)
  const inherits = inheritsAny(source, [...Object.keys(members), ...(extraKey === undefined ? [] : [extraKey])])
  const lines: string[] = []
  let offset = 0
  for (const [index, [key, member]] of Object.entries(members).entries()) {
    if (member.layout.type !== 'pad') {
      const [name, codec] = [`member${index}`, source.add(member.codec(order))]
      lines.push(`const ${name} = ${readOwn(source, 'value', key)}`)
      const write = writeFixed(source, member, offset === 0 ? 'at' : `at + ${offset}`, name, codec)
      const given = isInherited(key) ? 'false' : `${JSON.stringify(key)} in value`
      lines.push(`if (${name} !== undefined) { unseen--; ${write} } else if (${given}) unseen--`)
    }
    offset += member.size
  }
  return source.function(
    'bytes, at, value',
    `if (!${isPlain}(value) || ${inherits}) return ${slow}
    let unseen = ${extraKey === undefined ? 0 : `${JSON.stringify(extraKey)} in value ? -1 : 0`}
    for (const _ in value) unseen++
    try {
      ${lines.join('\n')}
    } catch {
      return ${slow}
    }
    if (unseen !== 0) ${slow}`,
  )
}
