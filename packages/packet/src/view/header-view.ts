import { Malformation, PacketError } from '../error.js'

const NOTHING = new Uint8Array(0)

/**
 * Accessors of one header in the bytes of a packet. Nothing is copied or decoded before it is read, and a view can be moved to
 * the next packet. Numbers are those of the packet; setters write the low bits of a number, and no setter changes a checksum.
 */
export abstract class HeaderView {
  /** Bytes that contain the header, usually a whole frame. */
  bytes: Uint8Array = NOTHING
  /** Offset of the header in {@link bytes}. */
  offset = 0
  /** Offset after the last byte of the header's payload. Padding of the frame is not included. */
  end = 0

  /** Number of bytes of the header, with options. */
  abstract get headerLength(): number

  /** Offset of the first byte after the header. */
  get payloadOffset(): number {
    return this.offset + this.headerLength
  }

  /** Payload as a view of the same memory. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.payloadOffset, this.end)
  }

  /**
   * Moves the view to the header at `offset`, if all lengths of the header are valid. Returns false and records the reason in
   * `fault` if one is not; then the view must not be read.
   * @param end where the bytes that may belong to the header and its payload end
   * @param partial true if the end of the packet is missing, so that lengths may exceed the bytes
   */
  abstract tryAt(bytes: Uint8Array, offset: number, end: number, fault: Malformation, partial?: boolean): boolean

  /**
   * Moves the view to the header at `offset` of `bytes`, and returns the view.
   * @throws {PacketError} if the header is malformed or the range is outside of the bytes
   */
  at(bytes: Uint8Array, offset = 0, end = bytes.length): this {
    checkRange(bytes, offset, end)
    const fault = new Malformation()
    if (!this.tryAt(bytes, offset, end, fault)) throw fault.error()
    return this
  }

  protected place(bytes: Uint8Array, offset: number, end: number): true {
    this.bytes = bytes
    this.offset = offset
    this.end = end
    return true
  }
}

/** @throws {PacketError} `ERR_PACKET_RANGE` if the offsets are outside of the bytes */
export function checkRange(bytes: Uint8Array, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= bytes.length) return
  const isStart = !(Number.isInteger(start) && start >= 0 && start <= bytes.length)
  throw new PacketError({
    code: 'ERR_PACKET_RANGE',
    field: isStart ? 'start' : 'end',
    value: isStart ? start : end,
    offset: -1,
    expected: isStart ? `0 to ${bytes.length}` : `${start} to ${bytes.length}`,
  })
}

/** @throws {PacketError} `ERR_PACKET_RANGE` if there are not so many of a thing */
export function checkIndex(field: string, index: number, count: number): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return
  const expected = count === 0 ? 'none in this packet' : `0 to ${count - 1}`
  throw new PacketError({ code: 'ERR_PACKET_RANGE', field, value: index, offset: -1, expected })
}
