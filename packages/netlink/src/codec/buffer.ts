/**
 * The class that decoded bytes have: Node's Buffer, or its part in `portable-buffer.ts` for browsers. Modules below the sockets
 * import it from here, so that they also work where no global `Buffer` exists. `#buffer` in package.json chooses.
 */
export { Buffer } from '#buffer'
