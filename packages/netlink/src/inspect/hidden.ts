import type { DissectedMessage } from '../dissect/index.js'
import { isZero } from './detail-tree.js'
import { type Redactor, unknownKey } from './redact.js'

/** A range of the bytes of a message: from `start`, without `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Size of `struct nlattr`, and of `struct nlmsghdr`. */
const ATTRIBUTE_HEADER = 4
const MESSAGE_HEADER = 16

/** Returns the bytes of a message that are keys or passwords, or that may contain some because no declaration describes them. */
export function hiddenRanges(message: DissectedMessage, redactor: Redactor): ByteRange[] {
  const mayHold = redactor.mayHoldKeys(message)
  const { length } = message.bytes
  // A damaged payload may begin with anything.
  if (mayHold && message.value instanceof Uint8Array)
    return length > MESSAGE_HEADER ? [{ start: MESSAGE_HEADER, end: length }] : []
  return message.spans().flatMap(({ kind, offset, length: size, own, path, secret, value }) => {
    const isUndeclared =
      kind === 'padding' ? !isZero(value) : kind === 'rest' || (value instanceof Uint8Array && isUndecoded(path))
    if (!secret && !(mayHold && isUndeclared)) return []
    const start = offset + (kind === 'attribute' ? ATTRIBUTE_HEADER : 0)
    const end = offset + (secret ? size : own)
    return end > start ? [{ start, end }] : []
  })
}

/** True for the path of an attribute without a row, and of a payload that could not be decoded. */
const isUndecoded = (path: readonly (string | number)[]) =>
  path.at(-1) === 'value' || path.some((key) => unknownKey.test(String(key)))
