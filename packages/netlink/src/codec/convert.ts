import { Buffer } from './buffer.js'
import { type CompileOptions, compile, type Declaration } from './codec.js'
import type { Members } from './fixed.js'
import type { Request } from './message.js'
import { output, written } from './output.js'
import type { Struct } from './struct.js'

/** Decodes all of `bytes`. @throws {DecodeError} if they do not match the declaration */
export function decode<T>(declaration: Declaration<T>, bytes: Uint8Array, options?: CompileOptions): T {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return compile(declaration, options).decode(view, 0, view.length)
}

/** Encodes a value. Missing members of structs are zero. @throws {EncodeError} if it does not match the declaration */
export function encode<T>(declaration: Struct<Members, T>, value: Partial<T>, options?: CompileOptions): Buffer
export function encode<T>(declaration: Declaration<T>, value: Request<T>, options?: CompileOptions): Buffer
export function encode<T>(declaration: Declaration<T>, value: unknown, options?: CompileOptions): Buffer {
  const out = output()
  compile(declaration, options).encode(out, value as T)
  return written(out)
}
