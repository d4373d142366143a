import { align, type Codec } from '../codec/index.js'
import { append, type Output, reserve } from '../codec/output.js'
import { nlmsghdr } from '../message/index.js'
import type { BatchEntry } from './batch-entry.js'

/**
 * A request to copy. The next request has the same header except for the sequence number, and a payload of the same length.
 */
export interface RequestTemplate {
  /** Length of the payload in bytes. */
  readonly length: number
  readonly header: Buffer
  readonly padding: number
  readonly acked: boolean
  readonly echo: boolean
  readonly codec: Codec<unknown>
}

/** Offset of `seq` in `nlmsghdr`: the size of the members before it. */
const sequenceOffset = offsetOf(nlmsghdr.members, 'seq')

function offsetOf<M extends Readonly<Record<string, { readonly size: number }>>>(members: M, name: keyof M): number {
  const names = Object.keys(members)
  return names.slice(0, names.indexOf(name as string)).reduce((sum, each) => sum + (members[each]?.size ?? 0), 0)
}

/** Returns the last request in `out` as a template. `length` is the length of its payload. */
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
