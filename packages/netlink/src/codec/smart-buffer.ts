import { SmartBuffer } from 'smart-buffer'
import { Buffer } from './buffer.js'
import { type ByteOrder, hostOrder } from './codec.js'
import type { Fixed, Members } from './fixed.js'
import type { Struct } from './struct.js'

/**
 * Writes structs with the npm package smart-buffer, which only this file imports. It is independent of the codec, and tests
 * compare the two. It is too slow for hot paths.
 */

type IntegerWriter =
  | 'writeUInt8'
  | 'writeInt8'
  | `write${'UInt' | 'Int'}${16 | 32}${ByteOrder}`
  | `writeBig${'UInt' | 'Int'}64${ByteOrder}`

function writeMember(out: SmartBuffer, { size, layout }: Fixed<unknown>, value: unknown, order: ByteOrder): void {
  switch (layout.type) {
    case 'pad':
      out.writeBuffer(Buffer.alloc(size))
      break
    case 'bytes':
      out.writeBuffer(Buffer.from(value as Uint8Array))
      break
    case 'struct':
      writeMembers(out, layout.members, value as Record<string, unknown>, order)
      break
    case 'array':
      for (const element of value as unknown[]) writeMember(out, layout.element, element, order)
      break
    case 'integer': {
      const kind = `${layout.signed ? 'Int' : 'UInt'}${size * 8}`
      const ordered = size === 1 ? kind : kind + (layout.order ?? order)
      const method = `write${size === 8 ? 'Big' : ''}${ordered}` as IntegerWriter
      ;(out[method] as (value: never) => SmartBuffer).call(out, value as never)
    }
  }
}

function writeMembers(out: SmartBuffer, members: Members, value: Record<string, unknown>, order: ByteOrder): void {
  for (const [key, member] of Object.entries(members)) writeMember(out, member, value[key], order)
}

/** Writes consecutive structs and bytes. */
export interface StructWriter {
  write<T extends object>(declaration: Struct<Members, T>, value: T): StructWriter
  bytes(bytes: Uint8Array): StructWriter
  /** Returns a view of everything that was written. */
  done(): Buffer
}

/** Creates a writer that uses smart-buffer. Text and addresses must be passed as bytes. */
export function structWriter(order: ByteOrder = hostOrder): StructWriter {
  const out = new SmartBuffer()
  const writer: StructWriter = {
    write(declaration, value) {
      writeMembers(out, declaration.members, value as Record<string, unknown>, order)
      return writer
    },
    bytes(bytes) {
      out.writeBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return writer
    },
    done: () => out.toBuffer(),
  }
  return writer
}
