import type { ByteOrder } from './codec.js'
import type { Fixed, FixedCodec, Members } from './fixed.js'
import { setOwn } from './own.js'

type Read = (bytes: Buffer, at: number) => unknown

/** Creates a reader of a struct without code generation. Text and addresses are returned as bytes. */
export function layoutReader(members: Members, order: ByteOrder): (bytes: Buffer) => unknown {
  const read = membersReader(members, order)
  return (bytes) => read(bytes, 0)
}

function membersReader(members: Members, order: ByteOrder): Read {
  let size = 0
  const placed: { key: string; offset: number; read: Read }[] = []
  for (const [key, member] of Object.entries(members)) {
    if (member.layout.type !== 'pad') placed.push({ key, offset: size, read: memberReader(member, order) })
    size += member.size
  }
  return (bytes, at) => {
    const value = {}
    for (const { key, offset, read } of placed) setOwn(value, key, read(bytes, at + offset))
    return value
  }
}

function memberReader({ layout, size }: Fixed<unknown>, order: ByteOrder): Read {
  switch (layout.type) {
    case 'struct':
      return membersReader(layout.members, order)
    case 'array': {
      const { element, count } = layout
      const read = memberReader(element, order)
      return (bytes, at) => Array.from({ length: count }, (_, index) => read(bytes, at + index * element.size))
    }
    case 'integer': {
      const codec = layout.codec as (order: ByteOrder) => FixedCodec<unknown>
      return codec(order).read
    }
    default:
      return (bytes, at) => bytes.subarray(at, at + size)
  }
}
