import { writeSync } from 'node:fs'
import type { Observer } from './observed-socket.js'

/** The module that `#debug` of package.json names. */
interface Printer {
  /** Returns an observer that prints the messages of a protocol on standard error. */
  debugPrinter(protocol: number): Observer
}

/**
 * Returns an observer that prints all messages of a connection, if the environment variable NETLOOM_DEBUG is set; undefined if it
 * is not. The printer decodes every protocol, so it is above this layer, and is loaded only here.
 */
export function debugObserver(protocol: number): Observer | undefined {
  // The runtime of the plugin's executable does not have this module, and no environment while the executable is built.
  const module = process.getBuiltinModule?.('node:module')
  if (module === undefined || ['', '0', undefined].includes(process.env.NETLOOM_DEBUG)) return undefined
  try {
    // import() would be asynchronous.
    const load = module.createRequire(import.meta.url)
    return (load('#debug') as Printer).debugPrinter(protocol)
  } catch (error) {
    try {
      writeSync(2, Buffer.from(`netloom: NETLOOM_DEBUG prints nothing: ${error}\n`))
    } catch {}
    return undefined
  }
}
