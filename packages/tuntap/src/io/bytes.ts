import { ArgumentError, show } from '@netloom/netlink/codec'

/** Returns the getter of a property of all typed arrays. An object can have a property of its own with that name, and another value. */
function getterOf<T>(name: string): (view: Uint8Array) => T {
  const { get } = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), name) ?? {}
  return Function.prototype.call.bind(get as () => T)
}

/** Number of bytes that an array has in memory. */
export const lengthOf = getterOf<number>('byteLength')
export const offsetOf = getterOf<number>('byteOffset')
export const bufferOf = getterOf<ArrayBufferLike>('buffer')

/** @throws {TypeError} if the value is not a Uint8Array */
export function checkBytes(what: string, value: unknown): asserts value is Uint8Array {
  // A Proxy is also an instance, but has no memory.
  if (!(ArrayBuffer.isView(value) && value instanceof Uint8Array))
    throw new ArgumentError(`expected ${what} (a Buffer or Uint8Array), got ${show(value)}`)
}

/** Checks an array of length 0, which a transferred one also has. @throws {TypeError} */
export function checkNotDetached(what: string, value: Uint8Array): void {
  try {
    new Uint8Array(bufferOf(value))
  } catch {
    throw new ArgumentError(`expected ${what} with its memory, got one whose memory was transferred`)
  }
}
