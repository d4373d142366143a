// The part of this module of Bun's that call-bun.ts uses: the types that Bun has would bring its globals with them.
declare module 'bun:ffi' {
  /** A `_fast` type is read as a number, and as a bigint only if a number would not be exact. */
  export type FFIType = 'i32' | 'u32' | 'usize' | 'i64_fast' | 'u64_fast' | 'ptr'

  export function dlopen(
    library: string,
    functions: Readonly<Record<string, { readonly args: readonly FFIType[]; readonly returns: FFIType }>>,
  ): { readonly symbols: Readonly<Record<string, (...args: readonly unknown[]) => number>> }

  export function ptr(bytes: Uint8Array): number

  export const read: { i32(address: number, offset: number): number }
}
