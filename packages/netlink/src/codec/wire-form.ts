import type { Declaration } from './codec.js'

/** A received payload that our encoder would write differently: both encodings. */
export interface PayloadForm {
  readonly canonical: Buffer
  readonly original: Buffer
}

/** An attribute as it was received, for lossless encoding. */
export interface ReceivedAttribute {
  /** Its key in the decoded value; the empty string for elements of a list. */
  key: string
  readonly nlaType: number
  /** Offsets of the payload in {@link WireForm.source}. */
  readonly from: number
  readonly to: number
  /** The declaration that decoded the payload; undefined if it stayed raw. */
  declaration: Declaration<unknown> | undefined
  value: unknown
  /** True if of several attributes with this key only the last one is decoded. */
  single: boolean
  /** True if a later attribute with the same key replaced its value. */
  shadowed: boolean
  /** True if encoding the value, with the payload kept here, gives the received bytes. */
  exact: boolean
  payload: PayloadForm | undefined
  /** The padding, if it is not the usual zeros. */
  padding: Buffer | undefined
}

/** Encoding of a received nest of attributes, as far as the decoded values do not determine it. */
export interface WireForm {
  /** The received bytes that contain the nest. */
  readonly source: Buffer
  readonly attributes: readonly ReceivedAttribute[]
  /** Bytes after the last attribute, if any. */
  readonly rest: Buffer | undefined
}

/** Creates the record of a received attribute. The other properties are set later. */
export const received = (
  key: string,
  nlaType: number,
  from: number,
  to: number,
  declaration: Declaration<unknown> | undefined,
  single: boolean,
): ReceivedAttribute => ({
  key,
  nlaType,
  from,
  to,
  declaration,
  single,
  value: undefined,
  shadowed: false,
  exact: false,
  payload: undefined,
  padding: undefined,
})

const WIRE_FORM = Symbol('wire form')

/** Attaches a wire form to a value, as a non-enumerable property that loops and comparisons do not see. */
export function keepForm(value: object, form: WireForm | PayloadForm): void {
  Object.defineProperty(value, WIRE_FORM, { value: form })
}

/** Returns the wire form that {@link keepForm} attached, if any. */
export const formOf = <T extends WireForm | PayloadForm>(value: unknown): T | undefined =>
  (value as { [WIRE_FORM]?: T } | undefined)?.[WIRE_FORM]
