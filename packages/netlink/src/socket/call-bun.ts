import { dlopen, type FFIType, ptr, read } from 'bun:ffi'
import { ArgumentError } from '../codec/error.js'
import type { LibcFunction } from './libc.js'

/** musl accepts this name too. */
const LIBRARY = 'libc.so.6'

const ffiTypes: Readonly<Record<string, FFIType>> = {
  int: 'i32',
  'unsigned int': 'u32',
  long: 'i64_fast',
  'unsigned long': 'u64_fast',
  size_t: 'usize',
  'void *': 'ptr',
  'const void *': 'ptr',
}

function ffiType(text: string): FFIType {
  const type = ffiTypes[text]
  if (type === undefined) throw new ArgumentError(`expected one of ${Object.keys(ffiTypes).join(', ')}, got ${text}`)
  return type
}

/**
 * Looks up a function of libc by its prototype, such as `int bind(int, const void *, unsigned int)`. It returns -1 if the call fails: see
 * {@link errno}.
 */
export function rawFunction(prototype: string): LibcFunction {
  const [, returns = '', name = '', args = ''] = /^(.*?)(\w+)\((.*)\)$/.exec(prototype) ?? []
  const declared = { returns: ffiType(returns.trim()), args: args === '' ? [] : args.split(', ').map(ffiType) }
  return dlopen(LIBRARY, { [name]: declared }).symbols[name] as LibcFunction
}

/** Address of the thread's errno. */
let errnoAddress: number | undefined

/** Returns the errno of the last failed call of a {@link rawFunction}. */
export function errno(): number {
  errnoAddress ??= rawFunction('void * __errno_location()')()
  return read.i32(errnoAddress, 0)
}

/** Returns a function of libc. It is looked up at the first call, and returns the negated errno on failure. */
export function libcFunction(prototype: string): LibcFunction {
  let call: LibcFunction | undefined
  return (...args) => {
    call ??= rawFunction(prototype)
    const result = call(...args)
    return result === -1 ? -errno() : result
  }
}

/** Returns the address of a buffer's bytes. */
export const addressOf = (bytes: Uint8Array): bigint => BigInt(ptr(bytes))
