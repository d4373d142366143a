import { printable } from '@netloom/netlink/codec'

/**
 * Reasons of a {@link PacketError}:
 *
 * - `ERR_PACKET_TRUNCATED`: a header does not fit into the bytes
 * - `ERR_PACKET_LENGTH`: a length field contradicts the bytes, or another length
 * - `ERR_PACKET_VALUE`: a field has a value that the protocol forbids, e.g. version 5
 * - `ERR_PACKET_OPTION`: the length or the content of an option is invalid
 * - `ERR_PACKET_RANGE`: an offset in a call is outside of the bytes
 * - `ERR_PACKET_BUILD`: a value that should be encoded does not fit its field
 */
export type PacketErrorCode =
  | 'ERR_PACKET_TRUNCATED'
  | 'ERR_PACKET_LENGTH'
  | 'ERR_PACKET_VALUE'
  | 'ERR_PACKET_OPTION'
  | 'ERR_PACKET_RANGE'
  | 'ERR_PACKET_BUILD'

/** Description of a {@link PacketError}. */
export interface PacketFault {
  readonly code: PacketErrorCode
  /** Header and field, e.g. `ipv4.totalLength`. */
  readonly field: string
  /** Value of the field. For `ERR_PACKET_TRUNCATED` the number of bytes that there are. */
  readonly value: unknown
  /** Offset of the field in the bytes that were passed. -1 if a value was refused. */
  readonly offset: number
  /** Expected value in words, e.g. `20 to 46`. */
  readonly expected: string
}

/** Thrown if a packet is malformed, or a value cannot be encoded. */
export class PacketError extends RangeError implements PacketFault {
  override readonly name = 'PacketError'
  readonly code: PacketErrorCode
  readonly field: string
  readonly value: unknown
  readonly offset: number
  readonly expected: string

  constructor({ code, field, value, offset, expected }: PacketFault) {
    const place = offset < 0 ? field : `${field} at byte ${offset}`
    super(printable(`${place}: expected ${expected}, got ${String(value)}`))
    this.code = code
    this.field = field
    this.value = value
    this.offset = offset
    this.expected = expected
  }
}

/** Largest number: marks a fault without an upper limit. */
const UNLIMITED = Number.MAX_SAFE_INTEGER

/**
 * Records why a header is malformed, without creating an error: received garbage is counted and dropped at the speed of other
 * packets.
 */
export class Malformation {
  code: PacketErrorCode = 'ERR_PACKET_TRUNCATED'
  field = ''
  value = 0
  offset = 0
  least = 0
  most = 0

  /** Records a fault. Returns false, for `return fault.set(…)` in a function that checks. */
  set(code: PacketErrorCode, field: string, offset: number, value: number, least: number, most = UNLIMITED): false {
    this.code = code
    this.field = field
    this.offset = offset
    this.value = value
    this.least = least
    this.most = most
    return false
  }

  /** Records that `least` bytes of a header are needed and only `value` exist. */
  truncated(field: string, offset: number, value: number, least: number): false {
    return this.set('ERR_PACKET_TRUNCATED', field, offset, Math.max(0, value), least)
  }

  /** Returns the recorded fault as an error. */
  error(): PacketError {
    const { code, field, value, offset, least, most } = this
    const unit = code === 'ERR_PACKET_TRUNCATED' ? ' bytes' : ''
    const range = most === UNLIMITED ? `at least ${least}` : least === most ? `${least}` : `${least} to ${most}`
    return new PacketError({ code, field, value, offset, expected: range + unit })
  }
}
