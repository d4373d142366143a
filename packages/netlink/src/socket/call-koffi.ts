import { realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { LibcFunction } from './libc.js'

type Koffi = typeof import('koffi').default

let loaded: Koffi | undefined

/**
 * Loads koffi, or returns it if it is loaded. Programs that open no socket never load its native code. koffi looks for that relative
 * to its own path, which must not contain a symbolic link.
 */
export function koffi(): Koffi {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url)
    loaded = require(realpathSync(require.resolve('koffi'))) as Koffi
  }
  return loaded
}

/** Looks up a function of libc. It returns -1 if the call fails: see {@link errno}. The process has already loaded some libc. */
export const rawFunction = (prototype: string): LibcFunction => koffi().load(null).func(prototype) as LibcFunction

/** Returns the errno of the last failed call of a {@link rawFunction}. */
export const errno = (): number => koffi().errno()

/** Returns a function of libc that is looked up at its first call. It returns the negated errno if the call fails. */
export function libcFunction(prototype: string): LibcFunction {
  let call: LibcFunction | undefined
  return (...args) => {
    call ??= rawFunction(prototype)
    const result = call(...args)
    return result === -1 ? -errno() : result
  }
}

/** Returns the address of a buffer's bytes. */
export const addressOf = (bytes: Uint8Array): bigint => koffi().address(bytes)
