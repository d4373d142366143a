import type { Declaration } from './codec.js'

/** A payload in a form that our encoder does not write: the encoded and the received bytes. */
export interface PayloadForm {
  readonly canonical: Buffer
  readonly original: Buffer
}

/** An attribute as it was received. */
export interface ReceivedAttribute {
  /** Its key in the value; the empty string in a list. */
  key: string
  readonly nlaType: number
  /** Of the payload in {@link WireForm.source}. */
  readonly from: number
  readonly to: number
  /** The declaration that read the payload; undefined if it is kept raw. */
  declaration: Declaration<unknown> | undefined
  value: unknown
  /** True if only the last one of several under one key counts. */
  single: boolean
  /** True if a later one under the same key replaced its value. */
  shadowed: boolean
  /** True if encoding the value, in the form kept here, returns the received bytes. */
  exact: boolean
  payload: PayloadForm | undefined
  /** Unless it is zeros up to NLA_ALIGNTO. */
  padding: Buffer | undefined
}

/** Wire form of a nest of attributes: the choices of the sender that the decoded values do not contain. */
export interface WireForm {
  /** The bytes that the attributes were read from. */
  readonly source: Buffer
  readonly attributes: readonly ReceivedAttribute[]
  /** The bytes after the last attribute, if any. */
  readonly rest: Buffer | undefined
}

/** Returns a received attribute of which only the position and the meaning are known so far. */
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

/** Attaches a wire form to a value, invisible to loops and comparisons. */
export function keepForm(value: object, form: WireForm | PayloadForm): void {
  Object.defineProperty(value, WIRE_FORM, { value: form })
}

/** Returns the wire form that {@link keepForm} attached. */
export const formOf = <T extends WireForm | PayloadForm>(value: unknown): T | undefined =>
  (value as { [WIRE_FORM]?: T } | undefined)?.[WIRE_FORM]
