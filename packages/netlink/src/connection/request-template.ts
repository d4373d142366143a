import { align, type Codec } from '../codec/index.js'
import { append, type Output, reserve } from '../codec/output.js'
import { nlmsghdr } from '../message/index.js'
import type { BatchEntry } from './batch-entry.js'

/** A request that was written. A further one with a payload of the same length differs in the sequence number and the payload only. */
export interface RequestTemplate {
  /** Bytes of the payload. */
  readonly length: number
  readonly header: Buffer
  readonly padding: number
  readonly acked: boolean
  readonly echo: boolean
  readonly codec: Codec<unknown>
}

/** Offset of `seq` in a header: the size of the members before it. */
const sequenceOffset = offsetOf(nlmsghdr.members, 'seq')

function offsetOf<M extends Readonly<Record<string, { readonly size: number }>>>(members: M, name: keyof M): number {
  const names = Object.keys(members)
  return names.slice(0, names.indexOf(name as string)).reduce((sum, each) => sum + (members[each]?.size ?? 0), 0)
}

/** Returns the template of the request that was written last to `out`, with a payload of `length` bytes. */
export function templateOf(
  { bytes }: Output,
  { start, acked, echo, codec }: BatchEntry,
  length: number,
): RequestTemplate {
  const header = Buffer.from(bytes.subarray(start, start + nlmsghdr.size))
  return { length, header, padding: align(length) - length, acked, echo, codec }
}

/** Appends a request with the header of a template. */
export function writeFromTemplate(out: Output, template: RequestTemplate, seq: number, payload: Uint8Array): void {
  const start = out.length
  append(out, template.header)
  out.bytes.writeUInt32LE(seq, start + sequenceOffset)
  append(out, payload)
  if (template.padding > 0) reserve(out, template.padding)
}
